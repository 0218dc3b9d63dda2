"""A ticket as a picture of black and white dots, the same on every printer.

Blocks of text that come back on every ticket (hall, services, notices) are drawn once and kept; the number, the
times and the QR are drawn anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from printers import fonts as fontfiles
from printers import layout, qr
from printers.clean import clean
from printers.ticket import TicketPaper
from printers.wrap import wrap

if TYPE_CHECKING:
    from PIL import Image

MARGIN = 8  # dots left white at either side: cheap printers lose the outermost
_BLACK_FROM = 112  # a little under half grey: thin strokes stay whole on thermal paper
_TO_DOTS = [0 if grey >= _BLACK_FROM else 255 for grey in range(256)]


def render(paper: TicketPaper, width: int, dpi: int, fonts: str = "") -> Image.Image:
    """Draw the ticket: a picture of mode ``1`` (0 = black), ``width`` dots wide, as tall as it needs.

    ``dpi``: dots per inch of the print head; ``fonts``: folder of the font files (empty: the system's).
    Raises FontsMissing, or ValueError for an address too long for a QR.
    """
    from PIL import Image

    with fontfiles.LOCK:
        room = width - 2 * MARGIN
        number = _number(clean(paper.number), layout.number_size(paper, dpi), room, fonts)
        parts: list[tuple[int, Image.Image]] = []
        for block in layout.blocks(paper, layout.sizes(paper, width, dpi, number[0])):
            if block.kind == "number":
                parts.append((block.gap, number[1]))
            elif block.kind == "rule":
                parts.append((block.gap, Image.new("L", (room, block.size), 255)))
            elif block.kind == "qr":
                symbol, quiet = _qr(block.text, dpi, room)
                parts.append((block.gap + quiet, symbol))
                parts.append((quiet, Image.new("L", (1, 1), 0)))
            else:
                parts.append(
                    (
                        block.gap,
                        _text(
                            block.kind,
                            block.text,
                            block.size,
                            block.bold,
                            block.balance,
                            paper.lang,
                            room,
                            fonts,
                        ),
                    )
                )
        height = sum(gap + picture.height for gap, picture in parts)
        page = Image.new("L", (width, height), 0)
        top = 0
        for gap, picture in parts:
            top += gap
            page.paste(picture, ((width - picture.width) // 2, top))
            top += picture.height
        return page.point(_TO_DOTS, "1")


@lru_cache(maxsize=64)
def _face(size: int, lang: str, bold: bool, fonts: str) -> fontfiles.Face:
    return fontfiles.Face(fontfiles.book(fonts), size, lang, bold=bold)


def _number(number: str, size: int, room: int, fonts: str) -> tuple[int, Image.Image]:
    """The number as large as wished or as fits: (type size used, grey picture cropped to its ink)."""
    face = _face(size, "ja", True, fonts)
    length = face.length(number)
    if length > room:
        size = max(12, int(size * room / length))
        face = _face(size, "ja", True, fonts)
    drawn = face.mask(number)
    box = drawn.getbbox()
    return size, drawn if box is None else drawn.crop(box)


@lru_cache(maxsize=96)
def _text(
    kind: str, text: str, size: int, bold: bool, balance: bool, lang: str, room: int, fonts: str
) -> Image.Image:
    """A block of text as a grey picture, lines centred under one another; a mark is white on black."""
    from PIL import Image, ImageChops

    face = _face(size, lang, bold, fonts)
    pad = size // 2 if kind == "mark" else 0
    lines = [face.mask(line) for line in wrap(text, room - 2 * pad, face.length, balance=balance)]
    width = min(room, max(line.width for line in lines) + 2 * pad)
    block = Image.new("L", (width, face.height * len(lines)), 0)
    for at, line in enumerate(lines):
        block.paste(line, ((width - line.width) // 2, at * face.height))
    return ImageChops.invert(block) if kind == "mark" else block


def _qr(address: str, dpi: int, room: int) -> tuple[Image.Image, int]:
    """The symbol and its quiet zone in dots."""
    symbol = qr.picture(address, dpi, room)
    return symbol, qr.QUIET_MODULES * symbol.width // qr.modules(len(address.encode()))
