"""Folding what happened at a counter: calls and what became of them, the counter itself, undo."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from . import events as e
from . import transitions
from .evolve_facts import put, put_facts, put_left, undo_record
from .state import SHOWN_CALLS, Errand, ShownCall, SiteState, TicketFacts

TURNS = 256
"""By how many of its calls by order a service remembers at least half: more than any k."""


def called(state: SiteState, event: e.TicketCalled) -> None:
    """At the counter, on the boards, and (called by order) counted for the fairness bound."""
    assert event.counter is not None
    facts = state.tickets[event.ticket].facts
    errand = facts.errands[event.errand]
    if event.rule != "chosen":
        turns = state.services[errand.service].turns
        turns.append(-event.seq if errand.lane == "boosted" else event.seq)
        if len(turns) > TURNS:
            del turns[: TURNS // 2]
    put(
        state,
        event,
        transitions.called(facts, errand=event.errand, counter=event.counter, seq=event.seq, at=event.at),
    )
    here = state.counters[event.counter]
    here.facts = replace(here.facts, tickets=(*here.facts.tickets, event.ticket))
    _show_call(state, event)


def _show_call(state: SiteState, event: Any) -> None:
    calls = state.calls
    calls.append(
        ShownCall(
            seq=event.seq,
            ticket=event.ticket,
            number=event.number,
            counter=event.counter,
            at=event.at,
            service=event.service,
        )
    )
    if len(calls) > SHOWN_CALLS:
        del calls[0]


def recalled(state: SiteState, event: e.TicketRecalled) -> None:
    """On the boards once more."""
    put(state, event, transitions.recalled(state.tickets[event.ticket].facts, event.at))
    _show_call(state, event)


def started(state: SiteState, event: e.ServiceStarted) -> None:
    """The resident came."""
    put(state, event, transitions.started(state.tickets[event.ticket].facts, event.at))


def finished(state: SiteState, event: e.TicketFinished) -> None:
    """The errand is closed, and the service's mean time learns from it."""
    facts = state.tickets[event.ticket].facts
    call = facts.calls[-1]
    _learn_service_time(
        state, call.service, event.at - (call.called if call.started is None else call.started)
    )
    put_left(state, event, transitions.finished(facts, event.at))


def _learn_service_time(state: SiteState, service: str, milliseconds: int) -> None:
    """Move the service's running mean a fifth of the way; the configuration's figure is the start."""
    here = state.services[service]
    if here.service_ms == 0 and state.rules is not None and service in state.rules.services:
        here.service_ms = state.rules.services[service].service_minutes * 60_000
    here.service_ms += 0.2 * (milliseconds - here.service_ms)


def held(state: SiteState, event: e.TicketHeld) -> None:
    """Out of the queues, away from the counter."""
    facts = state.tickets[event.ticket].facts
    errand = facts.errand
    if errand is None:
        errand = next(i for i, x in enumerate(facts.errands) if x.open and x.service == event.service)
    put_left(state, event, transitions.held(facts, event.at, errand))


def no_show(state: SiteState, event: e.TicketNoShow) -> None:
    """Out of the queues, away from the counter."""
    put_left(state, event, transitions.no_show(state.tickets[event.ticket].facts, event.at))


def restored(state: SiteState, event: e.TicketRestored) -> None:
    """Back in the queues."""
    facts = state.tickets[event.ticket].facts
    put(state, event, transitions.placed(facts, errand=event.errand, due=event.due, rank=event.rank))


def transferred(state: SiteState, event: e.TicketTransferred) -> None:
    """In the other service's queue."""
    errand = Errand(service=event.to, arrival=event.arrival, due=event.due, rank=event.rank, note=event.note)
    facts = state.tickets[event.ticket].facts
    put_left(state, event, transitions.transferred(facts, event.at, errand))


# --- the counter itself ----------------------------------------------------------------------------


def _counter_put(state: SiteState, event: Any, **changes: Any) -> None:
    undo_record(state, event)
    counter = state.counters[event.counter]
    counter.facts = replace(counter.facts, **changes)


def counter_opened(state: SiteState, event: e.CounterOpened) -> None:
    """Open, or taken over."""
    _counter_put(state, event, status="open", services=event.services, reason=None, by=event.by)


def counter_paused(state: SiteState, event: e.CounterPaused) -> None:
    """It may still finish who is there."""
    _counter_put(state, event, status="paused", reason=event.reason)


def counter_closed(state: SiteState, event: e.CounterClosed) -> None:
    """Nobody is there."""
    _counter_put(state, event, status="closed", reason=None)


def undone(state: SiteState, event: e.CommandUndone) -> None:
    """The counter and the ticket are as before; the calls taken back leave the boards and the fairness bound."""
    counter = state.counters[event.counter]
    counter.facts = event.counter_facts
    counter.last = None
    if event.ticket is None or event.facts is None:
        return
    state.calls[:] = [c for c in state.calls if c.ticket != event.ticket or c.seq < event.undone]
    for call in event.facts.calls:
        if call.seq >= event.undone:
            turns = state.services[call.service].turns
            turns[:] = [turn for turn in turns if abs(turn) != call.seq]
    ticket = state.tickets[event.ticket]
    _forget_handoffs(state, ticket.facts, event.facts)
    put_facts(state, ticket, event.facts, event)


def _forget_handoffs(state: SiteState, now: TicketFacts, then: TicketFacts) -> None:
    """Hand-offs that the undone command had opened are found no more."""
    kept = {handoff.id for handoff in then.handoffs}
    for handoff in now.handoffs:
        if handoff.id not in kept:
            state.by_handoff.pop(handoff.id, None)
