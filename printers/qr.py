"""The QR on a ticket: how big, and its picture.

At least 25 mm wide (a phone held at arm's length reads it), error correction M, a quiet zone of four modules.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MIN_MM = 25.0
_NEARLY = 0.99  # a quarter of a millimetre less is as good
QUIET_MODULES = 4
# Bytes that fit a symbol of version 1, 2, 3 … at error correction M (ISO/IEC 18004, byte mode).
_CAPACITY_M = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666)
MAX_BYTES = _CAPACITY_M[-1]


def modules(length: int) -> int:
    """Modules along one side of the symbol (without quiet zone) for ``length`` bytes at level M.

    Known without encoding anything, so that a text ticket needs no QR library.
    """
    for version, capacity in enumerate(_CAPACITY_M, start=1):
        if length <= capacity:
            return 17 + 4 * version
    raise ValueError(f"an address of {length} bytes is too long for a ticket's QR (at most {MAX_BYTES})")


def module_dots(count: int, dpi: int, room: int) -> int:
    """Dots a module: an even number that makes ``count`` modules 25 mm wide, yet fits ``room`` with quiet zone.

    Even, because a printer can be sent such a symbol at half its size; odd only where nothing else fits.
    """
    wanted = MIN_MM / 25.4 * dpi / count
    even = 2 * math.ceil(wanted * _NEARLY / 2)
    most = room // (count + 2 * QUIET_MODULES)
    return max(1, even if even <= most else min(math.ceil(wanted), most))


def picture(address: str, dpi: int, room: int) -> Image.Image:
    """The symbol as a grey picture (255 = ink) without its quiet zone; the layout keeps that white."""
    import segno
    from PIL import Image

    symbol = segno.make(address, error="m", micro=False, boost_error=False)
    rows = [bytes(255 if module else 0 for module in row) for row in symbol.matrix]
    side = len(rows)
    dots = module_dots(side, dpi, room)
    small = Image.frombytes("L", (side, side), b"".join(rows))
    return small.resize((side * dots, side * dots), Image.Resampling.NEAREST)
