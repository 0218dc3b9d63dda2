/**
 * The press that gives a number, the number on the screen, and what became of its paper. The key of a press is made
 * when its screen opens, so tapping twice, or trying again after a lost answer, gives one ticket.
 */

import { Kept } from "./kiosk_kept.js";
import { post, showProblem } from "./press.js";

const PAPER_SHOWN = 30_000; // the number stays this long once its paper is out
const WARN = 20; // seconds before it goes
const ASK_PAPER = 1_000;
const ASK_LATER = 3_000; // once it is known, or late: it may still change
const PAPER_SLOW = 2_000; // then the printer is asked for too
const PAPER_LATE = 15_000; // without word of the paper: the number has to be noted
const PAPERS = {
  queued: { word: "printing", kind: "busy" },
  sent: { word: "take_paper", kind: "good" },
  unknown: { word: "given_unsure", kind: "warning" },
  failed: { word: "given_failed", kind: "warning" },
  expired: { word: "given_failed", kind: "warning" },
  none: { word: "note_number", kind: "plain" },
  unavailable: { word: "no_paper", kind: "warning" },
};
const PRINTED = ["sent", "confirmed"]; // to its holder it is printed either way
const ELSEWHERE = { queued: "printing_elsewhere", sent: "take_elsewhere" };

