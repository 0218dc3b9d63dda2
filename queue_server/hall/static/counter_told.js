/**
 * What an act did, in words for whoever pressed it.
 */

import { fill } from "./press.js";

/**
 * `now`: {ticket} of the answer. `was`: before the act: {number} it was about, {here} at the desk, {next} errand of
 * that person, {undo} words of what could be undone, {open}: whether the counter was; {to} where a transfer goes.
 */
export function told(words, act, now, was) {
  const further = was.next ? ` ${fill(words.furtherTo, { next: was.next })}` : "";
  if (act === "call-next" || act === "call") {
    const number = now.ticket?.number;
    if (!was.here || was.here === number) return number ? fill(words.calling, { number }) : words.nobody;
    return fill(number ? words.both : words.bothNobody, { before: was.here, number }) + further;
  }
  if (act === "undo") return was.undo ? fill(words.told.undo, { what: was.undo }) : words.done;
  if (!words.told[act] || (act === "open" && was.open)) return words.done;
  return fill(words.told[act], was) + (act === "finish" || act === "await-pickup" ? further : "");
}
