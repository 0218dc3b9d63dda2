"""A ticket as lines of a printer's own characters: what is printed at which size. No bytes and no drawing here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from printers import kanji
from printers.clean import clean
from printers.layout import joined
from printers.ticket import TicketPaper
from printers.wrap import wrap
from queue_server.settings import Field

_GAP = 12  # dots of white between groups of lines
_MOST = 6  # times the normal size the number is set at, where it fits


class Row(msgspec.Struct, frozen=True):
    """One thing under another."""

    kind: Literal["line", "mark", "gap", "qr"]
    """``line``: characters in the middle; ``mark``: the same white on black; ``gap``: white; ``qr``: an address."""
    text: str = ""
    size: int = 1
    """Times the normal size; of a gap its dots."""
    bold: bool = False


def rows(paper: TicketPaper, cells: int, fields: Sequence[Field]) -> list[Row]:
    """The ticket from top to bottom on paper ``cells`` single-byte characters wide, empty things left out.

    A logo is left out: its picture would be as long on the line as the whole text.
    """
    labels = paper.labels
    number = kanji.encode(paper.number).decode("cp932")
    times = max(1, min(_MOST, cells // max(1, kanji.columns(number))))
    head = 2 if times >= 3 * 2 else 1  # nothing may come near the number's size
    body = head if paper.large else 1
    out: list[Row] = []

    def lines(text: str, size: int = body, *, bold: bool = False) -> None:
        for line in wrap(clean(text).strip(), cells // size, kanji.columns, balance=True):
            out.append(Row("line", kanji.encode(line).decode("cp932"), size, bold))

    def gap() -> None:
        if out and out[-1].kind not in ("gap", "qr"):
            out.append(Row("gap", size=_GAP))

    for name in fields:
        if name == "reissue" and clean(paper.reissue).strip():
            mark = kanji.encode(paper.reissue.strip()).decode("cp932")
            out.append(Row("mark", f" {mark} ", head if kanji.columns(mark) + 2 <= cells // head else 1))
        elif name == "title":
            lines(paper.title)
        elif name == "rule":
            gap()
        elif name == "number":
            lines(labels.number)
            out.append(Row("line", number, times, bold=True))
            gap()
        elif name == "purposes":
            for purpose in paper.purposes:
                lines(purpose, head, bold=True)
        elif name == "area":
            lines(joined(labels.area, paper.area), bold=True)
        elif name == "ahead":
            lines(paper.ahead, bold=True)
        elif name == "wait":
            lines(paper.wait, bold=True)
        elif name == "issued":
            lines(joined(labels.issued, paper.issued_at))
        elif name == "qr" and paper.qr:
            if out and out[-1].kind == "gap":  # it brings its own white
                out.pop()
            out.append(Row("qr", paper.qr))
            lines(labels.qr)
        elif name in ("absent", "notice"):
            for paragraph in (paper.absent_note if name == "absent" else paper.notice).split("\n"):
                gap()
                lines(paragraph)
    while out[-1].kind == "gap":
        out.pop()
    return out
