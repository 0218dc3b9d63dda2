/**
 * <pad-entry>: hand-written numbers, entered afterwards. Enter in a row sends it and goes on to the next one, so that
 * nobody has to look up from the stubs; a row that was refused says why and stays to be mended. What is not entered yet survives a reload.
 */

import { fill, newKey, post } from "./press.js";
import { best, plain, wordsOf } from "./purposes.js";

const FIELDS = ["number", "purpose", "time"];

class PadEntry extends HTMLElement {
  #abort;
  #purposes;
  #sending = Promise.resolve();

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#purposes = [...this.querySelectorAll("datalist option")].map((option) => ({
      id: option.dataset.service,
      name: option.value,
      words: wordsOf(option.dataset.words),
      notes: wordsOf(option.dataset.notes),
    }));
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.addEventListener("input", (event) => this.#changed(event.target.closest("tr")), { signal });
    this.addEventListener("click", (event) => this.#click(event), { signal });
    for (const values of this.#stored()) this.#row(values);
    this.#row({ number: this.#rows().length ? "" : this.dataset.prefix });
    this.#check();
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  // --- rows --------------------------------------------------------------------------------------------------

  #rows() {
    return [...this.#part("rows").children];
  }

  #row({ number = "", purpose = "", time = "", key = newKey() } = {}) {
    const row = this.#part("row").content.cloneNode(true).firstElementChild;
    const n = this.#rows().length + 1;
    for (const [name, value] of Object.entries({ number, purpose, time })) {
      const field = fieldOf(row, name);
      field.value = value;
      field.setAttribute("aria-label", fill(this.dataset.label, { n, field: field.dataset.name }));
    }
    row.dataset.key = key;
    this.#part("rows").append(row);
    return row;
  }

  #key(event) {
    const { field } = event.target.dataset;
    if (event.key !== "Enter" || event.isComposing || !FIELDS.includes(field)) return;
    event.preventDefault();
    const row = event.target.closest("tr");
    const empty = FIELDS.map((name) => fieldOf(row, name)).find((other) => other.value.trim() === "");
    if (empty) empty.focus();
    else this.#enter(row);
  }

  #click(event) {
    const row = event.target.closest("tr");
    if (event.target.closest("[data-field=drop]")) {
      row.remove();
      this.#store();
      const rows = this.#rows();
      fieldOf(rows.at(-1) ?? this.#row(), "number").focus();
    }
  }

  /** A row that was changed is another press than the one before. */
  #changed(row) {
    if (!row || row.dataset.state === "done") return;
    row.dataset.key = newKey();
    this.#tell(row, "", "");
    this.#store();
  }

  // --- entering ----------------------------------------------------------------------------------------------

  #enter(row) {
    if (row.dataset.state === "done" || row.dataset.state === "sending") return;
    const body = this.#bodyOf(row);
    if (body !== null) {
      for (const name of FIELDS) fieldOf(row, name).readOnly = true;
      this.#tell(row, "sending", this.dataset.sending);
      this.#sending = this.#sending.then(() => this.#send(row, body));
    }
    this.#next(row).focus();
    this.#store();
  }

  /** The number field of the row after this one; a new row goes on with the next number and the same purpose. */
  #next(row) {
    const number = fieldOf(row, "number").value.trim();
    const following = this.#rows().slice(this.#rows().indexOf(row) + 1);
    const free = following.find((other) => !["done", "sending"].includes(other.dataset.state));
    const next = free ?? this.#row();
    const field = fieldOf(next, "number");
    if (field.value === "") {
      field.value = after(number);
      if (fieldOf(next, "purpose").value === "") fieldOf(next, "purpose").value = fieldOf(row, "purpose").value;
    }
    field.select();
    return field;
  }

  /** What is posted for a row; null when something in it cannot be, which is said. */
  #bodyOf(row) {
    const [number, purpose, time] = FIELDS.map((name) => fieldOf(row, name).value.normalize("NFKC").trim());
    const problem = (name, words) => {
      this.#tell(row, "refused", words);
      fieldOf(row, name).setAttribute("aria-invalid", "true");
      return null;
    };
    const twice = this.#rows().find(
      (other) => other !== row && ["done", "sending"].includes(other.dataset.state) && same(fieldOf(other, "number").value, number),
    );
    if (twice) return problem("number", fill(this.dataset.twice, { number }));
    const exact = this.#purposes.filter(({ name }) => plain(name) === plain(purpose));
    const found = exact.length ? exact : best(this.#purposes, purpose);
    if (found.length === 0) return problem("purpose", fill(this.dataset.purpose, { typed: purpose }));
    if (found.length > 1) return problem("purpose", fill(this.dataset.purposes, { typed: purpose, n: found.length }));
    const [, hours, minutes] = /^(\d{1,2})\D?(\d{2})\D?$/.exec(time) ?? [];
    if (hours === undefined || hours > 23 || minutes > 59) return problem("time", fill(this.dataset.time, { typed: time }));
    fieldOf(row, "purpose").value = found[0].name;
    fieldOf(row, "time").value = `${Number(hours)}:${minutes}`;
    const at = `${this.dataset.day}T${hours.padStart(2, "0")}:${minutes}:00${this.dataset.offset}`;
    return { channel: "staff", service: found[0].id, written: { number: number.toUpperCase(), at } };
  }

  async #send(row, body) {
    const answer = await post(this.dataset.tickets, body, { key: row.dataset.key });
    if (answer.ok) {
      const { number } = answer.data;
      const link = document.createElement("a");
      link.href = this.dataset.open + encodeURIComponent(number);
      link.textContent = number;
      this.#tell(row, "done", `${this.dataset.done} `, link);
      this.#part("said").textContent = fill(this.dataset.said, { number });
    } else {
      const { title, detail } = answer.data ?? {};
      for (const name of FIELDS) fieldOf(row, name).readOnly = false;
      this.#tell(row, "refused", title ? [title, detail].filter(Boolean).join(" ") : this.dataset.noAnswer);
    }
    this.#store();
  }

  #tell(row, state, ...words) {
    if (state) row.dataset.state = state;
    else delete row.dataset.state;
    const result = fieldOf(row, "result");
    result.replaceChildren(...words);
    result.setAttribute("role", state === "refused" ? "alert" : "");
    if (state !== "refused") result.removeAttribute("role");
    fieldOf(row, "drop").hidden = state !== "refused";
    for (const name of FIELDS) fieldOf(row, name).removeAttribute("aria-invalid");
  }

  /** Between days nothing can be entered. */
  #check() {
    for (const field of this.querySelectorAll("tbody input")) field.disabled = this.dataset.day === "";
  }

  // --- what is not entered yet, kept by this browser ---------------------------------------------------------

  get #place() {
    return `matanai.pad.${this.dataset.site}.${this.dataset.day}`;
  }

  #store() {
    const rows = this.#rows()
      .filter((row) => row.dataset.state !== "done")
      .map((row) => ({
        ...Object.fromEntries(FIELDS.map((name) => [name, fieldOf(row, name).value])),
        key: row.dataset.key,
      }))
      .filter(({ number, time }) => number && time);
    if (rows.length) localStorage.setItem(this.#place, JSON.stringify(rows));
    else localStorage.removeItem(this.#place);
  }

  #stored() {
    return JSON.parse(localStorage.getItem(this.#place) ?? "[]");
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

function fieldOf(row, name) {
  return row.querySelector(`[data-field="${name}"]`);
}

function same(one, other) {
  return plain(one).replace(/^(\D*)0+(?=\d)/, "$1") === plain(other).replace(/^(\D*)0+(?=\d)/, "$1");
}

/** The number after this one, as wide: `Z09` → `Z10`. */
function after(number) {
  return number.replace(/\d+$/, (digits) => String(Number(digits) + 1).padStart(digits.length, "0"));
}

customElements.define("pad-entry", PadEntry);
