"""What must be so at every moment, computed from the tickets; `check` looks at a whole state."""

from __future__ import annotations

from collections import Counter

from queue_server.domain import estimate, queue
from queue_server.domain.state import SiteState, Ticket, shown

from . import naive

AT_COUNTER = ("called", "serving")
ENDED = ("done", "cancelled", "expired")


def check(state: SiteState) -> None:
    """Every invariant of a state between two commands."""
    for ticket in state.tickets.values():
        check_ticket(state, ticket)
    check_counters(state)
    check_queues(state)
    check_numbers(state)
    check_indexes(state)
    check_board(state)


def check_ticket(state: SiteState, ticket: Ticket) -> None:
    """One ticket: it is in one place only, and its facts agree with one another."""
    facts = ticket.facts
    running = [call for call in facts.calls if call.outcome == "open"]
    if facts.place in AT_COUNTER:
        assert facts.ended is None, ticket
        assert ticket.id in state.counters[facts.counter].facts.tickets, ticket
        assert facts.errands[facts.errand].open, ticket
        assert running == [facts.calls[-1]], ticket
        assert running[0].counter == facts.counter, ticket
        assert (running[0].started is not None) == (facts.place == "serving"), ticket
    else:
        assert facts.counter is None, ticket
        assert not running, ticket
    if facts.place in ("held", "no_show"):
        assert facts.ended is None, ticket
        assert facts.errands[facts.errand].open, ticket
    if facts.place == "none":
        assert facts.errand is None, ticket
    state_shown = shown(facts)
    assert (facts.ended is not None) == (state_shown in ENDED), ticket
    assert (facts.ended_at is not None) == (facts.ended is not None), ticket
    owed = any(h.awaited and h.state != "done" for h in facts.handoffs)
    pickups = [x for x in facts.errands if x.open and x.pickup]
    others = [x for x in facts.errands if x.open and not x.pickup]
    assert len(pickups) <= 1, ticket
    if facts.ended is None:
        if facts.place not in AT_COUNTER:
            assert not (pickups and owed), f"a pick-up is open while work is awaited: {ticket}"
        if facts.place == "none" and not others and not owed and facts.pickup_owed:
            assert pickups, f"everything is ready, no pick-up is open: {ticket}"
        if owed:
            assert facts.pickup_owed, f"awaited work will not end in a pick-up: {ticket}"
    services = [x.service for x in facts.errands if x.open]
    assert len(set(services)) == len(services), f"twice in one queue: {ticket}"
    for call in facts.calls:
        assert call.arrival <= call.called, ticket
        assert call.started is None or call.called <= call.started, ticket
        assert call.ended is None or (call.started or call.called) <= call.ended, ticket


def check_counters(state: SiteState) -> None:
    """counter.tickets and ticket.facts.counter say the same; a desk has at most one ticket."""
    for key, counter in state.counters.items():
        here = counter.facts.tickets
        assert len(set(here)) == len(here), counter
        for ticket in here:
            assert state.tickets[ticket].facts.counter == key, (counter, state.tickets[ticket])
        rule = state.rules.counters.get(key)
        if rule is not None and rule.kind == "desk":
            assert len(here) <= 1, counter
        if counter.facts.status == "closed":
            assert not here, counter


def check_queues(state: SiteState) -> None:
    """The lanes hold exactly the open errands of the tickets that wait, sorted; nothing else is counted."""
    wanted: dict[tuple[str, str], list[tuple]] = {}
    for x in naive.standing(state):
        wanted.setdefault((x.errand.service, x.errand.lane), []).append(tuple(x[:4]))
    for key, service in state.services.items():
        for lane in ("plain", "boosted", "slot"):
            assert list(getattr(service, lane)) == wanted.pop((key, lane), []), (key, lane)
        everybody = naive.standing(state, key)
        assert queue.waiting(state, key) == len(everybody)
        assert [tuple(x[:4]) for x in everybody] == queue.order(state, key)
    assert not wanted


def check_ahead(state: SiteState) -> None:
    """`ahead` is the count of earlier (due, rank) in the queue of the ticket's earliest errand; no wait is negative."""
    everybody = naive.standing(state)
    for ticket in state.tickets.values():
        mine = [x for x in everybody if x.ticket == ticket.id]
        ahead = 0
        if mine:
            same = [x for x in everybody if x.errand.service == mine[0].errand.service]
            ahead = sum(1 for x in same if x[:2] < mine[0][:2])
        assert queue.ahead(state, ticket.id) == ahead, ticket
        told = estimate.estimate_ticket(state, ticket.id)
        assert told is None or 0 <= told.low_minutes <= told.high_minutes, ticket


def check_numbers(state: SiteState) -> None:
    """band.live is exactly the numbers of tickets that have not ended; no two of those bear one number."""
    alive = [x for x in state.tickets.values() if x.facts.ended is None]
    for key, band in state.bands.items():
        assert band.live == {x.value for x in alive if x.band == key}, key
    twice = [number for number, count in Counter(x.number for x in alive).items() if count > 1]
    assert not twice
    for ticket in alive:
        assert state.by_number[ticket.number] == ticket.id, ticket


def check_indexes(state: SiteState) -> None:
    """Everything that finds a ticket finds the right one."""
    assert state.by_token == {x.token_hash: x.id for x in state.tickets.values()}
    assert state.by_handoff == {h.id: x.id for x in state.tickets.values() for h in x.facts.handoffs}
    assert set(state.by_number) == {x.number for x in state.tickets.values()}
    for number, ticket in state.by_number.items():
        assert state.tickets[ticket].number == number


def check_board(state: SiteState) -> None:
    """No call that was taken back stands on the boards; they are in the order of the log."""
    seqs = [call.seq for call in state.calls]
    assert seqs == sorted(set(seqs))
    for call in state.calls:
        undone = [x.seq for x in state.tickets[call.ticket].facts.calls if x.outcome == "undone"]
        assert call.seq not in undone, call
