"""``/t/{token}``: the resident's ticket, and the QR code that leads to it."""

from __future__ import annotations

import io

from aiohttp import web

from queue_server import settings as configuration
from queue_server.web import Deps
from queue_server.web.page_facts import named, page_facts, render

from .api_holder import find, holder_ticket

STATES = ("waiting", "called", "serving", "held", "no_show", "processing", "done", "cancelled", "expired")


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page and its code."""
    page = TicketPage(deps)
    return [web.get("/t/{token}", page.ticket), web.get("/t/{token}/qr.svg", page.qr)]


class TicketPage:
    """The handlers."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def ticket(self, request: web.Request) -> web.Response:
        """``/t/{token}``: the resident's ticket."""
        deps = self._deps
        token = request.match_info["token"]
        state, ticket = await find(deps, token)
        facts = page_facts(deps, request)
        lang = facts["lang"]
        rules = state.rules
        assert rules is not None
        site = deps.settings.sites[state.site]
        return render(
            deps,
            request,
            "ticket.html",
            site=site,
            token=token,
            ticket=holder_ticket(deps, state, ticket),
            counters=rules.counters,
            state_words={name: deps.texts.get(lang, f"holder.state_{name}") for name in STATES},
            counter_words={
                c.id: {"name": named(c.names, lang), "area": named(c.area, lang)}
                for c in rules.counters.values()
            },
            late_places=rules.late_places,
            note=named(configuration.text(deps.settings, state.site, "ticket-note"), lang),
        )

    async def qr(self, request: web.Request) -> web.Response:
        """``/t/{token}/qr.svg``: the code that leads a phone to the ticket."""
        import segno  # only needed here

        token = request.match_info["token"]
        await find(self._deps, token)
        public = self._deps.settings.public_url
        base = public.rstrip("/") if public else f"{request.scheme}://{request.host}"
        out = io.BytesIO()
        segno.make(f"{base}/t/{token}", error="m", micro=False).save(
            out, kind="svg", border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None
        )
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return web.Response(body=out.getvalue(), content_type="image/svg+xml", headers=headers)
