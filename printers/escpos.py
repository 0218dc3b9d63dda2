"""A ticket as ESC/POS bytes: as a picture (any language, any printer) or as text (short, for serial lines).

Our own encoder, because python-escpos sends kanji as Chinese bytes and pads pictures with white.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from printers import kanji, qr
from printers.bands import bands
from printers.text import rows
from printers.ticket import TicketPaper
from queue_server.settings import FIELDS, Field

if TYPE_CHECKING:
    from PIL import Image

RESET = b"\x1b@"
_CENTRE = b"\x1ba\x01"
_JAPANESE = b"\x1bt\x01\x1bR\x08\x1cC\x01\x1c&"  # katakana page, Japanese set, Shift_JIS, kanji on
_CUT = b"\x1dVB"  # feed to the blade and cut; the next byte is how much further
CUT_OFF = _CUT + b"\0"
"""Cut right behind what was printed."""
_CUT_MARGIN_MM = 2.0
CELL = 12
"""Dots of one single-byte character at normal size; a kanji takes two."""
_BOLD, _PLAIN = b"\x1bE\x01", b"\x1bE\0"
_WHITE_ON_BLACK, _BLACK_ON_WHITE = b"\x1dB\x01", b"\x1dB\0"


def encode_raster(picture: Image.Image, dpi: int, *, centred: bool = True) -> bytes:
    """The picture (mode ``1``, as wide as the paper) as GS v 0 bands of at most 256 rows, then a cut.

    ``dpi`` of the print head: feeds are counted in its dots. ``centred``: the printer centres the cropped bands
    (ESC a); off for the rare printer that ignores this for pictures.
    """
    out = [RESET, b"\x1dP", bytes((dpi, dpi))]
    if centred:
        out.append(_CENTRE)
    for band in bands(picture, centred=centred):
        out.append(_feed(band.gap))
        head = (band.wide + 2 * band.high, band.width_bytes, band.rows)
        out.append(b"\x1dv0" + struct.pack("<BHH", *head) + band.data)
    out.append(_cut(dpi))
    return b"".join(out)


def all_in_rom(paper: TicketPaper) -> bool:
    """Whether a Japanese character ROM can print every text of the ticket."""
    return all(kanji.encodable(text) for text in paper.texts())


def encode_text(paper: TicketPaper, width: int, dpi: int, fields: Sequence[Field] = FIELDS) -> bytes:
    """The ticket as cp932 text and a QR the printer draws itself; ``width`` of the paper in dots.

    Letters the ROM lacks are folded to plain ones or replaced; ask `all_in_rom` first where that matters.
    """
    out = [RESET, b"\x1dP", bytes((dpi, dpi)), _JAPANESE, _CENTRE]
    size, bold = 1, False
    for row in rows(paper, width // CELL, fields):
        if row.kind == "gap":
            out.append(_feed(row.size))
            continue
        if row.kind == "qr":
            out.append(_native_qr(row.text, width, dpi))
            continue
        if row.bold != bold:
            bold = row.bold
            out.append(_BOLD if bold else _PLAIN)
        if row.size != size:
            out.append(_size(row.size, size))
            size = row.size
        line = row.text.encode("cp932")
        out.append((_WHITE_ON_BLACK + line + _BLACK_ON_WHITE if row.kind == "mark" else line) + b"\n")
    out.append(_cut(dpi))
    return b"".join(out)


def _size(times: int, before: int) -> bytes:
    """Character size, kanji with it: GS ! alone leaves kanji small on older printers."""
    kanji_too = bytes((0x1C, 0x57, times > 1)) if (times > 1) != (before > 1) else b""
    return bytes((0x1D, 0x21, (times - 1) << 4 | (times - 1))) + kanji_too


def _native_qr(address: str, width: int, dpi: int) -> bytes:
    """GS ( k: size for 25 mm, level M, store, print (model 2 unless told otherwise), with its quiet zone fed."""
    data = address.encode("utf-8")
    count = qr.modules(len(data))
    dots = min(16, qr.module_dots(count, dpi, width))

    def function(number: int, parameters: bytes) -> bytes:
        return b"\x1d(k" + (len(parameters) + 2).to_bytes(2, "little") + bytes((0x31, number)) + parameters

    quiet = _feed(qr.QUIET_MODULES * dots)
    return b"".join(
        (
            quiet,
            function(67, bytes((dots,))),
            function(69, b"\x31"),
            function(80, b"0" + data),
            function(81, b"0"),
            quiet,
        )
    )


def _feed(dots: int) -> bytes:
    """Feed paper by dots (the unit is set to one dot at the start of every ticket)."""
    out = b""
    while dots > 0:
        out += bytes((0x1B, 0x4A, min(255, dots)))
        dots -= 255
    return out


def _cut(dpi: int) -> bytes:
    return _CUT + bytes((round(_CUT_MARGIN_MM / 25.4 * dpi),))
