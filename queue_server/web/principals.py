"""Who is asking, and whether they may."""

from __future__ import annotations

from typing import Literal

import msgspec

from queue_server.contract import Role, Route

PrincipalRole = Role | Literal["anyone", "holder"]


class Principal(msgspec.Struct, frozen=True):
    """Who is asking. ``ref`` is opaque and may stand in the log: ``token:…``, ``person:…``, ``holder``, ``anyone``.

    A role without ``site`` acts for the whole installation.
    """

    ref: str
    role: PrincipalRole
    site: str | None = None
    counter: str | None = None
    department: str | None = None
    agent: str | None = None
    """The agent of the configuration whose devices are this principal's."""
    by_cookie: bool = False
    """Signed in by a cookie: posts then need an idempotency key, which no foreign page can send."""
    limit_key: str = ""
    """What its requests are counted under."""


ANYONE = Principal("anyone", "anyone")
HOLDER = Principal("holder", "holder")


def may(principal: Principal, route: Route, params: dict[str, str]) -> bool:
    """Whether the role-holder may call the route with these path parameters (the table in ``contract``)."""
    if principal.role not in route.who:
        return False
    if principal.site is not None and params.get("site", principal.site) != principal.site:
        return False
    if principal.counter is not None:
        if "department" in params or "handoff" in params:
            return False
        if params.get("counter", principal.counter) != principal.counter:
            return False
    if principal.department is not None:
        if "counter" in params:
            return False
        if params.get("department", principal.department) != principal.department:
            return False
    return True
