"""What a department's page shows: its parts of the work, oldest first, done ones at the end."""

from __future__ import annotations

import msgspec

from queue_server.domain.rules import MINUTE, Names
from queue_server.domain.state import Handoff, SiteState, Ticket, shown
from queue_server.web import Deps


class HandoffLine(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the work."""

    id: str
    number: str
    ticket_state: str
    title: str
    note: str
    state: str
    awaited: bool
    minutes: int
    """Since it was handed off."""
    services: list[Names]


async def handoff_view(deps: Deps, state: SiteState, department: str) -> list[HandoffLine]:
    """The hand-offs of a known department."""
    now = deps.clock.now()
    rules = {} if state.rules is None else state.rules.services
    return [
        HandoffLine(
            id=handoff.id,
            number=ticket.number,
            ticket_state=shown(ticket.facts),
            title=await _text(deps, state.site, handoff.title),
            note=await _text(deps, state.site, handoff.note),
            state=handoff.state,
            awaited=handoff.awaited,
            minutes=max(0, now - handoff.opened) // MINUTE,
            services=[rules[e.service].names for e in ticket.facts.errands if e.service in rules][:1],
        )
        for ticket, handoff in handoffs_of(state, department)
    ]


def handoffs_of(state: SiteState, department: str) -> list[tuple[Ticket, Handoff]]:
    """A department's hand-offs with their tickets, oldest first, done ones of the day at the end."""
    found = [
        (ticket, handoff)
        for ticket_id in dict.fromkeys(state.by_handoff.values())
        for ticket in (state.tickets[ticket_id],)
        for handoff in ticket.facts.handoffs
        if handoff.department == department
    ]
    return sorted(found, key=lambda pair: (pair[1].state == "done", pair[1].opened))


async def _text(deps: Deps, site: str, ref: str | None) -> str:
    """A private text; empty when there is none, or once it is erased."""
    data = None if ref is None else await deps.log.read_private(site, ref)
    return "" if data is None else data.decode()
