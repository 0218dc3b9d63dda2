"""The public board elsewhere: ``/{site}/embed`` in a frame of the city's own page, ``/{site}/share`` that says how."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from queue_server.domain.promise import SOON
from queue_server.hall.board import board
from queue_server.hall.public_page import PublicPage
from queue_server.hall.residents.page_site import chosen_service
from queue_server.hall.residents.qr import qr_svg
from queue_server.hall.residents.site_view import groups
from queue_server.web import Deps
from queue_server.web.addresses import public_base
from queue_server.web.headers import FRAMED, SHOWS_OURS
from queue_server.web.page_facts import page_facts, render

PICTURE = {"Cache-Control": "public, max-age=3600", "Referrer-Policy": "no-referrer"}


def routes(deps: Deps) -> list[web.RouteDef]:
    """The pages and the code. Added late: their addresses begin with any site."""
    page = EmbedPage(deps)
    return [
        web.get("/{site}/embed", page.embed),
        web.get("/{site}/share", page.share),
        web.get("/{site}/qr.svg", page.qr),
    ]


class EmbedPage(PublicPage):
    """The handlers."""

    async def embed(self, request: web.Request) -> web.Response:
        """``/{site}/embed``: a light board that takes no input; the only page that other sites may frame."""
        deps = self._deps
        state, context = self._site(request)
        site, rules = context["site"], state.rules
        assert rules is not None
        shown = board(state, context["now"], deps.zone, self._notices())
        only = chosen_service(site, request)
        answer = render(
            deps,
            request,
            "site_embed.html",
            **context,
            board=shown,
            groups=groups(site, rules, shown, context["now"], only),
            address=_board_address(deps, request, state.site, only),
            soon=SOON,
        )
        answer.headers.update(FRAMED)
        return answer

    async def share(self, request: web.Request) -> web.Response:
        """``/{site}/share``: the board's QR code, and the line of HTML that embeds it."""
        deps = self._deps
        state, context = self._site(request)
        site = context["site"]
        only = chosen_service(site, request)
        lang = page_facts(deps, request)["lang"]
        query = {**({} if only is None else {"service": only}), "lang": lang}
        answer = render(
            deps,
            request,
            "site_share.html",
            **context,
            only=only,
            services={key: s.names for key, s in site.services.items() if not s.is_pickup},
            address=_board_address(deps, request, state.site, only),
            framed=f"{public_base(deps.settings, request)}/{state.site}/embed?{urlencode(query)}",
            preview=f"/{state.site}/embed?{urlencode(query)}",
        )
        answer.headers.update(SHOWS_OURS)
        return answer

    async def qr(self, request: web.Request) -> web.Response:
        """``/{site}/qr.svg``: the code that leads to the board."""
        state, context = self._site(request)
        only = chosen_service(context["site"], request)
        code = qr_svg(_board_address(self._deps, request, state.site, only))
        return web.Response(body=code, content_type="image/svg+xml", headers=PICTURE)


def _board_address(deps: Deps, request: web.Request, site: str, only: str | None) -> str:
    """Where everybody reaches the board, of one service or of all."""
    query = "" if only is None else "?" + urlencode({"service": only})
    return f"{public_base(deps.settings, request)}/{site}/{query}"
