"""What folding any event of a ticket does: new facts, and everything that follows from them."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from . import events as e
from . import queue
from .state import BandState, SiteState, Ticket, TicketFacts, UndoRecord, shown


def put(state: SiteState, event: Any, facts: TicketFacts) -> None:
    """Give the event's ticket its new facts: queues, live numbers, the end and the undo record follow."""
    ticket = state.tickets[event.ticket]
    record = undo_record(state, event)
    if record is not None and ticket.id not in record.tickets_before:
        record.tickets_before[ticket.id] = ticket.facts
    put_facts(state, ticket, facts, event)


def put_facts(state: SiteState, ticket: Ticket, facts: TicketFacts, event: e.Event) -> None:
    """As ``put``, without an image for undo."""
    queue.leave(state, ticket)
    if facts.ended is None and shown(facts) == "done":
        ticket.facts = replace(facts, touched=event.cmd, ended="done", ended_at=event.at)
    else:
        ticket.facts = replace(facts, touched=event.cmd)
    queue.enter(state, ticket)
    live = state.bands[ticket.band].live
    if ticket.facts.ended is None:
        live.add(ticket.value)
    elif state.by_number.get(ticket.number) == ticket.id:
        live.discard(ticket.value)


def put_left(state: SiteState, event: Any, facts: TicketFacts) -> None:
    """As ``put``; the ticket leaves the counter it was at, if it was at one."""
    at = state.tickets[event.ticket].facts.counter
    put(state, event, facts)
    if at is not None:
        counter = state.counters[at]
        tickets = tuple([t for t in counter.facts.tickets if t != event.ticket])
        counter.facts = replace(counter.facts, tickets=tickets)


def add(state: SiteState, ticket: Ticket) -> None:
    """A ticket new to the day."""
    state.tickets[ticket.id] = ticket
    state.by_number[ticket.number] = ticket.id
    state.by_token[ticket.token_hash] = ticket.id
    for handoff in ticket.facts.handoffs:
        state.by_handoff[handoff.id] = ticket.id
    if ticket.facts.ended is None:
        state.bands.setdefault(ticket.band, BandState()).live.add(ticket.value)
    queue.enter(state, ticket)


def count_issued(state: SiteState, at: int, services: Iterable[str]) -> None:
    """A number was given for these services: caps count it."""
    for service in services:
        here = state.services[service]
        here.issued += 1
        insort(here.issued_at, at)


def undo_record(state: SiteState, event: Any) -> UndoRecord | None:
    """The record of the counter command that the event belongs to; None for the acts of others."""
    if type(event) not in COUNTER_ACTS or event.counter is None:
        return None
    counter = state.counters[event.counter]
    record = counter.last
    if record is None or record.cmd != event.cmd:
        record = counter.last = UndoRecord(
            cmd=event.cmd, at=event.at, counter_before=counter.facts, tickets_before={}
        )
    return record


COUNTER_ACTS: frozenset[type] = frozenset(
    {
        e.TicketCalled,
        e.TicketRecalled,
        e.ServiceStarted,
        e.TicketFinished,
        e.TicketHeld,
        e.TicketNoShow,
        e.TicketRestored,
        e.TicketTransferred,
        e.PickupOpened,
        e.HandoffOpened,
        e.HandoffDone,
        e.CounterOpened,
        e.CounterPaused,
        e.CounterClosed,
    }
)
"""Events that, with a counter, belong to that counter's own command and can be undone with it."""
