"""Who is next: the queues of the services, and the one formula that orders them.

A queue has three lanes, each sorted by (due, rank): ``plain``, ``boosted`` (a priority class took time off
the due time) and ``slot`` (appointments, callable from slot less n minutes). The earliest due among the
lanes' heads is called; the fairness bound lets at most one boosted ticket through in every k calls of a
service while unboosted ones wait.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from heapq import merge
from typing import NamedTuple

from .rules import MINUTE, Counter, Rules
from .state import CounterState, Errand, QueueKey, ServiceState, SiteState, Ticket, TicketFacts


class Candidate(NamedTuple):
    """Who a counter would call: its place in the comparison, the ticket, the errand, and by which rule."""

    compared: int
    """The due time, with the penalty for a service the counter only helps."""
    rank: float
    ticket: str
    errand: int
    service: str
    due: int
    rule: str


def queued(facts: TicketFacts) -> bool:
    """True when the open errands stand in their queues."""
    return facts.place == "none" and facts.ended is None


def enter(state: SiteState, ticket: Ticket) -> None:
    """Put the ticket's open errands into their queues, if it is to wait."""
    facts = ticket.facts
    if not queued(facts):
        return
    for index, errand in enumerate(facts.errands):
        if errand.open:
            insort(_lane(state, errand), (errand.due, errand.rank, ticket.id, index))


def leave(state: SiteState, ticket: Ticket) -> None:
    """Take the ticket's open errands out of their queues."""
    facts = ticket.facts
    if not queued(facts):
        return
    for index, errand in enumerate(facts.errands):
        if errand.open:
            lane = _lane(state, errand)
            at = bisect_left(lane, (errand.due, errand.rank, ticket.id, index))
            del lane[at]


def _lane(state: SiteState, errand: Errand) -> list[QueueKey]:
    service = state.services[errand.service]
    if errand.lane == "plain":
        return service.plain
    return service.boosted if errand.lane == "boosted" else service.slot


def waiting(state: SiteState, service: str) -> int:
    """How many wait for a service; 0 for one that the site does not have."""
    queue = state.services.get(service)
    return 0 if queue is None else len(queue.plain) + len(queue.boosted) + len(queue.slot)


def ahead_of(state: SiteState, service: str, due: int, rank: float) -> int:
    """How many wait for the service with an earlier (due, rank)."""
    queue = state.services[service]
    key = (due, rank, "", 0)
    return bisect_left(queue.plain, key) + bisect_left(queue.boosted, key) + bisect_left(queue.slot, key)


def ahead(state: SiteState, ticket: str) -> int:
    """How many wait before a ticket in the queue of its earliest open errand; 0 when it does not wait."""
    facts = state.tickets[ticket].facts
    if not queued(facts):
        return 0
    first = first_errand(facts)
    if first is None:
        return 0
    errand = facts.errands[first]
    return ahead_of(state, errand.service, errand.due, errand.rank)


def first_errand(facts: TicketFacts) -> int | None:
    """The open errand that is due first."""
    best: int | None = None
    for index, errand in enumerate(facts.errands):
        if errand.open and (
            best is None or (errand.due, errand.rank) < (facts.errands[best].due, facts.errands[best].rank)
        ):
            best = index
    return best


def order(state: SiteState, service: str) -> list[QueueKey]:
    """Everybody who waits for a service, by (due, rank)."""
    queue = state.services[service]
    return list(merge(queue.plain, queue.boosted, queue.slot))


def in_line(state: SiteState, service: str, without: str) -> list[QueueKey]:
    """Who waits at the counters that call for a service, each ticket once, by (due, rank)."""
    lanes = [
        lane
        for name in _beside(state, service)
        for lane in (state.services[name].plain, state.services[name].boosted, state.services[name].slot)
    ]
    first: dict[str, QueueKey] = {}
    for key in merge(*lanes):
        if key[2] != without:
            first.setdefault(key[2], key)
    return list(first.values())


def _beside(state: SiteState, service: str) -> set[str]:
    """The services that the open counters of a service call for; with none open, those of its counters by rule."""
    found = {
        name
        for counter in state.counters.values()
        if counter.facts.status == "open" and service in counter.facts.services
        for name in counter.facts.services
    }
    if not found and state.rules is not None:
        rules = state.rules.counters.values()
        found = {name for rule in rules if service in rule.services for name in rule.services}
    return {name for name in found | {service} if name in state.services}


