"""Snapshots of queues every few minutes: ``office,queue_id,ts,n_waiting,last_called``.

Numbers count up, so ``last_called + n_waiting`` is the last number given: the k-th number was given when that sum
first reached k and called when ``last_called`` first did. Between two snapshots the moments are spread evenly,
which leaves half an interval of doubt, some two and a half minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .choice import Choice
from .recorded import Record, Recorded
from .rows import Row

COLUMNS = ("office", "queue_id", "ts", "n_waiting", "last_called")
LONGEST_SERVICE = 5 * 60_000
"""The snapshots do not tell when a service ended: at the queue's next call, and after this at the latest."""


def read(rows: list[Row], choice: Choice) -> Record:
    """One day of one office, every queue of it. Local times, rounded to seconds."""
    office = choice.office_of(row.text("office") for row in rows)
    mine = [row for row in rows if row.text("office") == office]
    day = choice.day_of(row.text("ts")[:10] for row in mine)
    queues: dict[str, list[Row]] = {}
    for row in mine:
        if row.text("ts").startswith(day) and choice.takes(row.text("queue_id")):
            queues.setdefault(row.text("queue_id"), []).append(row)
    tickets = [ticket for queue, seen in queues.items() for ticket in _tickets(queue, seen)]
    tickets.sort(key=lambda ticket: ticket.issued)
    note = (
        "the times of numbers and calls are read off snapshots (± half an interval); a service ends at the "
        f"queue's next call, after {LONGEST_SERVICE // 60_000} minutes at the latest"
    )
    notes = [note]
    backwards = sum(_steps_back(points(seen)) for seen in queues.values())
    if backwards:
        notes.append(
            f"{backwards} times the last number given steps back: somebody left uncalled, and is kept until the "
            "number is passed"
        )
    return Record(day=day, tickets=tickets, local=True, form=f"snapshots of {office}", notes=notes)


def points(seen: list[Row]) -> list[tuple[int, int, int]]:
    """(ms, waiting, last called) in order of time."""
    return sorted((row.local("ts"), row.number("n_waiting"), row.number("last_called")) for row in seen)


def _steps_back(seen: Sequence[tuple[int, int, int]]) -> int:
    return sum(a[1] + a[2] > b[1] + b[2] for a, b in pairwise(seen))


def _tickets(queue: str, seen: list[Row]) -> list[Recorded]:
    snapshots = points(seen)
    issued = reached([(at, waiting + called) for at, waiting, called in snapshots])
    called = reached([(at, called) for at, _, called in snapshots])[: len(issued)]
    calls = [max(issued[k], at) for k, at in enumerate(called)]
    tickets = []
    for k, at in enumerate(issued):
        if k >= len(calls):
            tickets.append(Recorded(service=queue, issued=at, outcome="left"))
            continue
        latest = calls[k] + LONGEST_SERVICE
        ended = min(latest, calls[k + 1]) if k + 1 < len(calls) else latest
        tickets.append(Recorded(service=queue, issued=at, called=calls[k], ended=ended))
    return tickets


def reached(counts: Sequence[tuple[int, int]]) -> list[int]:
    """When a count that only grows reached 1, 2, 3, … (ms, whole seconds).

    ``counts`` are (ms, count) in order of time. What a snapshot adds is spread evenly over the time since the one
    before it; what the first snapshot shows was reached by then. A step back counts as no change.
    """
    if not counts:
        return []
    first_at, count = counts[0]
    times = [first_at] * count
    for (before, _), (at, value) in pairwise(counts):
        grown = value - count
        for step in range(1, grown + 1):
            times.append(_second(before + (at - before) * step / grown))
        count = max(count, value)
    return times


def _second(at: float) -> int:
    return round(at / 1000) * 1000
