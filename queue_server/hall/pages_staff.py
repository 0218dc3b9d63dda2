"""The pages of staff: sign-in, the list, counters, the reception, departments, the day."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server import contract
from queue_server import settings as configuration
from queue_server.domain.state import SiteState
from queue_server.web import Deps, Principal, ProblemError
from queue_server.web.credentials import principal_of
from queue_server.web.enrolment import enrolled
from queue_server.web.headers import PAGE
from queue_server.web.page_facts import render

from .counter_view import counter_view
from .day_view import day_view
from .handoff_view import handoff_view

STAFF_ROLES: tuple[contract.Role, ...] = ("staff", "admin")
ACTING: tuple[contract.Role, ...] = ("staff",)
"""Who works at counters, reception and departments: an administrator sees figures and closes the day."""


def staff_routes(deps: Deps) -> list[web.RouteDef]:
    """Every page of staff."""
    pages = StaffPages(deps)
    return [
        web.get("/staff/", pages.index),
        web.get("/staff/{site}/counter/{counter}", pages.counter),
        web.get("/staff/{site}/counter/{counter}/now", pages.counter_now),
        web.get("/staff/{site}/reception", pages.reception),
        web.get("/staff/{site}/reception/now", pages.reception_now),
        web.get("/staff/{site}/department/{department}", pages.department),
        web.get("/staff/{site}/department/{department}/now", pages.department_now),
        web.get("/staff/{site}/today", pages.today),
        web.get("/staff/{site}/today/now", pages.today_now),
    ]


class StaffPages:
    """The handlers. A page without a session leads to the sign-in; a part of a page answers 401."""

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
            "counters": [
                {"id": c.id, "names": c.names, "area": c.area, "status": state.counters[c.id].facts.status}
                for c in counters
                if principal.counter in (None, c.id) and c.id in state.counters
            ],
            "departments": [d for d in departments if principal.department in (None, d.id)],
        }

    # --- counter -------------------------------------------------------------------------------------

    async def counter(self, request: web.Request) -> web.Response:
        """``/staff/{site}/counter/{counter}``: every move of the table."""
        principal, state, context = await self._site(request)
        counter_id = self._counter(request, state)
        assert state.rules is not None
        counter = state.rules.counters[counter_id]
        return render(
            self._deps,
            request,
            "counter.html",
            **context,
            principal=principal,
            counter_id=counter_id,
            counter=counter,
            kind=counter.kind,
            services=[(s.id, s) for s in state.rules.services.values()],
            departments=[(d.id, d) for d in state.rules.departments.values()],
            view=await counter_view(self._deps, state.site, counter_id),
        )

    async def counter_now(self, request: web.Request) -> web.Response:
        """The part of the counter's page that changes."""
        _, state, _ = await self._site(request, whole=False)
        counter_id = self._counter(request, state)
        view = await counter_view(self._deps, state.site, counter_id)
        return render(self._deps, request, "counter_now.html", view=view)

    def _counter(self, request: web.Request, state: SiteState) -> str:
        counter = request.match_info["counter"]
        if state.rules is None or counter not in state.rules.counters or counter not in state.counters:
            raise ProblemError("unknown_counter", counter=counter)
        return counter

    # --- reception -----------------------------------------------------------------------------------

    async def reception(self, request: web.Request) -> web.Response:
        """``/staff/{site}/reception``: numbers given by staff, and the tickets of the day."""
        principal, state, context = await self._site(request)
        site = self._deps.settings.sites[state.site]
        groups = [
            (g.names, [(key, site.services[key].names) for key in g.services]) for g in self._menu(state)
        ]
        return render(
            self._deps,
            request,
            "reception.html",
            **context,
            principal=principal,
            groups=groups,
            priorities=[] if state.rules is None else list(state.rules.priorities.values()),
            offered=self._deps.languages.offered,
            printers=[(key, kiosk.names) for key, kiosk in site.kiosks.items() if kiosk.printer is not None],
            view=day_view(self._deps, state),
        )

    def _menu(self, state: SiteState) -> list[configuration.MenuGroup]:
        """The kiosk's purposes, then those that only the reception gives."""
        site = self._deps.settings.sites[state.site]
        groups = configuration.menu(self._deps.settings, state.site)
        only_here = tuple(key for key, s in site.services.items() if not s.kiosk and not s.is_pickup)
        return [*groups, configuration.MenuGroup(None, {}, only_here)] if only_here else groups

    async def reception_now(self, request: web.Request) -> web.Response:
        """The part of the reception's page that changes."""
        _, state, context = await self._site(request, whole=False)
        view = day_view(self._deps, state)
        return render(self._deps, request, "reception_now.html", **context, view=view)

    # --- department ----------------------------------------------------------------------------------

    async def department(self, request: web.Request) -> web.Response:
        """``/staff/{site}/department/{department}``: its hand-offs."""
        principal, state, context = await self._site(request)
        department = self._department(request, state)
        assert state.rules is not None
        return render(
            self._deps,
            request,
            "department.html",
            **context,
            principal=principal,
            department_id=department,
            department=state.rules.departments[department],
            handoffs=await handoff_view(self._deps, state, department),
        )

    async def department_now(self, request: web.Request) -> web.Response:
        """The part of the department's page that changes."""
        _, state, context = await self._site(request, whole=False)
        handoffs = await handoff_view(self._deps, state, self._department(request, state))
        return render(self._deps, request, "department_now.html", **context, handoffs=handoffs)

    def _department(self, request: web.Request, state: SiteState) -> str:
        department = request.match_info["department"]
        if state.rules is None or department not in state.rules.departments:
            raise ProblemError("unknown_department", department=department)
        return department

    # --- the day -------------------------------------------------------------------------------------

    async def today(self, request: web.Request) -> web.Response:
        """``/staff/{site}/today``: how the day went, what is left, its end, the notices."""
        principal, state, context = await self._site(request, roles=STAFF_ROLES)
        return render(
            self._deps,
            request,
            "today.html",
            **context,
            principal=principal,
            notices=self._deps.settings.notices,
            view=day_view(self._deps, state),
        )

    async def today_now(self, request: web.Request) -> web.Response:
        """The part of the day's page that changes."""
        _, state, context = await self._site(request, whole=False, roles=STAFF_ROLES)
        view = day_view(self._deps, state)
        return render(
            self._deps, request, "today_now.html", **context, notices=self._deps.settings.notices, view=view
        )

    # --- shared --------------------------------------------------------------------------------------

    async def _site(
        self, request: web.Request, *, whole: bool = True, roles: tuple[contract.Role, ...] = ACTING
    ) -> tuple[Principal, SiteState, dict[str, Any]]:
        """Who asks, the site's state, and what the pages start from.

        Raises 404; 401, which for a ``whole`` page is a redirect to the sign-in; 403.
        """
        site_id = request.match_info["site"]
        if site_id not in self._deps.settings.sites:
            raise ProblemError("not_found")
        try:
            principal = await enrolled(self._deps, request, roles)
        except ProblemError as error:
            if error.code == "sign_in" and whole:
                following = f"/staff/?next={request.rel_url.raw_path}"
                raise web.HTTPSeeOther(following, headers=PAGE) from None
            raise
        state = self._deps.log.view(site_id)
        context = {"site_id": site_id, "site": self._deps.settings.sites[site_id], "seq": state.seq}
        return principal, state, context
