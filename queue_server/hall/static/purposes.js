/** Finding a purpose by what somebody types: any part of its name in any language; kana of both kinds are the same. */

/** Text as it is compared: one width, small letters, hiragana, no blanks. */
export function plain(text) {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60))
    .replace(/\s+/g, "");
}

/**
 * Those of `purposes` (with `words` of their names and `notes`, all plain) that hold everything typed, best first:
 * names that begin so, other names, names with these signs in this order (as people shorten them), notes.
 */
export function matching(purposes, typed) {
  return [...new Set(ranked(purposes, typed).flat())];
}

/** Only the best of them: what a single match may be taken from. */
export function best(purposes, typed) {
  return ranked(purposes, typed).find((found) => found.length) ?? [];
}

function ranked(purposes, typed) {
  const wanted = typed.split(/[\s\u3000]+/).map(plain).filter(Boolean);
  if (wanted.length === 0) return [];
  const having = (where, fits) =>
    purposes.filter((purpose) => wanted.every((word) => purpose[where].some((own) => fits(own, word))));
  const named = having("words", (own, word) => own.includes(word));
  const begun = having("words", (own, word) => own.startsWith(word));
  const short = named.length ? [] : having("words", shortened);
  return [begun, named, short, having("notes", (own, word) => own.includes(word))];
}

function shortened(own, word) {
  let at = -1;
  return word.length > 1 && [...word].every((sign) => (at = own.indexOf(sign, at + 1)) >= 0);
}

/** Words, plain, of a text with names or notes. */
export function wordsOf(text) {
  return text.split(/[\s\u3000]+/).map(plain).filter(Boolean);
}
