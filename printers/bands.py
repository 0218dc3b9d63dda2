"""Cutting a picture into what a printer has to be sent.

Most of a ticket is white. Rows without ink become a paper feed of three bytes, and each band of rows is sent only
as wide as its ink, the same number of bytes left off at both sides, so that a centring printer puts it back. What is
made of pairs of dots (a QR, a rule, the number) is sent at half its size for the printer to double.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL import Image

MAX_ROWS = 256  # the smallest receive buffers hold one such band of 80 mm paper
MIN_GAP = 5  # fewer white rows cost less as dots than as a feed and a new head


class Band(NamedTuple):
    """Rows to print after feeding ``gap`` dots of white."""

    gap: int
    width_bytes: int
    rows: int
    data: bytes
    """``rows`` × ``width_bytes`` bytes, a set bit is ink, the leftmost dot is the highest bit."""
    wide: bool = False
    """To be printed twice as wide."""
    high: bool = False
    """To be printed twice as high."""


def bands(picture: Image.Image, *, centred: bool) -> Iterator[Band]:
    """The picture (mode ``1``, 0 = black) as bands from top to bottom; white at the end is left out.

    ``centred``: bands are cropped equally left and right, for a printer set to centre them. Otherwise only white
    at the right is cropped, which any printer puts in the right place.
    """
    stride = (picture.width + 7) // 8
    ink = _ink(picture)
    rows = [ink[at : at + stride] for at in range(0, len(ink), stride)]
    white = bytes(stride)
    gap = start = 0
    for top, bottom in _inked(rows, white):
        gap = top - start
        while top < bottom:
            end = min(bottom, top + MAX_ROWS)
            yield _band(gap, rows[top:end], stride, centred)
            gap, top = 0, end
        start = bottom


_TURNED = bytes(255 - byte for byte in range(256))


def _ink(picture: Image.Image) -> bytes:
    """The picture's bits turned over (1 = ink); a width that is no multiple of eight is filled up with white."""
    if picture.width % 8:
        from PIL import Image

        padded = Image.new("1", ((picture.width + 7) // 8 * 8, picture.height), 255)
        padded.paste(picture, (0, 0))
        picture = padded
    # Bytes are turned, not pixels: Pillow knows two kinds of white in this mode, and turning one leaves it white.
    return picture.tobytes().translate(_TURNED)


def _inked(rows: list[bytes], white: bytes) -> Iterator[tuple[int, int]]:
    """Runs (first row, row after the last) that hold ink, joined over gaps too small to feed."""
    start = last = -1
    for at, row in enumerate(rows):
        if row == white:
            continue
        if start >= 0 and at - last > MIN_GAP:
            yield start, last + 1
            start = at
        elif start < 0:
            start = at
        last = at
    if start >= 0:
        yield start, last + 1


def _band(gap: int, rows: list[bytes], stride: int, centred: bool) -> Band:
    union = 0
    for row in rows:
        union |= int.from_bytes(row, "big")
    shape = union.to_bytes(stride, "big")
    left = stride - len(shape.lstrip(b"\0"))
    right = stride - len(shape.rstrip(b"\0"))
    if centred:
        left = right = min(left, right)
    else:
        left, right = 0, right - (1 if right and (stride - right) % 2 else 0)  # an even width may be halved
    width = stride - left - right
    cropped = [row[left : left + width] for row in rows]
    high = cropped[::2] == cropped[1::2]
    lines = cropped[::2] if high else cropped
    halves = _halved(lines)
    if halves is not None:
        return Band(gap, width // 2, len(halves), b"".join(halves), wide=True, high=high)
    return Band(gap, width, len(lines), b"".join(lines), high=high)


# Of a byte whose dots come in equal pairs, every second dot; of any other byte, a mark.
_MIXED = 0xFF
_PAIRS = bytes(
    _MIXED
    if (byte ^ byte >> 1) & 0x55
    else (byte >> 4 & 8) | (byte >> 3 & 4) | (byte >> 2 & 2) | (byte >> 1 & 1)
    for byte in range(256)
)


def _halved(rows: list[bytes]) -> list[bytes] | None:
    """Every second dot of each row where that says it all, else None."""
    if len(rows[0]) % 2:
        return None
    halves = []
    for row in rows:
        nibbles = row.translate(_PAIRS)
        if _MIXED in nibbles:
            return None
        halves.append(bytes(high << 4 | low for high, low in zip(nibbles[::2], nibbles[1::2], strict=True)))
    return halves
