"""What a receipt printer knows of itself, and the bytes in which it says so.

Bits as in the tables of Epson's ESC/POS reference for DLE EOT, GS a and GS r; written from them and not from our
reader of these bytes.
"""

from __future__ import annotations

DRAWER, ONLINE, ERROR, PAPER, PANEL = 0x01, 0x02, 0x04, 0x08, 0x40
"""What GS a may ask to be told of."""


class Sensors:
    """Cover, paper and blade."""

    def __init__(self) -> None:
        self.cover_open = self.paper_end = self.near_end = False
        self.torn_open = False
        """The cover was opened while it printed: an error that ends when the cover is closed."""
        self.blade_stuck = False
        self.watched = 0
        """The parameter of the last GS a: what is told unasked."""

    @property
    def online(self) -> bool:
        """Whether it prints; else what it receives stays in its buffer."""
        return not (self.cover_open or self.paper_end or self.blade_stuck)

    def real_time(self, n: int) -> bytes:
        """The answer to DLE EOT n: one byte, 0xx1xx10."""
        told = 0x12
        if n == 1:
            told |= 0x08 * (not self.online)
        elif n == 2:
            told |= 0x04 * self.cover_open | 0x20 * self.paper_end | 0x40 * self._failed
        elif n == 3:
            told |= 0x08 * self.blade_stuck | 0x40 * self.torn_open
        elif n == 4:
            told |= 0x0C * (self.near_end or self.paper_end) | 0x60 * self.paper_end
        return bytes((told,))

    def automatic(self) -> bytes:
        """Automatic status: four bytes, 0xx1xx00 and three of 0xx0xxxx."""
        return bytes(
            (
                0x10 | 0x08 * (not self.online) | 0x20 * self.cover_open,
                0x08 * self.blade_stuck | 0x40 * self.torn_open,
                0x03 * (self.near_end or self.paper_end) | 0x0C * self.paper_end,
                0x00,
            )
        )

    def queued(self, n: int) -> bytes:
        """The answer to GS r n when its turn comes: one byte, 0xx0xxxx (1: paper, 2: drawer)."""
        return bytes((0x03 * self.near_end if n % 48 == 1 else 0x00,))

    @property
    def _failed(self) -> bool:
        return self.blade_stuck or self.torn_open
