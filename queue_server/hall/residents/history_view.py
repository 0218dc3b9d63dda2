"""Last week and this week side by side: bars of the mean wait by weekday and hour, and the same as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from queue_server import contract

WEEKS = ("last", "this")
BAR, GAP, HEIGHT = 7, 6, 64
"""Units of the drawing: the width of a bar, the space between hours, the height of the highest bar."""
LEAST_TOP = 20
"""Minutes: a quiet week is not drawn as if it were a full one."""


class Cell(NamedTuple):
    """An hour of a weekday in one week."""

    issued: int
    wait: int | None


def history_view(history: contract.History, today: date, services: Iterable[str]) -> dict[str, Any] | None:
    """What the page draws for some services together; None when nothing is known.

    ``days``: by weekday (0 is Monday) its ``bars``, its ``busiest`` hour, and ``cells`` by hour and week;
    ``hours``: the hours of all days; ``top``: minutes at the highest bar.
    """
    monday = today - timedelta(days=today.weekday())
    wanted = set(services)
    hours = [hour for service in history.services if service.id in wanted for hour in service.hours]
    cells = _cells(hours, monday)
    if not cells:
        return None
    span = range(min(hour for _, hour, _ in cells), max(hour for _, hour, _ in cells) + 1)
    top = max([LEAST_TOP, *(cell.wait for cell in cells.values() if cell.wait is not None)])
    weekdays = sorted({weekday for weekday, _, _ in cells})
    return {
        "days": [_day(weekday, span, cells, top) for weekday in weekdays],
        "hours": list(span),
        "top": top,
        "width": len(span) * (2 * BAR + GAP),
        "height": HEIGHT,
        "step": 2 * BAR + GAP,
    }


def _cells(hours: list[contract.HistoryHour], monday: date) -> dict[tuple[int, int, str], Cell]:
    """(weekday, hour, week) → people and mean wait, over the services; earlier weeks are left out."""
    people: dict[tuple[int, int, str], int] = defaultdict(int)
    weighed: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in hours:
        day = date.fromisoformat(one.day)
        if day < monday - timedelta(days=7):
            continue
        key = (day.weekday(), one.hour, WEEKS[day >= monday])
        people[key] += one.issued
        if one.mean_wait_minutes is not None:
            weighed[key][0] += one.issued * one.mean_wait_minutes
            weighed[key][1] += one.issued
    return {
        key: Cell(issued, round(weighed[key][0] / weighed[key][1]) if key in weighed else None)
        for key, issued in people.items()
    }


def _day(weekday: int, span: range, cells: dict[tuple[int, int, str], Cell], top: int) -> dict[str, Any]:
    bars = []
    for at, hour in enumerate(span):
        for side, week in enumerate(WEEKS):
            cell = cells.get((weekday, hour, week))
            if cell is not None and cell.wait is not None:
                high = max(2, round(cell.wait / top * HEIGHT))
                x = at * (2 * BAR + GAP) + GAP // 2 + side * BAR
                bars.append({"week": week, "x": x, "y": HEIGHT - high, "height": high, "width": BAR - 1})
    known = [(cell.wait, -hour) for (day, hour, _), cell in cells.items() if day == weekday and cell.wait]
    wait, hour = max(known, default=(None, 0))
    return {
        "weekday": weekday,
        "bars": bars,
        "busiest": None if wait is None else {"hour": -hour, "wait": wait},
        "cells": {hour: {week: cells.get((weekday, hour, week)) for week in WEEKS} for hour in span},
    }
