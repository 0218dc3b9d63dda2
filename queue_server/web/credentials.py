"""From the headers of a request to the principal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.hdrs import AUTHORIZATION

from .principals import ANYONE, Principal
from .sessions import COOKIE

if TYPE_CHECKING:
    from .deps import Deps


def bearer(request: web.BaseRequest) -> str | None:
    """The token of an ``Authorization: Bearer`` header."""
    header = request.headers.get(AUTHORIZATION)
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def principal_of(deps: Deps, request: web.BaseRequest) -> Principal | None:
    """Who asks: ``ANYONE`` without credentials, None when the credentials are not valid.

    Raises ``LogUnavailable``.
    """
    token = bearer(request)
    if token is not None:
        return deps.tokens.known(token) or await deps.tokens.find(token)
    cookie = request.cookies.get(COOKIE) if "Cookie" in request.headers else None
    if cookie:
        return await deps.sessions.find(cookie, deps.clock.real())
    return ANYONE
