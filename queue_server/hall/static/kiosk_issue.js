/**
 * The press that gives a number, the number on the screen, and what became of its paper. The key of a press is made
 * when its screen opens, so tapping twice, or trying again after a lost answer, gives one ticket.
 */

import { post, showProblem } from "./press.js";

const PAPER_SHOWN = 30_000; // the number stays this long once its paper is out
const WARN = 20; // seconds before it goes
const ASK_PAPER = 1_000;
const PAPER_LATE = 15_000; // without word of the paper: the number has to be noted
const PAPER_GIVEN_UP = 60_000;
const PAPERS = {
  queued: { word: "printing", kind: "busy" },
  sent: { word: "take_paper", kind: "good" },
  unknown: { word: "given_unsure", kind: "warning" },
  failed: { word: "given_failed", kind: "warning" },
  expired: { word: "given_failed", kind: "warning" },
  none: { word: "note_number", kind: "plain" },
  unavailable: { word: "no_paper", kind: "warning" },
};

export class Issue {
  #kiosk;
  #pressing = false;
  #last;
  #leave;
  #given = 0; // counts the numbers shown: what is asked for an earlier one is dropped
  acts = {
    again: () => this.press(...this.#last),
    done: () => this.#kiosk.reset(),
    stay: () => this.#countDown(),
  };

  constructor(kiosk) {
    this.#kiosk = kiosk;
    kiosk.addEventListener("kiosk:screen", () => this.#over(), { signal: kiosk.signal });
    kiosk.signal.addEventListener("abort", () => this.#over());
  }

  /** Ask for a number; `what` is service or services, with units and needs. */
  async press(what, key) {
    if (this.#pressing) return;
    this.#pressing = true;
    this.#last = [what, key];
    const kiosk = this.#kiosk;
    kiosk.screens.show("busy");
    const body = { ...what, channel: "kiosk", kiosk: kiosk.dataset.kiosk, lang: document.documentElement.lang };
    const answer = await post(`${kiosk.dataset.site}/tickets`, body, { key });
    this.#pressing = false;
    if (answer.ok) this.#give(answer.data);
    else if (answer.data?.code === "kiosk_resting") this.#rest(answer.data.facts.seconds);
    else this.refuse(answer, "issue");
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
    kiosk.part("number").textContent = ticket.number;
    kiosk.part("purpose").textContent = kiosk.names(ticket.services);
    const places = new Set(ticket.services.flatMap((id) => kiosk.facts.services[id]?.places ?? []));
    kiosk.part("given-place").textContent = places.size
      ? kiosk.say("place", { places: [...places].join(kiosk.facts.words.between) })
      : "";
    kiosk.part("given-people").textContent = kiosk.say("waiting", { n: ticket.ahead });
    kiosk.part("given-wait").textContent = kiosk.wait(ticket.estimate);
    kiosk.part("qr").src = `${new URL(ticket.url).pathname}/qr.svg`;
    this.#paper(ticket.print.state);
    kiosk.screens.show("given");
    if (ticket.print.state === "queued") this.#follow(ticket.id, this.#given, performance.now());
  }

  #paper(state) {
    const { word, kind } = PAPERS[state];
    const paper = this.#kiosk.part("paper");
    paper.textContent = this.#kiosk.say(word);
    paper.dataset.kind = kind;
    this.#quiet();
    const done = this.#kiosk.part("done");
    done.textContent = state === "sent" ? done.dataset.finish : done.dataset.noted;
  }

  /** Ask for the paper until it is known what became of it; without word the number is kept like one without paper. */
  async #follow(id, given, since) {
    let state = "queued";
    try {
      const address = `${this.#kiosk.dataset.site}/tickets/${id}/print`;
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(5_000) });
      if (answer.ok) state = (await answer.json()).state;
    } catch {
      // asked again below
    }
    if (given !== this.#given) return;
    const waited = performance.now() - since;
    const known = state === "queued" && waited > PAPER_LATE ? "unknown" : state;
    if (known !== "queued") this.#paper(known);
    if (known === "sent") this.#countDown();
    else if (state === "queued" && waited < PAPER_GIVEN_UP) {
      setTimeout(() => { if (given === this.#given) this.#follow(id, given, since); }, ASK_PAPER);
    }
  }

  /** Paper came: the number goes after a while, with a warning that can be answered. */
  #countDown() {
    clearInterval(this.#leave);
    this.#quiet();
    const end = performance.now() + PAPER_SHOWN;
    this.#leave = setInterval(() => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left <= 0) this.#kiosk.reset();
      else if (left <= WARN) {
        this.#kiosk.part("leaving").textContent = this.#kiosk.say("leaving", { seconds: left });
        this.#kiosk.part("stay").hidden = false;
      }
    }, 250);
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
