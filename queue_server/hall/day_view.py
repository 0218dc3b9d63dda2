"""What the pages of the reception and of the day show: figures, and every ticket that has not ended."""

from __future__ import annotations

import msgspec

from queue_server.domain.rules import MINUTE, Names
from queue_server.domain.state import SiteState, open_services, shown
from queue_server.web import Deps

from .alarm_view import AlarmLine, alarm_lines

ORDER = ("called", "serving", "waiting", "held", "no_show", "processing")
"""Shown states of tickets that have not ended, as the lists group them."""
ENDED_SHOWN = 12


class DayTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket of the day."""

    id: str
    number: str
    services: list[Names]
    state: str
    minutes: int
    """Since it was issued; of an ended ticket, until it ended."""


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    """The day at a site."""

    day: str | None
    issued: int
    done: int
    counts: dict[str, int]
    """How many tickets are in each state that is not an end."""
    left: list[DayTicket]
    ended: list[DayTicket]
    """The last ones that ended, newest first: what may be reopened."""
    open_counters: list[Names]
    notice: str | None
    alarms: list[AlarmLine]
    next_call_minutes: int | None
    """How long the longest waiting ticket has waited."""


def day_view(deps: Deps, state: SiteState) -> DayView:
    """The view of a site's day, from its committed state."""
    now = deps.clock.now()
    left: list[DayTicket] = []
    ended: list[tuple[int, DayTicket]] = []
    done = 0
    for ticket in state.tickets.values():
        facts = ticket.facts
        status = shown(facts)
        services = open_services(facts) or tuple(dict.fromkeys(e.service for e in facts.errands))
        rules = {} if state.rules is None else state.rules.services
        until = now if facts.ended_at is None else facts.ended_at
        line = DayTicket(
            id=ticket.id,
            number=ticket.number,
            services=[rules[s].names for s in services if s in rules],
            state=status,
            minutes=max(0, until - ticket.issued_at) // MINUTE,
        )
        if facts.ended is None:
            left.append(line)
        else:
            ended.append((facts.ended_at or 0, line))
            done += facts.ended == "done"
    left.sort(key=lambda line: (ORDER.index(line.state) if line.state in ORDER else 9, -line.minutes))
    ended.sort(key=lambda pair: pair[0], reverse=True)
    waiting = [line.minutes for line in left if line.state == "waiting"]
    names = {} if state.rules is None else state.rules.counters
    return DayView(
        day=state.day,
        issued=len(state.tickets),
        done=done,
        counts={status: sum(1 for line in left if line.state == status) for status in ORDER},
        left=left,
        ended=[line for _, line in ended[:ENDED_SHOWN]],
        open_counters=[
            names[c.id].names for c in state.counters.values() if c.facts.status != "closed" and c.id in names
        ],
        notice=state.notice,
        alarms=alarm_lines(state),
        next_call_minutes=max(waiting, default=None),
    )
