/** One screen at a time; back to the first one when nobody is there any more. */

const IDLE = 45_000; // without a touch: are you still there?
const ANSWER = 20; // seconds to say yes
const CALM = 350; // ms: the second half of a double tap must not choose on the next screen
const STAYS = new Set(["given", "busy", "resting", "staff"]); // they end by themselves

export class Screens {
  #kiosk;
  #idle;
  #asking;
  name = "home";
  acts = {
    leave: () => this.#kiosk.reset(),
    still: () => this.#still(),
  };

  constructor(kiosk) {
    this.#kiosk = kiosk;
    const { signal } = kiosk;
    for (const name of ["pointerdown", "keydown"]) {
      document.addEventListener(name, () => this.rest(), { signal });
    }
    kiosk.part("still").addEventListener("cancel", () => this.#still(), { signal });
    signal.addEventListener("abort", () => {
      clearTimeout(this.#idle);
      clearInterval(this.#asking);
    });
    this.rest();
  }

  /** Show a screen and tell the page by `kiosk:screen`. */
  show(name) {
    this.#close();
    this.name = name;
    for (const section of this.#kiosk.querySelectorAll("[data-screen]")) {
      section.hidden = section.dataset.screen !== name;
    }
    const section = this.#kiosk.querySelector(`[data-screen="${name}"]`);
    for (const box of section.querySelectorAll("[data-calm]")) {
      box.inert = true;
      setTimeout(() => { box.inert = false; }, CALM);
    }
    section.querySelector("h1").focus({ preventScroll: true });
    window.scrollTo(0, 0);
    this.#kiosk.dispatchEvent(new CustomEvent("kiosk:screen", { detail: { name, section } }));
    this.rest();
  }

  /** Somebody is there. */
  rest() {
    clearTimeout(this.#idle);
    if (STAYS.has(this.name) || this.#kiosk.part("still").open) return;
    this.#idle = setTimeout(() => this.#ask(), IDLE);
  }

  #ask() {
    if (this.name === "home" && !this.#kiosk.choice.begun) {
      this.#kiosk.reset();
      return;
    }
    const end = performance.now() + ANSWER * 1000;
    const draw = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left <= 0) this.#kiosk.reset();
      else this.#kiosk.part("still-left").textContent = this.#kiosk.say("still_left", { seconds: left });
    };
    draw();
    this.#asking = setInterval(draw, 250);
    this.#kiosk.part("still").showModal();
  }

  #still() {
    this.#close();
    this.rest();
  }

  #close() {
    clearInterval(this.#asking);
    this.#kiosk.part("still").close();
  }
}
