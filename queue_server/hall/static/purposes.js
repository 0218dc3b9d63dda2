/** Finding a purpose by what somebody types: any part of its name in any language; kana of both kinds are the same. */

/** Text as it is compared: one width, small letters, hiragana, no blanks. */
export function plain(text) {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60))
    .replace(/\s+/g, "");
}

/** Those of `purposes` (with `words`, already plain) that hold everything typed, best first: those that begin so. */
export function matching(purposes, typed) {
  const wanted = typed.split(/[\s\u3000]+/).map(plain).filter(Boolean);
  if (wanted.length === 0) return [];
  const found = purposes.filter(({ words }) => wanted.every((word) => words.some((own) => own.includes(word))));
  const begins = ({ words }) => words.some((own) => own.startsWith(wanted[0]));
  return [...found.filter(begins), ...found.filter((purpose) => !begins(purpose))];
}

/** The words of a purpose from a text with its id, names and notes. */
export function wordsOf(text) {
  return text.split(/[\s\u3000]+/).map(plain).filter(Boolean).concat(plain(text));
}
