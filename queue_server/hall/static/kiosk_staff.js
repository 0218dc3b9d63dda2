/**
 * The staff mode: waiting counts, the last numbers of this kiosk with their paper, cancel, reprint. The PIN goes
 * with every call and is forgotten with the mode, which ends by itself.
 */

import { post, showProblem } from "./press.js";

const LEAVE = 60_000; // without a touch
const WARN = 20; // seconds
const LOOK = 10_000;
const LONGEST = 12;

export class StaffMode {
  #kiosk;
  #pin = "";
  #touched = 0;
  #looked = 0;
  #timer;
  #busy = false;
  #ticked = new Set();
  acts = {
    "pin-clear": () => this.#type(""),
    "pin-enter": () => this.#enter(),
    "staff-cancel": () => this.#ask(),
    "staff-no": () => this.#kiosk.part("staff-sure").close(),
    "staff-yes": () => this.#cancel(),
    "staff-reprint": (button) => this.#reprint(button.dataset.number),
  };

  constructor(kiosk) {
    this.#kiosk = kiosk;
    const { signal } = kiosk;
    kiosk.addEventListener("kiosk:screen", ({ detail }) => this.#shown(detail.name), { signal });
    kiosk.part("numbers").addEventListener("change", (event) => this.#tick(event.target), { signal });
    document.addEventListener("pointerdown", () => this.#touch(), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  clear() {
    this.#type("");
    this.#ticked.clear();
    this.#kiosk.part("staff-sure").close();
    this.#kiosk.part("queues").replaceChildren();
    this.#kiosk.part("numbers").replaceChildren();
  }

  digit(digit) {
    if (this.#pin.length < LONGEST) this.#type(this.#pin + digit);
  }

  #type(pin) {
    this.#pin = pin;
    const typed = this.#kiosk.part("pin-typed");
    typed.textContent = "●".repeat(pin.length);
    typed.setAttribute("aria-label", this.#kiosk.say("pin_typed", { n: pin.length }));
  }

  #key(event) {
    this.#touch();
    if (this.#kiosk.screens.name !== "pin") return;
    if (/^\d$/.test(event.key)) {
      this.digit(event.key);
      this.#kiosk.querySelector("[data-act=pin-enter]").focus(); // so that Enter opens
    } else if (event.key === "Backspace") this.#type(this.#pin.slice(0, -1));
    else if (event.key === "Enter" && !event.target.closest("button")) this.#enter();
  }

  #touch() {
    this.#touched = performance.now();
    this.#kiosk.part("staff-idle").textContent = "";
  }

  async #enter() {
    if (!this.#pin || this.#busy) return;
    const answer = await this.#post("look");
    if (answer.ok) {
      this.#draw(answer.data);
      this.#kiosk.screens.show("staff");
    } else {
      this.#type("");
      showProblem(this.#kiosk.part("pin-problem"), answer);
    }
  }

  #shown(name) {
    clearInterval(this.#timer);
    if (name === "pin") {
      this.#type("");
      this.#kiosk.part("pin-problem").hidden = true;
    }
    if (name !== "staff") return;
    this.#kiosk.part("staff-said").hidden = true;
    this.#kiosk.part("staff-problem").hidden = true;
    this.#touch();
    this.#looked = performance.now();
    this.#timer = setInterval(() => this.#watch(), 500);
  }

  #watch() {
    const now = performance.now();
    const left = Math.ceil((this.#touched + LEAVE - now) / 1000);
    if (left <= 0) this.#kiosk.reset();
    else if (left <= WARN) this.#kiosk.part("staff-idle").textContent = this.#kiosk.say("staff_idle", { seconds: left });
    if (left > 0 && now - this.#looked > LOOK) {
      this.#looked = now;
      this.#act("look", {}, null);
    }
  }

  // --- acts ------------------------------------------------------------------------------------------------

  #post(route, more = {}) {
    const { site, kiosk } = this.#kiosk.dataset;
    return post(`${site}/kiosks/${kiosk}/staff/${route}`, { pin: this.#pin, ...more });
  }

  async #act(route, more, said) {
    if (this.#busy) return;
    this.#busy = true;
    const answer = await this.#post(route, more);
    this.#busy = false;
    if (this.#kiosk.screens.name !== "staff") return;
    const words = this.#kiosk.part("staff-said");
    const problem = this.#kiosk.part("staff-problem");
    if (answer.ok) this.#draw(answer.data);
    if (said === null && answer.ok) return;
    words.hidden = !answer.ok;
    words.textContent = answer.ok ? said : "";
    problem.hidden = true;
    if (!answer.ok) showProblem(problem, answer);
  }

  #ask() {
    const kiosk = this.#kiosk;
    kiosk.part("staff-sure-words").textContent = kiosk.say("staff_sure", { n: this.#ticked.size });
    kiosk.part("staff-sure-numbers").textContent = [...this.#ticked].join(kiosk.facts.words.between);
    kiosk.part("staff-sure").showModal();
  }

  async #cancel() {
    this.#kiosk.part("staff-sure").close();
    const numbers = [...this.#ticked];
    await this.#act("cancel", { numbers }, this.#kiosk.say("staff_cancelled", { n: numbers.length }));
  }

  #reprint(number) {
    this.#act("reprint", { number }, this.#kiosk.say("staff_reprinted", { number }));
  }

  #tick(box) {
    if (box.checked) this.#ticked.add(box.value);
    else this.#ticked.delete(box.value);
    this.#count();
  }

  #count() {
    const n = this.#ticked.size;
    this.#kiosk.part("ticked").textContent = this.#kiosk.say("staff_chosen", { n });
    this.#kiosk.part("staff-cancel").disabled = n === 0;
  }

  // --- what is shown ---------------------------------------------------------------------------------------

  #draw({ queues, tickets, printer, printer_reason: reason, printer_since: since }) {
    const kiosk = this.#kiosk;
    kiosk.part("printer").textContent = this.#printer(printer, reason, since);
    const busy = queues.filter((queue) => queue.waiting > 0);
    const rows = busy.map((queue) => this.#queue(queue));
    if (!rows.length) {
      rows.push(document.createElement("li"));
      rows[0].textContent = kiosk.say("staff_nobody");
    }
    kiosk.part("queues").replaceChildren(...rows);
    const waiting = new Set(tickets.filter((ticket) => ticket.state === "waiting").map((ticket) => ticket.number));
    this.#ticked = new Set([...this.#ticked].filter((number) => waiting.has(number)));
    this.#numbers(tickets);
    this.#count();
  }

  #printer(state, reason, since) {
    const kiosk = this.#kiosk;
    if (state === "none") return kiosk.say("printer_none");
    const [word, todo] = kiosk.facts.printers[`${state} ${reason}`] ?? kiosk.facts.printers[state];
    return kiosk.say("printer_now", { word, time: kiosk.time(since), do: todo });
  }

  #queue({ service, waiting, longest_seconds: longest }) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const load = document.createElement("b");
    name.textContent = this.#kiosk.names([service]);
    load.textContent = this.#kiosk.say("staff_wait", { n: waiting, minutes: Math.floor(longest / 60) });
    row.append(name, load);
    return row;
  }

  /** Rows stay where they are, so that a finger or the focus on one is not lost. */
  #numbers(tickets) {
    const list = this.#kiosk.part("numbers");
    const known = new Map([...list.children].map((row) => [row.dataset.id, row]));
    const rows = tickets.map((ticket) => this.#number(known.get(ticket.id) ?? this.#newRow(ticket), ticket));
    if (rows.length !== list.children.length || rows.some((row, at) => row !== list.children[at])) {
      list.replaceChildren(...rows);
    }
  }

  #newRow(ticket) {
    const row = this.#kiosk.part("number-row").content.cloneNode(true).firstElementChild;
    row.dataset.id = ticket.id;
    return row;
  }

  #number(row, ticket) {
    const kiosk = this.#kiosk;
    const part = (name) => row.querySelector(`[data-part="${name}"]`);
    part("row-number").textContent = ticket.number;
    part("row-purpose").textContent = kiosk.names(ticket.services);
    part("row-time").textContent = kiosk.time(ticket.issued_at);
    part("row-state").textContent = kiosk.facts.staff_states[ticket.state];
    part("row-paper").textContent = kiosk.facts.papers[ticket.print];
    row.dataset.state = ticket.state;
    row.dataset.paper = ticket.print;
    const tick = part("tick");
    tick.value = ticket.number;
    tick.disabled = ticket.state !== "waiting";
    tick.checked = this.#ticked.has(ticket.number);
    const reprint = row.querySelector("button");
    reprint.dataset.number = ticket.number;
    reprint.setAttribute("aria-label", kiosk.say("staff_reprint_of", { number: ticket.number }));
    return row;
  }
}
