/**
 * <ticket-live>: one resident's ticket. The stream sends the ticket whenever something about it changes; where streams
 * are swallowed the page asks now and then. Only a changed state is announced to a screen reader, once.
 */

import { fill, post, showProblem } from "./press.js";

const OLD_AFTER = 20_000; // a tick comes every 5 s; a phone's radio may sleep
const ASK = 10_000;
const ENDED = new Set(["done", "cancelled", "expired"]);

class TicketLive extends HTMLElement {
  #abort;
  #source;
  #words;
  #shown;
  #heard = performance.now();
  #again;
  #failures = 0;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#words = JSON.parse(this.#part("words").textContent);
    this.#shown = this.querySelector("main").dataset.state;
    this.#part("acts").hidden = ENDED.has(this.#shown);
    this.addEventListener("click", (event) => this.#click(event), { signal });
    document.addEventListener("visibilitychange", () => this.#wake(), { signal });
    window.addEventListener("online", () => this.#wake(), { signal });
    const watch = setInterval(() => this.#watch(), 1000);
    signal.addEventListener("abort", () => {
      clearInterval(watch);
      clearTimeout(this.#again);
      this.#source?.close();
    });
    this.#connect();
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  #connect() {
    clearTimeout(this.#again);
    this.#source?.close();
    if (ENDED.has(this.#shown)) return;
    const source = new EventSource(`${this.dataset.ticket}/events`);
    this.#source = source;
    const alive = () => {
      this.#failures = 0;
      this.#alive();
    };
    source.addEventListener("tick", alive);
    source.addEventListener("ticket", (event) => {
      alive();
      this.#draw(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      source.close();
      this.#failures += 1;
      const ceiling = Math.min(1000 * 2 ** this.#failures, 8000);
      this.#again = setTimeout(() => this.#connect(), ceiling * (0.5 + Math.random()));
    });
  }

  /** Ask once: after the phone slept, and while the stream is silent. */
  async #ask() {
    try {
      const answer = await fetch(this.dataset.ticket, {
        cache: "no-store",
        headers: { "Accept-Language": document.documentElement.lang },
        signal: AbortSignal.timeout(8000),
      });
      if (answer.ok) {
        this.#alive();
        this.#draw(await answer.json());
      } else if (answer.status === 410 || answer.status === 404) location.reload();
    } catch {
      // the banner says that the data is old
    }
  }

  #wake() {
    if (document.hidden || ENDED.has(this.#shown)) return;
    this.#ask();
    if (this.#source?.readyState !== EventSource.OPEN) this.#connect();
  }

  #watch() {
    if (ENDED.has(this.#shown)) return;
    const silence = performance.now() - this.#heard;
    if (silence > ASK && Math.floor(silence / 1000) % 5 === 0) this.#ask();
    if (silence > OLD_AFTER) this.#part("old").hidden = false;
  }

  #alive() {
    this.#heard = performance.now();
    this.#part("old").hidden = true;
  }

  async #click(event) {
    const button = event.target.closest("[data-act]");
    if (!button || button.disabled) return;
    button.disabled = true;
    const answer = await post(`${this.dataset.ticket}/${button.dataset.act}`);
    button.disabled = false;
    if (answer.ok) {
      this.#part("problem").hidden = true;
      this.#part("cancel").open = false;
      this.#draw(answer.data);
    } else showProblem(this.#part("problem"), answer);
  }

  #draw(ticket) {
    const state = `${ticket.state} ${ticket.counter ?? ""} ${ticket.calls.length}`;
    this.querySelector("main").dataset.state = ticket.state;
    if (state !== this.#part("state").dataset.key) this.#drawState(ticket, state);
    this.#shown = ticket.state;
    this.#part("ahead-row").hidden = ticket.state !== "waiting";
    this.#part("ahead").textContent = fill(this.#part("ahead").dataset.text, { n: ticket.ahead });
    const wait = ticket.state === "waiting" && ticket.estimate;
    this.#part("wait-row").hidden = !wait;
    if (wait) {
      const facts = { low: ticket.estimate.low_minutes, high: ticket.estimate.high_minutes };
      this.#part("wait").textContent = fill(this.#part("wait").dataset.text, facts);
    }
    this.#part("handoffs-row").hidden = ticket.handoffs.total === 0;
    this.#part("handoffs").textContent = fill(this.#part("handoffs").dataset.text, ticket.handoffs);
    this.querySelector("[data-act=late]").hidden = !ticket.may_delay;
    this.#part("late-words").hidden = !ticket.may_delay;
    this.#part("acts").hidden = ENDED.has(ticket.state);
    this.#part("cancel").hidden = ticket.state === "serving";
    if (ENDED.has(ticket.state)) this.#source?.close();
  }

  #drawState(ticket, key) {
    const box = this.#part("state");
    const before = box.dataset.key === undefined ? this.#shown : null;
    box.dataset.key = key;
    if (before === ticket.state && ticket.state !== "called") return; // the page came with it
    const lines = [["ticket__words", this.#words.states[ticket.state]]];
    if (ticket.state === "called") {
      const counter = this.#words.counters[ticket.counter] ?? { name: ticket.counter, area: "" };
      lines.push(["ticket__counter", counter.name], ["ticket__area", counter.area]);
      if (before !== "called") navigator.vibrate?.([400, 200, 400, 200, 400]);
    }
    box.replaceChildren(
      ...lines.map(([name, text]) => {
        const line = document.createElement("p");
        line.className = name;
        line.textContent = text;
        return line;
      }),
    );
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

customElements.define("ticket-live", TicketLive);
