/** The list of the day's tickets: what is chosen from it, its pages, and several tickets given up together. */

import { fill } from "./press.js";

const TYPING = 250; // ms after the last key until the list is fetched

export class TicketList {
  #desk;
  #filter;
  #bulk;
  #ticked = new Set();
  #page = 1;
  #timer;

  constructor(desk) {
    this.#desk = desk;
    this.#filter = desk.querySelector("[data-filter]");
    this.#bulk = desk.querySelector("[data-bulk]");
    const { signal } = desk;
    this.#page = Number(new URLSearchParams(location.search).get("page") ?? 1) || 1;
    this.#filter.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#filter.addEventListener("input", () => this.#typed(), { signal });
    desk.addEventListener("change", (event) => this.#tick(event.target), { signal });
    desk.addEventListener("click", (event) => this.#click(event), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** What the server needs to draw this page of the list. */
  get query() {
    const chosen = Object.fromEntries(new FormData(this.#filter));
    return { ...chosen, page: this.#page };
  }

  /** After the part was drawn: the ticks again; a number that may not be given up any more is forgotten. */
  drawn() {
    for (const row of this.#desk.querySelectorAll(".rows tr[data-number]")) {
      const box = row.querySelector("[data-tick]");
      if (box) box.checked = this.#ticked.has(box.dataset.tick);
      else this.#ticked.delete(row.dataset.number);
    }
    this.#count();
  }

  /** The body of the post that gives up what is ticked, or null when staff think better of it. */
  body(fields) {
    const numbers = [...this.#ticked];
    const sure = fill(this.#bulk.dataset.confirmText, { n: numbers.length, numbers: numbers.join(" ") });
    return numbers.length && window.confirm(sure) ? { ...fields, numbers } : null;
  }

  done() {
    this.#ticked.clear();
    this.#count();
  }

  /** Show exactly these numbers, all ticked. */
  choose(numbers) {
    this.#filter.reset();
    this.#filter.elements.state.value = "waiting";
    this.#filter.elements.service.value = "";
    this.#filter.elements.q.value = numbers.join(" ");
    this.#ticked = new Set(numbers);
    this.#page = 1;
    this.#count();
    this.#desk.again(0);
    this.#desk.querySelector("#list-title").scrollIntoView({ block: "start" });
    this.#bulk.elements.reason.focus({ preventScroll: true });
  }

  #submit(event) {
    event.preventDefault();
    this.#page = 1;
    this.#desk.again(0);
  }

  #typed() {
    this.#page = 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#desk.again(0), TYPING);
  }

  #tick(box) {
    const number = box.dataset.tick;
    if (number === undefined) return;
    if (box.checked) this.#ticked.add(number);
    else this.#ticked.delete(number);
    this.#count();
  }

  #click(event) {
    const link = event.target.closest("a[data-page]");
    if (link) {
      event.preventDefault();
      this.#page = Number(link.dataset.page);
      this.#desk.again(0);
    } else if (event.target.closest("[data-part=bulk-none]")) {
      this.done();
      this.drawn();
    }
  }

  #count() {
    const count = this.#desk.part("bulk-count");
    const numbers = [...this.#ticked];
    this.#bulk.hidden = numbers.length === 0;
    count.textContent = numbers.length
      ? fill(count.dataset.text, { n: numbers.length, numbers: numbers.join(" ") })
      : "";
  }
}
