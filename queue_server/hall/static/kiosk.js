/**
 * <kiosk-screen>: purposes, one tap, a number. The key of a press is made when its screen opens, so tapping twice, or
 * trying again after a lost answer, gives one ticket.
 */

import { fill, newKey, post, showProblem } from "./press.js";

const IDLE = 60_000; // without a touch: back to the first screen, in the first language
const PAPER_SHOWN = 30_000; // the number stays this long when paper comes
const WARN = 10; // seconds before it goes

class KioskScreen extends HTMLElement {
  #abort;
  #screen = "home";
  #keys = newKey();
  #pressing = null;
  #idle;
  #leave;
  #last;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.addEventListener("click", (event) => this.#click(event), { signal });
    for (const name of ["pointerdown", "keydown"]) {
      document.addEventListener(name, () => this.#rest(), { signal });
    }
    document.addEventListener("live:board", (event) => this.#board(event.detail.board), { signal });
    const every = setInterval(() => this.#clock(), 1000);
    signal.addEventListener("abort", () => {
      clearInterval(every);
      clearTimeout(this.#idle);
      clearInterval(this.#leave);
    });
    this.#rest();
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  #click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { go, service, part } = button.dataset;
    if (go) this.#show(go);
    else if (service) this.#issue(service);
    else if (part === "again") this.#issue(this.#last);
    else if (part === "done") this.#home();
    else if (part === "stay") this.#countDown();
  }

  /** Show one screen; a purpose screen opens with new keys. */
  #show(name) {
    clearInterval(this.#leave);
    this.#screen = name;
    for (const section of this.querySelectorAll("[data-screen]")) section.hidden = section.dataset.screen !== name;
    const section = this.querySelector(`[data-screen="${name}"]`);
    if ("purposes" in section.dataset) this.#keys = newKey();
    section.querySelector("h1").focus({ preventScroll: true });
    window.scrollTo(0, 0);
    this.#rest();
  }

  #home() {
    const lang = this.dataset.homeLang;
    if (document.documentElement.lang !== lang) location.assign(`?lang=${encodeURIComponent(lang)}`);
    else this.#show("home");
  }

  async #issue(service) {
    if (this.#pressing) return;
    this.#last = service;
    const key = `${this.#keys}-${service}`;
    this.#pressing = key;
    this.#show("busy");
    const body = {
      service,
      channel: "kiosk",
      kiosk: this.dataset.kiosk,
      lang: document.documentElement.lang,
    };
    const answer = await post(this.dataset.tickets, body, { key });
    this.#pressing = null;
    if (answer.ok) this.#give(answer.data, service);
    else this.#refuse(answer);
  }

  #refuse(answer) {
    showProblem(this.#part("problem"), answer);
    this.#part("again").hidden = answer.status !== 0 && answer.status < 500;
    this.#show("refused");
  }

  #give(ticket, service) {
    const section = this.querySelector("[data-screen=given]");
    const paper = ticket.print.state;
    section.dataset.print = paper;
    this.#part("number").textContent = ticket.number;
    const purpose = this.querySelector(`[data-service="${CSS.escape(service)}"] .purpose__name`);
    this.#part("purpose").textContent = purpose.firstChild.textContent;
    this.#part("given-people").textContent = fill(this.dataset.waiting, { n: ticket.ahead });
    this.#part("given-wait").textContent = this.#wait(ticket.estimate);
    this.#part("qr").src = `${new URL(ticket.url).pathname}/qr.svg`;
    const done = this.#part("done");
    done.textContent = paper === "queued" ? done.dataset.finish : done.dataset.noted;
    this.#show("given");
    clearTimeout(this.#idle);
    if (paper === "queued") this.#countDown();
    else this.#quiet();
  }

  /** Paper came: the number goes after a while, with a warning that can be answered. */
  #countDown() {
    clearInterval(this.#leave);
    this.#quiet();
    const end = performance.now() + PAPER_SHOWN;
    this.#leave = setInterval(() => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left <= 0) this.#home();
      else if (left <= WARN) {
        const words = this.#part("leaving");
        words.textContent = fill(words.dataset.text, { seconds: left });
        this.#part("stay").hidden = false;
      }
    }, 250);
  }

  #quiet() {
    this.#part("leaving").textContent = "";
    this.#part("stay").hidden = true;
  }

  #rest() {
    clearTimeout(this.#idle);
    if (this.#screen === "given" || this.#screen === "busy") return;
    this.#idle = setTimeout(() => this.#home(), IDLE);
  }

  // --- how full it is ----------------------------------------------------------------------------------------

  #board(board) {
    this.#part("closed").hidden = board.day !== null;
    const notice = this.#part("notice");
    const names = board.notice ?? {};
    notice.textContent = names[document.documentElement.lang] ?? Object.values(names)[0] ?? "";
    notice.hidden = !notice.textContent;
    for (const service of board.services) {
      for (const button of this.querySelectorAll(`[data-service="${CSS.escape(service.id)}"]`)) {
        const load = button.querySelector(".load");
        button.disabled = !service.open;
        load.hidden = !service.open;
        button.querySelector("[data-part=closed-words]").hidden = service.open;
        load.querySelector("[data-part=people]").textContent = fill(this.dataset.waiting, { n: service.waiting });
        load.querySelector("[data-part=wait]").textContent = this.#wait(service.estimate);
        load.querySelector("[data-part=rests]").hidden = service.attended || service.waiting === 0;
      }
    }
  }

  #wait(estimate) {
    if (!estimate) return "";
    return fill(this.dataset.estimate, { low: estimate.low_minutes, high: estimate.high_minutes });
  }

  #clock() {
    const now = document.querySelector("live-stream").hallTime ?? null;
    if (now === null) return;
    const format = { timeZone: this.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    this.#part("clock").textContent = new Intl.DateTimeFormat(document.documentElement.lang, format).format(now);
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

customElements.define("kiosk-screen", KioskScreen);
