/**
 * <staff-acts>: buttons and forms that act over the API, and a part of the page that the server draws again whenever
 * something happens at the site.
 *
 *   [data-post]      on a button or form: where to post; data-body: JSON; data-method; data-confirm: a question first
 *   [data-then]      where to go afterwards
 *   data-now         address of the parts that are drawn again; each [data-now-part] goes to its namesake
 */

import { post, showProblem } from "./press.js";
import { redraw } from "./redraw.js";

const MINUTE = 60_000;
const SOON = 80; // ms: several events of one command make one fetch

export class StaffActs extends HTMLElement {
  #abort;
  #busy = null; // {source, done} of the act that is on its way
  #timer;
  #fetching = null;
  #seq = null;
  #drawn = new Map(); // part → the HTML it was drawn from
  #pressing = false;
  #sent = new WeakMap(); // form → what it was sent with

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.signal = signal;
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    if (this.dataset.now) {
      for (const part of this.querySelectorAll("[data-now-part]")) this.#drawn.set(part.dataset.nowPart, part.innerHTML);
      this.addEventListener("pointerdown", () => { this.#pressing = true; }, { signal });
      for (const name of ["pointerup", "pointercancel"]) {
        window.addEventListener(name, () => setTimeout(() => { this.#pressing = false; }), { signal });
      }
      for (const name of ["event", "board", "state"]) {
        document.addEventListener(`live:${name}`, () => this.again(SOON), { signal });
      }
      document.addEventListener("live:tick", (event) => this.#tick(event.detail.seq), { signal });
    }
    const clock = setInterval(() => this.second(), 1000);
    const minute = setInterval(() => this.again(0), MINUTE); // waits grow though nothing happens
    signal.addEventListener("abort", () => {
      clearInterval(clock);
      clearInterval(minute);
      clearTimeout(this.#timer);
    });
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  // --- acting ------------------------------------------------------------------------------------------------

  #click(event) {
    const button = event.target.closest("button[data-post], button[data-act]");
    if (!button) return;
    event.preventDefault();
    this.act(button, button.dataset.body ? JSON.parse(button.dataset.body) : {});
  }

  #submit(event) {
    const form = event.target;
    if (!form.matches("[data-post], [data-act]")) return;
    event.preventDefault();
    const body = bodyOf(form);
    this.#sent.set(form, JSON.stringify(body));
    this.act(form, body);
  }

  /** Where a button or form posts to. */
  address(source) {
    return source.dataset.post;
  }

  /** When what was pressed before is answered; false for a second press of the same. */
  async idle(source) {
    while (this.#busy) {
      if (this.#busy.source === source) return false;
      await this.#busy.done;
    }
    return true;
  }

  async act(source, body) {
    if (!(await this.idle(source))) return;
    if (source.dataset.confirm && !window.confirm(source.dataset.confirm)) return;
    this.setAttribute("aria-busy", "true");
    const done = post(this.address(source), body, { method: source.dataset.method ?? "POST" });
    this.#busy = { source, done };
    const answer = await done;
    this.#busy = null;
    this.removeAttribute("aria-busy");
    const problem = source.closest("dialog")?.querySelector("[data-part=problem]") ?? this.part("problem");
    if (!answer.ok) {
      if (problem) showProblem(problem, answer);
      this.again(0);
      return;
    }
    if (problem) problem.hidden = true;
    if (source.dataset.then) {
      location.assign(source.dataset.then);
      return;
    }
    if (source instanceof HTMLFormElement) {
      if (JSON.stringify(bodyOf(source)) === this.#sent.get(source)) source.reset(); // what came after stays
      source.closest("details")?.removeAttribute("open");
    }
    source.closest("dialog")?.close();
    this.acted(source, answer.data);
    this.again(0);
  }

  /** After an act that was done. */
  acted() {}

  // --- the part that the server draws ------------------------------------------------------------------------

  /** What the public stream does not tell (hand-offs, notes, reprints) moves the site's seq too. */
  #tick(seq) {
    if (seq !== this.#seq) this.again(SOON);
    this.#seq = seq;
  }

  /** Draw the part again, in `ms`. */
  again(ms) {
    if (!this.dataset.now) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetchNow(), ms);
  }

  /** Where the parts are fetched. */
  nowAddress() {
    return this.dataset.now;
  }

  /** Let a part be drawn even if the server says the same again: the page has changed it meanwhile. */
  forget(part) {
    this.#drawn.delete(part);
  }

  async #fetchNow() {
    this.#fetching?.abort();
    const fetching = new AbortController();
    this.#fetching = fetching;
    try {
      const answer = await fetch(this.nowAddress(), { cache: "no-store", signal: fetching.signal });
      if (answer.status === 401) location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      const html = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (let turn = 0; this.#pressing && turn < 50; turn += 1) {
        await new Promise((resolve) => { setTimeout(resolve, 30); }); // a button must not vanish under a finger
      }
      if (fetching.signal.aborted) return;
      redraw(this, html, this.#drawn);
      this.drawn();
    } catch (error) {
      if (fetching.signal.aborted || this.signal.aborted) return;
      this.#timer = setTimeout(() => this.#fetchNow(), 2000 + Math.random() * 1000);
    }
  }

  /** After the part was drawn. */
  drawn() {}

  /** Every second: the clock of the page's head. */
  second() {
    const clock = document.querySelector("[data-part=clock]");
    const now = document.querySelector("live-stream")?.hallTime ?? null;
    if (!clock || now === null) return;
    const format = { timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    clock.textContent = new Intl.DateTimeFormat(document.documentElement.lang, format).format(now);
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

/** The fields of a form as the body of a post: empty ones are left out, checkboxes with a value make a list. */
export function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.type === "checkbox") {
      if (!field.hasAttribute("value")) body[field.name] = field.checked;
      else if (field.checked) (body[field.name] ??= []).push(field.value);
    } else if (field.value !== "") {
      const number = field.type === "number" || (field.name === "place" && /^\d+$/.test(field.value));
      body[field.name] = number ? Number(field.value) : field.value.trim();
    }
  }
  return body;
}

if (!customElements.get("staff-acts")) customElements.define("staff-acts", StaffActs);
