"""``/``: the sites; for staff, and in the demonstration for everybody, also every screen."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server.domain.queue import waiting
from queue_server.hall.staff_page import STAFF_ROLES
from queue_server.hall.start_view import screens_of
from queue_server.web import Deps
from queue_server.web.credentials import principal_of
from queue_server.web.page_facts import render


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page."""
    return [web.get("/", StartPage(deps).start)]


class StartPage:
    """The handler."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def start(self, request: web.Request) -> web.Response:
        """``/``: the sites; for staff, and in the demonstration for everybody, also every screen.

        The demonstration puts a token by role into ``deps.pages.facts["demonstration"]``.
        """
        deps = self._deps
        demonstration: dict[str, str] = deps.pages.facts.get("demonstration", {})
        # a browser has one session: in the demonstration that of staff, who may open every screen
        token = demonstration.get("staff")
        principal = await principal_of(deps, request)
        staff = principal is not None and principal.role in STAFF_ROLES

        def address(page: str) -> str:
            return page if token is None else f"{page}?token={token}"

        sites: list[dict[str, Any]] = []
        for site_id, site in deps.settings.sites.items():
            state = deps.log.view(site_id)
            sites.append(
                {
                    "id": site_id,
                    "names": site.names,
                    "waiting": sum(waiting(state, service) for service in state.services),
                    "groups": screens_of(deps, state, address) if token is not None or staff else [],
                }
            )
        return render(
            deps,
            request,
            "start.html",
            sites=sites,
            demonstration=token is not None,
            staff=address("/staff/"),
        )
