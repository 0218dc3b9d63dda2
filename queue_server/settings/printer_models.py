"""The paper of printers common in Japan: dots a line and dots an inch, by the name that a city would write.

From the makers' manuals. Epson's Japanese models with 203 dots an inch print 576 dots on paper of 80 mm and 420 on
58 mm, the TM-T88 family, with 180, 512 and 360. A Star mC-Print must be set to ESC/POS.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class Head(NamedTuple):
    """A print head: dots an inch, dots a line on 80 mm and on 58 mm paper (0: the printer does not take it)."""

    dpi: int
    wide: int
    narrow: int


HEADS: dict[str, Head] = {
    "TM-T88V": Head(180, 512, 360),
    "TM-T88VI": Head(180, 512, 360),
    "TM-T88VII": Head(180, 512, 360),
    "TM-T20II": Head(203, 576, 420),
    "TM-T20III": Head(203, 576, 420),
    "TM-T70II": Head(203, 576, 0),
    "TM-T90": Head(203, 576, 420),
    "TM-T90II": Head(203, 576, 420),
    "TM-m10": Head(203, 0, 420),
    "TM-m30": Head(203, 576, 420),
    "TM-m30II": Head(203, 576, 420),
    "TM-m30III": Head(203, 576, 420),
    "TM-m55": Head(203, 576, 0),
    "RP-F10": Head(203, 576, 432),
    "mC-Print2": Head(203, 0, 384),
    "mC-Print3": Head(203, 576, 0),
    "CT-S281": Head(203, 0, 384),
    "CT-S651": Head(203, 640, 432),
    "CT-S651II": Head(203, 640, 432),
}
_USUAL = (576, 203)
_PAPER = re.compile(r"^(.+?)(80|58)(?:mm)?$")
_MAKERS = ("epson", "star", "citizen", "sii", "seiko")


def model_names() -> list[str]:
    """Every name as it is written best; ``-58mm`` stands for the narrow paper of a printer that takes both."""
    names = []
    for name, head in HEADS.items():
        names.append(name)
        if head.wide and head.narrow:
            names.append(f"{name}-58mm")
    return names


def model_size(name: str) -> tuple[int, int] | None:
    """(dots a line, dots an inch) of a model; None when it is not known, or not with that paper.

    The maker's name, blanks, hyphens and case do not count: ``EPSON TM m30III 58mm`` is ``TM-m30III-58mm``.
    """
    model, paper = _model_and_paper(name)
    if model is None:
        return None
    head = HEADS[model]
    dots = head.narrow if paper == "58" else head.wide or (0 if paper else head.narrow)
    return (dots, head.dpi) if dots else None


def other_paper(name: str) -> tuple[str, str, str] | None:
    """(model, paper asked for, paper it takes) of a known model that does not take the paper; widths in mm."""
    model, paper = _model_and_paper(name)
    if model is None or not paper or model_size(name) is not None:
        return None
    return model, paper, "80" if paper == "58" else "58"


def paper_size(model: str, width: int, dpi: int) -> tuple[int, int]:
    """(dots a line, dots an inch): as written, else the model's, else those of most printers of 80 mm paper."""
    known = model_size(model) or _USUAL
    return width or known[0], dpi or known[1]


def _model_and_paper(name: str) -> tuple[str | None, str]:
    """(a key of `HEADS`, ``80``, ``58`` or empty) of a name as a city writes it; (None, empty) when it is none."""
    plain = _plain(name)
    for maker in _MAKERS:
        plain = plain.removeprefix(maker)
    found = _PAPER.match(plain)
    # the name itself first: that of some printers ends in figures
    for model, paper in ((plain, ""), *((found.groups(),) if found else ())):
        if model in _BY_PLAIN_NAME:
            return _BY_PLAIN_NAME[model], paper
    return None, ""


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum())


_BY_PLAIN_NAME = {_plain(name): name for name in HEADS}