export class Issue {
  #kiosk;
  #kept;
  #pressing = false;
  #last;
  #leave;
  #told = null; // what is said of the paper
  #given = 0; // counts the numbers shown: what is asked for an earlier one is dropped
  acts = {
    again: () => this.press(...this.#last),
    done: () => this.#end(),
    stay: () => this.#countDown(),
  };

  constructor(kiosk) {
    this.#kiosk = kiosk;
    this.#kept = new Kept(kiosk.dataset);
    kiosk.addEventListener("kiosk:screen", ({ detail }) => {
      this.#over();
      if (detail.name !== "given" && this.#kept.printed) this.#kept.drop(); // its holder has the paper
    }, { signal: kiosk.signal });
    kiosk.signal.addEventListener("abort", () => this.#over());
  }

  /** Ask for a number; `what` is service or services, with units and needs. */
  async press(what, key) {
    if (this.#pressing) return;
    this.#pressing = true;
    this.#last = [what, key];
    const kiosk = this.#kiosk;
    kiosk.screens.show("busy");
    const body = { channel: "kiosk", kiosk: kiosk.dataset.kiosk, lang: document.documentElement.lang, ...what };
    this.#kept.asked(body, key);
    const answer = await post(`${kiosk.dataset.site}/tickets`, body, { key });
    this.#pressing = false;
    this.#kept.drop();
    if (answer.ok) this.#give(answer.data);
    else if (answer.data?.code === "kiosk_resting") this.#rest(answer.data.facts.seconds);
    else this.refuse(answer, "issue");
  }

  /** Show what is not noted yet, or ask again what was not answered; `false` when there is nothing. */
  resume() {
    const { ticket, press } = this.#kept;
    if (ticket) this.#give(ticket);
    else if (press) this.press(press.body, press.key);
    return Boolean(ticket ?? press);
  }

  /** Say why not: `what` was tried, `issue` or `scan`. */
  refuse(answer, what) {
    const kiosk = this.#kiosk;
    const title = kiosk.part("refused-title");
    title.textContent = title.dataset[what];
    showProblem(kiosk.part("problem"), answer);
    kiosk.part("again").hidden = what === "scan" || (answer.status !== 0 && answer.status < 500);
    kiosk.screens.show("refused");
  }

  // --- the number ------------------------------------------------------------------------------------------

  #give(ticket) {
    const kiosk = this.#kiosk;
    const { state } = ticket.print;
    this.#kept.given(ticket);
    kiosk.part("number").textContent = ticket.number;
    kiosk.part("purpose").textContent = kiosk.names(ticket.services);
    const places = new Set(ticket.services.flatMap((id) => kiosk.facts.services[id]?.places ?? []));
    kiosk.part("given-place").textContent = places.size
      ? kiosk.say("place", { places: [...places].join(kiosk.facts.words.between) })
      : "";
    kiosk.part("given-people").textContent = kiosk.say("waiting", { n: ticket.ahead });
    kiosk.part("given-wait").textContent = kiosk.wait(ticket.estimate);
    kiosk.part("qr").src = `${new URL(ticket.url).pathname}/qr.svg`;
    this.#told = null;
    this.#paper(state);
    kiosk.screens.show("given");
    if (state === "sent") this.#countDown();
    if (!["none", "unavailable"].includes(state)) this.#follow(ticket.id, this.#given, performance.now());
  }

  /** Say how the paper is; `true` when that is news. */
  #paper(state, printer = null) {
    const kiosk = this.#kiosk;
    const { word, kind } = PAPERS[state];
    const place = kiosk.paper.placeOf(printer);
    const words = kiosk.say((place && ELSEWHERE[state]) || word, { place });
    if (words === this.#told) return false;
    this.#told = words;
    const paper = kiosk.part("paper");
    paper.textContent = words;
    paper.dataset.kind = kind;
    this.#kept.paper(state);
    clearInterval(this.#leave);
    this.#quiet();
    const done = kiosk.part("done");
    done.textContent = state === "sent" ? done.dataset.finish : done.dataset.noted;
    return true;
  }

  /**
   * Ask for the paper while its number is shown. What was sent may turn out not to have come, and what was late may
   * come after all; without word the number is kept like one without paper.
   */
  async #follow(id, given, since, known = { state: "queued", printer: null }) {
    const progress = (await this.#paperOf(id)) ?? known;
    const { state, printer } = progress;
    const waited = performance.now() - since;
    let shown = state;
    if (state === "queued" && waited > PAPER_SLOW) {
      await this.#kiosk.paper.look();
      if (!this.#kiosk.paper.comes) shown = "unavailable";
      else if (waited > PAPER_LATE) shown = "unknown";
    }
    if (given !== this.#given) return;
    if (this.#paper(shown, printer) && shown === "sent") this.#countDown();
    const pause = shown === "queued" ? ASK_PAPER : ASK_LATER;
    setTimeout(() => { if (given === this.#given) this.#follow(id, given, since, progress); }, pause);
  }

  /** What became of a paper; null when no answer came. */
  async #paperOf(id) {
    try {
      const address = `${this.#kiosk.dataset.site}/tickets/${id}/print`;
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(5_000) });
      if (!answer.ok) return null;
      const { state, printer } = await answer.json();
      return { state: PRINTED.includes(state) ? "sent" : state, printer };
    } catch {
      return null;
    }
  }

  /** Paper came: the number goes after a while, with a warning that can be answered. */
  #countDown() {
    clearInterval(this.#leave);
    this.#quiet();
    const end = performance.now() + PAPER_SHOWN;
    this.#leave = setInterval(() => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left <= 0) this.#end();
      else if (left <= WARN) {
        this.#kiosk.part("leaving").textContent = this.#kiosk.say("leaving", { seconds: left });
        this.#kiosk.part("stay").hidden = false;
      }
    }, 250);
  }

  #end() {
    this.#kept.drop();
    this.#kiosk.reset();
  }

  #quiet() {
    this.#kiosk.part("leaving").textContent = "";
    this.#kiosk.part("stay").hidden = true;
  }

  #over() {
    this.#given += 1;
    clearInterval(this.#leave);
  }

  // --- too many in a row -----------------------------------------------------------------------------------

  #rest(seconds) {
    const kiosk = this.#kiosk;
    kiosk.screens.show("resting");
    const end = performance.now() + Math.max(1, seconds) * 1000;
    const draw = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left <= 0) kiosk.reset();
      else kiosk.part("resting-left").textContent = kiosk.say("resting_left", { seconds: left });
    };
    draw();
    this.#leave = setInterval(draw, 250);
  }
}
