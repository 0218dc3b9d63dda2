/**
 * What the visitor came for. One plain purpose: a tap, a number. Otherwise the choice is gathered and shown once more:
 * several purposes, how many, what help is needed.
 */

import { newKey } from "./press.js";

export class Choice {
  #kiosk;
  #chosen = []; // {service, units}
  #needs = new Set();
  #several = false;
  #key = newKey();
  acts = {
    several: () => this.#more(),
    quit: () => this.#kiosk.reset(),
    "to-check": () => {
      this.#several = this.#chosen.length > 1; // one may be all, after all
      this.#check();
    },
    hinted: (button) => this.#accept(button.dataset.for),
    remove: (button) => this.#remove(button),
    fewer: (button) => this.#step(button, -1),
    more: (button) => this.#step(button, 1),
    issue: () => this.#issue(),
    "needs-done": () => this.#needsDone(),
    "no-needs": () => {
      this.#needs.clear();
      this.#drawNeeds();
      this.#needsDone();
    },
  };

  constructor(kiosk) {
    this.#kiosk = kiosk;
    kiosk.addEventListener("kiosk:screen", (event) => this.#shown(event.detail), { signal: kiosk.signal });
  }

  /** Whether there is something that an idle machine would throw away. */
  get begun() {
    return this.#several || this.#chosen.length > 0 || this.#needs.size > 0 || Boolean(this.#kiosk.found.mending);
  }

  clear() {
    this.#chosen = [];
    this.#needs.clear();
    this.#several = false;
    this.#drawNeeds();
    this.#basket();
  }

  /** A purpose was touched: ask what hides behind it, or take it. */
  tap(service) {
    const { question } = this.#kiosk.facts.services[service];
    if (question) this.#kiosk.screens.show(`question-${question}`);
    else this.take(service);
  }

  /** A purpose, or the answer that leads to it. */
  take(service) {
    if (this.#kiosk.found.mending) this.#kiosk.found.mend(service);
    else if (this.#kiosk.facts.services[service].hints && !this.#has(service)) {
      this.#kiosk.screens.show(`hints-${service}`);
    } else this.#accept(service);
  }

  need(button) {
    const { need } = button.dataset;
    if (!this.#needs.delete(need)) this.#needs.add(need);
    this.#drawNeeds();
  }

  #has(service) {
    return this.#chosen.some((chosen) => chosen.service === service);
  }

  #accept(service) {
    const { units } = this.#kiosk.facts.services[service];
    if (!units && !this.begun && !this.#kiosk.facts.confirm) {
      this.#kiosk.issue.press({ service }, `${this.#key}-${service}`);
      return;
    }
    if (!this.#has(service)) this.#chosen.push({ service, units: 1 });
    this.#check();
  }

  #more() {
    this.#several = true;
    this.#kiosk.screens.show("home");
  }

  #needsDone() {
    if (this.#chosen.length) this.#check();
    else this.#kiosk.screens.show("home");
  }

  #shown({ name, section }) {
    // a key for each screen that gives numbers: pressing twice there gives one
    if ("purposes" in section.dataset || "hints" in section.dataset || name === "check") this.#key = newKey();
    this.#basket(section);
  }

  // --- the purposes so far, above those to choose from ---------------------------------------------------------

  #basket(section = null) {
    const kiosk = this.#kiosk;
    const here = section !== null && ("purposes" in section.dataset || section.dataset.screen === "home");
    const words = [];
    if (kiosk.found.mending) words.push(kiosk.say("mending", { number: kiosk.found.mending }));
    else if (this.#chosen.length) words.push(kiosk.say("chosen", { names: this.#names() }));
    else if (this.#several) words.push(kiosk.say("chosen_none"));
    if (this.#needs.size) words.push(kiosk.say("helping", { needs: this.#needNames() }));
    kiosk.part("basket").hidden = !here || words.length === 0;
    kiosk.querySelector(".ways").hidden = words.length > 0;
    kiosk.part("basket-words").textContent = words.join(" ");
    kiosk.querySelector("[data-act=to-check]").hidden = this.#chosen.length === 0;
    for (const button of kiosk.querySelectorAll("[data-service]")) {
      button.querySelector("[data-part=picked]").hidden = !this.#has(button.dataset.service);
    }
  }

  #names() {
    return this.#kiosk.names(this.#chosen.map((chosen) => chosen.service));
  }

  // --- shown once more -----------------------------------------------------------------------------------------

  #check() {
    this.#drawCheck();
    this.#kiosk.screens.show("check");
  }

