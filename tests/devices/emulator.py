"""A reader of ESC/POS as a Japanese receipt printer understands it: bytes in; text, picture, QR and cuts out.

Written from the command tables (FIELD 5.1), not from our encoder, so that the two can disagree. What it does not
know is kept in ``unknown``, where a test finds it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import segno
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf"
CELL_W, CELL_H, LINE = 12, 24, 30
ESC, FS, GS, DLE, LF = 0x1B, 0x1C, 0x1D, 0x10, 0x0A

# Commands that only need their parameters skipped or one value kept: (prefix, name) -> parameter bytes.
SIMPLE = {
    (ESC, "@"): 0,
    (ESC, "a"): 1,
    (ESC, "E"): 1,
    (ESC, "G"): 1,
    (ESC, "!"): 1,
    (ESC, "t"): 1,
    (ESC, "R"): 1,
    (ESC, "d"): 1,
    (ESC, "J"): 1,
    (ESC, "2"): 0,
    (ESC, "3"): 1,
    (ESC, "-"): 1,
    (ESC, "M"): 1,
    (GS, "!"): 1,
    (GS, "B"): 1,
    (GS, "P"): 2,
    (GS, "L"): 2,
    (GS, "W"): 2,
    (GS, "a"): 1,
    (FS, "C"): 1,
    (FS, "&"): 0,
    (FS, "."): 0,
    (FS, "W"): 1,
    (FS, "!"): 1,
    (FS, "S"): 2,
}


@dataclass
class Piece:
    """Characters of one line printed in one style; sizes are multiples of the normal cell."""

    text: str
    wide: int
    high: int
    inverse: bool


@dataclass
class Ticket:
    """One paper, up to its cut."""

    lines: list[list[Piece]] = field(default_factory=list)
    qrs: list[bytes] = field(default_factory=list)
    images: list[tuple[int, int]] = field(default_factory=list)
    """Bytes wide and rows of every raster band."""
    parts: list[tuple[int, int, Image.Image]] = field(default_factory=list)
    height: int = 0
    width: int = 576
    cut: bool = False

    @property
    def text(self) -> list[str]:
        """The printed lines."""
        return ["".join(piece.text for piece in line) for line in self.lines]

    def picture(self) -> Image.Image:
        """The paper as a grey picture, black on white."""
        page = Image.new("L", (self.width, max(1, self.height)), 255)
        for x, y, part in self.parts:
            page.paste(0, (x, y), part)
        return page


class EscPos:
    """The printer's brain: `feed` it bytes, it returns what it answers."""

    def __init__(self, width: int = 576, dpi: int = 203) -> None:
        self.width, self.dpi = width, dpi
        self.tickets: list[Ticket] = []
        self.unknown: list[bytes] = []
        self.cover_open = self.paper_end = self.near_end = self.mute = False
        self._buffer = b""
        self._glyphs: dict[str, Image.Image] = {}
        self._font = ImageFont.truetype(FONT, CELL_H - 2)
        self._reset()
        self._paper = Ticket(width=width)

    @property
    def cuts(self) -> int:
        return sum(ticket.cut for ticket in self.tickets)

    def feed(self, data: bytes) -> bytes:
        """Take bytes as they come, also in the middle of a command; returns answers to DLE EOT."""
        self._buffer += data
        answer = b""
        while self._buffer:
            if self._buffer[0] == DLE:
                if len(self._buffer) < 3:
                    break
                answer += self._status(self._buffer[2])
                used = 3
            else:
                used = self._step(self._buffer)
            if used == 0:
                break
            self._buffer = self._buffer[used:]
        return b"" if self.mute else answer

    def _reset(self) -> None:
        self.align = 0
        self._wide = self._high = 1
        self._kanji_wide = self._kanji_high = 1
        self._inverse = False
        self._page, self._sjis, self._kanji_mode = 0, False, False
        self._unit = 2 * self.dpi
        self._line: list[Piece] = []
        self._qr = b""
        self._qr_size, self._qr_level = 3, "l"

    def _step(self, data: bytes) -> int:
        """Carry out one command or character; the bytes it took, 0 when more are needed."""
        first = data[0]
        if first == LF:
            self._print_line()
            return 1
        if first in (ESC, FS, GS):
            return self._command(data)
        if first < 0x20:
            if first:  # NUL means nothing to a printer
                self.unknown.append(data[:1])
            return 1
        if self._sjis and (0x81 <= first <= 0x9F or 0xE0 <= first <= 0xEF):
            if len(data) < 2:
                return 0
            try:
                self._put(data[:2].decode("cp932"), kanji=True)
            except UnicodeDecodeError:
                self.unknown.append(data[:2])
            return 2
        if self._kanji_mode and not self._sjis and 0x21 <= first <= 0x7E:
            if len(data) < 2:
                return 0
            self._put((b"\x1b$B" + data[:2] + b"\x1b(B").decode("iso2022_jp", "replace"), kanji=True)
            return 2
        if first < 0x80:
            self._put(chr(first), kanji=False)
        elif self._page == 1 and 0xA1 <= first <= 0xDF:
            self._put(data[:1].decode("cp932"), kanji=False)
        else:
            self.unknown.append(data[:1])
        return 1

    def _command(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        prefix, name = data[0], chr(data[1])
        if prefix == GS and name == "v":
            return self._raster(data)
        if prefix == GS and name == "(":
            return self._function(data)
        if prefix == GS and name == "V":
            return self._cut(data)
        count = SIMPLE.get((prefix, name))
        if count is None:
            self.unknown.append(data[:2])
            return 2
        if len(data) < 2 + count:
            return 0
        self._simple(prefix, name, data[2 : 2 + count])
        return 2 + count

    def _simple(self, prefix: int, name: str, p: bytes) -> None:
        if (prefix, name) == (ESC, "@"):
            self._reset()
        elif (prefix, name) == (ESC, "a"):
            self.align = p[0] % 48
        elif (prefix, name) == (ESC, "t"):
            self._page = p[0]
        elif (prefix, name) == (ESC, "!"):  # single-byte characters only, as on older models
            self._wide, self._high = 1 + (p[0] >> 5 & 1), 1 + (p[0] >> 4 & 1)
        elif (prefix, name) in ((ESC, "d"), (ESC, "J")):
            self._print_line(only_if_text=True)
            self._paper.height += p[0] * LINE if name == "d" else round(p[0] * self.dpi / self._unit)
        elif (prefix, name) == (GS, "!"):
            self._wide, self._high = (p[0] >> 4) + 1, (p[0] & 15) + 1
            self._kanji_wide, self._kanji_high = self._wide, self._high
        elif (prefix, name) == (GS, "B"):
            self._inverse = bool(p[0] & 1)
        elif (prefix, name) == (GS, "P"):
            self._unit = p[1] or 2 * self.dpi
        elif (prefix, name) == (FS, "C"):
            self._sjis = p[0] % 48 == 1
        elif prefix == FS and name in "&.":
            self._kanji_mode = name == "&"
        elif (prefix, name) == (FS, "W"):
            self._kanji_wide = self._kanji_high = 1 + (p[0] & 1)
        elif (prefix, name) == (FS, "!"):
            self._kanji_wide, self._kanji_high = 1 + (p[0] >> 2 & 1), 1 + (p[0] >> 3 & 1)

    def _put(self, char: str, *, kanji: bool) -> None:
        wide, high = (self._kanji_wide, self._kanji_high) if kanji else (self._wide, self._high)
        last = self._line[-1] if self._line else None
        if last and (last.wide, last.high, last.inverse) == (wide, high, self._inverse):
            last.text += char
        else:
            self._line.append(Piece(char, wide, high, self._inverse))

    def _print_line(self, *, only_if_text: bool = False) -> None:
        if not self._line:
            if not only_if_text:
                self._paper.height += LINE
            return
        width = sum(self._cells(char) * CELL_W * piece.wide for piece in self._line for char in piece.text)
        height = max(piece.high for piece in self._line) * CELL_H
        x = self._left(width)
        if width > self.width:
            self.unknown.append(f"line too wide: {width}".encode())
        for piece in self._line:
            for char in piece.text:
                glyph = self._glyph(char)
                glyph = glyph.resize(
                    (glyph.width * piece.wide, glyph.height * piece.high), Image.Resampling.NEAREST
                )
                if piece.inverse:
                    glyph = Image.eval(glyph, lambda grey: 255 - grey)
                self._paper.parts.append((x, self._paper.height + height - glyph.height, glyph))
                x += glyph.width
        self._paper.lines.append(self._line)
        self._paper.height += max(LINE, height + LINE - CELL_H)
        self._line = []

    def _left(self, width: int) -> int:
        return (0, max(0, self.width - width) // 2, max(0, self.width - width))[self.align]

    @staticmethod
    def _cells(char: str) -> int:
        return len(char.encode("cp932"))

    def _glyph(self, char: str) -> Image.Image:
        if char not in self._glyphs:
            cell = Image.new("L", (CELL_W * self._cells(char), CELL_H), 0)
            ImageDraw.Draw(cell).text(
                (cell.width / 2, CELL_H - 4), char, font=self._font, fill=255, anchor="ms"
            )
            self._glyphs[char] = cell.point(lambda grey: 255 if grey > 110 else 0)
        return self._glyphs[char]

    def _raster(self, data: bytes) -> int:
        if len(data) < 8:
            return 0
        mode, across, rows = data[3] % 48, *struct.unpack("<HH", data[4:8])
        size = across * rows
        if len(data) < 8 + size:
            return 0
        if self._line:  # effective only when nothing waits in the line
            self.unknown.append(b"GS v 0 in a line")
        band = Image.frombytes("1", (across * 8, rows), data[8 : 8 + size]).convert("L")
        band = band.resize(
            (band.width * (1 + (mode & 1)), band.height * (1 + (mode >> 1))), Image.Resampling.NEAREST
        )
        if band.width > self.width:
            self.unknown.append(f"picture too wide: {band.width}".encode())
        self._paper.images.append((across, rows))
        self._paper.parts.append((self._left(band.width), self._paper.height, band))
        self._paper.height += band.height
        return 8 + size

    def _function(self, data: bytes) -> int:
        if len(data) < 5:
            return 0
        size = struct.unpack("<H", data[3:5])[0]
        if len(data) < 5 + size:
            return 0
        body = data[5 : 5 + size]
        if data[2:3] != b"k" or body[0] != 0x31:
            self.unknown.append(data[: 5 + size])
        elif body[1] == 67:
            self._qr_size = body[2]
        elif body[1] == 69:
            self._qr_level = "lmqh"[body[2] % 48]
        elif body[1] == 80:
            self._qr = body[3:]
        elif body[1] == 81:
            self._draw_qr()
        return 5 + size

    def _draw_qr(self) -> None:
        symbol = segno.make(self._qr, error=self._qr_level, micro=False, boost_error=False)
        rows = [bytes(255 if on else 0 for on in row) for row in symbol.matrix]
        part = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
        side = len(rows) * self._qr_size
        part = part.resize((side, side), Image.Resampling.NEAREST)
        self._paper.qrs.append(self._qr)
        self._paper.parts.append((self._left(side), self._paper.height, part))
        self._paper.height += side

    def _cut(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        feeds = data[2] in (65, 66)
        if feeds and len(data) < 4:
            return 0
        self._print_line(only_if_text=True)
        if feeds:
            self._paper.height += round(data[3] * self.dpi / self._unit)
        self._paper.cut = True
        self.tickets.append(self._paper)
        self._paper = Ticket(width=self.width)
        return 4 if feeds else 3

    def _status(self, n: int) -> bytes:
        told = 0x12
        if n == 1 and (self.cover_open or self.paper_end):
            told |= 0x08
        if n == 2:
            told |= 0x04 * self.cover_open | 0x20 * self.paper_end
        if n == 4:
            told |= 0x0C * (self.near_end or self.paper_end) | 0x60 * self.paper_end
        return bytes((told,))
