"""QR codes of our own addresses."""

from __future__ import annotations

import io


def qr_svg(address: str) -> bytes:
    """The code as a drawing, dark on white, with the quiet zone around it."""
    import segno  # only needed here

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return out.getvalue()
