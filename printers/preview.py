"""A sample of a printer's ticket as a picture, for whoever edits its layout."""

from __future__ import annotations

from math import ceil
from zoneinfo import ZoneInfo

import msgspec
from PIL import Image, ImageChops, ImageDraw

from printers import fonts, kanji, qr, raster
from printers.encoding import as_text, png
from printers.escpos import CELL
from printers.settings import PrinterSettings
from printers.text import Row, rows
from printers.ticket import TicketPaper
from printers.wording import Wording
from queue_server.domain.state import Estimate
from queue_server.settings import Settings, menu, rules
from queue_server.web import Texts

_PAGES = "http://127.0.0.1:8080"  # where nothing is configured: as long as most addresses
_SAMPLE = "sample-sample-sample-1"  # as long as a ticket's token, and nobody's
_LINE, _HIGH = 30, 24  # dots from line to line, and of a character


def sample(
    settings: Settings, texts: Texts, printer: str, lang: str, at: int, *, large: bool = False
) -> TicketPaper:
    """A ticket for the first service of the printer's kiosk, or of its site; ``at``: ms UTC of its issue.

    ``large``: as staff print it once more in large letters.
    """
    site = settings.printers[printer].site
    hall = rules(settings, site)
    kiosk = next((key for key, k in settings.sites[site].kiosks.items() if k.printer == printer), None)
    service = next(key for group in menu(settings, site, kiosk) for key in group.services)
    band = hall.bands[hall.services[service].band]
    paper = Wording(settings, texts, ZoneInfo(settings.time_zone)).paper(
        lang,
        hall,
        printer,
        number=band.text(min(band.first + 11, band.last)),
        services=(service,),
        issued_at=at,
        ahead=None if large else 5,
        estimate=None if large else Estimate(10, 15),
        reissue=large,
        large=large,
    )
    address = f"{(settings.public_url or _PAGES).rstrip('/')}/t/{_SAMPLE}"
    return msgspec.structs.replace(paper, qr=address)


def picture(settings: PrinterSettings, paper: TicketPaper, *, text: bool = False) -> bytes:
    """The ticket as its printer would print it, as a PNG. ``text``: in a printer's own characters in any case.

    A printer's own characters are drawn with our font: their shapes differ, their places do not. Raises FontsMissing.
    """
    width, dpi = settings.size()
    if text or as_text(settings, paper):
        drawn = _drawn(rows(paper, width // CELL, settings.layout.fields), width, dpi, settings.fonts)
    else:
        drawn = raster.render(paper, width, dpi, settings.layout, settings.fonts)
    return png(drawn, dpi)


def _drawn(ticket: list[Row], width: int, dpi: int, folder: str) -> Image.Image:
    """Rows of a printer's own characters as a picture of mode ``1``, as wide as the paper."""
    parts: list[tuple[Image.Image | None, int]] = []
    for row in ticket:
        if row.kind == "gap":
            parts.append((None, row.size))
        elif row.kind == "qr":
            quiet = qr.QUIET_MODULES * qr.module_dots(qr.modules(len(row.text)), dpi, width)
            symbol = qr.picture(row.text, dpi, width)
            parts += [(None, quiet), (symbol, symbol.height), (None, quiet)]
        else:
            line = _line(row, folder)
            parts.append((line, line.height + _LINE - _HIGH))
    page = Image.new("L", (width, sum(height for _, height in parts)), 0)
    top = 0
    for part, height in parts:
        if part is not None:
            page.paste(part, ((width - part.width) // 2, top))
        top += height
    return page.point([255] * 128 + [0] * 128, "1")


def _line(row: Row, folder: str) -> Image.Image:
    """One row as a grey picture (255 = ink), each character in its one or two cells."""
    line = Image.new("L", (max(1, kanji.columns(row.text)) * CELL, _HIGH), 0)
    at = 0
    with fonts.LOCK:
        for char in row.text:
            cell = kanji.columns(char) * CELL
            line.paste(_glyph(char, cell, fonts.book(folder), bold=row.bold), (at, 0))
            at += cell
    if row.kind == "mark":
        line = ImageChops.invert(line)
    return line.resize((line.width * row.size, line.height * row.size), Image.Resampling.NEAREST)


def _glyph(char: str, cell: int, book: fonts.FontBook, *, bold: bool) -> Image.Image:
    """One character as wide as its cell: narrowed where it is wider, in the middle where it is narrower."""
    chain = book.chain("ja", bold=bold)
    font = book.font(next((file for file in chain if book.has(file, char)), chain[0]), _HIGH - 2)
    wide = max(cell, ceil(font.getlength(char)))
    glyph = Image.new("L", (wide, _HIGH), 0)
    ImageDraw.Draw(glyph).text((wide / 2, _HIGH - 4), char, font=font, fill=255, anchor="ms")
    return glyph.resize((cell, _HIGH))
