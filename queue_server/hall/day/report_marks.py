"""What frames a day, from the log: when it was closed, who came over, outages, and how long each counter was open."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from queue_server.domain import events as e


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """Times are ms UTC."""

    opened_at: int | None
    closed_at: int | None
    """None while the day runs."""
    received: int
    outages: list[tuple[int, int]]
    open_ms: dict[str, int]


def marks(events: Iterable[e.Event], now: int) -> Marks:
    """Read the marks of a day; counters that are open still count up to ``now``. A pause is not open time."""
    opened: int | None = None
    closed: int | None = None
    received: set[str] = set()
    outages: list[tuple[int, int]] = []
    since: dict[str, int] = {}
    open_ms: dict[str, int] = {}

    def stands(counter: str, status: str, at: int) -> None:
        if counter in since:
            open_ms[counter] += at - since.pop(counter)
        if status == "open":
            open_ms.setdefault(counter, 0)
            since[counter] = at

    for event in events:
        match event:
            case e.DayOpened():
                opened, closed = opened or event.at, None
                received |= {t.id for t in event.carried if t.facts.ended is None and t.day != event.day}
            case e.DayClosed():
                closed = event.at
                for counter in list(since):
                    stands(counter, "closed", event.at)
            case e.OutageMarked():
                outages.append((event.since, event.until))
            case e.CounterOpened():
                stands(event.counter, "open", event.at)
            case e.CounterPaused():
                stands(event.counter, "paused", event.at)
            case e.CounterClosed():
                stands(event.counter, "closed", event.at)
            case e.CommandUndone():
                stands(event.counter, event.counter_facts.status, event.at)
    for counter in list(since):
        stands(counter, "closed", max(now, since[counter]))
    return Marks(opened_at=opened, closed_at=closed, received=len(received), outages=outages, open_ms=open_ms)
