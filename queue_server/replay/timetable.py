"""The acts of a recorded day, in the order in which they are played."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from .recorded import Recorded

Kind = Literal["issue", "call", "end"]

END_BEFORE, ISSUE, CALL, END_AFTER = range(4)
"""At one moment: desks become free, numbers are given, then called; what began at this moment ends after that."""


class Act(NamedTuple):
    """Something that happens to a ticket. Sorts in playing order."""

    at: int
    """ms UTC of the record."""
    rank: int
    ticket: int
    """Its place in the record."""
    kind: Kind


def timetable(tickets: Sequence[Recorded]) -> list[Act]:
    """Every act of the day."""
    acts = []
    for index, ticket in enumerate(tickets):
        acts.append(Act(ticket.issued, ISSUE, index, "issue"))
        began = ticket.issued
        if ticket.called is not None:
            began = ticket.called
            acts.append(Act(began, CALL, index, "call"))
        if ticket.ended is not None:
            rank = END_AFTER if ticket.ended == began else END_BEFORE
            acts.append(Act(ticket.ended, rank, index, "end"))
        elif ticket.outcome == "no_show":
            acts.append(Act(began, END_AFTER, index, "end"))
    acts.sort()
    return acts


def busy_at_once(tickets: Sequence[Recorded]) -> int:
    """How many were at a desk at the same time, at most."""
    changes = []
    for ticket in tickets:
        if ticket.called is not None and ticket.ended is not None:
            changes += [(ticket.called, 1), (ticket.ended, -1)]
    busy = most = 0
    for _, change in sorted(changes):
        busy += change
        most = max(most, busy)
    return most
