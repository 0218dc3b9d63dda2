"""Kiosks and displays are enrolled once: ``?token=`` becomes a device's session, and leaves the address."""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import web

from .credentials import principal_of
from .deps import Deps
from .headers import PAGE
from .principals import ANYONE, Principal
from .problems import ProblemError


async def enrolled(deps: Deps, request: web.Request, roles: Collection[str]) -> Principal:
    """Who looks at a page of a device or of staff: a principal with one of ``roles``, at the page's site.

    A page's handler calls it first. With ``?token=`` in the address it raises a redirect that sets the cookie
    and drops the token; without rights 401 ``sign_in`` (``not_enrolled`` where no person signs in) or 403
    ``forbidden``; all count as misses.
    """
    stranger = "not_enrolled" if "kiosk" in roles else "sign_in"
    token = request.query.get("token")
    if token is not None:
        principal = await deps.tokens.find(token)
        if principal is None:
            raise ProblemError(stranger)
        _check(principal, request, roles)
        value = await deps.sessions.open_device(principal, deps.clock.real())
        address = request.rel_url.without_query_params("token")
        redirect = web.HTTPSeeOther(location=str(address), headers=PAGE)
        deps.sessions.give(redirect, value, device=True)
        raise redirect
    found = await principal_of(deps, request)
    if found is None or found is ANYONE:
        raise ProblemError(stranger)
    _check(found, request, roles)
    return found


def _check(principal: Principal, request: web.Request, roles: Collection[str]) -> None:
    if principal.role not in roles:
        raise ProblemError("forbidden")
    params = request.match_info
    for scope in ("site", "counter", "department"):
        bound = getattr(principal, scope)
        if bound is not None and params.get(scope, bound) != bound:
            raise ProblemError("forbidden")
