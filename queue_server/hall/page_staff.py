"""``/staff/``: the sign-in, and what of the hall somebody may open."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server.domain.rules import Names
from queue_server.hall.staff_page import ACTING, STAFF_ROLES
from queue_server.web import Deps, Principal
from queue_server.web.credentials import principal_of
from queue_server.web.enrolment import enrolled
from queue_server.web.page_facts import render


def routes(deps: Deps) -> list[web.RouteDef]:
    """The list, which for nobody yet is the sign-in."""
    return [web.get("/staff/", StaffList(deps).index)]


class StaffList:
    """The handler."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def index(self, request: web.Request) -> web.Response:
        """``/staff/``: what the reader may open; the sign-in for who is nobody yet."""
        deps = self._deps
        principal = await principal_of(deps, request)
        if "token" not in request.query and (principal is None or principal.role not in STAFF_ROLES):
            following = request.query.get("next", "/staff/")
            if not following.startswith("/staff/"):
                following = "/staff/"
            return render(deps, request, "sign_in.html", next=following)
        principal = await enrolled(deps, request, STAFF_ROLES)
        sites = [
            self._listed(principal, site) for site in deps.settings.sites if principal.site in (None, site)
        ]
        return render(
            deps, request, "staff.html", sites=sites, principal=principal, signed_in=principal.by_cookie
        )

    def _listed(self, principal: Principal, site_id: str) -> dict[str, Any]:
        """What of a site somebody may open."""
        state, site = self._deps.log.view(site_id), self._deps.settings.sites[site_id]
        rules = state.rules
        if principal.role not in ACTING:
            rules = None
        counters = [] if rules is None or principal.department is not None else rules.counters.values()
        departments = [] if rules is None or principal.counter is not None else rules.departments.values()
        return {
            "id": site_id,
            "names": site.names,
            "whole": principal.counter is None and principal.department is None,
            "areas": _by_area(
                [
                    {
                        "id": c.id,
                        "names": c.names,
                        "area": c.area,
                        "status": state.counters[c.id].facts.status,
                    }
                    for c in counters
                    if principal.counter in (None, c.id) and c.id in state.counters
                ]
            ),
            "departments": [d for d in departments if principal.department in (None, d.id)],
        }


def _by_area(counters: list[dict[str, Any]]) -> list[tuple[Names, list[dict[str, Any]]]]:
    """The counters of each area together, both in the order of the configuration."""
    areas: dict[str, tuple[Names, list[dict[str, Any]]]] = {}
    for counter in counters:
        area = counter["area"]
        areas.setdefault(next(iter(area.values()), ""), (area, []))[1].append(counter)
    return list(areas.values())
