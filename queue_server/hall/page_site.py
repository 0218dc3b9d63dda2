"""``/{site}/``: how full it is, for everybody."""

from __future__ import annotations

from aiohttp import web

from queue_server.web import Deps
from queue_server.web.headers import PAGE
from queue_server.web.page_facts import named, page_facts, render

from .board import board
from .public_page import PublicPage


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page. Added last: its address matches what nothing else did."""
    page = SitePage(deps)
    return [web.get("/{site}/", page.site), web.get("/{site}", page.without_slash)]


class SitePage(PublicPage):
    """The handler."""

    async def without_slash(self, request: web.Request) -> web.Response:
        """``/{site}``, as people type it: leads to the page. Raises 404."""
        self._site(request)
        raise web.HTTPMovedPermanently(request.rel_url.with_path(f"{request.rel_url.raw_path}/"), headers=PAGE)

    async def site(self, request: web.Request) -> web.Response:
        """``/{site}/``: how full it is, for everybody."""
        state, context = self._site(request)
        shown = board(state, context["now"], self._deps.zone, self._notices())
        rules = state.rules
        lang = page_facts(self._deps, request)["lang"]
        return render(
            self._deps,
            request,
            "site.html",
            **context,
            board=shown,
            services=[s for s in shown.services if rules is not None and not rules.services[s.id].is_pickup],
            names_of={} if rules is None else {s.id: s.names for s in rules.services.values()},
            counter_names={}
            if rules is None
            else {c.id: named(c.names, lang) for c in rules.counters.values()},
        )
