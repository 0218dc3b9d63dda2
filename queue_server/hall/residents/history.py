"""How full it was on past days, hour by hour (R-36): from the tickets' own rows, asked for once a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from queue_server import contract
from queue_server import settings as configuration
from queue_server.web import Call, Deps

DAYS = 14
FEWEST = 3
"""Calls from which a mean wait no longer tells of one person."""
HALF_HOUR = 1_800
"""Seconds: what the rows are grouped by, so that every time zone's hours can be put together."""


class History:
    """The past days of every site, kept until the day changes."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._kept: dict[tuple[str, int], tuple[date, contract.History]] = {}

    async def of(self, site: str, days: int = DAYS) -> contract.History:
        """The hours of the last ``days`` days before today. Raises ``LogUnavailable``."""
        today = configuration.local_date(self._deps.settings, self._deps.clock.now())
        kept = self._kept.get((site, days))
        if kept is not None and kept[0] == today:
            return kept[1]
        rows = await self._deps.log.read(
            "half_hours_before",
            site=site,
            **{"from": (today - timedelta(days=days)).isoformat(), "before": today.isoformat()},
        )
        found = contract.History(services=hourly(rows, self._deps.zone))
        self._kept[site, days] = (today, found)
        return found


def hourly(rows: list[dict[str, Any]], zone: ZoneInfo) -> list[contract.HistoryService]:
    """Rows of half hours put together to the hours of the zone, by service."""
    sums: dict[str, dict[tuple[str, int], list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for row in rows:
        hour = datetime.fromtimestamp(row["half_hour"] * HALF_HOUR, zone).hour
        cell = sums[row["service"]][row["day"], hour]
        for at, name in enumerate(("issued", "called", "waited_ms")):
            cell[at] += row[name]
    return [
        contract.HistoryService(
            id=service,
            hours=[
                contract.HistoryHour(
                    day=day,
                    hour=hour,
                    issued=issued,
                    mean_wait_minutes=round(waited / called / 60_000) if called >= FEWEST else None,
                )
                for (day, hour), (issued, called, waited) in sorted(hours.items())
            ],
        )
        for service, hours in sorted(sums.items())
    ]


async def show(call: Call[Any]) -> contract.History:
    """``GET …/history?days=``: past days only, so that nothing of today's people can be read from it."""
    return await call.deps.history.of(call.state.site, call.query.get("days") or DAYS)
