"""``/staff/{site}/reception``: numbers given by staff, and what may be done with any ticket."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server.domain.rules import Names
from queue_server.domain.state import SiteState
from queue_server.hall.devices.known import printer_names
from queue_server.hall.needs import NEEDS
from queue_server.hall.reception.listing import STATES, ListFilter, list_view
from queue_server.hall.reception.menu import groups_of
from queue_server.hall.reception.pad_view import has_pad
from queue_server.hall.reception.ticket_view import find_ticket, ticket_view
from queue_server.hall.reception.view import reception_view
from queue_server.hall.staff_page import StaffPage
from queue_server.web import Deps, ProblemError
from queue_server.web.page_facts import render

USUAL_PRINTER = "reception"
"""The printer beside the desk, if the site has one of this id."""


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page and its parts that change."""
    page = ReceptionPage(deps)
    return [
        web.get("/staff/{site}/reception", page.whole),
        web.get("/staff/{site}/reception/now", page.now),
        web.get("/staff/{site}/reception/ticket/{number}", page.ticket),
    ]


class ReceptionPage(StaffPage):
    """The handlers. ``?number=`` opens a ticket; ``?state=&service=&q=&page=`` choose from the list."""

    async def whole(self, request: web.Request) -> web.Response:
        """``/staff/{site}/reception``: numbers given by staff, and the tickets of the day."""
        principal, state, context = await self._site(request)
        return render(
            self._deps,
            request,
            "reception.html",
            **context,
            **await self._parts(request, state),
            principal=principal,
            states=STATES,
            has_pad=has_pad(self._deps, state.site),
        )

    async def now(self, request: web.Request) -> web.Response:
        """The parts of the page that change."""
        _, state, context = await self._site(request, whole=False)
        parts = await self._parts(request, state)
        return render(self._deps, request, "reception_now.html", **context, **parts)

    async def ticket(self, request: web.Request) -> web.Response:
        """One ticket alone, as a part of a page. Raises 404."""
        _, state, context = await self._site(request, whole=False)
        number = request.match_info["number"]
        ticket = find_ticket(state, number)
        if ticket is None:
            raise ProblemError("unknown_number", number=number)
        return render(
            self._deps,
            request,
            "reception_ticket.html",
            **context,
            **self._choices(state),
            asked=number,
            return_places=0 if state.rules is None else state.rules.return_places,
            ticket=await ticket_view(self._deps, state, ticket),
        )

    async def _parts(self, request: web.Request, state: SiteState) -> dict[str, Any]:
        asked = request.query.get("number", "").strip()[:64]
        found = find_ticket(state, asked) if asked else None
        view = reception_view(self._deps, state)
        return {
            **self._choices(state),
            "view": view,
            "list": list_view(self._deps, state, ListFilter.of(request.query)),
            "asked": asked,
            "return_places": view.return_places,
            "ticket": None if found is None else await ticket_view(self._deps, state, found),
        }

    def _choices(self, state: SiteState) -> dict[str, Any]:
        """What may be chosen on the page: purposes by category, needs, priority classes, languages, printers."""
        return {
            "groups": groups_of(self._deps, state),
            "needs": NEEDS,
            "priorities": [] if state.rules is None else list(state.rules.priorities.values()),
            "offered": self._deps.languages.offered,
            "printers": self._printers(state.site),
            "usual_printer": USUAL_PRINTER,
        }

    def _printers(self, site_id: str) -> list[tuple[str, Names]]:
        """(id, names) of the site's printers, as everywhere on the pages of staff."""
        return [
            (known.id, printer_names(self._deps, known.id))
            for known in self._deps.devices.of(site_id)
            if known.kind == "printer"
        ]
