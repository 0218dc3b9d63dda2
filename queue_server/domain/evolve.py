"""The only way state changes: one function per kind of event, found in ``EVOLVERS``.

In place, because a day has thousands of tickets and copying them would cost more than deciding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from . import events as e
from . import queue, transitions
from .rules import Rules
from .state import (
    SHOWN_CALLS,
    BandState,
    CounterFacts,
    CounterState,
    Errand,
    Handoff,
    ServiceState,
    ShownCall,
    SiteState,
    Ticket,
    TicketFacts,
    UndoRecord,
    shown,
)

E = TypeVar("E", bound=msgspec.Struct)


def new_state(site: str) -> SiteState:
    """The state of a site whose log is empty."""
    return SiteState(site=site)


def evolve(state: SiteState, event: e.Event) -> None:
    """Fold one event into the state. Raises ``ValueError`` when it is not the next one of the site's log."""
    if event.seq != state.seq + 1:
        raise ValueError(f"event {event.seq} does not follow {state.seq} at site {state.site}")
    EVOLVERS[type(event)](state, event)
    state.seq = event.seq
    if event.at > state.last_at:
        state.last_at = event.at


# --- tickets ---------------------------------------------------------------------------------------


def _put(state: SiteState, event: Any, facts: TicketFacts) -> None:
    """Give the event's ticket its new facts: queues, live numbers, the end and the undo record follow."""
    ticket = state.tickets[event.ticket]
    before = ticket.facts
    record = _undo_record(state, event)
    if record is not None and ticket.id not in record.tickets_before:
        record.tickets_before[ticket.id] = before
    _replace(state, ticket, facts, event)


def _replace(state: SiteState, ticket: Ticket, facts: TicketFacts, event: e.Event) -> None:
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


def _undo_record(state: SiteState, event: Any) -> UndoRecord | None:
    """The record of the counter command that the event belongs to; None for the acts of others."""
    if type(event) not in COUNTER_ACTS or event.counter is None:
        return None
    counter = state.counters[event.counter]
    record = counter.last
    if record is None or record.cmd != event.cmd:
        record = counter.last = UndoRecord(
            cmd=event.cmd, at=event.at, counter_before=counter.facts, tickets_before={}, fairness_before={}
        )
    return record


def _issued(state: SiteState, event: e.TicketIssued) -> None:
    ticket = Ticket(
        id=event.ticket,
        number=event.number,
        band=event.band,
        value=event.value,
        lap=event.lap,
        token_hash=event.token_hash,
        issued_at=event.issued_at,
        day=state.day or "",
        channel=event.channel,
        facts=event.facts,
        kiosk=event.kiosk,
        lang=event.lang,
        needs=event.needs,
        intake=event.intake,
        units=event.units,
    )
    _add(state, ticket)
    band = state.bands[event.band]
    band.value, band.lap = event.value, event.lap
    for service in event.services:
        here = state.services[service]
        here.issued += 1
        if state.rules is not None and state.rules.services[service].caps:
            here.issued_at.append(event.issued_at)


def _add(state: SiteState, ticket: Ticket) -> None:
    state.tickets[ticket.id] = ticket
    state.by_number[ticket.number] = ticket.id
    state.by_token[ticket.token_hash] = ticket.id
    for handoff in ticket.facts.handoffs:
        state.by_handoff[handoff.id] = ticket.id
    if ticket.facts.ended is None:
        state.bands.setdefault(ticket.band, BandState()).live.add(ticket.value)
    queue.enter(state, ticket)


def _called(state: SiteState, event: e.TicketCalled) -> None:
    assert event.counter is not None
    facts = state.tickets[event.ticket].facts
    errand = facts.errands[event.errand]
    record = _undo_record(state, event)
    service = state.services[errand.service]
    if record is not None:
        record.fairness_before.setdefault(errand.service, service.since_boosted)
    if event.rule != "chosen":
        service.since_boosted = 0 if errand.lane == "boosted" else service.since_boosted + 1
    _put(
        state,
        event,
        transitions.called(facts, errand=event.errand, counter=event.counter, seq=event.seq, at=event.at),
    )
    _at_counter(state, event.counter, add=event.ticket)
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


def _at_counter(state: SiteState, counter: str, *, add: str | None = None, remove: str | None = None) -> None:
    here = state.counters[counter]
    tickets = tuple([t for t in here.facts.tickets if t != remove])
    if add is not None and add not in tickets:
        tickets = (*tickets, add)
    here.facts = replace(here.facts, tickets=tickets)


def _recalled(state: SiteState, event: e.TicketRecalled) -> None:
    _put(state, event, transitions.recalled(state.tickets[event.ticket].facts))
    _show_call(state, event)


def _started(state: SiteState, event: e.ServiceStarted) -> None:
    _put(state, event, transitions.started(state.tickets[event.ticket].facts, event.at))


def _left_counter(state: SiteState, event: Any, facts: TicketFacts) -> None:
    """The ticket leaves the counter it was at, if it was at one."""
    at = state.tickets[event.ticket].facts.counter
    _put(state, event, facts)
    if at is not None:
        _at_counter(state, at, remove=event.ticket)


