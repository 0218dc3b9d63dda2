"""``/staff/{site}/reception``: numbers given by staff, and what may be done with any ticket."""

from __future__ import annotations

from aiohttp import web

from queue_server import settings as configuration
from queue_server.domain.state import SiteState
from queue_server.web import Deps
from queue_server.web.page_facts import render

from .day_view import day_view
from .staff_page import StaffPage


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page and its part that changes."""
    page = ReceptionPage(deps)
    return [
        web.get("/staff/{site}/reception", page.whole),
        web.get("/staff/{site}/reception/now", page.now),
    ]


class ReceptionPage(StaffPage):
    """The handlers."""

    async def whole(self, request: web.Request) -> web.Response:
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

    async def now(self, request: web.Request) -> web.Response:
        """The part of the reception's page that changes."""
        _, state, context = await self._site(request, whole=False)
        view = day_view(self._deps, state)
        return render(self._deps, request, "reception_now.html", **context, view=view)
