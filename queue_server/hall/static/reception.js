/**
 * <reception-desk>: a number for somebody at the desk, any ticket of the day and what may be done with it, who is held
 * or absent, the day's list. The server draws what is so; the address of the page says which ticket is open.
 */

import { StaffActs } from "./acts.js";
import { post, showProblem } from "./press.js";
import { IssueForm } from "./reception_issue.js";
import { TicketList } from "./reception_list.js";

const PAPER_EVERY = 1500; // ms between two looks at a paper that is being printed: nothing else tells of it
const PAPER_LATER = 5000; // after a while, and where it may still come
const PAPER_LOOKS = 20;
const KEYS_OFF = "matanai.reception.keys-off";
const CALM = "matanai.reception.calm";
const CODE = /\/t\/|^[\w-]{22}$/; // what a scanner reads from a ticket

class ReceptionDesk extends StaffActs {
  #number = "";
  #issue;
  #list;
  #opened = false;
  #looks = 0; // at a paper that is being printed
  #changed = false; // a purpose: its paper says another one

  connectedCallback() {
    super.connectedCallback();
    const { signal } = this;
    this.#number = new URLSearchParams(location.search).get("number") ?? "";
    this.#issue = new IssueForm(this, this.querySelector("[data-issue]"));
    this.#list = new TicketList(this);
    this.querySelector("[data-find]").addEventListener("submit", (event) => this.#find(event), { signal });
    this.addEventListener("click", (event) => this.#click(event), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    const keys = this.part("keys");
    keys.checked = localStorage.getItem(KEYS_OFF) === null;
    keys.addEventListener(
      "change",
      () => (keys.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")),
      { signal },
    );
    this.drawn();
  }

  // --- acting ------------------------------------------------------------------------------------------------

  act(source, fields) {
    let body = fields;
    if ("issue" in source.dataset) body = this.#issue.body(fields);
    else if ("bulk" in source.dataset) body = this.#list.body(fields);
    return body === null ? undefined : super.act(source, body);
  }

  acted(source, answer) {
    if ("issue" in source.dataset) this.#issue.given(answer, this.#issue.names(answer.services));
    else if ("bulk" in source.dataset) this.#list.done();
    this.#changed = source.dataset.post.endsWith("/change-service");
    if (!("issue" in source.dataset)) this.part("said").textContent = this.dataset.done;
  }

  // --- a ticket ----------------------------------------------------------------------------------------------

  /** Whether what was read is a ticket's code; then that ticket is opened. */
  scanned(text) {
    const code = text.trim();
    if (!CODE.test(code)) return false;
    this.#scan(code);
    return true;
  }

  async #scan(code) {
    const answer = await post(`${this.dataset.api}/scan`, { code });
    if (answer.ok) this.#open(answer.data.ticket.number);
    else showProblem(this.part("problem"), answer);
  }

  #find(event) {
    event.preventDefault();
    const field = event.target.elements.number;
    if (!this.scanned(field.value)) this.#open(field.value.trim());
  }

  #open(number) {
    this.#number = number;
    this.querySelector("#find").value = number;
    const address = new URL(location);
    if (number) address.searchParams.set("number", number);
    else address.searchParams.delete("number");
    history.replaceState(null, "", address);
    this.part("problem").hidden = true;
    this.#opened = true;
    this.again(0);
  }

  #click(event) {
    const { open, burst, calm } = event.target.closest("[data-open], [data-burst], [data-calm]")?.dataset ?? {};
    if (event.target.closest("[data-part=close-issued]")) {
      this.part("issued").hidden = true;
      this.#issue.focus();
    } else if (open !== undefined) {
      event.preventDefault();
      this.#open(open);
      if (!open) this.querySelector("#find").focus();
    } else if (burst) this.#list.choose(burst.split(" "));
    else if (calm) {
      sessionStorage.setItem(CALM, JSON.stringify([...this.#calm(), calm].slice(-20)));
      this.drawn();
    }
  }

  #calm() {
    return JSON.parse(sessionStorage.getItem(CALM) ?? "[]");
  }

  #key(event) {
    if (!this.part("keys").checked || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "/") {
      event.preventDefault();
      const field = this.querySelector("#find");
      field.focus();
      field.select();
    } else if (event.key === "n" || event.key === "N") {
      event.preventDefault();
      this.#issue.focus();
    }
  }

  // --- what the server draws ---------------------------------------------------------------------------------

  nowAddress() {
    return `${this.dataset.now}?${new URLSearchParams({ ...this.#list.query, number: this.#number })}`;
  }

  drawn() {
    this.#list.drawn();
    const calm = this.#calm();
    for (const line of this.querySelectorAll("[data-burst-key]")) line.hidden = calm.includes(line.dataset.burstKey);
    const printer = this.#issue.printer;
    for (const select of this.querySelectorAll("[data-printer]")) {
      if (printer && select.value === select.querySelector("[selected]")?.value) select.value = printer;
    }
    this.#followPaper();
    if (this.#changed) this.#offerPaper();
    if (!this.#opened) return;
    this.#opened = false;
    const title = this.querySelector("#whole-title");
    title?.focus();
    title?.closest("article").scrollIntoView({ block: "nearest" });
  }

  /** Of the open ticket. */
  #followPaper() {
    const paper = this.querySelector("article[data-paper]")?.dataset.paper;
    this.#looks = paper === "queued" ? this.#looks + 1 : 0;
    if (paper === "queued") this.again(this.#looks > PAPER_LOOKS ? PAPER_LATER : PAPER_EVERY);
    else if (paper === "unknown") this.again(PAPER_LATER);
  }

  #offerPaper() {
    this.#changed = false;
    const fold = this.querySelector('[data-keep^="reprint "]');
    if (!fold) return;
    fold.open = true;
    fold.querySelector("summary").focus({ preventScroll: true });
    fold.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("reception-desk", ReceptionDesk);
