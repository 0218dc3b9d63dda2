"""``/staff/{site}/report``: the day in numbers, to be printed, and the rows behind it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import cast

from aiohttp import web

from queue_server.hall.day.asked_day import asked_day, day_in_words, today
from queue_server.hall.day.report_csv import COLUMNS, Encoding, table
from queue_server.hall.day.report_figures import Figures, figures
from queue_server.hall.day.report_marks import Marks, marks
from queue_server.hall.staff_page import STAFF_ROLES, StaffPage
from queue_server.hall.times import hour_minute
from queue_server.log import marks_of_day
from queue_server.web import Deps, ProblemError
from queue_server.web.page_facts import named, page_facts, render

ROWS = {"tickets": "tickets_of_day", "calls": "stages_of_day"}
"""Table of the CSV → the statement that reads it."""


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page, and its rows for spreadsheets."""
    page = ReportPage(deps)
    return [
        web.get("/staff/{site}/report", page.show),
        web.get("/staff/{site}/report/{table}.csv", page.rows),
    ]


class ReportPage(StaffPage):
    """The handlers. ``?date=`` asks for another day."""

    async def show(self, request: web.Request) -> web.Response:
        """The figures of a day; a running day's so far."""
        principal, state, context = await self._site(request, roles=STAFF_ROLES, bar=False)
        day = asked_day(self._deps, state, request.query.get("date"))
        found, framed = await self._figures(state.site, day)
        lang = page_facts(self._deps, request)["lang"]
        return render(
            self._deps,
            request,
            "report.html",
            **context,
            principal=principal,
            day=day,
            said_day=day_in_words(day, lang),
            today=day_in_words(today(self._deps), lang),
            running=day == state.day,
            figures=found,
            marks=framed,
            at=partial(hour_minute, zone=self._deps.zone),
            most=max((hour.issued for hour in found.hours), default=0),
        )

    async def rows(self, request: web.Request) -> web.Response:
        """CSV of the tickets or of the calls; ``?encoding=cp932`` for old spreadsheets. Raises 404."""
        _, state, _ = await self._site(request, whole=False, roles=STAFF_ROLES)
        which, encoding = request.match_info["table"], request.query.get("encoding", "utf-8")
        if which not in COLUMNS or encoding not in ("utf-8", "cp932"):
            raise ProblemError("not_found")
        day = asked_day(self._deps, state, request.query.get("date"))
        lang = page_facts(self._deps, request)["lang"]
        services = self._deps.settings.sites[state.site].services
        body = await asyncio.to_thread(
            table,
            await self._deps.log.read(ROWS[which], site=state.site, day=day),
            which,
            text=partial(self._deps.texts.get, lang),
            service=lambda key: named(services[key].names, lang) if key in services else key,
            zone=self._deps.zone,
            encoding=cast(Encoding, encoding),
        )
        name = f"{state.site}-{day}-{which}.csv"
        charset = "utf-8" if encoding == "utf-8" else "shift_jis"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return web.Response(body=body, content_type="text/csv", charset=charset, headers=headers)

    async def _figures(self, site: str, day: str) -> tuple[Figures, Marks]:
        deps = self._deps
        framed = marks(await marks_of_day(deps.log, site, day), deps.clock.now())
        found = await asyncio.to_thread(  # the hall goes on while a day of thousands is counted
            figures,
            await deps.log.read("tickets_of_day", site=site, day=day),
            await deps.log.read("stages_of_day", site=site, day=day),
            closed_at=framed.closed_at,
            received=framed.received,
            outages=framed.outages,
            open_ms=framed.open_ms,
            order=(*deps.settings.sites[site].services, *deps.settings.sites[site].counters),
            hour_of=lambda at: datetime.fromtimestamp(at / 1000, deps.zone).hour,
        )
        return found, framed
