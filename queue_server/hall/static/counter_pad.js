/**
 * A number pad at a counter: digits go to the field of the number to call, Enter calls it, the signs are the usual
 * acts. A pad whose Num Lock is off works too: what counts is where a key lies. Whatever became of a number, after Enter
 * another one begins: digits that are joined to refused ones would call somebody else.
 */

import { writes } from "./counter_keys.js";

/** Key of the pad → key of the act on the page. */
const SIGNS = {
  NumpadAdd: "N", NumpadSubtract: "R", NumpadMultiply: "A", NumpadDivide: "H", NumpadDecimal: "S", NumpadComma: "S",
};
const PAUSE = 10_000; // ms: digits after so long begin another number

export class Pad {
  #field;
  #last = -Infinity; // when something was written in the field, as far as it goes on with it

  /** `field`: where a number to call is written, in its form; until `signal` aborts. */
  constructor(field, signal) {
    this.#field = field;
    field.addEventListener("input", () => { this.#last = performance.now(); }, { signal });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) this.#entered(); // also where nothing can be called now
    }, { signal });
    field.form.addEventListener("submit", () => this.#entered(), { signal });
  }

  /** It can still be read, and mended with the arrow keys; what is typed takes its place. */
  #entered() {
    this.#last = -Infinity;
    this.#field.select();
  }

  /**
   * Takes a key: null when it is none of the pad's or somebody is writing elsewhere; else {key}: the act's key on the
   * page, "" when the key was a digit. Then the event has no other meaning.
   */
  take(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) return null;
    const inside = event.target === this.#field;
    if (!inside && writes(event)) return null;
    const key = SIGNS[event.code];
    if (key) {
      this.#field.value = "";
      this.#field.blur();
      return { key };
    }
    const digit = digitOf(event, inside);
    if (digit === null) return null;
    if (performance.now() - this.#last > PAUSE) this.#field.value = "";
    this.#last = performance.now();
    this.#field.focus();
    this.#field.setRangeText(digit, this.#field.selectionStart, this.#field.selectionEnd, "end");
    return { key: "" };
  }
}

/** The digit of a key: of the pad, or, while nobody writes in the field, of any row. */
function digitOf(event, inside) {
  const pad = /^Numpad(\d)$/.exec(event.code);
  if (pad) return pad[1];
  const plain = event.key.normalize("NFKC");
  return !inside && /^\d$/.test(plain) ? plain : null;
}

/** Those of `numbers` that somebody may mean who typed only digits: letters and zeros before them are left out. */
export function meant(typed, numbers) {
  if (numbers.includes(typed) || !/^\d+$/.test(typed)) return [typed];
  const bare = (number) => /(\d*)$/.exec(number)[1].replace(/^0+/, "");
  const found = [...new Set(numbers)].filter((number) => bare(number) === bare(typed));
  return found.length ? found : [typed];
}
