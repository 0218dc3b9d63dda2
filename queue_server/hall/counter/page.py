"""``/staff/{site}/counter/{counter}``: the console of a desk, or of a pick-up counter."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server.domain.state import SiteState
from queue_server.hall.counter.pickup_view import pickup_view
from queue_server.hall.counter.view import counter_view
from queue_server.hall.needs import NEEDS
from queue_server.hall.reception.menu import groups_of
from queue_server.hall.staff_page import StaffPage
from queue_server.web import Deps, Principal, ProblemError
from queue_server.web.page_facts import render
from queue_server.web.sessions import COOKIE


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page and its part that changes."""
    page = CounterPage(deps)
    return [
        web.get("/staff/{site}/counter/{counter}", page.whole),
        web.get("/staff/{site}/counter/{counter}/now", page.now),
    ]


class CounterPage(StaffPage):
    """The handlers."""

    async def whole(self, request: web.Request) -> web.Response:
        """``/staff/{site}/counter/{counter}``: every move of the table."""
        principal, state, context = await self._site(request)
        counter_id = self._counter(request, state)
        assert state.rules is not None
        counter = state.rules.counters[counter_id]
        return render(
            self._deps,
            request,
            "counter_pickup.html" if counter.kind == "pickup" else "counter.html",
            **context,
            principal=principal,
            counter_id=counter_id,
            counter=counter,
            kind=counter.kind,
            groups=groups_of(self._deps, state),
            login=self._deps.sessions.login_of(request.cookies.get(COOKIE, "")),
            departments=list(state.rules.departments.values()),
            pause_reasons=self._deps.settings.sites[state.site].pause_reasons,
            return_places=state.rules.return_places,
            known_needs=NEEDS,
            **await self._now(counter.kind, state, counter_id, principal),
        )

    async def now(self, request: web.Request) -> web.Response:
        """The part of the counter's page that changes."""
        principal, state, context = await self._site(request, whole=False)
        counter_id = self._counter(request, state)
        assert state.rules is not None
        kind = state.rules.counters[counter_id].kind
        return render(
            self._deps,
            request,
            "counter_pickup_now.html" if kind == "pickup" else "counter_now.html",
            **context,
            known_needs=NEEDS,
            **await self._now(kind, state, counter_id, principal),
        )

    async def _now(
        self, kind: str, state: SiteState, counter_id: str, principal: Principal
    ) -> dict[str, Any]:
        if kind == "pickup":
            pickup = await pickup_view(self._deps, state.site, counter_id, principal.ref)
            return {
                "view": pickup.counter,
                "processing": pickup.processing,
                "marks_ready": principal.counter is None,  # a terminal of one counter has no say in hand-offs
            }
        return {"view": await counter_view(self._deps, state.site, counter_id, principal.ref)}

    def _counter(self, request: web.Request, state: SiteState) -> str:
        counter = request.match_info["counter"]
        if state.rules is None or counter not in state.rules.counters or counter not in state.counters:
            raise ProblemError("unknown_counter", counter=counter)
        return counter
