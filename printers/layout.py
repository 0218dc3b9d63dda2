"""How a ticket is laid out: which text at which size, from top to bottom. No drawing here.

The order answers the holder's questions as they come: which number am I, for what, where do I go, how long will
it take, where do I see it on my phone, what if I am late.
"""

from __future__ import annotations

import msgspec

from printers.clean import clean
from printers.settings import PaperLayout
from printers.ticket import TicketPaper

_SMALL_MM = 3.3  # about 9.4 points: nothing on the paper is smaller
_BODY_MM = 3.8
_HEAD_MM = 5.0
_NUMBER_MM = 18.8  # of type: its figures stand 16 mm high where they fit the width
_LARGE = 1.4
# A figure's ink is 0.85 of its type size, a kanji's 0.93: with type no larger than this share of the number's, the
# number's ink stands more than three times as high as anything else's.
_BESIDE_NUMBER = 0.28


class Block(msgspec.Struct, frozen=True):
    """One thing on the paper."""

    kind: str
    """``text``, ``mark`` (white on black), ``number``, ``logo``, ``qr`` or ``rule``."""
    text: str
    size: int
    """Type size in dots per em; of a rule its thickness, of a QR or logo nothing."""
    gap: int
    """White dots above."""
    bold: bool = False


class Sizes(msgspec.Struct, frozen=True):
    """Type sizes in dots for one paper."""

    number: int
    head: int
    body: int
    small: int


def sizes(paper: TicketPaper, width: int, dpi: int, number_size: int) -> Sizes:
    """Type sizes for paper ``width`` dots wide; ``number_size`` is what the number was fitted to."""
    grow = _LARGE if paper.large else 1.0
    narrow = min(1.0, (width / dpi) / 2.2)  # on 58 mm paper the headings give way, the small print does not
    most = max(12, int(number_size * _BESIDE_NUMBER))

    def dots(mm: float, factor: float) -> int:
        return min(most, round(mm / 25.4 * dpi * factor * grow))

    return Sizes(
        number=number_size,
        head=dots(_HEAD_MM, narrow),
        body=dots(_BODY_MM, max(narrow, _SMALL_MM / _BODY_MM)),
        small=dots(_SMALL_MM, 1.0),
    )


def number_size(paper: TicketPaper, dpi: int) -> int:
    """The type size the number is wished at, in dots, before it is fitted to the paper's width."""
    return round(_NUMBER_MM / 25.4 * dpi * (1.25 if paper.large else 1.0))


def blocks(paper: TicketPaper, type_sizes: Sizes, layout: PaperLayout) -> list[Block]:
    """The paper from top to bottom, empty things left out."""
    s = type_sizes
    unit = s.small
    labels = paper.labels
    page: list[Block] = []

    def text(words: str, size: int, gap: float, *, bold: bool = False) -> None:
        words = clean(words).strip()
        if words:
            page.append(Block("text", words, size, round(gap * unit), bold))

    for name in layout.fields:
        if name == "reissue" and clean(paper.reissue).strip():
            page.append(Block("mark", clean(paper.reissue).strip(), s.head, round(0.3 * unit), True))
        elif name == "logo" and layout.logo:
            page.append(Block("logo", "", 0, round(0.3 * unit)))
        elif name == "title":
            text(paper.title, s.body, 0.4, bold=True)
        elif name == "rule" and page and page[-1].kind != "rule":
            page.append(Block("rule", "", max(2, unit // 12), round(0.6 * unit)))
        elif name == "number":
            text(labels.number, s.small, 0.5)
            page.append(Block("number", clean(paper.number), s.number, round(0.55 * unit), True))
        elif name == "purposes":
            for at, purpose in enumerate(paper.purposes):
                text(purpose, s.head, 0.4 if at else 0.8, bold=True)
        elif name == "area":
            text(joined(labels.area, paper.area), s.body if paper.purposes else s.head, 0.4, bold=True)
        elif name == "ahead":
            text(paper.ahead, s.body, 0.5, bold=True)
        elif name == "wait":
            text(paper.wait, s.body, 0.2, bold=True)
        elif name == "issued":
            text(joined(labels.issued, paper.issued_at), s.small, 0.35)
        elif name == "qr" and paper.qr:
            page.append(Block("qr", paper.qr, 0, 0))
            text(labels.qr, s.small, 0.0)
        elif name in ("absent", "notice"):
            note = paper.absent_note if name == "absent" else paper.notice
            for at, paragraph in enumerate(note.split("\n")):
                text(paragraph, s.small, 0.25 if at else 0.5)
    if page[-1].kind == "rule":
        page.pop()
    if page[0].gap:
        page[0] = msgspec.structs.replace(page[0], gap=0)
    return page


def joined(label: str, fact: str) -> str:
    """A label and its fact on one line; nothing when there is no fact."""
    return f"{label} {fact}".strip() if fact else ""
