/**
 * <pickup-console>: numbers that are typed, scanned or ticked, called together. What is chosen are chips; ticks in the
 * lists are another way to choose. Every Enter takes one number more; Enter on an empty field calls.
 */

import { CounterConsole } from "./counter.js";
import { fill, post, showProblem } from "./press.js";

const CALLABLE = new Set(["ready", "plain", "aside"]);
const MANY = 100;
const TOUCH = "(hover: none)"; // a field with the focus would bring up the keyboard of the screen

class PickupConsole extends CounterConsole {
  #chosen = new Set();

  connectedCallback() {
    super.connectedCallback();
    const { signal } = this;
    this.part("entry").addEventListener("submit", (event) => this.#enter(event), { signal });
    this.addEventListener("change", (event) => this.#ticked(event.target), { signal });
    if (this.view.dataset.status === "open") this.#field()?.focus();
  }

  #field() {
    return matchMedia(TOUCH).matches ? null : this.part("entry").elements.code;
  }

  // --- choosing ----------------------------------------------------------------------------------------------

  async #enter(event) {
    event.preventDefault();
    const field = event.target.elements.code;
    const text = field.value.normalize("NFKC").trim();
    field.value = "";
    if (!text) {
      this.querySelector("[data-act=call-many][data-key]").click();
    } else if (text.includes("/") || text.length > 20) {
      await this.#scanned(text);
    } else {
      text.toUpperCase().split(/[\s,;\u3001]+/).filter(Boolean).forEach((number) => this.#choose(number));
    }
  }

  /** The code of a paper: the server knows its number. */
  async #scanned(code) {
    const answer = await post(`${this.dataset.site}scan`, { code });
    const problem = this.part("problem");
    problem.hidden = true;
    if (answer.ok) this.#choose(answer.data.ticket.number);
    else showProblem(problem, answer);
  }

  #choose(number, chosen = true) {
    if (chosen && this.#chosen.size < MANY) this.#chosen.add(this.#rowOf(number)?.dataset.number ?? number);
    else this.#chosen.delete(number);
    this.#drawChips();
  }

  /** The row of a number; leading zeros may be left out. */
  #rowOf(number) {
    const same = (other) => other === number || other.replace(/^0+/, "") === number.replace(/^0+/, "");
    return [...this.querySelectorAll("tr[data-chip]")].find((row) => same(row.dataset.number));
  }

  #ticked(field) {
    if (field.dataset.pick) this.#choose(field.dataset.pick, field.checked);
  }

  clicked(event) {
    super.clicked(event);
    const chip = event.target.closest("[data-off]")?.closest("li");
    if (chip) {
      this.#choose(chip.dataset.number, false);
      this.#field()?.focus();
    }
    if (event.target.closest("[data-every]")) {
      this.querySelectorAll("tr[data-chip=ready]").forEach((row) => this.#choose(row.dataset.number));
    }
  }

  #stateOf(number) {
    return this.#rowOf(number)?.dataset.chip ?? "unknown";
  }

  #callable() {
    return [...this.#chosen].filter((number) => CALLABLE.has(this.#stateOf(number)));
  }

  #drawChips() {
    const template = this.part("chip");
    const chips = [...this.#chosen].map((number) => {
      const chip = template.content.firstElementChild.cloneNode(true);
      const state = this.#stateOf(number);
      Object.assign(chip.dataset, { number, state });
      chip.querySelector("[data-part=number]").textContent = number;
      chip.querySelector("[data-part=chip-state]").textContent = this.words.chips[state];
      chip.querySelector("[data-part=off]").textContent = fill(this.words.remove, { number });
      chip.querySelector("[data-act=finish]").hidden = state !== "called";
      return chip;
    });
    this.part("chips").replaceChildren(...chips);
    for (const box of this.querySelectorAll("[data-pick]")) box.checked = this.#chosen.has(box.dataset.pick);
    const n = this.#callable().length;
    this.part("count").textContent = n ? fill(this.words.count, { n }) : this.words.countNone;
    const open = this.view.dataset.allowed.split(" ").includes("call-many");
    this.querySelector("[data-act=call-many][data-key]").disabled = !open || n === 0;
  }

  // --- acting ------------------------------------------------------------------------------------------------

  act(source, body) {
    const many = source.dataset.act === "call-many" && !source.dataset.body;
    return super.act(source, many ? { numbers: this.#callable() } : body);
  }

  acted(source, data) {
    super.acted(source, data);
    const { act } = source.dataset;
    if (act === "open") this.#field()?.focus();
    if (act === "call-many") {
      const numbers = data.tickets.map((ticket) => ticket.number);
      numbers.forEach((number) => this.#chosen.delete(number));
      this.say(fill(this.words.calling, { number: numbers.join(", ") }));
    } else if (act === "finish") {
      this.#chosen.delete(source.closest("[data-number]")?.dataset.number);
    }
    this.#drawChips();
  }

  drawn() {
    super.drawn();
    this.#drawChips();
  }
}

customElements.define("pickup-console", PickupConsole);
