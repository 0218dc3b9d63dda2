"""``/staff/{site}/today``: how the day goes, what is left, its end, the notices."""

from __future__ import annotations

from aiohttp import web

from queue_server.web import Deps
from queue_server.web.page_facts import render

from .day_view import day_view
from .staff_page import STAFF_ROLES, StaffPage


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page and its part that changes."""
    page = DayPage(deps)
    return [
        web.get("/staff/{site}/today", page.whole),
        web.get("/staff/{site}/today/now", page.now),
    ]


class DayPage(StaffPage):
    """The handlers."""

    async def whole(self, request: web.Request) -> web.Response:
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

    async def now(self, request: web.Request) -> web.Response:
        """The part of the day's page that changes."""
        _, state, context = await self._site(request, whole=False, roles=STAFF_ROLES)
        view = day_view(self._deps, state)
        return render(
            self._deps, request, "today_now.html", **context, notices=self._deps.settings.notices, view=view
        )
