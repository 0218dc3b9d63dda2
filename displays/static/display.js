/**
 * <hall-display>: a hall screen of any kind. It follows the <live-stream> of its page.
 *
 * Old is never shown as new: only what the stream calls fresh, or a call of a few seconds ago that a polled board
 * brings, is announced; everything else is drawn silently. A call that was undone is taken back, with words.
 */

const NEW_FOR = 15_000;
const BACK_FOR = 12_000;
const LEAVES = new Set([
  "ticket.finished", "ticket.held", "ticket.no-show", "ticket.transferred", "ticket.processing", "ticket.cancelled",
  "ticket.expired", "ticket.restored",
]);

/** How a service is: as `state_of` in pages.py. */
function stateOf(service) {
  if (service.waiting > 0 && !service.attended) return "rests";
  if (service.open && service.stopped === null) return "open";
  return service.open ? "ended" : "closed";
}

class HallDisplay extends HTMLElement {
  #abort;
  #facts;
  #calls = []; // newest first: {seq, number, counter, at}
  #numbers = new Map(); // counter → numbers at it
  #statuses = new Map();
  #services = new Map();
  #new = new Map(); // key of a call → when it stops being new
  #announced = 0; // seq of the last call that was announced or drawn silently

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#facts = JSON.parse(this.#part("facts").textContent);
    this.#take(this.#facts.board);
    const on = (what, act) => document.addEventListener(`live:${what}`, (event) => act(event.detail), { signal });
    on("event", (detail) => this.#event(detail));
    on("board", (detail) => this.#board(detail));
    on("state", ({ old }) => this.#state(old));
    const every = setInterval(() => this.#second(), 1000);
    signal.addEventListener("abort", () => clearInterval(every));
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  // --- what happened ---------------------------------------------------------------------------------------

  #event({ name, data, fresh }) {
    const { number, counter } = data;
    if (name.startsWith("counter.")) this.#statuses.set(counter, data.state);
    else if (name === "ticket.called" || name === "ticket.recalled") this.#called(data, fresh);
    else if (name === "ticket.undone") this.#undone(data, fresh);
    else if (LEAVES.has(name)) {
      this.#remove(number, counter);
      this.#new.delete(this.#key(number, counter));
    }
    this.#draw();
  }

  /** A call, or the same call again: it comes to the front and takes no second row. */
  #called({ seq, number, counter, at }, fresh) {
    if (!this.#mine(counter)) return;
    this.#add(number, counter);
    const known = this.#rowOf(number, counter);
    if (known && known.seq >= seq) return; // a board came before the event
    this.#calls = [{ seq, number, counter, at }, ...this.#calls.filter((call) => call !== known)];
    if (fresh) this.#announce(number, counter);
    this.#announced = Math.max(this.#announced, seq);
  }

  #undone({ number, counter, state }, fresh) {
    if (!this.#mine(counter)) return;
    if (state === "called" || state === "serving") {
      this.#add(number, counter);
      return;
    }
    const known = this.#rowOf(number, counter);
    if (!known || !this.#numbers.get(counter)?.includes(number)) return; // not called here now: nothing to take back
    this.#remove(number, counter);
    this.#calls = this.#calls.filter((call) => call !== known);
    this.#new.delete(this.#key(number, counter));
    if (fresh) this.#tellBack(number);
  }

  #board({ board, reset }) {
    if (reset) this.#new.clear();
    this.#take(board, !reset);
    this.#draw();
  }

  /** Take the board as it is. With `announce`, calls of a few seconds ago that nobody has announced yet are. */
  #take(board, announce = false) {
    this.#calls = board.calls.filter((call) => this.#mine(call.counter));
    this.#numbers = new Map(board.counters.map((counter) => [counter.id, counter.numbers]));
    this.#statuses = new Map(board.counters.map((counter) => [counter.id, counter.status]));
    this.#services = new Map(board.services.map((service) => [service.id, service]));
    const last = this.#announced;
    for (const call of [...this.#calls].reverse()) {
      if (call.seq <= last) continue;
      if (announce && this.#stream.fresh(call.at)) this.#announce(call.number, call.counter);
      this.#announced = Math.max(this.#announced, call.seq);
    }
    if (announce || board.notice !== undefined) this.#notice(board.notice);
  }

  #state(old) {
    document.body.toggleAttribute("data-old", old);
    if (old) {
      this.#new.clear();
      this.#draw();
    }
  }

  #announce(number, counter) {
    this.#new.set(this.#key(number, counter), performance.now() + NEW_FOR);
  }

  #rowOf(number, counter) {
    return this.#calls.find((call) => call.number === number && call.counter === counter);
  }

  #tellBack(number) {
    const back = this.#part("back");
    const texts = JSON.parse(back.dataset.text);
    back.replaceChildren(
      ...Object.entries(texts).map(([lang, text]) => this.#span(lang, text.replace("{number}", number))),
    );
    back.hidden = false;
    setTimeout(() => { back.hidden = true; }, BACK_FOR);
  }

  // --- drawing ---------------------------------------------------------------------------------------------

  #draw() {
    if (this.#part("hero")) this.#drawBoard();
    this.querySelectorAll("[data-panel]").forEach((panel) => this.#drawPanel(panel));
    this.querySelectorAll("[data-service]").forEach((row) => {
      const service = this.#services.get(row.dataset.service);
      if (!service) return;
      row.dataset.state = stateOf(service);
      row.querySelector("[data-part=waiting]").textContent = service.waiting;
    });
  }

  #drawBoard() {
    const large = this.#calls[0] ?? null;
    const hero = this.#part("hero");
    hero.toggleAttribute("data-empty", !large);
    hero.toggleAttribute("data-new", large !== null && this.#isNew(large.number, large.counter));
    const number = this.#part("hero-number");
    number.textContent = large?.number ?? "";
    number.toggleAttribute("data-long", (large?.number.length ?? 0) > 4);
    const counter = this.#part("hero-counter");
    this.#name(counter, large?.counter, "names");
    this.#name(this.#part("hero-area"), large?.counter, "area");
    const rows = this.#calls.filter((call) => call !== large).slice(0, Number(this.dataset.history));
    this.#part("calls").replaceChildren(...rows.map((call) => this.#row(call)));
  }

  #row({ number, counter }) {
    const row = document.createElement("li");
    row.className = "call";
    row.dataset.number = number;
    row.dataset.counter = counter;
    row.toggleAttribute("data-new", this.#isNew(number, counter));
    const big = document.createElement("b");
    big.className = "call__number number";
    big.textContent = number;
    const where = document.createElement("span");
    where.className = "call__counter";
    this.#name(where, counter, "names");
    row.append(big, " ", where);
    return row;
  }

  #drawPanel(panel) {
    const id = panel.dataset.panel;
    const numbers = this.#numbers.get(id) ?? [];
    panel.dataset.status = this.#statuses.get(id) ?? "closed";
    const line = panel.querySelector("[data-part=numbers]");
    if (line) {
      line.textContent = numbers.join(" ");
      panel.toggleAttribute("data-new", numbers.some((number) => this.#isNew(number, id)));
    }
    const list = panel.querySelector("[data-part=number-list]");
    list?.replaceChildren(
      ...numbers.map((number) => {
        const item = document.createElement("li");
        item.className = "number";
        item.textContent = number;
        item.toggleAttribute("data-new", this.#isNew(number, id));
        return item;
      }),
    );
  }

  #notice(names) {
    const line = this.#part("notice");
    const tags = this.dataset.languages.split(" ").filter((tag) => names?.[tag]);
    line.hidden = tags.length === 0;
    line.replaceChildren(...tags.map((tag) => this.#span(tag, names[tag])));
  }

  #name(element, counter, which) {
    const names = this.#facts.counters[counter]?.[which] ?? (which === "names" && counter ? { "": counter } : {});
    const tags = this.dataset.languages.split(" ").filter((tag) => names[tag]);
    element.replaceChildren(...(tags.length ? tags : Object.keys(names)).map((tag) => this.#span(tag, names[tag])));
    element.toggleAttribute("data-long", (names[tags[0]]?.length ?? 0) > 5);
  }

  #span(lang, text) {
    const span = document.createElement("span");
    span.lang = lang;
    span.textContent = text;
    return span;
  }

  // --- the clock -------------------------------------------------------------------------------------------

  #second() {
    const now = this.#stream.hallTime;
    if (now !== null) {
      const format = { timeZone: this.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      this.#part("clock").textContent = new Intl.DateTimeFormat(document.documentElement.lang, format).format(now);
    }
    const before = this.#new.size;
    for (const [key, until] of this.#new) if (performance.now() > until) this.#new.delete(key);
    if (this.#new.size !== before) this.#draw();
  }

  get #stream() {
    return document.querySelector("live-stream");
  }

  // --- small things ----------------------------------------------------------------------------------------

  #mine(counter) {
    const counters = this.dataset.counters;
    return counters === "" || counters.split(" ").includes(counter);
  }

  #add(number, counter) {
    const numbers = this.#numbers.get(counter) ?? [];
    if (!numbers.includes(number)) this.#numbers.set(counter, [...numbers, number]);
  }

  #remove(number, counter) {
    this.#numbers.set(counter, (this.#numbers.get(counter) ?? []).filter((other) => other !== number));
  }

  #isNew(number, counter) {
    return this.#new.has(this.#key(number, counter));
  }

  #key(number, counter) {
    return `${number} ${counter}`;
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

customElements.define("hall-display", HallDisplay);
