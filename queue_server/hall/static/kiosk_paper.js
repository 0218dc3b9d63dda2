/**
 * Whether a number drawn now gets paper, and where: told before the tap. Asking is also how the server knows that this
 * machine is alive.
 */

import { named } from "./press.js";

const EVERY = 5_000; // ms

export class Paper {
  #kiosk;
  #now; // {prints, state, elsewhere}

  constructor(kiosk) {
    this.#kiosk = kiosk;
    this.#now = JSON.parse(kiosk.part("printer-now").textContent);
    const { signal } = kiosk;
    kiosk.addEventListener("kiosk:screen", (event) => this.#draw(event.detail), { signal });
    const every = setInterval(() => this.look(), EVERY);
    signal.addEventListener("abort", () => clearInterval(every));
    this.#drawHere();
  }

  /** Ask now. */
  async look() {
    const { site, kiosk } = this.#kiosk.dataset;
    try {
      const answer = await fetch(`${site}/kiosks/${kiosk}`, { cache: "no-store", signal: AbortSignal.timeout(5_000) });
      if (answer.ok) this.#now = await answer.json();
    } catch {
      // asked again; the stream says that the server is away
    }
    this.#drawHere();
  }

  /** Whether paper comes; true also of a machine that is not meant to have a printer. */
  get comes() {
    return this.#now.prints || this.#now.state === "none";
  }

  /** The printer that takes over, by its name; empty when this machine's own prints. */
  get place() {
    return named(this.#now.elsewhere ?? {});
  }

  /** Where the paper of a ticket comes out: by the printer that took it, else as it is for the next one. */
  placeOf(printer) {
    if (!printer) return this.place;
    return printer.id === this.#kiosk.dataset.printer ? "" : named(printer.names);
  }

  #drawHere() {
    const { name } = this.#kiosk.screens;
    this.#draw({ name, section: this.#kiosk.querySelector(`[data-screen="${name}"]`) });
  }

  /** Only where a number can still be drawn or not. */
  #draw({ name, section }) {
    const kiosk = this.#kiosk;
    const before = ["home", "check"].includes(name) || "purposes" in section.dataset || "hints" in section.dataset;
    const words = this.comes ? this.place && kiosk.say("before_elsewhere", { place: this.place }) : kiosk.say("before_no_paper");
    kiosk.part("before").hidden = !before || !words;
    this.#say("before-words", words);
    this.#say("before-more", this.comes ? "" : kiosk.say("before_no_paper_words"));
  }

  /** What is said already is not said again. */
  #say(part, words) {
    const line = this.#kiosk.part(part);
    if (line.textContent !== words) line.textContent = words;
  }
}