def _finished(state: SiteState, event: e.TicketFinished) -> None:
    facts = state.tickets[event.ticket].facts
    call = facts.calls[-1]
    _learn_service_time(
        state, call.service, event.at - (call.called if call.started is None else call.started)
    )
    _left_counter(state, event, transitions.finished(facts, event.at))


def _learn_service_time(state: SiteState, service: str, milliseconds: int) -> None:
    """Move the service's running mean a fifth of the way; the configuration's figure is the start."""
    here = state.services[service]
    if here.service_ms == 0 and state.rules is not None and service in state.rules.services:
        here.service_ms = state.rules.services[service].service_minutes * 60_000
    here.service_ms += 0.2 * (milliseconds - here.service_ms)


def _held(state: SiteState, event: e.TicketHeld) -> None:
    facts = state.tickets[event.ticket].facts
    errand = facts.errand
    if errand is None:
        errand = next(i for i, x in enumerate(facts.errands) if x.open and x.service == event.service)
    _left_counter(state, event, transitions.held(facts, event.at, errand))


def _no_show(state: SiteState, event: e.TicketNoShow) -> None:
    _left_counter(state, event, transitions.no_show(state.tickets[event.ticket].facts, event.at))


def _restored(state: SiteState, event: e.TicketRestored) -> None:
    facts = state.tickets[event.ticket].facts
    _put(state, event, transitions.placed(facts, errand=event.errand, due=event.due, rank=event.rank))


def _transferred(state: SiteState, event: e.TicketTransferred) -> None:
    errand = Errand(service=event.to, arrival=event.arrival, due=event.due, rank=event.rank)
    facts = state.tickets[event.ticket].facts
    _left_counter(state, event, transitions.transferred(facts, event.at, errand))


def _service_changed(state: SiteState, event: e.ServiceChanged) -> None:
    facts = state.tickets[event.ticket].facts
    _put(
        state,
        event,
        transitions.service_changed(facts, errand=event.errand, to=event.to, due=event.due, rank=event.rank),
    )


def _prioritised(state: SiteState, event: e.TicketPrioritised) -> None:
    facts = state.tickets[event.ticket].facts
    _put(state, event, transitions.prioritised(facts, priority=event.priority, boost=event.boost))


def _delayed(state: SiteState, event: e.TicketDelayed) -> None:
    facts = state.tickets[event.ticket].facts
    _put(state, event, transitions.delayed(facts, errand=event.errand, due=event.due, rank=event.rank))


def _reprinted(state: SiteState, event: e.TicketReprinted) -> None:
    """Only the printers' reader cares."""


def _language_set(state: SiteState, event: e.TicketLanguageSet) -> None:
    state.tickets[event.ticket].lang = event.lang


def _cancelled(state: SiteState, event: e.TicketCancelled) -> None:
    facts = state.tickets[event.ticket].facts
    _left_counter(state, event, transitions.ended(facts, event.at, "cancelled"))


def _expired(state: SiteState, event: e.TicketExpired) -> None:
    facts = state.tickets[event.ticket].facts
    _left_counter(state, event, transitions.ended(facts, event.at, "expired"))


def _reopened(state: SiteState, event: e.TicketReopened) -> None:
    facts = state.tickets[event.ticket].facts
    _put(state, event, transitions.reopened(facts, event.errand))


def _pickup_opened(state: SiteState, event: e.PickupOpened) -> None:
    errand = Errand(service=event.service, arrival=event.at, due=event.due, rank=event.rank, pickup=True)
    facts = state.tickets[event.ticket].facts
    _put(state, event, transitions.pickup_opened(facts, errand))


def _pickup_withdrawn(state: SiteState, event: e.PickupWithdrawn) -> None:
    _put(state, event, transitions.pickup_withdrawn(state.tickets[event.ticket].facts))


# --- hand-offs -------------------------------------------------------------------------------------


def _handoff_opened(state: SiteState, event: e.HandoffOpened) -> None:
    handoff = Handoff(
        id=event.handoff,
        department=event.department,
        awaited=event.awaited,
        opened=event.at,
        title=event.title,
        procedure=event.procedure,
    )
    state.by_handoff[event.handoff] = event.ticket
    _put(state, event, transitions.handoff_opened(state.tickets[event.ticket].facts, handoff))


def _handoff_changed(
    site: SiteState, event: e.HandoffAccepted | e.HandoffDone | e.HandoffReturned, **changes: Any
) -> None:
    facts = site.tickets[event.ticket].facts
    handoff = next(h for h in facts.handoffs if h.id == event.handoff)
    if event.note is not None:
        changes["note"] = event.note
    _put(site, event, transitions.handoff_changed(facts, replace(handoff, **changes)))


def _handoff_accepted(state: SiteState, event: e.HandoffAccepted) -> None:
    _handoff_changed(state, event, state="accepted")


