"""What the pick-up console shows besides what every counter shows: what is still being prepared."""

from __future__ import annotations

import msgspec

from queue_server.domain.decide_pickup import only_plain
from queue_server.domain.draft import Draft
from queue_server.domain.rules import Names
from queue_server.domain.state import Handoff, SiteState, TicketFacts, shown
from queue_server.hall.counter.lines import Lines, TicketLine, fill
from queue_server.hall.counter.view import CounterView, counter_view, served, services_of
from queue_server.web import Deps

READY_SHOWN = 200


class InWork(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket whose papers are not ready yet."""

    line: TicketLine
    plain: str | None
    """The hand-off, of one that waits for a plain 交付待ち only: whoever holds the paper may say that it is ready."""
    departments: list[Names]
    """Who still works on it."""


class PickupView(msgspec.Struct, frozen=True, kw_only=True):
    """A pick-up counter now."""

    counter: CounterView
    processing: list[InWork]
    """Whose papers are picked up here, those that were handed in first at the top."""


async def pickup_view(deps: Deps, site: str, counter_id: str, by: str) -> PickupView:
    """The view of a known pick-up counter for the reader ``by``."""
    view = await counter_view(deps, site, counter_id, by, shown=READY_SHOWN)
    state, now = deps.log.view(site), deps.clock.now()
    counter = state.counters[counter_id]
    mine = {*services_of(state, counter), *served(state, counter)}
    draft = Draft(state, now, "")
    found = [
        ticket
        for ticket in state.tickets.values()
        if ticket.facts.handoffs
        and shown(ticket.facts) == "processing"
        and draft.pickup_service(ticket.facts) in mine
    ]
    found.sort(key=lambda ticket: max(h.opened for h in ticket.facts.handoffs if h.awaited))
    lines = Lines(deps, state, now)
    processing = [
        InWork(
            line=lines.line(ticket),
            plain=_plain(ticket.facts),
            departments=_departments(state, ticket.facts.handoffs),
        )
        for ticket in found
    ]
    await fill(deps, site, [row.line for row in processing])
    return PickupView(counter=view, processing=processing)


def _plain(facts: TicketFacts) -> str | None:
    left = [handoff.id for handoff in facts.handoffs if handoff.awaited and handoff.state != "done"]
    return left[0] if left and only_plain(facts) else None


def _departments(state: SiteState, handoffs: tuple[Handoff, ...]) -> list[Names]:
    known = {} if state.rules is None else state.rules.departments
    left = dict.fromkeys(h.department for h in handoffs if h.awaited and h.state != "done")
    return [known[department].names for department in left if department in known]
