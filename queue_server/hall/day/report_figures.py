"""The figures of a day from its rows of ``tickets`` and ``stages``: pure, by the standard library's statistics.

Times are ms UTC, lengths milliseconds. What an outage overlaps is left out of waits and service times.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec

Row = dict[str, Any]
Span = tuple[int, int]
T = TypeVar("T")
LONGEST = 10
"""How many of the longest waits are listed."""


class Lengths(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took, in milliseconds."""

    count: int
    mean: float
    median: float
    p90: float
    longest: int


class ServiceFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A service's day. ``issued`` counts errands that were taken for it, a ticket with several at each."""

    service: str
    issued: int
    served: int
    absent: int
    waits: Lengths | None
    times: Lengths | None


class HourFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What began within an hour of the day (0–23, local)."""

    hour: int
    issued: int
    called: int
    waits: Lengths | None
    """Of who came in this hour."""


class CounterFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A counter's day."""

    counter: str
    calls: int
    served: int
    absent: int
    times: Lengths | None
    open_ms: int


class LongWait(msgspec.Struct, frozen=True, kw_only=True):
    """One of the longest waits until a call."""

    ticket: str
    number: str
    service: str
    counter: str
    arrived: int
    called: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """A day in numbers. ``carried``: gone over to the next day; ``left``: not ended yet while the day runs."""

    issued: int
    done: int
    cancelled: int
    expired: int
    carried: int
    left: int
    absent: int
    """Calls to which nobody came."""
    received: int
    """Tickets that came over from an earlier day."""
    waits: Lengths | None
    times: Lengths | None
    without_start: int
    """Served without anybody pressing start: their time counts from the call."""
    left_out: int
    """Calls that an outage overlaps."""
    services: list[ServiceFigures]
    hours: list[HourFigures]
    counters: list[CounterFigures]
    longest: list[LongWait]


def lengths(values: Iterable[int]) -> Lengths | None:
    """Statistics of lengths; None without any. The 90 % is interpolated between the values around it."""
    found = sorted(values)
    if not found:
        return None
    tenths = statistics.quantiles(found, n=10, method="inclusive") if len(found) > 1 else [found[0]] * 9
    return Lengths(
        count=len(found),
        mean=statistics.fmean(found),
        median=statistics.median(found),
        p90=tenths[8],
        longest=found[-1],
    )


def figures(
    tickets: Sequence[Row],
    stages: Sequence[Row],
    *,
    closed_at: int | None,
    received: int,
    outages: Sequence[Span],
    open_ms: dict[str, int],
    hour_of: Callable[[int], int],
    order: Sequence[str] = (),
) -> Figures:
    """The day's figures.

    ``tickets``, ``stages``: rows of the projections; ``closed_at``: when the day was closed, None while it runs;
    ``open_ms``: how long each counter was open; ``hour_of``: the local hour of a time;
    ``order``: ids of services and counters as they are to be listed.
    """
    calls = [row for row in stages if row["outcome"] != "undone"]
    fit = [row for row in calls if not _overlaps(row["issued_at"], _end(row), outages)]
    first = _first_calls(fit)
    timed = [row for row in fit if row["service_ms"] is not None]
    ends = Counter(_end_of(row, closed_at) for row in tickets)
    return Figures(
        issued=len(tickets),
        done=ends["done"],
        cancelled=ends["cancelled"],
        expired=ends["expired"],
        carried=ends["carried"],
        left=ends["left"],
        absent=sum(1 for row in calls if row["outcome"] == "no_show"),
        received=received,
        waits=_waits(first),
        times=_times(timed),
        without_start=sum(1 for row in timed if row["from_call"]),
        left_out=len(calls) - len(fit),
        services=_ordered(_services(tickets, calls, first, timed), order, lambda x: x.service),
        hours=_hours(tickets, calls, first, hour_of),
        counters=_ordered(_counters(calls, timed, open_ms), order, lambda x: x.counter),
        longest=[
            LongWait(
                ticket=row["ticket"],
                number=row["number"],
                service=row["service"],
                counter=row["counter"],
                arrived=row["issued_at"],
                called=row["called_at"],
            )
            for row in sorted(first, key=lambda row: -row["wait_ms"])[:LONGEST]
        ],
    )


def _ordered(rows: list[T], order: Sequence[str], key: Callable[[T], str]) -> list[T]:
    """By the place of their ids in ``order``; what it does not name comes last."""
    places = {name: place for place, name in enumerate(order)}
    return sorted(rows, key=lambda row: places.get(key(row), len(places)))


def _end_of(row: Row, closed_at: int | None) -> str:
    """How a ticket stood at the end of its day, whatever became of it on a later one."""
    ended = row["ended_at"]
    if ended is not None and (closed_at is None or ended <= closed_at):
        return str(row["state"])
    return "left" if closed_at is None else "carried"


def _end(row: Row) -> int:
    return int(row["ended_at"] or row["started_at"] or row["called_at"])


def _overlaps(since: int, until: int, spans: Sequence[Span]) -> bool:
    return any(since < end and start < until for start, end in spans)


def _first_calls(rows: Iterable[Row]) -> list[Row]:
    """The first call of each errand: a second one after an absence is no wait of its own."""
    found: dict[tuple[str, str, int], Row] = {}
    for row in rows:
        found.setdefault((row["ticket"], row["service"], row["issued_at"]), row)
    return list(found.values())


def _waits(rows: Iterable[Row]) -> Lengths | None:
    return lengths(row["wait_ms"] for row in rows)


def _times(rows: Iterable[Row]) -> Lengths | None:
    return lengths(row["service_ms"] for row in rows)


def _services(
    tickets: Sequence[Row], calls: Sequence[Row], first: Sequence[Row], timed: Sequence[Row]
) -> list[ServiceFigures]:
    issued = Counter(service for row in tickets for service in row["services"].split())
    served = Counter(row["service"] for row in calls if row["outcome"] == "served")
    absent = Counter(row["service"] for row in calls if row["outcome"] == "no_show")
    keys = dict.fromkeys((*issued, *(row["service"] for row in calls)))
    return [
        ServiceFigures(
            service=key,
            issued=issued[key],
            served=served[key],
            absent=absent[key],
            waits=_waits(row for row in first if row["service"] == key),
            times=_times(row for row in timed if row["service"] == key),
        )
        for key in keys
    ]


def _hours(
    tickets: Sequence[Row], calls: Sequence[Row], first: Sequence[Row], hour_of: Callable[[int], int]
) -> list[HourFigures]:
    issued = Counter(hour_of(row["issued_at"]) for row in tickets)
    called = Counter(hour_of(row["called_at"]) for row in calls)
    seen = sorted({*issued, *called})
    return [
        HourFigures(
            hour=hour,
            issued=issued[hour],
            called=called[hour],
            waits=_waits(row for row in first if hour_of(row["issued_at"]) == hour),
        )
        for hour in (range(seen[0], seen[-1] + 1) if seen else ())
    ]


def _counters(calls: Sequence[Row], timed: Sequence[Row], open_ms: dict[str, int]) -> list[CounterFigures]:
    keys = dict.fromkeys((*open_ms, *(row["counter"] for row in calls)))
    return [
        CounterFigures(
            counter=key,
            calls=sum(1 for row in calls if row["counter"] == key),
            served=sum(1 for row in calls if row["counter"] == key and row["outcome"] == "served"),
            absent=sum(1 for row in calls if row["counter"] == key and row["outcome"] == "no_show"),
            times=_times(row for row in timed if row["counter"] == key),
            open_ms=open_ms.get(key, 0),
        )
        for key in keys
    ]
