"""Where residents reach the pages: what QR codes and links on paper lead to."""

from __future__ import annotations

from aiohttp import web
from aiohttp.hdrs import HOST

from queue_server.settings import Settings


def public_base(settings: Settings, request: web.BaseRequest) -> str:
    """The configured address, or the one of this request; without a slash at its end."""
    if settings.public_url is not None:
        return settings.public_url.rstrip("/")
    host = request.headers.get(HOST) or request.host
    return f"{request.scheme}://{host}"
