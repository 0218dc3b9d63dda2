"""The public event stream: what screens, phones and the relay may know of an event.

Typed and private-free by construction: a number, a service, a counter, a state, a time. Events that concern
nobody outside (reasons, reprints, priorities) have no public form, so ids may skip.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from queue_server import contract
from queue_server.domain import events as e
from queue_server.hall.times import rfc3339

PUBLIC_TICKET: dict[type, str] = {
    e.TicketIssued: "ticket.issued",
    e.TicketCalled: "ticket.called",
    e.TicketRecalled: "ticket.recalled",
    e.ServiceStarted: "ticket.started",
    e.TicketFinished: "ticket.finished",
    e.TicketHeld: "ticket.held",
    e.TicketNoShow: "ticket.no-show",
    e.TicketRestored: "ticket.restored",
    e.TicketReopened: "ticket.restored",
    e.TicketTransferred: "ticket.transferred",
    e.ServiceChanged: "ticket.transferred",
    e.PickupOpened: "ticket.ready",
    e.PickupWithdrawn: "ticket.processing",
    e.TicketCancelled: "ticket.cancelled",
    e.TicketExpired: "ticket.expired",
    e.TicketCarried: "ticket.held",
}
COUNTER_STATE = {"open": "counter.opened", "paused": "counter.paused", "closed": "counter.closed"}


def public_event(event: e.Event, zone: ZoneInfo) -> tuple[str, contract.PublicEvent] | None:
    """(name, data) of an event, or None when it is private. ``zone`` is the site's time zone."""
    kind = type(event)
    name = PUBLIC_TICKET.get(kind)
    if name is not None:
        return _ticket(event, name, zone)
    make = OTHERS.get(kind)
    return None if make is None else make(event, zone)


def _ticket(event: Any, name: str, zone: ZoneInfo) -> tuple[str, contract.PublicEvent]:
    if name == "ticket.finished" and event.state == "processing":
        name = "ticket.processing"
    service = event.to if name == "ticket.transferred" else event.service
    return name, contract.PublicTicketEvent(
        seq=event.seq,
        at=rfc3339(event.at, zone),
        number=event.number,
        service=service,
        state=event.state,
        counter=event.counter,
    )


def _delayed(event: e.TicketDelayed, zone: ZoneInfo) -> tuple[str, contract.PublicEvent] | None:
    """Back in the queue from a counter or from the absent list; a later place in the queue is nobody's business."""
    return _ticket(event, "ticket.restored", zone) if event.returned else None


def _undone(event: e.CommandUndone, zone: ZoneInfo) -> tuple[str, contract.PublicEvent]:
    if event.ticket is not None:
        return _ticket(event, "ticket.undone", zone)
    return _counter(event, event.counter_facts.status, zone)


def _counter(event: Any, state: Any, zone: ZoneInfo) -> tuple[str, contract.PublicEvent]:
    return COUNTER_STATE[state], contract.PublicCounterEvent(
        seq=event.seq, at=rfc3339(event.at, zone), counter=event.counter, state=state
    )


def _day(event: Any, name: str, state: Any, zone: ZoneInfo) -> tuple[str, contract.PublicEvent]:
    return name, contract.PublicDayEvent(
        seq=event.seq, at=rfc3339(event.at, zone), day=event.day, state=state
    )


OTHERS: dict[type, Callable[[Any, ZoneInfo], tuple[str, contract.PublicEvent] | None]] = {
    e.CommandUndone: _undone,
    e.TicketDelayed: _delayed,
    e.CounterOpened: lambda event, zone: _counter(event, "open", zone),
    e.CounterPaused: lambda event, zone: _counter(event, "paused", zone),
    e.CounterClosed: lambda event, zone: _counter(event, "closed", zone),
    e.DayOpened: lambda event, zone: _day(event, "day.opened", "open", zone),
    e.DayClosed: lambda event, zone: _day(event, "day.closed", "closed", zone),
    e.NoticePosted: lambda event, zone: (
        "notice",
        contract.PublicNotice(seq=event.seq, at=rfc3339(event.at, zone), notice=event.notice),
    ),
}
