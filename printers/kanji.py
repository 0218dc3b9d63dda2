"""Text for a Japanese printer's character ROM: Shift_JIS as such printers know it (code page 932).

The stricter ``shift_jis`` codec has no circled figures and no variant kanji of family and place names, which a
city hall prints every day; cp932 has. What even cp932 lacks is folded to plain letters where there are any
(Vietnamese, Portuguese) and else becomes the geta mark.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from printers.clean import clean

REPLACEMENT = "\u3013"
"""Geta mark: what printers have always set for a missing letter."""

# Same sign, another code point: the ones Windows chose are the ones cp932 encodes.
_TWINS = str.maketrans(
    {
        0x301C: 0xFF5E,
        0x2212: 0xFF0D,
        0x2014: 0x2015,
        0x2013: 0x2D,
        0x2016: 0x2225,
        0xA0: 0x20,
        0xA2: 0xFFE0,
        0xA3: 0xFFE1,
        0xAC: 0xFFE2,
    }
)
_PLAIN = {0xA1: "!", 0xBF: "?", 0xAB: '"', 0xBB: '"', 0x20AC: "EUR"}


def encodable(text: str) -> bool:
    """Whether the printer's ROM has every letter of the text."""
    return all(_bytes(char) is not None for char in clean(text).translate(_TWINS))


def encode(text: str) -> bytes:
    """The text as cp932 bytes, cleaned of control characters; what is missing is folded or replaced."""
    return b"".join(_bytes(char) or _fold(char) for char in clean(text).translate(_TWINS))


def columns(text: str) -> int:
    """Width in single-byte cells: what is sent as two bytes is printed two cells wide."""
    return len(encode(text))


@lru_cache(maxsize=8192)
def _bytes(char: str) -> bytes | None:
    if unicodedata.category(char) == "Co":  # cp932 passes private-use letters on as user-defined ones: unset
        return None
    try:
        return char.encode("cp932")
    except UnicodeEncodeError:
        return None


@lru_cache(maxsize=4096)
def _fold(char: str) -> bytes:
    """The plain letters nearest to one character cp932 lacks."""
    plain = _PLAIN.get(ord(char)) or "".join(
        part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)
    )
    if (
        plain == char
    ):  # a stroke through a letter is no accent to Unicode, but its name says which letter it is
        name = unicodedata.name(char, "")
        if name.startswith("LATIN ") and " WITH " in name:
            base = unicodedata.lookup(name.partition(" WITH ")[0])
            plain = base if base.isascii() else char
    folded = [_bytes(part) for part in plain]
    if not plain or plain == char or None in folded:
        return REPLACEMENT.encode("cp932")
    return b"".join(part for part in folded if part is not None)
