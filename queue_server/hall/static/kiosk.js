/**
 * <kiosk-screen>: a ticket machine. A plain purpose gives its number with one tap; everything else is asked on the way.
 *
 * The screens are in the page; `kiosk_screens.js` shows one of them. Each part brings its acts: the names that buttons
 * bear in `data-act`.
 */

import { Choice } from "./kiosk_choice.js";
import { Found } from "./kiosk_found.js";
import { Hints } from "./kiosk_hints.js";
import { Issue } from "./kiosk_issue.js";
import { Load } from "./kiosk_load.js";
import { Paper } from "./kiosk_paper.js";
import { Reader } from "./kiosk_reader.js";
import { Screens } from "./kiosk_screens.js";
import { StaffMode } from "./kiosk_staff.js";
import { fill } from "./press.js";

const PATIENCE = 5_000; // ms

class KioskScreen extends HTMLElement {
  #abort;
  #acts;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.signal = signal;
    this.facts = JSON.parse(this.part("facts").textContent);
    this.screens = new Screens(this);
    this.hints = new Hints(this);
    this.load = new Load(this);
    this.paper = new Paper(this);
    this.issue = new Issue(this);
    this.choice = new Choice(this);
    this.found = new Found(this);
    this.staff = this.part("numbers") ? new StaffMode(this) : null;
    const parts = [this.screens, this.issue, this.choice, this.found, this.staff].filter(Boolean);
    this.#acts = Object.assign({}, ...parts.map((part) => part.acts));
    new Reader((code) => this.found.read(code), signal);
    this.addEventListener("click", (event) => this.#click(event), { signal });
    const every = setInterval(() => this.#clock(), 1000);
    signal.addEventListener("abort", () => clearInterval(every));
    this.issue.resume();
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  #click(event) {
    const language = event.target.closest(".languages a");
    if (language) {
      event.preventDefault();
      this.#speak(language.lang);
      return;
    }
    const button = event.target.closest("button");
    if (!button) return;
    const { go, act, service, answer } = button.dataset;
    if (go) this.screens.show(go);
    else if (act) this.#acts[act](button);
    else if (service) this.choice.tap(service);
    else if (answer) this.choice.take(answer);
    else if (button.dataset.need) this.choice.need(button);
    else if (button.dataset.digit) this.staff.digit(button.dataset.digit);
    else if (button.dataset.scan) this.found.act(button.dataset.scan);
    else if (button.dataset.scanLang) this.found.language(button.dataset.scanLang);
  }

  /** Everything as it is for the next visitor; a number that is not noted stays. */
  reset() {
    this.choice.clear();
    this.found.clear();
    this.staff?.clear();
    const lang = this.dataset.homeLang;
    if (this.issue.resume()) return;
    this.screens.show("home");
    if (document.documentElement.lang !== lang) this.#speak(lang);
  }

  /** The page in another language, if there is somebody to give it: an error of the browser is no way back. */
  async #speak(lang) {
    const address = `?lang=${encodeURIComponent(lang)}`;
    const answer = await fetch(address, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })
      .catch(() => null);
    if (answer?.ok) location.replace(address); // nothing to go back to
  }

  #clock() {
    const now = this.hallTime;
    if (now !== null) this.part("clock").textContent = this.time(now);
    this.load.look();
  }

  // --- what the parts share --------------------------------------------------------------------------------

  get hallTime() {
    return document.querySelector("live-stream").hallTime ?? null;
  }

  /** A time of day of the hall, from ms UTC or RFC 3339. */
  time(at) {
    const format = { timeZone: this.dataset.zone, hour: "numeric", minute: "2-digit", hourCycle: "h23" };
    return new Intl.DateTimeFormat(document.documentElement.lang, format).format(new Date(at));
  }

  say(word, facts = {}) {
    return fill(this.facts.words[word], facts);
  }

  wait(estimate) {
    return estimate ? this.say("estimate", { low: estimate.low_minutes, high: estimate.high_minutes }) : "";
  }

  names(services) {
    return services.map((id) => this.facts.services[id]?.name ?? id).join(this.facts.words.between);
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

customElements.define("kiosk-screen", KioskScreen);
