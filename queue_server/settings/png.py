"""How big a PNG is, and whether all of it is there, without a library that draws."""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_size(data: bytes) -> tuple[int, int]:
    """(width, height) in dots. Raises ``ValueError`` with what is wrong: no PNG, or a damaged one (RFC 2083)."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("it is no PNG")
    size = (0, 0)
    at, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        (length,) = struct.unpack(">I", data[at : at + 4].ljust(4, b"\0"))
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) < 4 or struct.unpack(">I", check)[0] != zlib.crc32(kind + body):
            raise ValueError("the PNG is damaged")
        if kind == b"IHDR" and length >= 8:
            size = struct.unpack(">II", body[:8])
        at += 12 + length
    if 0 in size:
        raise ValueError("the PNG is damaged")
    return size
