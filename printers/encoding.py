"""A ticket as what its printer is sent: characters, a raster picture, or a PNG for the printer that draws."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from printers import escpos
from printers.settings import PrinterSettings
from printers.ticket import TicketPaper
from queue_server.devices import Status

if TYPE_CHECKING:
    from PIL import Image

_FRAME = 24  # white dots around a drawn ticket, where paper would have its edge


def encode(settings: PrinterSettings, paper: TicketPaper) -> bytes:
    """The bytes that print this ticket (a PNG for draw:, nothing for none:). Raises FontsMissing."""
    kind = settings.device.partition(":")[0]
    if kind == "none":
        return b""
    width, dpi = settings.size()
    if kind != "draw" and as_text(settings, paper):
        return escpos.encode_text(paper, width, dpi, settings.layout.fields)
    from printers import raster

    picture = raster.render(paper, width, dpi, settings.layout, settings.fonts)
    if kind == "draw":
        return png(picture, dpi)
    return escpos.encode_raster(picture, dpi, centred=settings.centred)


def missing_fonts(settings: PrinterSettings) -> Status | None:
    """Look for missing fonts: the trouble of a printer that cannot do without; None: there is none."""
    if not settings.device.startswith("draw:") and _mode(settings) != "raster":
        return None  # it prints most tickets in its own characters
    from printers.fonts import FontsMissing, book

    try:
        book(settings.fonts)
    except FontsMissing as error:
        return Status("error", "fonts_missing", detail=str(error))
    return None


def _mode(settings: PrinterSettings) -> str:
    return settings.mode or ("auto" if settings.device.startswith("serial:") else "raster")


def as_text(settings: PrinterSettings, paper: TicketPaper) -> bool:
    """Whether the printer sets this ticket in its own characters."""
    mode = _mode(settings)
    return mode == "text" or (mode == "auto" and escpos.all_in_rom(paper))


def png(picture: Image.Image, dpi: int) -> bytes:
    """The ticket's picture (mode ``1``) as a PNG with a white frame, in its real size when it is printed."""
    from PIL import Image

    page = Image.new("1", (picture.width + 2 * _FRAME, picture.height + 2 * _FRAME), 1)
    page.paste(picture, (_FRAME, _FRAME))
    file = io.BytesIO()
    page.save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()