def place_after(
    state: SiteState, service: str, places: int, *, without: str, now: int, seq: int
) -> tuple[int, float]:
    """(due, rank) of the place that has ``places`` others before it; beyond the last it is the end.

    The others are whoever waits at the counters that call for the service, whatever they came for: that is whom
    the resident sees go first. ``without`` is the ticket that is to be placed and does not count itself.
    """
    others = in_line(state, service, without)
    if not others:
        return now, float(seq)
    if places <= 0:
        return others[0][0], others[0][1] - 1.0
    if places >= len(others):
        due, rank = others[-1][0], others[-1][1]
        return due, max(float(seq), rank + 1.0)
    before, after = others[places - 1], others[places]
    if before[0] == after[0]:
        return before[0], (before[1] + after[1]) / 2
    return before[0], before[1] + 0.5


def candidate_of(
    state: SiteState, service: str, now: int, extra: Iterable[tuple[QueueKey, Errand]] = ()
) -> Candidate | None:
    """Who of one service is next: the earliest due of its lanes, within the fairness bound.

    ``extra`` are errands that the command in hand is about to put into the queues.
    """
    queue = state.services[service]
    plain = queue.plain[0] if queue.plain else None
    boosted = queue.boosted[0] if queue.boosted else None
    slot = _first_callable(state, queue, now)
    for key, errand in extra:
        if errand.service != service or errand.callable_from > now:
            continue
        if errand.lane == "plain":
            plain = key if plain is None else min(plain, key)
        elif errand.lane == "boosted":
            boosted = key if boosted is None else min(boosted, key)
        else:
            slot = key if slot is None else min(slot, key)
    unboosted = plain if slot is None else slot if plain is None else min(plain, slot)
    if unboosted is None and boosted is None:
        return None
    if boosted is None:
        assert unboosted is not None
        key, rule = unboosted, "due"
    elif unboosted is None:
        key, rule = boosted, "due"
    elif unboosted < boosted:
        key, rule = unboosted, "due"
    elif _had_boosted(state, service, queue.turns):
        key, rule = unboosted, "fairness"
    else:
        key, rule = boosted, "due"
    return Candidate(key[0], key[1], key[2], key[3], service, key[0], rule)


def _had_boosted(state: SiteState, service: str, turns: list[int]) -> bool:
    """True when one of the service's last k − 1 calls by order was class-boosted."""
    assert state.rules is not None
    rule = state.rules.services.get(service)
    if rule is None or rule.fairness <= 1:
        return False
    return any(turn < 0 for turn in turns[1 - rule.fairness :])


def _first_callable(state: SiteState, queue: ServiceState, now: int) -> QueueKey | None:
    """The first appointment that may be called now: a delayed one may stand behind one that is still early."""
    for key in queue.slot:
        if state.tickets[key[2]].facts.errands[key[3]].callable_from <= now:
            return key
    return None


def next_for(
    state: SiteState,
    counter: CounterState,
    now: int,
    extra: Iterable[tuple[QueueKey, Errand]] = (),
) -> Candidate | None:
    """Who the counter calls next: the earliest due among its services, helped ones with the penalty."""
    rules = state.rules
    assert rules is not None
    best: Candidate | None = None
    extra = tuple(extra)
    for service, penalty in served_by(rules, rules.counters.get(counter.id), counter):
        if service not in state.services:
            continue
        found = candidate_of(state, service, now, extra)
        if found is None:
            continue
        if penalty:
            found = found._replace(compared=found.due + penalty)
        if best is None or (found.compared, found.rank) < (best.compared, best.rank):
            best = found
    return best


def served_by(rules: Rules, rule: Counter | None, counter: CounterState) -> list[tuple[str, int]]:
    """(service, penalty in ms) of a counter as it is open now; helped services carry the penalty."""
    helps = rule.helps if rule is not None else ()
    own = counter.facts.services
    if not helps:
        return [(service, 0) for service in own]
    penalty = int(rules.help_penalty_minutes * MINUTE)
    return [(service, 0) for service in own if service not in helps] + [
        (service, penalty) for service in helps
    ]
