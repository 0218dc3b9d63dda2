/**
 * <staff-acts>: buttons and forms that act over the API, and a part of the page that the server draws again whenever
 * something happens at the site.
 *
 *   [data-post]      on a button or form: where to post; data-body: JSON; data-method; data-confirm: a question first
 *   [data-then]      where to go afterwards
 *   data-now         address of the part that is drawn again, into [data-part="now"]
 */

import { post, showProblem } from "./press.js";

const SOON = 80; // ms: several events of one command make one fetch

export class StaffActs extends HTMLElement {
  #abort;
  #busy = false;
  #timer;
  #fetching = null;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.signal = signal;
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    if (this.dataset.now) {
      for (const name of ["event", "board", "state"]) {
        document.addEventListener(`live:${name}`, () => this.again(SOON), { signal });
      }
    }
    const clock = setInterval(() => this.second(), 1000);
    signal.addEventListener("abort", () => {
      clearInterval(clock);
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
    this.act(form, bodyOf(form));
  }

  /** Where a button or form posts to. */
  address(source) {
    return source.dataset.post;
  }

  async act(source, body) {
    if (this.#busy) return;
    if (source.dataset.confirm && !window.confirm(source.dataset.confirm)) return;
    this.#busy = true;
    this.setAttribute("aria-busy", "true");
    const answer = await post(this.address(source), body, { method: source.dataset.method ?? "POST" });
    this.#busy = false;
    this.removeAttribute("aria-busy");
    const problem = this.part("problem");
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
      source.reset();
      source.closest("details")?.removeAttribute("open");
    }
    this.acted(source, answer.data);
    this.again(0);
  }

  /** After an act that was done. */
  acted() {}

  // --- the part that the server draws ------------------------------------------------------------------------

  /** Draw the part again, in `ms`. */
  again(ms) {
    if (!this.dataset.now) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetchNow(), ms);
  }

  async #fetchNow() {
    this.#fetching?.abort();
    const fetching = new AbortController();
    this.#fetching = fetching;
    try {
      const answer = await fetch(this.dataset.now, { cache: "no-store", signal: fetching.signal });
      if (answer.status === 401) location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      const html = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = this.part("now");
      const keep = placeOf(part);
      part.replaceChildren(...html.body.childNodes);
      this.drawn();
      keep();
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

/** Remember which button of a part has the focus; the function that comes back finds its successor. */
function placeOf(part) {
  const focused = part.contains(document.activeElement) ? document.activeElement.closest("[data-act], [data-post]") : null;
  if (!focused) return () => {};
  const { act, number, post: address } = focused.dataset;
  const row = number ?? focused.closest("[data-number]")?.dataset.number;
  return () => {
    const same = [...part.querySelectorAll("[data-act], [data-post]")].find(
      (other) =>
        other.dataset.act === act &&
        other.dataset.post === address &&
        (other.dataset.number ?? other.closest("[data-number]")?.dataset.number) === row,
    );
    (same ?? part.querySelector("button:enabled"))?.focus();
  };
}

if (!customElements.get("staff-acts")) customElements.define("staff-acts", StaffActs);
