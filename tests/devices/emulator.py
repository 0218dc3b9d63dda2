"""A reader of ESC/POS as a Japanese receipt printer understands it: bytes in; text, picture, QR and cuts out.

Written from the command tables (FIELD 5.1), not from our encoder, so that the two can disagree. What it does not
know is kept in ``unknown``, where a test finds it. It takes no time; `simulator` is the one that keeps time.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import segno
from PIL import Image, ImageDraw, ImageFont
from printed import Piece, Ticket
from sensors import Sensors

FONT = "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf"
CELL_W, CELL_H, LINE = 12, 24, 30
ESC, FS, GS, DLE, LF = 0x1B, 0x1C, 0x1D, 0x10, 0x0A
EOT, ENQ = 0x04, 0x05
SLICE = 8
"""Rows of a picture that are printed as soon as they are there."""

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
    (GS, "r"): 1,
    (FS, "C"): 1,
    (FS, "&"): 0,
    (FS, "."): 0,
    (FS, "W"): 1,
    (FS, "!"): 1,
    (FS, "S"): 2,
}


@dataclass
class _Band:
    """A picture of which not all rows have come yet."""

    across: int
    rows: int
    mode: int


class EscPos(Sensors):
    """The printer's brain: `feed` it bytes, it returns what it answers."""

    def __init__(self, width: int = 576, dpi: int = 203, *, real_time: bool = True) -> None:
        """``real_time``: answers DLE EOT where it meets it; off when somebody answers it at the wire already."""
        super().__init__()
        self.width, self.dpi = width, dpi
        self.tickets: list[Ticket] = []
        self.unknown: list[bytes] = []
        self.mute = False
        self._real_time = real_time
        self._buffer = b""
        self._said = b""
        self._glyphs: dict[str, Image.Image] = {}
        self._font = ImageFont.truetype(FONT, CELL_H - 2)
        self._band: _Band | None = None
        self._reset()
        self.paper = Ticket(width=width)

    @property
    def cuts(self) -> int:
        return sum(ticket.cut for ticket in self.tickets)

    def feed(self, data: bytes) -> bytes:
        """Take bytes as they come, also in the middle of a command; returns what it answers."""
        self.load(data)
        while self.step():
            pass
        return self.answers()

    def load(self, data: bytes) -> None:
        """Bytes for the next steps."""
        self._buffer += data

    def answers(self) -> bytes:
        """What it has said since this was asked last."""
        said, self._said = self._said, b""
        return b"" if self.mute else said

    def step(self) -> bool:
        """Carry out one command, character or slice of a picture; False when more bytes are needed."""
        if not self._buffer:
            return False
        used = self._rows(self._band) if self._band else self._step(self._buffer)
        self._buffer = self._buffer[used:]
        return used > 0

    def forget(self) -> None:
        """The power went: what was received and set is gone, the paper stays as it hangs in the slot."""
        self._buffer = self._said = b""
        self._band = None
        self._reset()

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
        self.watched = 0

    def _step(self, data: bytes) -> int:
        """Carry out one command or character; the bytes it took, 0 when more are needed."""
        first = data[0]
        if first == LF:
            self._print_line()
            return 1
        if first in (ESC, FS, GS):
            return self._command(data)
        if first == DLE:
            return self._at_once(data)
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

    def _at_once(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        if data[1] not in (EOT, ENQ):
            self.unknown.append(data[:2])
        elif data[1] == EOT and self._real_time:
            self._said += self.real_time(data[2])
        return 3

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
            self.paper.height += p[0] * LINE if name == "d" else round(p[0] * self.dpi / self._unit)
        elif (prefix, name) == (GS, "!"):
            self._wide, self._high = (p[0] >> 4) + 1, (p[0] & 15) + 1
            self._kanji_wide, self._kanji_high = self._wide, self._high
        elif (prefix, name) == (GS, "B"):
            self._inverse = bool(p[0] & 1)
        elif (prefix, name) == (GS, "P"):
            self._unit = p[1] or 2 * self.dpi
        elif (prefix, name) == (GS, "a"):
            self.watched = p[0]
            self._said += self.automatic() if p[0] else b""
        elif (prefix, name) == (GS, "r"):
            self._said += self.queued(p[0]) if self.online else b""
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
                self.paper.height += LINE
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
                self.paper.parts.append((x, self.paper.height + height - glyph.height, glyph))
                x += glyph.width
        self.paper.lines.append(self._line)
        self.paper.height += max(LINE, height + LINE - CELL_H)
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
        if self._line:  # effective only when nothing waits in the line
            self.unknown.append(b"GS v 0 in a line")
        if across * 8 * (1 + (mode & 1)) > self.width:
            self.unknown.append(f"picture too wide: {across * 8}".encode())
        self.paper.images.append((across, rows))
        if across and rows:
            self._band = _Band(across, rows, mode)
        return 8

    def _rows(self, band: _Band) -> int:
        """Print the next rows of a picture: a printer does not wait for the last."""
        rows = min(band.rows, SLICE, len(self._buffer) // band.across)
        if rows == 0:
            return 0
        used = rows * band.across
        part = Image.frombytes("1", (band.across * 8, rows), self._buffer[:used]).convert("L")
        part = part.resize(
            (part.width * (1 + (band.mode & 1)), part.height * (1 + (band.mode >> 1))),
            Image.Resampling.NEAREST,
        )
        self.paper.parts.append((self._left(part.width), self.paper.height, part))
        self.paper.height += part.height
        band.rows -= rows
        if band.rows == 0:
            self._band = None
        return used

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
        self.paper.qrs.append(self._qr)
        self.paper.parts.append((self._left(side), self.paper.height, part))
        self.paper.height += side

    def _cut(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        feeds = data[2] in (65, 66)
        if feeds and len(data) < 4:
            return 0
        self._print_line(only_if_text=True)
        if feeds:
            self.paper.height += round(data[3] * self.dpi / self._unit)
        self.paper.cut = True
        self.tickets.append(self.paper)
        self.paper = Ticket(width=self.width)
        return 4 if feeds else 3
