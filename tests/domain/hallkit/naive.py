"""Who is next, computed from DESIGN's words and the tickets alone, slowly: the core's queues are not asked.

due = arrival + target wait − boost of the class; an appointment's due is its slot; a counter's earliest due
is called, helped services with a penalty; at most one class-boosted ticket in every k calls of a service while
unboosted ones wait; ties by rank (the seq that made the place).
"""

from __future__ import annotations

from typing import NamedTuple

from queue_server.domain.state import Errand, SiteState, TicketFacts

MINUTE = 60_000


class Standing(NamedTuple):
    """One open errand of a waiting ticket."""

    due: int
    rank: float
    ticket: str
    index: int
    errand: Errand


class Turn(NamedTuple):
    """A call by order, as the audit remembers it."""

    seq: int
    boosted: bool


def is_waiting(facts: TicketFacts) -> bool:
    return facts.place == "none" and facts.ended is None and any(x.open for x in facts.errands)


def standing(state: SiteState, service: str | None = None) -> list[Standing]:
    """Everybody who waits (for a service), in order."""
    found = [
        Standing(errand.due, errand.rank, ticket.id, index, errand)
        for ticket in state.tickets.values()
        if ticket.facts.ended is None and ticket.facts.place == "none"
        for index, errand in enumerate(ticket.facts.errands)
        if errand.open and service in (None, errand.service)
    ]
    return sorted(found, key=lambda x: x[:4])


def others_in_line(state: SiteState, service: str, ticket: str) -> list[Standing]:
    """Everybody else who waits at the open counters of a service (else at its counters by rule), each once."""
    beside = {service}
    at_work = [x.facts.services for x in state.counters.values() if x.facts.status == "open"]
    if not any(service in services for services in at_work):
        at_work = [x.services for x in state.rules.counters.values()]
    for services in at_work:
        if service in services:
            beside |= set(services)
    found: dict[str, Standing] = {}
    for x in standing(state):
        if x.errand.service in beside and x.ticket != ticket:
            found.setdefault(x.ticket, x)
    return list(found.values())


def before(others: list[Standing], due: int, rank: float) -> int:
    """How many of them stand before a place."""
    return sum((x.due, x.rank) < (due, rank) for x in others)


def next_of_service(
    everybody: list[Standing], state: SiteState, service: str, now: int, turns: list[Turn]
) -> tuple[Standing, str] | None:
    """(who, by which rule) of one service."""
    here = [x for x in everybody if x.errand.service == service and x.errand.callable_from <= now]
    if not here:
        return None
    first = here[0]
    unboosted = [x for x in here if x.errand.lane != "boosted"]
    rule = state.rules.services.get(service)
    k = rule.fairness if rule else 1
    had_one = k > 1 and any(turn.boosted for turn in turns[-(k - 1) :])
    if first.errand.lane == "boosted" and unboosted and had_one:
        return unboosted[0], "fairness"
    return first, "due"


def next_for(
    state: SiteState, counter: str, now: int, turns: dict[str, list[Turn]]
) -> tuple[str, int, str] | None:
    """(ticket, errand, rule) of who the counter must call now; None when nobody may be called."""
    rule = state.rules.counters.get(counter)
    helped = rule.helps if rule else ()
    own = [x for x in state.counters[counter].facts.services if x not in helped]
    everybody = standing(state)
    best = None
    for service in [*own, *helped]:
        found = next_of_service(everybody, state, service, now, turns.get(service, []))
        if found is None:
            continue
        who, why = found
        penalty = int(state.rules.help_penalty_minutes * MINUTE) if service in helped else 0
        key = (who.due + penalty, who.rank)
        if best is None or key < best[0]:
            best = (key, who, why)
    return None if best is None else (best[1].ticket, best[1].index, best[2])
