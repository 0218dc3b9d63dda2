"""Text made safe for paper.

A control character inside a service's name would be a printer command, and an invisible selector a box of
tofu. Both come from copying out of other programs; neither may reach a printer.
"""

from __future__ import annotations

import unicodedata

# Marks that choose a variant or join emoji: printers and fonts without them draw a box.
_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def clean(text: str) -> str:
    """The text composed (NFC), without control, format and variation characters; tabs become spaces.

    Line feeds stay: they are the one control a notice may use.
    """
    if text.isascii() and text.isprintable():  # most of what is printed a thousand times a day
        return text
    kept = []
    for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " ")):
        if char == "\n" or (
            ord(char) not in _SELECTORS and unicodedata.category(char) not in ("Cc", "Cf", "Cs")
        ):
            kept.append(char)
    return "".join(kept)
