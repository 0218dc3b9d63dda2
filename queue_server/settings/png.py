"""How big a PNG is, and whether all of it is there, without a library that draws."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIECE = 65536
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type; each colour type has bit depths of its own."""
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_WHOLE = ((0, 0, 1, 1),)
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of each pass: the first column and row, and the steps to the next."""


def png_size(data: bytes) -> tuple[int, int]:
    """(width, height) in dots. Raises ``ValueError`` with what is wrong: no PNG, or a damaged one (RFC 2083)."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("it is no PNG")
    chunks = list(_chunks(data))
    kinds = [kind for kind, _ in chunks]
    if kinds[0] != b"IHDR" or kinds.count(b"IHDR") != 1 or len(chunks[0][1]) != 13:
        raise _damaged()
    width, height, depth, colour, packing, filtering, interlaced = struct.unpack(">II5B", chunks[0][1])
    if 0 in (width, height) or depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlaced > 1:
        raise _damaged()
    if colour == 3 and b"PLTE" not in kinds:
        raise _damaged()
    bits = depth * _CHANNELS[colour]
    rows = 0
    for x, y, dx, dy in _ADAM7 if interlaced else _WHOLE:
        across, down = max(0, -(-(width - x) // dx)), max(0, -(-(height - y) // dy))
        rows += down * (1 + -(-across * bits // 8)) if across else 0
    if _unpacked([body for kind, body in chunks if kind == b"IDAT"], rows) != rows:
        raise _damaged()
    return width, height


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        (length,) = struct.unpack(">I", data[at : at + 4].ljust(4, b"\0"))
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) < 4 or struct.unpack(">I", check)[0] != zlib.crc32(kind + body):
            raise _damaged()
        yield kind, body
        at += 12 + length


def _unpacked(packed: list[bytes], most: int) -> int:
    """How many bytes come out, counted until there are more than ``most``; never much of it in memory."""
    unpacking = zlib.decompressobj()
    count = 0
    try:
        for piece in packed:
            while piece and count <= most:
                count += len(unpacking.decompress(piece, _PIECE))
                piece = unpacking.unconsumed_tail
        if count <= most:
            count += len(unpacking.flush())
    except zlib.error:
        raise _damaged() from None
    return count


def _damaged() -> ValueError:
    return ValueError("the PNG is damaged")
