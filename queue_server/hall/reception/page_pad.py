"""``/staff/{site}/reception/pad``: the emergency pad, printed beforehand, its numbers entered afterwards."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from queue_server.domain.state import SiteState
from queue_server.hall.reception.menu import groups_of
from queue_server.hall.reception.pad_view import MOST, SLIPS, pad_bands, sheets, shown_bands
from queue_server.hall.staff_page import StaffPage
from queue_server.web import Deps, ProblemError
from queue_server.web.page_facts import render


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page, and the sheets alone."""
    page = PadPage(deps)
    return [
        web.get("/staff/{site}/reception/pad", page.whole),
        web.get("/staff/{site}/reception/pad/sheets", page.sheets),
    ]


class PadPage(StaffPage):
    """The handlers."""

    async def whole(self, request: web.Request) -> web.Response:
        """What to print, and the rows to enter."""
        principal, state, context = await self._site(request)
        return render(
            self._deps,
            request,
            "reception_pad.html",
            **context,
            principal=principal,
            bands=shown_bands(state),
            groups=groups_of(self._deps, state),
            day=state.day,
            offset=self._offset(state),
            slips=SLIPS,
            most=MOST,
        )

    async def sheets(self, request: web.Request) -> web.Response:
        """The slips on A4 sheets: ``?band=&from=&count=&service=``. Raises 404 for an unknown series or purpose."""
        _, state, context = await self._site(request)
        bands = {band.id: band for band in pad_bands(state)}
        band = bands.get(request.query.get("band", next(iter(bands), "")))
        service = request.query.get("service", "")
        services = self._deps.settings.sites[state.site].services
        if band is None or (service and service not in services):
            raise ProblemError("not_found")
        return render(
            self._deps,
            request,
            "reception_sheets.html",
            **context,
            sheets=sheets(band, request.query),
            purpose=services[service].names if service else None,
        )

    def _offset(self, state: SiteState) -> str:
        """The site's offset from UTC on the business day, such as ``+09:00``."""
        at = (state.starts or self._deps.clock.now()) / 1000
        return datetime.fromtimestamp(at, self._deps.zone).isoformat()[-6:]
