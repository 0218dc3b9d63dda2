/** Where a scanned ticket stands, and what its holder may do. The code is the proof. */

import { post, showProblem } from "./press.js";

const SAID = {
  back: "found_back",
  "wrong-service": "found_mended",
  language: "found_language",
  "large-reprint": "found_reprint",
  cancel: "found_cancelled",
};

export class Found {
  #kiosk;
  #code = null;
  #ticket = null;
  #instead = null; // the errand that is wrong
  #busy = false;
  mending = null; // the number whose purpose is chosen again
  acts = {
    instead: (button) => this.#choose(button.dataset.instead),
  };

  constructor(kiosk) {
    this.#kiosk = kiosk;
  }

  clear() {
    this.#code = null;
    this.#ticket = null;
    this.#instead = null;
    this.mending = null;
  }

  /** A ticket was held to the reader. */
  async read(code) {
    if (this.#busy || ["busy", "resting"].includes(this.#kiosk.screens.name)) return;
    this.#kiosk.choice.clear();
    this.#kiosk.staff?.clear();
    this.clear();
    this.#code = code;
    const answer = await this.#post("scan", {});
    if (!answer.ok) this.#kiosk.issue.refuse(answer, "scan");
    else this.#draw(answer.data, null);
  }

  act(name) {
    if (name === "cancel") this.#kiosk.screens.show("found-cancel");
    else if (name === "cancel-yes") this.#do("cancel");
    else if (name === "language") this.#kiosk.screens.show("found-language");
    else if (name === "wrong-service") this.#wrong();
    else if (name === "large-reprint") this.#do(name, { kiosk: this.#kiosk.dataset.kiosk });
    else this.#do(name);
  }

  language(lang) {
    this.#do("language", { lang });
  }

  /** The right purpose was chosen. */
  mend(service) {
    this.mending = null;
    this.#do("wrong-service", { service, ...(this.#instead ? { instead_of: this.#instead } : {}) });
  }

  #wrong() {
    const { services } = this.#ticket;
    if (services.length === 1) {
      this.#choose(null);
      return;
    }
    const rows = services.map((id) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "need";
      button.dataset.act = "instead";
      button.dataset.instead = id;
      button.textContent = this.#kiosk.names([id]);
      const row = document.createElement("li");
      row.append(button);
      return row;
    });
    this.#kiosk.part("instead").replaceChildren(...rows);
    this.#kiosk.screens.show("found-instead");
  }

  #choose(instead) {
    this.#instead = instead;
    this.mending = this.#ticket.number;
    this.#kiosk.screens.show("home");
  }

  async #do(name, more = {}) {
    if (this.#busy) return;
    const answer = await this.#post(`scan/${name}`, more);
    if (answer.ok) this.#draw(answer.data, SAID[name]);
    else {
      this.#kiosk.screens.show("found");
      showProblem(this.#kiosk.part("found-problem"), answer);
    }
  }

  async #post(route, more) {
    this.#busy = true;
    const answer = await post(`${this.#kiosk.dataset.site}/${route}`, { code: this.#code, ...more });
    this.#busy = false;
    return answer;
  }

  #draw({ ticket, ahead, estimate, may }, said) {
    const kiosk = this.#kiosk;
    this.#ticket = ticket;
    kiosk.part("found-number").textContent = ticket.number;
    kiosk.part("cancel-title").textContent = kiosk.say("cancel_sure", { number: ticket.number });
    kiosk.part("found-purpose").textContent = kiosk.names(ticket.services);
    const counter = kiosk.facts.counters[ticket.counter];
    kiosk.part("found-state").textContent = ticket.state === "called" && counter
      ? kiosk.say("found_called", { counter: counter.name, area: counter.area })
      : kiosk.facts.states[ticket.state];
    const waiting = ticket.state === "waiting";
    kiosk.part("found-wait").textContent = waiting
      ? [kiosk.say("waiting", { n: ahead }), kiosk.wait(estimate)].filter(Boolean).join(" ")
      : "";
    const words = kiosk.part("found-said");
    words.hidden = said === null;
    words.textContent = said === null ? "" : kiosk.say(said);
    kiosk.part("found-problem").hidden = true;
    for (const row of kiosk.querySelectorAll("[data-may]")) row.hidden = !may.includes(row.dataset.may);
    kiosk.screens.show("found");
  }
}
