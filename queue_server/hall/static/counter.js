/**
 * <counter-console>: every act of a counter, by button or by key. What is so is drawn by the server; here are the keys,
 * the questions before an act, the countdown of undo, and which buttons may be pressed.
 */

import { StaffActs } from "./acts.js";
import { ask, warnAlone } from "./counter_ask.js";
import { allowedWith, drawActs, drawHere, drawUndo, enable, nameCalls } from "./counter_draw.js";
import { keyOf, targetOf } from "./counter_keys.js";
import { meant, Pad } from "./counter_pad.js";
import { openPanel } from "./counter_panels.js";
import { Rows } from "./counter_rows.js";
import { told } from "./counter_told.js";
import { fill } from "./press.js";

const KEYS_OFF = "matanai.counter.keys-off";
const DOUBLE = 3_000; // ms: the next one is not called so soon after a call
const EARLY = 20_000; // ms: so soon nobody has been served
const SEEN = 8_000; // ms

export class CounterConsole extends StaffActs {
  #calledAt = -Infinity; // performance.now() when this page saw the last call
  #called = null; // the number that is called here
  #saying;
  #seen = []; // the numbers at the desk when something was pressed
  #was = {}; // before the act that is on its way
  #focused = false; // whether something that is never drawn again had the focus when it was pressed
  #rows = new Rows();
  #pad = null;

