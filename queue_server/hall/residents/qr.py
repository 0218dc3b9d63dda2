"""QR codes of our own addresses."""

from __future__ import annotations

import io

from aiohttp import web

from queue_server.web import Deps


def public_base(deps: Deps, request: web.Request) -> str:
    """Where residents' phones reach the pages: the configured address, or the one of this request."""
    public = deps.settings.public_url
    return public.rstrip("/") if public else f"{request.scheme}://{request.host}"


def qr_svg(address: str) -> bytes:
    """The code as a drawing, dark on white, with the quiet zone around it."""
    import segno  # only needed here

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return out.getvalue()
