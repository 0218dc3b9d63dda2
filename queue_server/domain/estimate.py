"""The wait that is told: a plain range from the queue, the counters at work and the day's own service times.

work = the time of everybody who is due earlier and shares the counters; wait = work / counters. The range is
0.6 to 1.5 of it, as wide as the people-to-minutes tables that cities publish. None when no counter serves it.
"""

from __future__ import annotations

from math import ceil, inf

from .queue import ahead_of, first_errand, queued
from .rules import MINUTE, Service
from .state import Estimate, SiteState

LOW, HIGH = 0.6, 1.5
MOST = 3.0


def service_minutes(state: SiteState, service: str) -> float:
    """Mean time of one ticket at a counter: today's, or the configuration's until there is one.

    At most ``MOST`` times the configuration's: one ticket that nobody finished must not stop the issue for all.
    """
    assert state.rules is not None
    rule = state.rules.services.get(service)
    told = 5.0 if rule is None else rule.service_minutes
    seen = state.services[service].service_ms
    return min(seen / MINUTE, MOST * told) if seen > 0 else told


def mean_wait(state: SiteState, service: str, due: int, rank: float) -> float | None:
    """Expected wait in minutes of somebody at (due, rank); None when no open counter serves the service."""
    serving: dict[str, int] = {}
    shared: dict[str, int] = {}
    mine, free = 0, False
    for counter in state.counters.values():
        facts = counter.facts
        if facts.status != "open":
            continue
        for other in facts.services:
            serving[other] = serving.get(other, 0) + 1
        if service in facts.services:
            mine += 1
            free = free or not facts.tickets
            for other in facts.services:
                shared[other] = shared.get(other, 0) + 1
    if not mine:
        return None
    work = 0.0
    for other, counters in shared.items():
        if other in state.services:
            before = ahead_of(state, other, due, rank)
            if before:
                work += before * service_minutes(state, other) * counters / serving[other]
    if not free:
        work += 0.5 * service_minutes(state, service)
    return work / mine


def as_range(minutes: float) -> Estimate:
    """The range that is told for an expected wait."""
    return Estimate(int(minutes * LOW), max(1, ceil(minutes * HIGH)))


def estimate_at(state: SiteState, service: str, due: int, rank: float) -> Estimate | None:
    """The range for somebody at (due, rank)."""
    mean = mean_wait(state, service, due, rank)
    return None if mean is None else as_range(mean)


def wait_of_new(state: SiteState, service: Service, now: int) -> float | None:
    """Expected wait in minutes of somebody who would take a number at ``now`` (ms UTC)."""
    return mean_wait(state, service.id, now + service.target_minutes * MINUTE, inf)


def estimate_ticket(state: SiteState, ticket: str) -> Estimate | None:
    """The range for a waiting ticket, by its earliest errand; None when it does not wait."""
    facts = state.tickets[ticket].facts
    first = first_errand(facts) if queued(facts) else None
    if first is None:
        return None
    errand = facts.errands[first]
    return estimate_at(state, errand.service, errand.due, errand.rank)
