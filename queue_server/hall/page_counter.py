"""``/staff/{site}/counter/{counter}``: every move of the table."""

from __future__ import annotations

from aiohttp import web

from queue_server.domain.state import SiteState
from queue_server.web import Deps, ProblemError
from queue_server.web.page_facts import render

from .counter_view import counter_view
from .staff_page import StaffPage


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

    async def now(self, request: web.Request) -> web.Response:
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
