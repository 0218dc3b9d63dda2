/**
 * Keys of a counter: one letter an act, only while no field has the focus and no question is open. A key that is held
 * down acts once.
 */

const FIELDS = "input:not([type=checkbox], [type=radio]), select, textarea";

/** The key of an event as the page names it (A–Z, 0–9, ?), or null when it is none or somebody is writing. */
export function keyOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) return null;
  if (event.isComposing || writes(event)) return null;
  if (event.key === "?") return "?";
  const plain = event.key.normalize("NFKC").toUpperCase(); // full-width letters of a Japanese keyboard too
  if (/^[A-Z0-9]$/.test(plain)) return plain;
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code); // an input method keeps the letter to itself
  return event.key === "Process" && place ? place[1] : null;
}

/** Whether somebody writes in a field. One of a panel that has just been closed may keep the focus for a moment. */
export function writes(event) {
  return Boolean(event.target.closest?.(FIELDS)?.checkVisibility());
}

/** The element of `root` that a key means: the first that can be used now. */
export function targetOf(root, key) {
  return [...root.querySelectorAll(`[data-key="${key}"]`)].find((target) => !target.disabled && target.checkVisibility());
}

/** Every key of `root` and what it does, for the panel of help: [key, words]. */
export function keysOf(root) {
  const found = new Map();
  const seen = new Set();
  for (const target of root.querySelectorAll("[data-key]")) {
    const { key } = target.dataset;
    if (found.has(key) && (seen.has(key) || !target.checkVisibility())) continue;
    found.set(key, target.dataset.words ?? wordsOf(target)); // of two the one that shows
    if (target.checkVisibility()) seen.add(key);
  }
  return [...found];
}

function wordsOf(target) {
  const source = target.labels?.[0] ?? target;
  const copy = source.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, [data-part]")) extra.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}
