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
    first, following = await _bounds(log, site, day)
    after, upto = first - 1, following - 1
    events: list[Event] = []
    while after < upto:
        rows = await log.read("events_between", site=site, after=after, upto=upto, limit=CHUNK)
        events += decode(site, [row["data"] for row in rows])
        if len(rows) < CHUNK:
            break
        after = rows[-1]["seq"]
        await asyncio.sleep(0)
    return events


async def marks_of_day(log: Log, site: str, day: str) -> list[Event]:
    """What frames ``day``: its opening and closing, outages, and counters that opened, rested and closed.

    Also every ``CommandUndone``, which may have been about a counter. Raises as ``events_of_day``.
    """
    first, following = await _bounds(log, site, day)
    rows = await log.read("day_marks", site=site, first=first, next=following)
    return decode(site, [row["data"] for row in rows])


async def _bounds(log: Log, site: str, day: str) -> tuple[int, int]:
    """(seq of the day's first event, seq of the first event of a later day); nothing lies between for no day."""
    [bounds] = await log.read("day_bounds", site=site, day=day)
    if bounds["first"] is None:
        return 0, 0
    return bounds["first"], bounds["next"] or 1 << 62
