/**
 * The number on the screen, as long as nobody said that it is noted and no paper came: it may be the only copy. It
 * outlives another language and a page that is loaded anew, in this machine's sessionStorage; then it is erased.
 */

const ASKED = 60_000; // ms: whoever asked longer ago for a number is gone

export class Kept {
  #place;
  #what;

  constructor({ site, kiosk }) {
    this.#place = `matanai.kiosk ${site} ${kiosk}`;
    this.#what = JSON.parse(sessionStorage.getItem(this.#place) ?? "{}");
    const { press } = this.#what;
    if (press && Date.now() - press.at > ASKED) this.drop();
  }

  /** The press without an answer: {body, key}; undefined when there is none. */
  get press() {
    return this.#what.press;
  }

  /** The number, as the API told it, with what is known of its paper; undefined when there is none. */
  get ticket() {
    return this.#what.ticket;
  }

  /** Whether its paper came. */
  get printed() {
    return this.ticket?.print.state === "sent";
  }

  asked(body, key) {
    this.#write({ press: { body, key, at: Date.now() } });
  }

  given(ticket) {
    this.#write({ ticket });
  }

  paper(state) {
    this.#write({ ticket: { ...this.ticket, print: { state } } });
  }

  drop() {
    this.#what = {};
    sessionStorage.removeItem(this.#place);
  }

  #write(what) {
    this.#what = what;
    sessionStorage.setItem(this.#place, JSON.stringify(what));
  }
}
