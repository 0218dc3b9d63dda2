"""``/{site}/``: how full it is, for everybody."""

from __future__ import annotations

from aiohttp import web

from queue_server import settings as configuration
from queue_server.hall.board import board
from queue_server.hall.public_page import PublicPage
from queue_server.hall.residents.history_view import history_view
from queue_server.hall.residents.site_view import board_words, groups
from queue_server.web import Deps
from queue_server.web.headers import PAGE
from queue_server.web.page_facts import page_facts, render


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page. Added last: its address matches what nothing else did."""
    page = SitePage(deps)
    return [web.get("/{site}/", page.site), web.get("/{site}", page.without_slash)]


class SitePage(PublicPage):
    """The handler."""

    async def without_slash(self, request: web.Request) -> web.Response:
        """``/{site}``, as people type it: leads to the page. Raises 404."""
        self._site(request)
        url = request.rel_url
        query = f"?{url.raw_query_string}" if url.raw_query_string else ""
        raise web.HTTPMovedPermanently(f"{url.raw_path}/{query}", headers=PAGE)

    async def site(self, request: web.Request) -> web.Response:
        """``/{site}/``: how full it is, for everybody; with ``?service=`` for one service."""
        deps = self._deps
        state, context = self._site(request)
        site, rules = context["site"], state.rules
        assert rules is not None
        lang = page_facts(deps, request)["lang"]
        only = chosen_service(site, request)
        services = (
            [only] if only is not None else [key for key, s in site.services.items() if not s.is_pickup]
        )
        shown = board(state, context["now"], deps.zone, self._notices())
        today = configuration.local_date(deps.settings, context["now"])
        return render(
            deps,
            request,
            "site.html",
            **context,
            board=shown,
            groups=groups(site, rules, shown, context["now"], only),
            only=None if only is None else {"id": only, "names": site.services[only].names},
            words=board_words(deps.texts, lang, site, rules),
            history=history_view(await deps.history.of(state.site), today, services),
        )


def chosen_service(site: configuration.Site, request: web.Request) -> str | None:
    """The service that ``?service=`` asks for; None for all, also when there is none of that name."""
    asked = request.query.get("service", "")
    return asked if asked in site.services and not site.services[asked].is_pickup else None
