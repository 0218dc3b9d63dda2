/** <public-board>: the public page of a site, kept up with the board. */

import { fill } from "./press.js";

const SHOWN = 8;

class PublicBoard extends HTMLElement {
  #abort;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    document.addEventListener("live:board", (event) => this.#draw(event.detail.board), { signal });
    const every = setInterval(() => this.#clock(), 1000);
    signal.addEventListener("abort", () => clearInterval(every));
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  #draw(board) {
    const names = JSON.parse(this.#part("counters").textContent);
    this.#part("closed").hidden = board.day !== null;
    this.#part("no-calls").hidden = board.calls.length > 0;
    this.#part("calls").replaceChildren(
      ...board.calls.slice(0, SHOWN).map((call) => {
        const row = document.createElement("li");
        const number = document.createElement("b");
        number.className = "number";
        number.textContent = call.number;
        const counter = document.createElement("span");
        counter.textContent = names[call.counter] ?? call.counter;
        row.append(number, " ", counter);
        return row;
      }),
    );
    const notice = this.#part("notice");
    const texts = board.notice ?? {};
    notice.textContent = texts[document.documentElement.lang] ?? Object.values(texts)[0] ?? "";
    notice.hidden = !notice.textContent;
    for (const service of board.services) {
      const row = this.querySelector(`[data-service="${CSS.escape(service.id)}"]`);
      if (!row) continue;
      row.dataset.open = service.open ? "yes" : "no";
      row.querySelector("[data-part=closed]").hidden = service.open;
      row.querySelector("[data-part=rests]").hidden = !service.open || service.attended || service.waiting === 0;
      row.querySelector("[data-part=waiting]").textContent = fill(this.dataset.waiting, { n: service.waiting });
      const { estimate } = service;
      row.querySelector("[data-part=wait]").textContent = estimate
        ? fill(this.dataset.estimate, { low: estimate.low_minutes, high: estimate.high_minutes })
        : "–";
    }
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
