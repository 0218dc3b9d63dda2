/**
 * <counter-console>: every act of a counter, by button or by key. What is so is drawn by the server; here are only the
 * keys, the countdown of undo, and which buttons may be pressed.
 */

import { StaffActs } from "./acts.js";
import { fill } from "./press.js";

const KEYS_OFF = "matanai.counter.keys-off";

class CounterConsole extends StaffActs {
  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", (event) => this.#key(event), { signal: this.signal });
    const keys = this.part("keys");
    keys.checked = localStorage.getItem(KEYS_OFF) === null;
    keys.addEventListener(
      "change",
      () => (keys.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")),
      { signal: this.signal },
    );
    this.drawn();
  }

  address(source) {
    return this.dataset.acts + source.dataset.act;
  }

  act(source, body) {
    const number = source.dataset.number ?? source.closest("tr[data-number]")?.dataset.number;
    return super.act(source, number ? { ...body, number } : body);
  }

  acted(source, { ticket }) {
    const { act } = source.dataset;
    let words = this.dataset.done;
    if (act === "call-next" || act === "call") {
      words = ticket ? fill(this.dataset.calling, { number: ticket.number }) : this.dataset.nobody;
    }
    this.part("said").textContent = words;
  }

  drawn() {
    const view = this.querySelector("[data-allowed]");
    const allowed = new Set(view.dataset.allowed.split(" "));
    for (const button of this.querySelectorAll(".console__acts button[data-act]")) {
      button.disabled = !allowed.has(button.dataset.act);
    }
    for (const form of this.querySelectorAll("form[data-allowed-by]")) {
      form.querySelector("button").disabled = !allowed.has(form.dataset.allowedBy);
    }
    const restore = this.part("restore");
    for (const place of this.querySelectorAll("[data-restore]")) {
      const form = restore.content.cloneNode(true);
      form.querySelector("form").dataset.number = place.dataset.restore;
      place.replaceChildren(form);
    }
    this.#undo();
  }

  second() {
    super.second();
    this.#undo();
  }

  #undo() {
    const until = Number(this.querySelector("[data-undo-until]").dataset.undoUntil);
    const stream = document.querySelector("live-stream");
    const left = until && stream.hallTime ? Math.floor((until - stream.hallTime) / 1000) : 0;
    this.querySelector("[data-act=undo]").disabled = left <= 0;
    this.part("undo-left").textContent = left > 0 ? fill(this.dataset.seconds, { seconds: left }) : "";
  }

  #key(event) {
    if (!this.part("keys").checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    const key = event.key.toUpperCase();
    if (!/^[A-Z]$/.test(key)) return;
    const target = this.querySelector(`[data-key="${key}"]`);
    if (!target) return;
    event.preventDefault();
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.querySelector("select").focus();
    } else if (!target.disabled) target.click();
  }
}

customElements.define("counter-console", CounterConsole);
