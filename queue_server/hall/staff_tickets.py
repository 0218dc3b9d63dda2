"""A ticket as staff see it, made from the event that changed it: a retry after a crash says the same."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from queue_server import contract
from queue_server.domain import events as e
from queue_server.domain.state import SiteState, Ticket, open_services, shown
from queue_server.hall.times import rfc3339
from queue_server.log import Log, Outcome
from queue_server.web import Call


async def needs_of(log: Log, site: str, ref: str | None) -> list[str]:
    """What the resident needs (wheelchair, sign language …), from the private rows; empty once erased."""
    if ref is None:
        return []
    data = await log.read_private(site, ref)
    return [] if data is None else msgspec.json.decode(data, type=list[str])


async def from_event(log: Log, state: SiteState, event: Any, zone: ZoneInfo) -> contract.StaffTicket:
    """The ticket right after ``event`` (one that has a ticket)."""
    ticket = state.tickets.get(event.ticket)
    return contract.StaffTicket(
        id=event.ticket,
        number=event.number,
        services=list(event.services) or [event.service],
        state=event.state,
        counter=event.counter if event.state in ("called", "serving") else None,
        issued_at=rfc3339(event.issued_at, zone),
        waited_seconds=event.waited // 1000,
        needs=[] if ticket is None else await needs_of(log, state.site, ticket.needs),
        units=1 if ticket is None else ticket.units,
    )


async def from_state(
    log: Log, state: SiteState, ticket: Ticket, now: int, zone: ZoneInfo
) -> contract.StaffTicket:
    """The ticket as it is now (``now`` is hall time, ms UTC)."""
    facts = ticket.facts
    calls = [call for call in facts.calls if call.outcome != "undone"]
    waited = calls[-1].called - calls[-1].arrival if calls else now - ticket.issued_at
    services = list(open_services(facts)) or [facts.errands[-1].service]
    return contract.StaffTicket(
        id=ticket.id,
        number=ticket.number,
        services=services,
        state=shown(facts),
        counter=facts.counter,
        issued_at=rfc3339(ticket.issued_at, zone),
        waited_seconds=max(0, waited) // 1000,
        needs=await needs_of(log, state.site, ticket.needs),
        units=ticket.units,
    )


async def several(call: Call[Any], outcome: Outcome, kind: type) -> contract.TicketsAnswer:
    """The tickets of every event of ``kind`` of one command."""
    log, state, zone = call.deps.log, call.state, call.deps.zone
    tickets = [await from_event(log, state, event, zone) for event in outcome.events if type(event) is kind]
    return contract.TicketsAnswer(tickets=tickets, seq=outcome.seq)


def subject(events: list[e.Event], kind: type | None = None) -> Any | None:
    """The event that an answer tells of: the last of ``kind``, or the last that has a ticket."""
    for event in reversed(events):
        if kind is not None and type(event) is not kind:
            continue
        if getattr(event, "ticket", None) is not None:
            return event
    return None
