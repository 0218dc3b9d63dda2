"""``/kiosk/{site}/{kiosk}``: the ticket machine."""

from __future__ import annotations

from aiohttp import web

from queue_server import contract
from queue_server.hall.board import board
from queue_server.hall.devices.known import kiosk_now
from queue_server.hall.kiosk.staff_pin import mistaken_pins
from queue_server.hall.kiosk.view import KioskView
from queue_server.hall.needs import NEEDS
from queue_server.hall.public_page import PublicPage
from queue_server.web import Deps, ProblemError
from queue_server.web.enrolment import enrolled
from queue_server.web.page_facts import page_facts, render

KIOSK_ROLES: tuple[contract.Role, ...] = ("kiosk", "staff", "admin")


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page. A PIN that cannot be used is a warning for staff."""
    deps.warnings.update(mistaken_pins(deps.settings))
    return [web.get("/kiosk/{site}/{kiosk}", KioskPage(deps).whole)]


class KioskPage(PublicPage):
    """The handler."""

    async def whole(self, request: web.Request) -> web.Response:
        """``/kiosk/{site}/{kiosk}``: every screen of the machine, one of them shown."""
        deps = self._deps
        state, context = self._site(request)
        kiosk_id = request.match_info["kiosk"]
        kiosk = deps.settings.sites[state.site].kiosks.get(kiosk_id)
        if kiosk is None:
            raise ProblemError("unknown_kiosk", kiosk=kiosk_id)
        principal = await enrolled(deps, request, KIOSK_ROLES)
        if principal.role == "kiosk":
            deps.kiosks.seen(state.site, kiosk_id)
        shown = board(state, context["now"], deps.zone, self._notices())
        lang = page_facts(deps, request)["lang"]
        view = KioskView(deps.settings, deps.texts, state.site, kiosk_id, shown, lang)
        page = render(
            deps,
            request,
            "kiosk.html",
            **context,
            kiosk_id=kiosk_id,
            kiosk=kiosk,
            view=view,
            printer=kiosk_now(deps, state.site, kiosk_id),
            needs=NEEDS,
            day=shown.day,
            notice=shown.notice,
            welcome=view.text_of_city("kiosk-welcome", "kiosk.welcome"),
            ask_staff=view.text_of_city("ask-staff", "kiosk.ask_staff"),
        )
        page.enable_compression()  # every screen at once is long, and nothing in it is secret
        return page
