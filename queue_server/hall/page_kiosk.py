"""``/kiosk/{site}/{kiosk}``: the ticket machine."""

from __future__ import annotations

from aiohttp import web

from queue_server import contract
from queue_server import settings as configuration
from queue_server.web import Deps, ProblemError
from queue_server.web.enrolment import enrolled
from queue_server.web.page_facts import named, page_facts, render

from .board import board
from .public_page import PublicPage

KIOSK_ROLES: tuple[contract.Role, ...] = ("kiosk", "staff", "admin")


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page."""
    return [web.get("/kiosk/{site}/{kiosk}", KioskPage(deps).whole)]


class KioskPage(PublicPage):
    """The handler."""

    async def whole(self, request: web.Request) -> web.Response:
        """``/kiosk/{site}/{kiosk}``: the ticket machine."""
        deps = self._deps
        state, context = self._site(request)
        site_id, kiosk_id = state.site, request.match_info["kiosk"]
        kiosk = deps.settings.sites[site_id].kiosks.get(kiosk_id)
        if kiosk is None:
            raise ProblemError("unknown_kiosk", kiosk=kiosk_id)
        await enrolled(deps, request, KIOSK_ROLES)
        shown = board(state, context["now"], deps.zone, self._notices())
        lang = page_facts(deps, request)["lang"]
        services = {s.id: s for s in shown.services}
        site = deps.settings.sites[site_id]
        groups = [
            {
                "names": group.names,
                "services": [
                    {
                        "id": key,
                        "names": site.services[key].names,
                        "note": site.services[key].note.get(lang, ""),
                        "hint": named(site.services[key].closed_hint, lang),
                        "waiting": services[key].waiting,
                        "estimate": services[key].estimate,
                        "open": services[key].open,
                        "attended": services[key].attended,
                    }
                    for key in group.services
                    if key in services
                ],
            }
            for group in configuration.menu(deps.settings, site_id, kiosk_id)
        ]
        return render(
            deps,
            request,
            "kiosk.html",
            **context,
            kiosk_id=kiosk_id,
            kiosk=kiosk,
            groups=groups,
            day=shown.day,
            notice=shown.notice,
            welcome=named(configuration.text(deps.settings, site_id, "kiosk-welcome"), lang)
            or deps.texts.get(lang, "kiosk.welcome"),
            ask_staff=named(configuration.text(deps.settings, site_id, "ask-staff"), lang)
            or deps.texts.get(lang, "kiosk.ask_staff"),
        )
