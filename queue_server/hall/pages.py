"""The public pages, the kiosk and the resident's ticket. Pages of staff are in ``pages_staff``."""

from __future__ import annotations

import io
from typing import Any

from aiohttp import web

from queue_server import settings as configuration
from queue_server.domain.queue import waiting
from queue_server.domain.rules import Names
from queue_server.domain.state import SiteState
from queue_server.web import Deps, ProblemError
from queue_server.web.credentials import principal_of
from queue_server.web.enrolment import enrolled
from queue_server.web.page_facts import named, page_facts, render

from .api_holder import find, holder_ticket
from .board import board
from .pages_staff import STAFF_ROLES, staff_routes

KIOSK_ROLES = ("kiosk", "staff", "admin")
STATES = ("waiting", "called", "serving", "held", "no_show", "processing", "done", "cancelled", "expired")


def page_routes(deps: Deps) -> list[web.RouteDef]:
    """Every page of the hall. Added last: ``/{site}/`` matches what nothing else did."""
    pages = Pages(deps)
    return [
        *staff_routes(deps),
        web.get("/", pages.start),
        web.get("/kiosk/{site}/{kiosk}", pages.kiosk),
        web.get("/t/{token}", pages.ticket),
        web.get("/t/{token}/qr.svg", pages.qr),
        web.get("/{site}/", pages.site),
    ]


class Pages:
    """The handlers of the pages that need no sign-in, and of the kiosk."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def start(self, request: web.Request) -> web.Response:
        """``/``: the sites; for staff, and in the demonstration for everybody, also every screen.

        The demonstration puts a token by role into ``deps.pages.facts["demonstration"]``.
        """
        deps = self._deps
        demonstration: dict[str, str] = deps.pages.facts.get("demonstration", {})
        principal = await principal_of(deps, request)
        screens = bool(demonstration) or (principal is not None and principal.role in STAFF_ROLES)

        def address(page: str) -> str:
            # a browser has one session: in the demonstration that of staff, who may open every screen
            token = demonstration.get("staff")
            return page if token is None else f"{page}?token={token}"

        sites = []
        for site_id, site in deps.settings.sites.items():
            state = deps.log.view(site_id)
            sites.append(
                {
                    "id": site_id,
                    "names": site.names,
                    "waiting": sum(waiting(state, service) for service in state.services),
                    "kiosks": [
                        {"address": address(f"/kiosk/{site_id}/{key}"), "names": kiosk.names}
                        for key, kiosk in site.kiosks.items()
                    ],
                    "displays": [
                        {"address": address(f"/display/{site_id}/{key}"), "names": display.names}
                        for key, display in site.displays.items()
                    ],
                }
            )
        return render(deps, request, "start.html", sites=sites, screens=screens, staff=address("/staff/"))

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

    async def kiosk(self, request: web.Request) -> web.Response:
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

    # --- shared --------------------------------------------------------------------------------------

    def _site(self, request: web.Request) -> tuple[SiteState, dict[str, Any]]:
        """A known site with what its pages start from. Raises 404."""
        site_id = request.match_info["site"]
        if site_id not in self._deps.settings.sites:
            raise ProblemError("not_found")
        state = self._deps.log.view(site_id)
        context = {
            "site_id": site_id,
            "site": self._deps.settings.sites[site_id],
            "seq": state.seq,
            "now": self._deps.clock.now(),
        }
        return state, context

    def _notices(self) -> dict[str, Names]:
        return {key: notice.text for key, notice in self._deps.settings.notices.items()}
