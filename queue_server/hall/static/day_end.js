/**
 * <day-end>: the end of the day. Beside what every page of staff can do, a button acts on a whole group, one after the
 * other: data-act names the act, data-each the tickets. What goes wrong is said beside what was pressed.
 */

import { StaffActs } from "./acts.js";
import { fill, post, showProblem } from "./press.js";

class DayEnd extends StaffActs {
  #working = false;
  #problem;
  #section = null; // where the last press was
  #minute = null;

  connectedCallback() {
    super.connectedCallback();
    this.#problem = this.part("problem");
  }

  drawn() {
    this.#placeProblem(null);
  }

  /** Beside the pressed button; once that is drawn anew, at the end of its section. */
  #placeProblem(pressed) {
    if (pressed) this.#section = pressed.closest("section")?.getAttribute("aria-labelledby") ?? null;
    const line = pressed?.closest("section li, section p");
    const section = this.#section && this.querySelector(`section[aria-labelledby="${this.#section}"]`);
    if (line) line.after(this.#problem);
    else if (section && !section.contains(this.#problem)) section.append(this.#problem);
    else if (!this.contains(this.#problem)) this.querySelector("[data-now-part]").before(this.#problem);
  }

  /** What may be done changes with the time, without an event. */
  second() {
    super.second();
    const now = document.querySelector("live-stream")?.hallTime ?? null;
    if (now === null) return;
    const minute = Math.floor(now / 60_000);
    if (this.#minute !== null && minute !== this.#minute) this.again(0);
    this.#minute = minute;
  }

  async act(source, body) {
    this.#placeProblem(source);
    if (!source.dataset.each) {
      await super.act(source, body);
      if (!this.#problem.hidden) this.#problem.scrollIntoView({ block: "nearest" });
      return;
    }
    if (this.#working || (source.dataset.confirm && !window.confirm(source.dataset.confirm))) return;
    this.#working = true;
    this.setAttribute("aria-busy", "true");
    const problem = this.part("problem");
    problem.hidden = true;
    const said = this.part("said");
    let done = 0;
    for (const ticket of source.dataset.each.split(" ")) {
      const answer = await post(`${this.dataset.site}/tickets/${ticket}/${source.dataset.act}`);
      if (answer.ok) done += 1;
      else showProblem(problem, answer); // somebody may have done something with this one meanwhile: go on
      if (answer.status === 0) break;
    }
    said.textContent = fill(said.dataset.text, { n: done });
    this.#working = false;
    this.removeAttribute("aria-busy");
    this.again(0);
  }
}

customElements.define("day-end", DayEnd);
