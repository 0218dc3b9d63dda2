"""``/staff/{site}/devices``: how printers, kiosks, buttons and agents are, and which numbers have no paper."""

from __future__ import annotations

from aiohttp import web

from queue_server.hall.devices.view import devices_view
from queue_server.hall.staff_page import ACTING, STAFF_ROLES, StaffPage
from queue_server.web import Deps
from queue_server.web.page_facts import page_facts, render


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page, its part that changes, and the bar of the other pages."""
    page = DevicesPage(deps)
    return [
        web.get("/staff/{site}/devices", page.whole),
        web.get("/staff/{site}/devices/now", page.now),
        web.get("/staff/{site}/devices/bar", page.bar),
    ]


class DevicesPage(StaffPage):
    """The handlers. Somebody of a single counter may open it too: whoever stands beside a printer mends it."""

    async def whole(self, request: web.Request) -> web.Response:
        """``/staff/{site}/devices``"""
        return await self._render(request, "devices.html", whole=True)

    async def now(self, request: web.Request) -> web.Response:
        """The part of the page that changes."""
        return await self._render(request, "devices_now.html", whole=False)

    async def _render(self, request: web.Request, template: str, *, whole: bool) -> web.Response:
        principal, state, context = await self._site(request, whole=whole, roles=STAFF_ROLES, bar=False)
        lang = page_facts(self._deps, request)["lang"]
        return render(
            self._deps,
            request,
            template,
            **context,
            principal=principal,
            acting=principal.role in ACTING,
            view=await devices_view(self._deps, state.site, lang),
        )

    async def bar(self, request: web.Request) -> web.Response:
        """What other pages say of devices in trouble; nothing while all is well."""
        _, state, context = await self._site(request, whole=False, roles=STAFF_ROLES)
        lang = page_facts(self._deps, request)["lang"]
        view = await devices_view(self._deps, state.site, lang)
        return render(self._deps, request, "device_bar.html", **context, devices=view)