  #drawCheck() {
    const kiosk = this.#kiosk;
    kiosk.part("check-list").replaceChildren(...this.#chosen.map((chosen) => this.#row(chosen)));
    this.#offerSecond(this.#several && this.#chosen.length < 2);
    const needs = kiosk.part("check-needs");
    needs.hidden = this.#needs.size === 0;
    needs.textContent = this.#needs.size ? kiosk.say("helping", { needs: this.#needNames() }) : "";
  }

  /** Who said that there are several goes on to the second one; the number is then the quieter way. */
  #offerSecond(wanted) {
    const issue = this.#kiosk.part("issue");
    this.#kiosk.part("second").hidden = !wanted;
    this.#kiosk.part("add").hidden = wanted;
    issue.textContent = wanted ? issue.dataset.one : issue.dataset.all;
    issue.classList.toggle("button--great", !wanted);
    issue.toggleAttribute("data-kind", wanted);
    if (wanted) issue.dataset.kind = "outline";
  }

  #row(chosen) {
    const kiosk = this.#kiosk;
    const { name, units } = kiosk.facts.services[chosen.service];
    const row = kiosk.part("check-row").content.cloneNode(true).firstElementChild;
    const part = (key) => row.querySelector(`[data-part="${key}"]`);
    row.dataset.chosen = chosen.service;
    part("row-name").textContent = name;
    const remove = row.querySelector("[data-act=remove]");
    remove.setAttribute("aria-label", kiosk.say("remove_of", { name }));
    remove.hidden = this.#chosen.length < 2;
    if (units) {
      part("row-units").hidden = false;
      part("row-units").setAttribute("aria-label", units.text);
      part("units-text").textContent = units.text;
      this.#drawUnits(row, chosen);
    }
    return row;
  }

  #drawUnits(row, chosen) {
    const { most } = this.#kiosk.facts.services[chosen.service].units;
    row.querySelector("[data-part=units-count]").textContent = chosen.units;
    row.querySelector("[data-act=fewer]").disabled = chosen.units <= 1;
    row.querySelector("[data-act=more]").disabled = chosen.units >= most;
  }

  #ofRow(button) {
    const row = button.closest("[data-chosen]");
    return [row, this.#chosen.find((chosen) => chosen.service === row.dataset.chosen)];
  }

  #step(button, by) {
    const [row, chosen] = this.#ofRow(button);
    chosen.units += by;
    this.#key = newKey();
    this.#drawUnits(row, chosen);
    if (button.disabled) row.querySelector("[data-act]:not(:disabled).units__step").focus();
  }

  #remove(button) {
    const [, chosen] = this.#ofRow(button);
    this.#chosen = this.#chosen.filter((other) => other !== chosen);
    this.#several = this.#chosen.length > 1;
    this.#check();
  }

  #issue() {
    const services = this.#chosen.map((chosen) => chosen.service);
    const body = services.length === 1 ? { service: services[0] } : { services };
    const counted = this.#chosen.filter((chosen) => this.#kiosk.facts.services[chosen.service].units);
    if (counted.length) body.units = Math.min(99, counted.reduce((sum, chosen) => sum + chosen.units, 0));
    if (this.#needs.size) body.needs = [...this.#needs];
    this.#kiosk.issue.press(body, this.#key);
  }

  // --- help ----------------------------------------------------------------------------------------------------

  #drawNeeds() {
    for (const button of this.#kiosk.querySelectorAll("[data-need]")) {
      button.setAttribute("aria-pressed", String(this.#needs.has(button.dataset.need)));
    }
  }

  #needNames() {
    const buttons = [...this.#kiosk.querySelectorAll("[data-need]")];
    return buttons.filter((b) => this.#needs.has(b.dataset.need)).map((b) => b.textContent).join(this.#kiosk.facts.words.between);
  }
}