  connectedCallback() {
    super.connectedCallback();
    const { signal } = this;
    this.words = JSON.parse(this.part("words").textContent);
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    const keys = this.part("keys");
    keys.checked = localStorage.getItem(KEYS_OFF) === null;
    keys.addEventListener(
      "change",
      () => (keys.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")),
      { signal },
    );
    const field = this.querySelector("#call-number");
    if (field) this.#pad = new Pad(field, signal);
    this.#called = this.calledHere()?.dataset.number ?? null;
    this.drawn();
  }

  // --- acting ------------------------------------------------------------------------------------------------

  address(source) {
    const { act, handoff } = source.dataset;
    if (act === "ready") return `${this.dataset.site}handoffs/${handoff}/done`;
    return act === "reopen" ? `${this.dataset.site}tickets/${this.view.dataset.last}/reopen` : this.dataset.acts + act;
  }

  async act(source, body) {
    if (this.querySelector("dialog[data-ask][open]") || !(await this.idle(source))) return undefined;
    const { act } = source.dataset;
    if (act === "call" && source.matches("form") && !(body = this.#wanted(body))) return undefined;
    const number = source.dataset.number ?? source.closest("[data-number]")?.dataset.number;
    if (number && !source.dataset.body) body = { ...body, number };
    this.#focused = this.contains(document.activeElement) && !document.activeElement.closest("[data-now-part]");
    this.#seen = this.#numbersHere();
    if (!(await this.#mayAct(act, number ?? body.number))) return undefined;
    if (act === "call-next" || act === "call") body = { ...body, seen: this.#seen }; // a call finishes nobody else
    return this.#do(source, body, number ?? body.number);
  }

  #do(source, body, number) {
    const here = this.querySelector("article.here__ticket");
    const { undo, status, lastNumber } = this.view.dataset;
    const about = source.dataset.act === "reopen" ? lastNumber : number;
    this.#was = { number: about ?? here?.dataset.number, here: here?.dataset.number, next: here?.dataset.next, undo };
    this.#was.open = status === "open";
    this.#was.to = this.querySelector(`[data-part=targets] [data-service="${body.service}"]`)?.dataset.to;
    return super.act(source, body);
  }

  /** The number that was typed, as it stands on the paper; null when two may be meant, which is said. */
  #wanted(body) {
    const rows = [...this.querySelectorAll("[data-now-part=queues] tr[data-number]")];
    const numbers = meant(body.number, rows.map((row) => row.dataset.number));
    if (numbers.length === 1) return { ...body, number: numbers[0] };
    this.say(fill(this.words.which, { numbers: numbers.join(", ") }));
    return null;
  }

  /** The questions before an act; an answer may be another act. */
  async #mayAct(act, number) {
    if (act === "call-next" || act === "call") return this.#mayCall(act, number);
    if (act === "no-show") return this.#mayBeAbsent(number);
    if (act === "close") {
      const dialog = this.#question("close");
      warnAlone(dialog, this.part("alone"));
      return (await ask(dialog)) === "yes";
    }
    if (act === "reopen") return (await ask(this.#question("reopen"), { number: this.view.dataset.lastNumber })) === "yes";
    return true;
  }

  /** A call ends whoever is at the desk as served: not by a double press, and not somebody who never came. */
  async #mayCall(act, wanted) {
    const here = this.calledHere();
    if (!here) return true;
    const age = performance.now() - this.#calledAt;
    const { number } = here.dataset;
    if (act === "call-next" && age < DOUBLE) {
      this.say(fill(this.words.soon, { number }));
      return false;
    }
    if (act === "call-next" && age > EARLY) return true;
    if (act === "call" && !(await this.#waits(wanted))) return true; // a refusal that changes nothing says why
    const nobody = act === "call-next" && this.view.dataset.waits === "0";
    const answer = await ask(this.#question(nobody ? "came-nobody" : "came"), { number });
    if (answer !== "absent") return answer === "served";
    return (await this.#mayBeAbsent(number, true)) && !nobody;
  }

  /** Whether a number can be called now, as far as the server tells. */
  async #waits(number) {
    const answer = await fetch(`${this.dataset.site}queue`, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return true;
    const { waiting, held, no_show: absent } = await answer.json();
    return [...waiting, ...held, ...absent].some((row) => row.number === number);
  }

  /** Whether to mark absent; with `first` it is done here, before something else. */
  async #mayBeAbsent(number, first = false) {
    const line = this.#lineOf(number);
    const recalls = Number(line?.dataset.recalls ?? 0);
    const needed = Number(this.view.dataset.recallsNeeded);
    let answer = "yes";
    if (recalls < needed) {
      answer = await ask(this.#question("recall"), { number: line.dataset.number, needed, recalls });
    } else if (line && "mayNotHear" in line.dataset) {
      const dialog = this.#question("looked");
      const needs = [...line.querySelectorAll(".needs li")].map((need) => need.cloneNode(true));
      dialog.querySelector("[data-part=ask-needs]").replaceChildren(...needs);
      answer = await ask(dialog, { number: line.dataset.number });
    }
    if (answer === "recall") {
      await this.#do(this.#button("recall", number), number ? { number } : {}, number);
      return false;
    }
    if (answer !== "yes" || !first) return answer === "yes";
    await this.#do(this.#button("no-show", number), {}, number);
    this.#seen = this.#numbersHere();
    return this.part("problem").hidden;
  }

  #button(act, number) {
    const own = number && this.querySelector(`[data-act="${act}"][data-number="${number}"]`);
    return own || this.querySelector(`[data-act="${act}"]`);
  }

  #question(name) {
    return this.querySelector(`dialog[data-ask="${name}"]`);
  }

  #lineOf(number) {
    const here = [...this.querySelectorAll("[data-now-part=here] [data-state][data-number]")];
    return here.find((line) => line.dataset.number === number) ?? here[0];
  }

  /** Draw what the answer says at once; the whole follows. */
  acted(source, data) {
    const { act } = source.dataset;
    const { ticket } = data;
    this.say(told(this.words, act, data, this.#was));
    if (act === "call-next" || act === "call") {
      this.here(ticket);
      if (ticket) this.#noteCall(ticket.number);
      const field = this.querySelector("#call-number");
      if (!field?.value) field?.blur(); // letters are keys again
    } else if (act === "start" || act === "recall" || act === "undo") {
      this.here(ticket);
    } else if (["finish", "hold", "no-show", "transfer", "await-pickup"].includes(act) && !source.dataset.number) {
      this.here(null);
    }
    this.#refocus();
  }

  /** Who is at the desk, as far as an answer tells it. */
  here(ticket) {
    if (!drawHere(this, ticket)) return;
    this.forget("here");
    this.view.dataset.allowed = allowedWith(ticket, this.view.dataset.allowed);
    enable(this);
    nameCalls(this, ticket?.state);
  }

  /** Tell with a voice, and with eyes for a while: soon it is not so any more. */
  say(words) {
    const said = this.part("said");
    const show = (shown) => {
      said.classList.toggle("visually-hidden", !shown);
      said.classList.toggle("banner", shown);
    };
    said.textContent = words;
    show(true);
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => show(false), SEEN);
  }

  /** Where the focus goes when what was pressed is gone. */
  home() {
    return [...this.querySelectorAll("[data-home]")].find((button) => !button.disabled && button.checkVisibility());
  }

  #refocus() {
    const { activeElement } = document;
    const kept = this.contains(activeElement) && !activeElement.disabled && activeElement.checkVisibility();
    if (this.#focused && !kept) this.home()?.focus({ preventScroll: true });
  }

  // --- what is so --------------------------------------------------------------------------------------------

  get view() {
    return this.querySelector("[data-allowed]");
  }

  /** Whoever is called to this desk and has not been greeted. */
  calledHere() {
    return this.querySelector("article.here__ticket[data-state=called]");
  }

  #numbersHere() {
    return [...this.querySelectorAll("article.here__ticket")].map((line) => line.dataset.number);
  }

  #noteCall(number) {
    this.#called = number;
    this.#calledAt = performance.now();
  }

  drawn() {
    drawActs(this);
    const called = this.calledHere()?.dataset.number ?? null;
    if (called !== null && called !== this.#called) this.#noteCall(called);
    this.#called = called;
    drawUndo(this);
    nameCalls(this, this.querySelector("article.here__ticket")?.dataset.state);
    this.#rows.watch(this.querySelector("[data-now-part=queues]"));
    this.#refocus();
    this.#focused = false;
  }

  second() {
    super.second();
    drawUndo(this);
  }

  // --- panels and keys ---------------------------------------------------------------------------------------

  clicked(event) {
    const opener = event.target.closest("[data-open]");
    if (opener) openPanel(this, opener.dataset.open, this.#lineOf()?.dataset.number, this.words);
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  }

  #key(event) {
    const field = event.target.closest(".console input");
    if (event.key === "Escape" && field && !event.isComposing) field.blur(); // then letters are keys again
    if (!this.part("keys").checked) return;
    const dialog = this.querySelector("dialog[open]");
    const pad = dialog ? null : this.#pad?.take(event);
    if (pad) event.preventDefault();
    const key = pad ? pad.key : keyOf(event);
    if (!key) return;
    if (dialog) {
      const choice = dialog.querySelector(`[data-preset="${key}"], [data-digit="${key}"]`);
      if (choice) choice.click();
      return;
    }
    if (key === "E") {
      event.preventDefault();
      this.querySelector("[data-part=aside] button:enabled")?.focus();
      return;
    }
    const target = targetOf(this, key);
    if (!target) return;
    event.preventDefault();
    if (target instanceof HTMLInputElement) target.focus();
    else target.click();
  }
}

if (!customElements.get("counter-console")) customElements.define("counter-console", CounterConsole);
