"""A ticket as a picture of black and white dots, the same on every printer.

Blocks of text that come back on every ticket (hall, services, notices) are drawn once and kept; the number, the
times and the QR are drawn anew.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from printers import fonts as fontfiles
from printers import layout as layouts
from printers import qr
from printers.clean import clean
from printers.layout import Block
from printers.settings import PaperLayout
from printers.ticket import TicketPaper
from printers.wrap import wrap

if TYPE_CHECKING:
    from PIL import Image

EVERYTHING = PaperLayout()
MARGIN = 8  # dots left white at either side: cheap printers lose the outermost
_BLACK_FROM = 112  # a little under half grey: thin strokes stay whole on thermal paper
_TO_DOTS = [0 if grey >= _BLACK_FROM else 255 for grey in range(256)]


def render(
    paper: TicketPaper, width: int, dpi: int, layout: PaperLayout = EVERYTHING, fonts: str = ""
) -> Image.Image:
    """Draw the ticket: a picture of mode ``1`` (0 = black), ``width`` dots wide, as tall as it needs.

    ``dpi``: dots per inch of the print head; ``fonts``: folder of the font files (empty: the system's).
    Raises FontsMissing, or ValueError for an address too long for a QR.
    """
    from PIL import Image

    with fontfiles.LOCK:
        room = width - 2 * MARGIN
        number = _number(clean(paper.number), layouts.number_size(paper, dpi), room, fonts)
        parts: list[tuple[int, Image.Image]] = []
        for block in layouts.blocks(paper, layouts.sizes(paper, width, dpi, number[0]), layout):
            if block.kind == "number":
                parts.append((block.gap, number[1]))
            elif block.kind == "rule":
                parts.append((block.gap, Image.new("L", (room, block.size), 255)))
            elif block.kind == "logo":
                parts.append((block.gap, _logo(layout.logo, room)))
            elif block.kind == "qr":
                symbol, quiet = _qr(block.text, dpi, room)
                parts.append((block.gap + quiet, symbol))
                parts.append((quiet, Image.new("L", (1, 1), 0)))
            else:
                parts.append((block.gap, _text(block, paper.lang, room, fonts)))
        height = sum(gap + picture.height for gap, picture in parts)
        page = Image.new("L", (width, height), 0)
        top = 0
        for gap, picture in parts:
            top += gap
            page.paste(picture, ((width - picture.width) // 4 * 2, top))  # even: see `printers.bands`
            top += picture.height
        return page.point(_TO_DOTS, "1")


@lru_cache(maxsize=64)
def _face(size: int, lang: str, bold: bool, fonts: str) -> fontfiles.Face:
    return fontfiles.Face(fontfiles.book(fonts), size, lang, bold=bold)


def _number(number: str, size: int, room: int, fonts: str) -> tuple[int, Image.Image]:
    """The number as large as wished or as fits: (type size used, grey picture cropped to its ink)."""
    from PIL import Image

    face = _face(size, "ja", True, fonts)
    length = face.length(number)
    if length > room:
        size = max(12, int(size * room / length))
        face = _face(size, "ja", True, fonts)
    drawn = face.mask(number)
    left, top, right, bottom = drawn.getbbox() or (0, 0, drawn.width, drawn.height)
    drawn = drawn.crop((left, top, right + (right - left) % 2, bottom))
    # Pairs of dots: on strokes so thick nobody sees it, and half as many bytes are sent.
    half = drawn.resize((drawn.width // 2, drawn.height), Image.Resampling.BOX)
    return size, half.resize(drawn.size, Image.Resampling.NEAREST)


@lru_cache(maxsize=96)
def _text(block: Block, lang: str, room: int, fonts: str) -> Image.Image:
    """A block of text as a grey picture, lines centred under one another; a mark is white on black."""
    from PIL import Image, ImageChops

    face = _face(block.size, lang, block.bold, fonts)
    pad = block.size // 2 if block.kind == "mark" else 0
    lines = [face.mask(line) for line in wrap(block.text, room - 2 * pad, face.length, balance=True)]
    width = min(room, max(line.width for line in lines) + 2 * pad)
    picture = Image.new("L", (width, face.height * len(lines)), 0)
    for at, line in enumerate(lines):
        picture.paste(line, ((width - line.width) // 2, at * face.height))
    return ImageChops.invert(picture) if block.kind == "mark" else picture


@lru_cache(maxsize=8)
def _logo(png: bytes, room: int) -> Image.Image:
    """The logo dot for dot as a grey picture (255 = full ink), what is transparent left white."""
    from PIL import Image, ImageChops

    logo = Image.open(io.BytesIO(png)).convert("RGBA")
    paper = Image.new("RGBA", logo.size, "white")
    paper.alpha_composite(logo)
    grey = ImageChops.invert(paper.convert("L"))
    return grey.crop((0, 0, min(room, grey.width), grey.height))


def _qr(address: str, dpi: int, room: int) -> tuple[Image.Image, int]:
    """The symbol and its quiet zone in dots."""
    symbol = qr.picture(address, dpi, room)
    return symbol, qr.QUIET_MODULES * symbol.width // qr.modules(len(address.encode()))
