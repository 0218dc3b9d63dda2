/**
 * A QR reader that types like a keyboard: characters that end with Enter, wherever the focus is. Only what looks like
 * the code of a ticket counts; a bare number is no proof that somebody holds the paper.
 */

const PAUSE = 1_000; // ms: a reader types without pauses
const CODE = /(?:^|\/)([A-Za-z0-9_-]{22})$/;

/** The ticket's token in what a reader typed, or null. */
export function tokenIn(typed) {
  // readers set to a US keyboard before a Japanese one type = for _, which no code contains otherwise
  const match = CODE.exec(typed.trim().replace(/[?#].*$/, "").replaceAll("=", "_"));
  return match ? match[1] : null;
}

export class Reader {
  #typed = "";
  #last = 0;
  #found;

  /** `found(token)` is called for every ticket that is read, until `signal` aborts. */
  constructor(found, signal) {
    this.#found = found;
    document.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
  }

  #key(event) {
    const now = performance.now();
    if (now - this.#last > PAUSE) this.#typed = "";
    this.#last = now;
    if (event.key === "Enter") {
      const token = tokenIn(this.#typed);
      this.#typed = "";
      if (!token) return;
      event.preventDefault(); // the button that has the focus is not meant
      event.stopPropagation();
      this.#found(token);
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.#typed = (this.#typed + event.key).slice(-300);
    }
  }
}
