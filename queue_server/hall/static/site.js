/** <public-board>: the public page of a site, kept up with the board. */

import { fill } from "./press.js";

const SHOWN = 8;
const LEVELS = ["quiet", "some", "full"];

class PublicBoard extends HTMLElement {
  #abort;
  #words;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#words = JSON.parse(this.#part("words").textContent);
    this.#part("live").hidden = false;
    document.addEventListener("live:board", (event) => this.#draw(event.detail.board), { signal });
    const every = setInterval(() => this.#clock(), 1000);
    signal.addEventListener("abort", () => clearInterval(every));
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  #draw(board) {
    this.#part("closed").hidden = board.day !== null;
    const notice = this.#part("notice");
    const texts = board.notice ?? {};
    notice.textContent = texts[document.documentElement.lang] ?? Object.values(texts)[0] ?? "";
    notice.hidden = !notice.textContent;
    if (this.#part("calls")) this.#drawCalls(board.calls);
    for (const service of board.services) {
      const row = this.querySelector(`[data-service="${CSS.escape(service.id)}"]`);
      if (row) this.#drawService(row, service);
    }
  }

  #drawCalls(calls) {
    this.#part("no-calls").hidden = calls.length > 0;
    this.#part("calls").replaceChildren(
      ...calls.slice(0, SHOWN).map((call) => {
        const row = document.createElement("li");
        const number = document.createElement("b");
        number.className = "number";
        number.textContent = call.number;
        const counter = document.createElement("span");
        counter.textContent = this.#words.counters[call.counter] ?? call.counter;
        row.append(number, " ", counter);
        return row;
      }),
    );
  }

  #drawService(row, service) {
    const part = (name) => row.querySelector(`[data-part=${name}]`);
    row.dataset.open = service.open ? "yes" : "no";
    const state = this.#state(service);
    part("state").dataset.state = state;
    const said = state === "open" && !service.closes_at ? "always" : state;
    part("state").textContent = fill(this.#words.states[said], { time: service.closes_at?.slice(11, 16) ?? "" });
    part("hint").hidden = service.open || !part("hint").textContent;
    part("facts").hidden = !service.open && service.waiting === 0;
    part("waiting").textContent = fill(this.dataset.people, { n: service.waiting });
    part("wait").textContent = this.#wait(service.estimate);
    part("last").textContent = service.last_called ?? this.#words.none;
    const crowd = this.#crowd(service);
    part("crowd").hidden = !service.open || !service.attended || crowd === null;
    if (crowd) {
      part("crowd").dataset.level = crowd.level;
      part("crowd-text").textContent = crowd.text;
    }
  }

  #state(service) {
    if (service.stopped) return service.stopped;
    if (service.waiting > 0 && !service.attended) return "rests";
    const now = document.querySelector("live-stream").hallTime;
    const left = service.closes_at && now !== null ? Date.parse(service.closes_at) - now : Infinity;
    return left <= this.#words.last_minutes * 60_000 ? "closing" : "open";
  }

  #wait(estimate) {
    if (!estimate) return this.#words.none;
    const { coarse, soon } = this.#words;
    let { low_minutes: low, high_minutes: high } = estimate;
    if (high <= soon.minutes) return soon.text;
    if (high > coarse.above) {
      low -= low % coarse.step;
      high = Math.ceil(high / coarse.step) * coarse.step;
    }
    return fill(low === 0 ? this.#words.within : this.#words.estimate, { low, high });
  }

  /** The city's own words by the number waiting, else general ones that look at the wait too. */
  #crowd({ id, waiting, estimate }) {
    const own = this.#words.crowd[id];
    if (own) {
      const reached = own.filter((step) => step.from <= waiting).sort((one, other) => other.from - one.from)[0];
      return reached ? { level: "", text: reached.text } : null;
    }
    const over = (value, bounds) => bounds.filter((bound) => value >= bound).length;
    const minutes = estimate ? (estimate.low_minutes + estimate.high_minutes) / 2 : 0;
    const level = LEVELS[Math.max(over(waiting, this.#words.people), over(minutes, this.#words.minutes))];
    return { level, text: this.#words.levels[level] };
  }

  #clock() {
    const now = document.querySelector("live-stream").hallTime ?? null;
    if (now === null || document.querySelector("live-stream").hasAttribute("data-old")) return;
    const format = { timeZone: this.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    this.#part("clock").textContent = new Intl.DateTimeFormat(document.documentElement.lang, format).format(now);
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

customElements.define("public-board", PublicBoard);
