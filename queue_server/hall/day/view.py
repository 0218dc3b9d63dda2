"""What the page of the day shows: figures, who is left, how it ends."""

from __future__ import annotations

import msgspec

from queue_server.domain.rules import Names
from queue_server.domain.state import ShownState, SiteState, shown
from queue_server.hall.alarm_view import AlarmLine, alarm_lines
from queue_server.hall.day.asked_day import today
from queue_server.hall.day.end import DayEnd, day_end
from queue_server.hall.day.left import LeftGroup, left_groups
from queue_server.web import Deps

STATES: tuple[ShownState, ...] = (
    "waiting", "called", "serving", "held", "no_show", "processing", "done", "cancelled", "expired",
)  # fmt: skip
"""All there are: together they are what was issued and what came over from an earlier day."""


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    """The day at a site."""

    day: str | None
    finished: bool
    """Between days: whether today's business is over."""
    issued: int
    received: int
    """Tickets that came over from an earlier day."""
    counts: dict[str, int]
    """How many tickets are in each state."""
    groups: list[LeftGroup]
    left: int
    will_carry: int
    will_expire: int
    """What closing now would do with who is left."""
    over: list[str]
    """Between days: the numbers that go on at the next one."""
    open_counters: list[Names]
    notice: str | None
    alarms: list[AlarmLine]
    longest: int | None
    """How long, in minutes, the longest waiting ticket has waited."""
    end: DayEnd | None


def day_view(deps: Deps, state: SiteState) -> DayView:
    """The view of a site's day, from its committed state."""
    now = deps.clock.now()
    states = [shown(ticket.facts) for ticket in state.tickets.values()]
    issued = sum(1 for ticket in state.tickets.values() if ticket.day == (state.day or state.last_day))
    groups = left_groups(state, now)
    names = {} if state.rules is None else state.rules.counters
    waiting = [ticket.minutes for group in groups if group.key == "waiting" for ticket in group.tickets]
    return DayView(
        day=state.day,
        finished=state.day is None and state.last_day == today(deps),
        issued=issued,
        received=len(states) - issued,
        counts={status: states.count(status) for status in STATES},
        groups=groups,
        left=sum(len(group.tickets) for group in groups),
        will_carry=sum(len(group.tickets) for group in groups if group.carried),
        will_expire=sum(len(group.tickets) for group in groups if not group.carried),
        over=[ticket.number for ticket in state.carried if ticket.facts.ended is None],
        open_counters=[
            names[c.id].names for c in state.counters.values() if c.facts.status != "closed" and c.id in names
        ],
        notice=state.notice,
        alarms=alarm_lines(state),
        longest=max(waiting, default=None),
        end=None
        if state.day is None or state.rules is None
        else day_end(deps.settings, state, now, deps.zone),
    )
