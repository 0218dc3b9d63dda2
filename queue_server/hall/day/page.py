"""``/staff/{site}/today``: how the day goes, what is left, its end, the notices."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server.domain.state import SiteState
from queue_server.hall.day.asked_day import asked_day, day_in_words
from queue_server.hall.day.view import day_view
from queue_server.hall.staff_page import ACTING, STAFF_ROLES, StaffPage
from queue_server.web import Deps
from queue_server.web.page_facts import page_facts, render


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page and its parts that change."""
    page = DayPage(deps)
    return [
        web.get("/staff/{site}/today", page.whole),
        web.get("/staff/{site}/today/now", page.now),
    ]


class DayPage(StaffPage):
    """The handlers."""

    async def whole(self, request: web.Request) -> web.Response:
        """``/staff/{site}/today``: how the day goes, what is left, its end, the notices."""
        principal, state, context = await self._site(request, roles=STAFF_ROLES)
        parts = self._parts(request, state, acting=principal.role in ACTING)
        return render(self._deps, request, "today.html", **context, **parts, principal=principal)

    async def now(self, request: web.Request) -> web.Response:
        """The parts of the day's page that change."""
        principal, state, context = await self._site(request, whole=False, roles=STAFF_ROLES)
        parts = self._parts(request, state, acting=principal.role in ACTING)
        return render(self._deps, request, "today_now.html", **context, **parts)

    def _parts(self, request: web.Request, state: SiteState, *, acting: bool) -> dict[str, Any]:
        """``acting``: whether the reader may do something with single tickets."""
        day = asked_day(self._deps, state, None)
        return {
            "acting": acting,
            "notices": self._deps.settings.notices,
            "day": day,
            "said_day": day_in_words(day, page_facts(self._deps, request)["lang"]),
            "view": day_view(self._deps, state),
        }
