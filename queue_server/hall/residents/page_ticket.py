"""``/t/{token}``: the resident's ticket, and the QR code that leads to it."""

from __future__ import annotations

from aiohttp import web

from queue_server import contract
from queue_server import settings as configuration
from queue_server.domain.promise import SOON
from queue_server.hall.api.holder import find, holder_ticket
from queue_server.hall.residents.holder_words import (
    STAIRS,
    counter_words,
    delay_words,
    meeting_places,
    state_words,
)
from queue_server.hall.residents.qr import qr_svg
from queue_server.web import Deps
from queue_server.web.addresses import public_base
from queue_server.web.page_facts import named, page_facts, render

NO_TRACE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


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
        shown = holder_ticket(deps, state, ticket)
        counters = counter_words(deps.texts, lang, site)
        named_services = [errand.id for errand in shown.errands if errand.id is not None]
        return render(
            deps,
            request,
            "ticket.html",
            site=site,
            token=token,
            ticket=shown,
            state=worded(shown),
            words={
                "states": state_words(deps.texts, lang, rules),
                "delay": delay_words(deps.texts, lang, rules),
                "counters": counters,
                "places": meeting_places(site, dict.fromkeys(named_services), counters),
                "services": [service.id for service in shown.services],
            },
            soon=SOON,
            stairs=STAIRS,
            note=named(configuration.text(deps.settings, state.site, "ticket-note"), lang),
        )

    async def qr(self, request: web.Request) -> web.Response:
        """``/t/{token}/qr.svg``: the code that leads a phone to the ticket."""
        token = request.match_info["token"]
        await find(self._deps, token)
        code = qr_svg(f"{public_base(self._deps.settings, request)}/t/{token}")
        return web.Response(body=code, content_type="image/svg+xml", headers=NO_TRACE)


def worded(ticket: contract.HolderTicket) -> str:
    """The state whose words are said: two kinds of waiting have their own."""
    return "ready" if ticket.ready else "carried" if ticket.carried else ticket.state
