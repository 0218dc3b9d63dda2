"""The events of one day, for whoever asks about a day on demand."""

from __future__ import annotations

import asyncio

from queue_server.domain.events import Event

from .fold import decode
from .log import Log

CHUNK = 2_000


async def events_of_day(log: Log, site: str, day: str) -> list[Event]:
    """Every event of ``day`` (ISO date) from its first ``DayOpened`` to the opening of a later day.

    Empty when the day was never opened. Raises ``LogUnavailable``, ``Damaged``.
    """
    [bounds] = await log.read("day_bounds", site=site, day=day)
    if bounds["first"] is None:
        return []
    after, upto = bounds["first"] - 1, (bounds["next"] or (1 << 62)) - 1
    events: list[Event] = []
    while True:
        rows = await log.read("events_between", site=site, after=after, upto=upto, limit=CHUNK)
        events += decode(site, [row["data"] for row in rows])
        if len(rows) < CHUNK:
            return events
        after = rows[-1]["seq"]
        await asyncio.sleep(0)
