/**
 * <day-end>: the end of the day. Beside what every page of staff can do, a button acts on a whole group, one after the
 * other: data-act names the act, data-each the tickets.
 */

import { StaffActs } from "./acts.js";
import { fill, post, showProblem } from "./press.js";

class DayEnd extends StaffActs {
  #working = false;

  async act(source, body) {
    if (!source.dataset.each) {
      await super.act(source, body);
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
