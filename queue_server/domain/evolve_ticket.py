"""Folding what happened to a ticket wherever it is: issued, changed, ended, handed off."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from . import events as e
from . import transitions
from .evolve_facts import add, count_issued, put, put_left
from .rules import MINUTE
from .state import Errand, Handoff, SiteState, Ticket


def issued(state: SiteState, event: e.TicketIssued) -> None:
    """A new ticket; its band and its services count it."""
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
        told=None if event.estimate is None else event.issued_at + event.estimate.high_minutes * MINUTE,
    )
    add(state, ticket)
    band = state.bands[event.band]
    band.value, band.lap = event.value, event.lap
    count_issued(state, event.issued_at, event.services)
    if event.kiosk is not None and event.channel == "kiosk":
        _given(state, event.kiosk, event.at)


def _given(state: SiteState, kiosk: str, at: int) -> None:
    """Remember as many of a kiosk's last numbers as its limit needs."""
    limit = 0 if state.rules is None else state.rules.kiosk_tickets
    if limit:
        times = state.given.setdefault(kiosk, [])
        times.append(at)
        del times[:-limit]


def service_changed(state: SiteState, event: e.ServiceChanged) -> None:
    """In another queue, of which nothing was told."""
    ticket = state.tickets[event.ticket]
    facts, ticket.told = ticket.facts, None
    put(
        state,
        event,
        transitions.service_changed(facts, errand=event.errand, to=event.to, due=event.due, rank=event.rank),
    )


def prioritised(state: SiteState, event: e.TicketPrioritised) -> None:
    """In the lane of the classes."""
    facts = state.tickets[event.ticket].facts
    put(state, event, transitions.prioritised(facts, priority=event.priority, boost=event.boost))


def delayed(state: SiteState, event: e.TicketDelayed) -> None:
    """Further back; from a counter or the absent list into the queue."""
    facts = state.tickets[event.ticket].facts
    if event.returned:
        after = transitions.delayed_return(
            facts, event.at, errand=event.errand, due=event.due, rank=event.rank
        )
        put_left(state, event, after)
        return
    put(state, event, transitions.delayed(facts, errand=event.errand, due=event.due, rank=event.rank))


def carried(state: SiteState, event: e.TicketCarried) -> None:
    """Out of the queues until the next day."""
    put(state, event, transitions.carried(state.tickets[event.ticket].facts, event.errand))


def reprinted(state: SiteState, event: e.TicketReprinted) -> None:
    """Only the printers' reader cares."""


def language_set(state: SiteState, event: e.TicketLanguageSet) -> None:
    """From now on."""
    state.tickets[event.ticket].lang = event.lang


def cancelled(state: SiteState, event: e.TicketCancelled) -> None:
    """Ended."""
    put_left(state, event, transitions.ended(state.tickets[event.ticket].facts, event.at, "cancelled"))


def expired(state: SiteState, event: e.TicketExpired) -> None:
    """Ended."""
    put_left(state, event, transitions.ended(state.tickets[event.ticket].facts, event.at, "expired"))


def reopened(state: SiteState, event: e.TicketReopened) -> None:
    """Alive again."""
    put(state, event, transitions.reopened(state.tickets[event.ticket].facts, event.errand))


def pickup_opened(state: SiteState, event: e.PickupOpened) -> None:
    """In the pick-up's queue."""
    errand = Errand(service=event.service, arrival=event.at, due=event.due, rank=event.rank, pickup=True)
    put(state, event, transitions.pickup_opened(state.tickets[event.ticket].facts, errand))


def pickup_withdrawn(state: SiteState, event: e.PickupWithdrawn) -> None:
    """Out of the pick-up's queue."""
    put(state, event, transitions.pickup_withdrawn(state.tickets[event.ticket].facts))


# --- hand-offs -------------------------------------------------------------------------------------


def handoff_opened(state: SiteState, event: e.HandoffOpened) -> None:
    """A department owes its part."""
    handoff = Handoff(
        id=event.handoff,
        department=event.department,
        awaited=event.awaited,
        opened=event.at,
        title=event.title,
        procedure=event.procedure,
        service=event.service,
    )
    state.by_handoff[event.handoff] = event.ticket
    put(state, event, transitions.handoff_opened(state.tickets[event.ticket].facts, handoff))


def _handoff_changed(
    site: SiteState, event: e.HandoffAccepted | e.HandoffDone | e.HandoffReturned, **changes: Any
) -> None:
    facts = site.tickets[event.ticket].facts
    handoff = next(h for h in facts.handoffs if h.id == event.handoff)
    if event.note is not None:
        changes["note"] = event.note
    put(site, event, transitions.handoff_changed(facts, replace(handoff, **changes)))


def handoff_accepted(state: SiteState, event: e.HandoffAccepted) -> None:
    """The department is at it."""
    _handoff_changed(state, event, state="accepted")


def handoff_done(state: SiteState, event: e.HandoffDone) -> None:
    """With what it noted."""
    _handoff_changed(
        state, event, state="done", identity_checked=event.identity_checked, explained=event.explained
    )


def handoff_returned(state: SiteState, event: e.HandoffReturned) -> None:
    """Owed again."""
    _handoff_changed(state, event, state="returned")
