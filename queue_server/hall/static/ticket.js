/**
 * <ticket-live>: one resident's ticket. The stream sends the ticket whenever something about it changes; where streams
 * are swallowed the page asks now and then.
 */

import { post, showProblem } from "./press.js";
import { TicketView, wordsOf } from "./ticket_view.js";

const OLD_AFTER = 20_000; // a tick comes every 5 s; a phone's radio may sleep
const ASK = 10_000;
const AFTER_END = 600_000; // an end may be a mistake: so long the page still listens
const ENDED = new Set(["done", "cancelled", "expired"]);

class TicketLive extends HTMLElement {
  #abort;
  #source;
  #view;
  #state;
  #heard = performance.now();
  #again;
  #failures = 0;
  #over = false;
  #ending;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#view = new TicketView(this);
    this.#state = this.querySelector("main").dataset.state;
    this.#part("acts").hidden = this.#ended;
    this.addEventListener("click", (event) => this.#click(event), { signal });
    document.addEventListener("visibilitychange", () => this.#wake(), { signal });
    window.addEventListener("online", () => this.#wake(), { signal });
    const watch = setInterval(() => this.#watch(), 1000);
    signal.addEventListener("abort", () => {
      clearInterval(watch);
      clearTimeout(this.#again);
      clearTimeout(this.#ending);
      this.#source?.close();
    });
    this.#endLater();
    this.#connect();
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  get #ended() {
    return ENDED.has(this.#state);
  }

  #connect() {
    clearTimeout(this.#again);
    this.#source?.close();
    if (this.#over) return;
    const source = new EventSource(`${this.dataset.ticket}/events`);
    this.#source = source;
    const alive = () => {
      this.#failures = 0;
      this.#alive();
    };
    source.addEventListener("tick", (event) => {
      alive();
      if (!this.#ended) this.#view.live(Date.parse(JSON.parse(event.data).now));
    });
    source.addEventListener("ticket", (event) => {
      alive();
      if (!this.#ended && !("live" in this.#part("live").dataset)) this.#view.live(Number(this.dataset.now)); // until the first tick
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
    if (document.hidden) return;
    this.#ask();
    if (this.#source?.readyState !== EventSource.OPEN) this.#connect();
  }

  #watch() {
    if (this.#ended) return;
    const silence = performance.now() - this.#heard;
    if (silence > ASK && Math.floor(silence / 1000) % 5 === 0) this.#ask();
    if (silence > OLD_AFTER) {
      this.#part("old").hidden = false;
      this.#part("live").hidden = true;
    }
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
    if (!this.#view.knows(ticket)) {
      location.reload(); // sent on to another service: the page itself says where that is
      return;
    }
    this.#state = wordsOf(ticket);
    this.#view.draw(ticket);
    this.#endLater();
  }

  /** A ticket that has ended is listened to for a while yet; one that came back, as before. */
  #endLater() {
    clearTimeout(this.#ending);
    if (this.#over && !this.#ended) {
      this.#over = false;
      this.#connect();
    }
    if (!this.#ended) return;
    this.#part("live").hidden = true;
    this.#ending = setTimeout(() => {
      this.#over = true;
      this.#source?.close();
    }, AFTER_END);
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

customElements.define("ticket-live", TicketLive);
