/**
 * The form that gives a number: purposes by button or by typing a part of their name, in the order they were chosen.
 * What was given is shown with its paper's way through the printer.
 */

import { matching, wordsOf } from "./purposes.js";
import { fill, named } from "./press.js";

const PAPER_EVERY = 1000; // ms between two looks at the paper
const PAPER_LATER = 5000; // after a while: it waits, or may still come, or is printed again
const PAPER_LOOKS = 30;
const PAPER_ENDED = ["none", "sent", "confirmed"];

export class IssueForm {
  #desk;
  #form;
  #field;
  #purposes;
  #chosen = [];
  #looking = 0;
  #wanted = ""; // the printer that the last number was asked for

  constructor(desk, form) {
    this.#desk = desk;
    this.#form = form;
    this.#field = desk.part("purpose");
    this.#purposes = [...form.querySelectorAll(".choice")].map((choice) => ({
      choice,
      box: choice.querySelector("input"),
      name: choice.querySelector(".choice__name").textContent,
      words: wordsOf(choice.dataset.words),
      notes: wordsOf(choice.dataset.notes),
    }));
    const { signal } = desk;
    this.#field.addEventListener("input", () => this.#filter(), { signal });
    this.#field.addEventListener("keydown", (event) => this.#key(event), { signal });
    desk.addEventListener("change", ({ target }) => target.form === form && this.#changed(target), { signal });
    form.addEventListener("reset", () => setTimeout(() => this.#reset()), { signal });
    desk.part("chosen").addEventListener("click", (event) => this.#drop(event), { signal });
    const printer = this.#remembered();
    if (printer !== null) this.#choosePrinter(printer);
  }

  /** The body of the post, or null when no purpose is chosen yet (which is said). */
  body(fields) {
    if (this.#chosen.length === 0) {
      this.#say(this.#form.dataset.none);
      this.#field.setAttribute("aria-invalid", "true");
      this.#field.focus();
      return null;
    }
    this.#wanted = fields.printer ?? "";
    return { ...fields, services: this.#chosen.map(({ box }) => box.value) };
  }

  /** The printer that this browser uses. */
  get printer() {
    return this.#desk.part("printer").value;
  }

  focus() {
    this.#field.focus();
    this.#field.select();
  }

  // --- choosing ----------------------------------------------------------------------------------------------

  #filter() {
    this.#field.removeAttribute("aria-invalid");
    const found = this.#matching();
    const all = this.#field.value.trim() === "";
    for (const purpose of this.#purposes) {
      purpose.choice.hidden = !all && !found.includes(purpose);
      purpose.choice.toggleAttribute("data-first", purpose === found[0]);
    }
    for (const group of this.#form.querySelectorAll(".purposes__group")) {
      group.hidden = !group.querySelector(".choice:not([hidden])");
    }
    const picked = this.#desk.part("picked").dataset;
    if (found.length) this.#say(fill(picked.first, { name: found[0].name, n: found.length }));
    else if (!all) this.#say(fill(picked.found, { n: 0 }));
  }

  /** What is typed chooses from these; those that are chosen already are not chosen again. */
  #matching() {
    return matching(this.#purposes.filter(({ box }) => !box.checked), this.#field.value);
  }

  #key(event) {
    if (event.key === "Escape") {
      this.#field.value = "";
      this.#filter();
      return;
    }
    if (event.key !== "Enter" || event.isComposing || this.#field.value.trim() === "") return;
    event.preventDefault();
    if (this.#desk.scanned(this.#field.value)) {
      this.#field.value = "";
      this.#filter();
      return;
    }
    const [first] = this.#matching();
    if (!first) return;
    first.box.checked = true;
    this.#field.value = "";
    this.#filter();
    this.#changed(first.box);
  }

  #changed(box) {
    if (box.name === "printer") this.#remember(box.value);
    const purpose = this.#purposes.find((other) => other.box === box);
    if (!purpose) return;
    this.#chosen = this.#chosen.filter((other) => other !== purpose);
    if (box.checked) this.#chosen.push(purpose);
    this.#drawChosen();
  }

  #drop(event) {
    const button = event.target.closest("[data-drop]");
    if (!button) return;
    const purpose = this.#purposes.find(({ box }) => box.value === button.dataset.drop);
    purpose.box.checked = false;
    this.#changed(purpose.box);
    this.#field.focus();
  }

  #drawChosen() {
    const list = this.#desk.part("chosen");
    const names = this.#chosen.map(({ name }) => name);
    list.replaceChildren(
      ...this.#chosen.map(({ box, name }) => {
        const line = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.drop = box.value;
        button.textContent = `${name} \u00d7`;
        button.setAttribute("aria-label", fill(list.dataset.drop, { name }));
        line.append(button);
        return line;
      }),
    );
    list.hidden = names.length === 0;
    for (const purpose of this.#purposes) {
      const order = this.#chosen.indexOf(purpose) + 1;
      purpose.choice.querySelector(".choice__order").textContent = order || "";
    }
    if (names.length) this.#say(fill(this.#desk.part("picked").dataset.chosen, { names: names.join(", ") }));
  }

  #reset() {
    this.#chosen = [];
    this.#drawChosen();
    this.#filter();
    const printer = this.#remembered();
    if (printer !== null) this.#choosePrinter(printer);
  }

  #say(words) {
    this.#desk.part("picked").textContent = words;
  }

  // --- the printer, remembered by this browser -----------------------------------------------------------------

  get #stored() {
    return `matanai.reception.printer.${this.#desk.dataset.site}`;
  }

  #remembered() {
    return localStorage.getItem(this.#stored);
  }

  #remember(printer) {
    localStorage.setItem(this.#stored, printer);
  }

  #choosePrinter(printer) {
    const select = this.#desk.part("printer");
    if ([...select.options].some((option) => option.value === printer)) select.value = printer;
  }

  // --- what was given ----------------------------------------------------------------------------------------

  given(ticket, names) {
    const desk = this.#desk;
    const issued = desk.part("issued");
    const wait = desk.part("issued-wait");
    const { estimate } = ticket;
    desk.part("number").textContent = ticket.number;
    desk.part("issued-services").textContent = names.join(", ");
    wait.textContent = [
      fill(wait.dataset.ahead, { n: ticket.ahead }),
      estimate ? fill(wait.dataset.estimate, { low: estimate.low_minutes, high: estimate.high_minutes }) : "",
    ].filter(Boolean).join(" · ");
    desk.part("qr").src = `${new URL(ticket.url).pathname}/qr.svg`;
    desk.part("open-issued").dataset.open = ticket.number;
    issued.hidden = false;
    this.#paper(ticket.print.state);
    this.#looking += 1;
    if (ticket.print.state !== "none") this.#look(ticket.id, this.#looking, this.#wanted);
    this.#field.focus({ preventScroll: true });
    issued.scrollIntoView({ block: "nearest" });
  }

  names(ids) {
    return ids.map((id) => this.#purposes.find(({ box }) => box.value === id)?.name ?? id);
  }

  /** `place`: where it comes out, if not where it was asked for. */
  #paper(state, place = "") {
    const paper = this.#desk.part("paper");
    const words = place ? fill(paper.dataset.elsewhere, { words: paper.dataset[state], place }) : paper.dataset[state];
    paper.dataset.state = state;
    if (paper.textContent !== words) paper.textContent = words; // it is read aloud
  }

  /** Until it has ended, or another number is given; `wanted`: the printer that was chosen. */
  async #look(id, looking, wanted, looks = 1) {
    await new Promise((resolve) => { setTimeout(resolve, looks > PAPER_LOOKS ? PAPER_LATER : PAPER_EVERY); });
    if (looking !== this.#looking || this.#desk.signal.aborted) return;
    const progress = await this.#progress(id);
    if (looking !== this.#looking) return;
    const { state = "none", printer = null } = progress ?? {};
    if (state !== "none") this.#paper(state, printer && printer.id !== wanted ? named(printer.names) : "");
    if (!PAPER_ENDED.includes(progress?.state)) this.#look(id, looking, wanted, looks + 1);
  }

  /** How far a paper is; null when no answer came. */
  async #progress(id) {
    try {
      const address = `${this.#desk.dataset.api}/tickets/${id}/print`;
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PAPER_LATER) });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }
}
