"""The remaining wait as it is told: a range whose end does not drift away.

A stated wait that grows later distresses people. So the upper end is a promise: it comes nearer with the clock and
with the queue, and moves away only openly, as ``late``. Nothing is remembered here: who tells keeps the promise.
"""

from __future__ import annotations

from typing import NamedTuple

from .estimate import as_range, mean_wait
from .queue import first_errand, queued
from .rules import MINUTE
from .state import Estimate, SiteState, Ticket, TicketFacts

SOON = 3
"""Minutes: a wait that ends within them is told as "soon", not in figures."""
GRACE = 3
"""Minutes by which the expected wait may outlast a promise before it counts as late."""
ROOM = 4
"""A promise leaves a part in so many of the range's end as room: a queue never moves evenly."""
COARSE = 20
"""Above so many minutes the range moves in steps of ``STEP``."""
STEP = 5


class Promise(NamedTuple):
    """The latest end of the wait (ms UTC) that was told on time, and whether it could not be kept."""

    until: int
    late: bool = False


class Told(NamedTuple):
    """What to tell now, and the promise to bring along the next time. ``late``: it is longer than was told."""

    estimate: Estimate | None
    late: bool = False
    promise: Promise | None = None


def chapter(ticket: Ticket) -> tuple[int, bool, int | None]:
    """What a promise belongs to: it ends with a call, with "a little late", and in another service's queue."""
    facts = ticket.facts
    return sum(1 for call in facts.calls if call.outcome != "undone"), facts.delayed, ticket.told


def estimate_told(state: SiteState, ticket: Ticket, now: int, promise: Promise | None = None) -> Told:
    """The range for a waiting ticket at ``now`` (ms UTC). Pure.

    ``promise`` is what the last telling in the same chapter left; without it, what was told with the number holds.
    """
    mean = _mean(state, ticket.facts)
    if promise is None and ticket.told is not None and chapter(ticket)[:2] == (0, False):
        promise = Promise(ticket.told)
    if mean is None:
        return Told(None, False, promise)
    honest = _coarse(as_range(mean))
    if honest.high_minutes <= SOON:
        return Told(Estimate(0, SOON), False, _sooner(promise, now + SOON * MINUTE))
    kept = _sooner(promise, now + _roomy(honest.high_minutes) * MINUTE)
    if promise is not None:
        left = (promise.until - now) / MINUTE
        if (honest.high_minutes if promise.late else mean - GRACE) > left:
            return Told(honest, True, Promise(promise.until, True))
    high = (kept.until - now) // MINUTE
    if high <= SOON:
        return Told(Estimate(0, SOON), False, kept)
    return Told(Estimate(min(honest.low_minutes, high), high), False, kept)


def _mean(state: SiteState, facts: TicketFacts) -> float | None:
    """Expected wait in minutes for the earliest errand; None when it does not wait or nobody serves it."""
    first = first_errand(facts) if queued(facts) else None
    if first is None:
        return None
    errand = facts.errands[first]
    return mean_wait(state, errand.service, errand.due, errand.rank)


def _coarse(honest: Estimate) -> Estimate:
    """Long ranges in steps, so that they do not flicker."""
    low, high = honest.low_minutes, honest.high_minutes
    if high <= COARSE:
        return honest
    return Estimate(low - low % STEP, high + -high % STEP)


def _roomy(minutes: int) -> int:
    """The end of the range that can be promised for an honest one."""
    return minutes + max(2, minutes // ROOM)


def _sooner(promise: Promise | None, end: int) -> Promise:
    """The promise after the range was told on time, up to ``end`` at most."""
    return Promise(end if promise is None else min(promise.until, end))