def _handoff_done(state: SiteState, event: e.HandoffDone) -> None:
    _handoff_changed(
        state, event, state="done", identity_checked=event.identity_checked, explained=event.explained
    )


def _handoff_returned(state: SiteState, event: e.HandoffReturned) -> None:
    _handoff_changed(state, event, state="returned")


# --- counters --------------------------------------------------------------------------------------


def _counter_put(state: SiteState, event: Any, **changes: Any) -> None:
    _undo_record(state, event)
    counter = state.counters[event.counter]
    counter.facts = replace(counter.facts, **changes)


def _counter_opened(state: SiteState, event: e.CounterOpened) -> None:
    _counter_put(state, event, status="open", services=event.services, reason=None, by=event.by)


def _counter_paused(state: SiteState, event: e.CounterPaused) -> None:
    _counter_put(state, event, status="paused", reason=event.reason)


def _counter_closed(state: SiteState, event: e.CounterClosed) -> None:
    _counter_put(state, event, status="closed", reason=None)


def _undone(state: SiteState, event: e.CommandUndone) -> None:
    counter = state.counters[event.counter]
    counter.facts = event.counter_facts
    if counter.last is not None:
        for service, since in counter.last.fairness_before.items():
            state.services[service].since_boosted = since
        counter.last = None
    if event.ticket is None or event.facts is None:
        return
    state.calls[:] = [c for c in state.calls if c.ticket != event.ticket or c.seq < event.undone]
    _replace(state, state.tickets[event.ticket], event.facts, event)


# --- the rules and the day -------------------------------------------------------------------------


def _rules_set(state: SiteState, event: e.RulesSet) -> None:
    _take_rules(state, event.rules)


def _take_rules(state: SiteState, rules: Rules) -> None:
    """Adopt rules. What they no longer name stays until the day ends: a ticket may still be in it."""
    state.rules = rules
    for service in rules.services:
        if service not in state.services:
            state.services[service] = ServiceState()
    for band in rules.bands:
        if band not in state.bands:
            state.bands[band] = BandState()
    for counter in rules.counters:
        if counter not in state.counters:
            state.counters[counter] = CounterState(id=counter, facts=CounterFacts())


def _day_opened(state: SiteState, event: e.DayOpened) -> None:
    state.day, state.starts, state.hours = event.day, event.starts, event.hours
    state.opened_seq = event.seq
    for index in (state.tickets, state.by_number, state.by_token, state.by_handoff, state.counters):
        index.clear()
    state.services.clear()
    state.bands.clear()
    state.keys.clear()
    state.calls.clear()
    state.carried = ()
    _take_rules(state, event.rules)
    for ticket in event.carried:
        for errand in ticket.facts.errands:
            if errand.open and errand.service not in state.services:
                state.services[errand.service] = ServiceState()
        _add(state, replace(ticket))  # a copy: several states may fold one event


def _day_closed(state: SiteState, event: e.DayClosed) -> None:
    state.day = None
    state.last_day = event.day
    state.carried = event.carried
    for counter in state.counters.values():
        counter.facts, counter.last = CounterFacts(), None


def _outage_marked(state: SiteState, event: e.OutageMarked) -> None:
    """Only statistics care."""


def _notice_posted(state: SiteState, event: e.NoticePosted) -> None:
    state.notice = event.notice


def _time_stepped(state: SiteState, event: e.HallTimeStepped) -> None:
    """Only the clock at the edge cares."""


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
        e.CounterOpened,
        e.CounterPaused,
        e.CounterClosed,
    }
)
"""Events that, with a counter, belong to that counter's own command and can be undone with it."""

EVOLVERS: dict[type, Callable[[SiteState, Any], None]] = {
    e.RulesSet: _rules_set,
    e.DayOpened: _day_opened,
    e.DayClosed: _day_closed,
    e.OutageMarked: _outage_marked,
    e.NoticePosted: _notice_posted,
    e.HallTimeStepped: _time_stepped,
    e.TicketIssued: _issued,
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.ServiceStarted: _started,
    e.TicketFinished: _finished,
    e.TicketHeld: _held,
    e.TicketNoShow: _no_show,
    e.TicketRestored: _restored,
    e.TicketTransferred: _transferred,
    e.ServiceChanged: _service_changed,
    e.TicketPrioritised: _prioritised,
    e.TicketDelayed: _delayed,
    e.TicketReprinted: _reprinted,
    e.TicketLanguageSet: _language_set,
    e.TicketCancelled: _cancelled,
    e.TicketExpired: _expired,
    e.TicketReopened: _reopened,
    e.PickupOpened: _pickup_opened,
    e.PickupWithdrawn: _pickup_withdrawn,
    e.HandoffOpened: _handoff_opened,
    e.HandoffAccepted: _handoff_accepted,
    e.HandoffDone: _handoff_done,
    e.HandoffReturned: _handoff_returned,
    e.CounterOpened: _counter_opened,
    e.CounterPaused: _counter_paused,
    e.CounterClosed: _counter_closed,
    e.CommandUndone: _undone,
}
"""The map of what can happen: every event and what it does to the state."""
