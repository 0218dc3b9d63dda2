"""What staff or the holder do with a ticket wherever it is, and what departments do with a hand-off."""

from __future__ import annotations

from typing import Any, Literal

from msgspec.structs import replace

from . import commands as c
from . import events as e
from . import transitions
from .draft import Draft
from .moves import require
from .refusal import RefusedError
from .rules import MINUTE
from .state import Handoff, Ticket, TicketFacts, pending


def cancel(draft: Draft, command: c.CancelTicket) -> None:
    """Give up. Hand-offs stay."""
    draft.open_day()
    ticket = draft.ticket(command.ticket)
    require(c.CancelTicket, ticket.facts, ticket.number)
    after = transitions.ended(ticket.facts, draft.now, "cancelled")
    draft.write_ticket(
        e.TicketCancelled,
        ticket,
        after,
        draft.current_service(ticket.facts),
        counter=ticket.facts.counter,
        reason=command.reason,
    )


def cancel_many(draft: Draft, command: c.CancelTickets) -> None:
    """Several waiting numbers are given up, all or none: a child has played with the kiosk."""
    draft.open_day()
    numbers = dict.fromkeys(command.numbers)
    found = [draft.waiting_number(number) for number in numbers]
    refused = [number for number, ticket in zip(numbers, found, strict=True) if ticket is None]
    if refused:
        raise RefusedError("numbers_not_waiting", numbers=", ".join(refused))
    for ticket in found:
        assert ticket is not None
        after = transitions.ended(ticket.facts, draft.now, "cancelled")
        service = draft.current_service(ticket.facts)
        draft.write_ticket(e.TicketCancelled, ticket, after, service, reason=command.reason)


def reprint(draft: Draft, command: c.ReprintTicket) -> None:
    """Print again, marked as a reissue."""
    draft.open_day()
    ticket = draft.ticket(command.ticket)
    require(c.ReprintTicket, ticket.facts, ticket.number)
    draft.write_ticket(
        e.TicketReprinted,
        ticket,
        ticket.facts,
        draft.current_service(ticket.facts),
        counter=ticket.facts.counter,
        printer=command.printer,
        large=command.large,
    )


def set_language(draft: Draft, command: c.SetLanguage) -> None:
    """Nothing happens when the ticket has it already."""
    draft.open_day()
    ticket = draft.ticket(command.ticket)
    require(c.SetLanguage, ticket.facts, ticket.number)
    if ticket.lang != command.lang:
        draft.write_ticket(
            e.TicketLanguageSet,
            ticket,
            ticket.facts,
            draft.current_service(ticket.facts),
            counter=ticket.facts.counter,
            lang=command.lang,
        )


def reopen(draft: Draft, command: c.ReopenTicket) -> None:
    """Bring an ended ticket back. Its last (or the named) errand opens again at the place it had.

    What got ready while the ticket was ended opens as a pick-up.
    """
    draft.open_day()
    ticket = draft.ticket(command.ticket)
    facts = ticket.facts
    require(c.ReopenTicket, facts, ticket.number)
    if draft.state.by_number.get(ticket.number) != ticket.id:
        raise RefusedError("number_taken", number=ticket.number)
    errand = _errand_to_reopen(facts, command.service)
    after = transitions.reopened(facts, errand)
    service = command.service or draft.current_service(after)
    draft.write_ticket(e.TicketReopened, ticket, after, service, errand=errand)
    draft.withdraw_pickup(ticket)
    draft.open_pickup(ticket)


def _errand_to_reopen(facts: TicketFacts, service: str | None) -> int | None:
    """Which errand must open: the named one, none when one is open or owed still, else the last served."""
    if service is not None:
        named = [index for index, x in enumerate(facts.errands) if x.service == service]
        if not named:
            raise RefusedError("unknown_service", service=service)
        if any(facts.errands[index].open for index in named):
            return None
        if pending(facts) or any(x.open and x.pickup for x in facts.errands):
            # A pick-up opens by itself when the work is done, and there is never more than one.
            named = [index for index in named if not facts.errands[index].pickup]
        return named[-1] if named else None
    if any(x.open for x in facts.errands) or facts.pickup_owed:
        return None
    served = [call for call in facts.calls if call.outcome in ("served", "transferred")]
    last = served[-1].service if served else facts.errands[-1].service
    return max(index for index, x in enumerate(facts.errands) if x.service == last)


def prioritise(draft: Draft, command: c.PrioritiseTicket) -> None:
    """Every open errand of the ticket is due earlier by the class's boost (R-17)."""
    rules = draft.open_day()
    ticket = draft.ticket(command.ticket)
    require(c.PrioritiseTicket, ticket.facts, ticket.number)
    if command.priority not in rules.priorities:
        raise RefusedError("unknown_priority", priority=command.priority)
    boost = rules.priorities[command.priority].boost_minutes * MINUTE
    after = transitions.prioritised(ticket.facts, priority=command.priority, boost=boost)
    draft.write_ticket(
        e.TicketPrioritised,
        ticket,
        after,
        draft.current_service(ticket.facts),
        priority=command.priority,
        boost=boost,
        reason=command.reason,
    )


def change_service(draft: Draft, command: c.ChangeService) -> None:
    """The wrong button: a waiting errand becomes one of another service, with the arrival it had."""
    draft.open_day()
    ticket = draft.ticket(command.ticket)
    facts = ticket.facts
    require(c.ChangeService, facts, ticket.number)
    to = draft.service(command.to)
    waiting = [i for i, x in enumerate(facts.errands) if x.open]
    if command.service is not None:
        waiting = [i for i in waiting if facts.errands[i].service == command.service]
        if not waiting:
            raise RefusedError("unknown_service", service=command.service)
    if len(waiting) > 1:
        raise RefusedError("service_needed", number=ticket.number)
    errand = waiting[0]
    old = facts.errands[errand]
    if any(x.open and x.service == to.id for x in facts.errands):
        raise RefusedError("same_service", service=to.id)
    due, rank = old.arrival + to.target_minutes * MINUTE - old.boost, float(draft.seq)
    if old.lane == "slot":
        due = old.due
    after = transitions.service_changed(facts, errand=errand, to=to.id, due=due, rank=rank)
    draft.write_ticket(
        e.ServiceChanged, ticket, after, old.service, errand=errand, to=to.id, due=due, rank=rank
    )


# --- hand-offs -------------------------------------------------------------------------------------


def accept_handoff(draft: Draft, command: c.AcceptHandoff) -> None:
    """The department begins; again does nothing."""
    ticket, handoff = _handoff(draft, command.handoff)
    if handoff.state == "done":
        raise RefusedError("handoff_done")
    if handoff.state != "accepted":
        _write_handoff(draft, e.HandoffAccepted, ticket, handoff, "accepted", note=command.note)


def finish_handoff(draft: Draft, command: c.FinishHandoff) -> None:
    """The department is done; with the last awaited one the pick-up opens."""
    ticket, handoff = _handoff(draft, command.handoff)
    if handoff.state == "done":
        return
    _write_handoff(
        draft,
        e.HandoffDone,
        ticket,
        handoff,
        "done",
        note=command.note,
        identity_checked=command.identity_checked,
        explained=command.explained,
    )
    draft.open_pickup(ticket)


def return_handoff(draft: Draft, command: c.ReturnHandoff) -> None:
    """The department gives it back; a pick-up that the resident is not at is taken back with it."""
    ticket, handoff = _handoff(draft, command.handoff)
    if ticket.facts.ended is not None:
        raise RefusedError("ticket_ended", number=ticket.number, state=ticket.facts.ended)
    if handoff.state == "returned":
        return
    _write_handoff(draft, e.HandoffReturned, ticket, handoff, "returned", note=command.note)
    draft.withdraw_pickup(ticket)


def _handoff(draft: Draft, handoff: str) -> tuple[Ticket, Handoff]:
    draft.open_day()
    ticket = draft.state.tickets.get(draft.state.by_handoff.get(handoff, ""))
    if ticket is not None:
        for found in ticket.facts.handoffs:
            if found.id == handoff:
                return ticket, found
    raise RefusedError("unknown_handoff")


def _write_handoff(
    draft: Draft,
    kind: type[e.HandoffAccepted] | type[e.HandoffDone] | type[e.HandoffReturned],
    ticket: Ticket,
    handoff: Handoff,
    state: Literal["accepted", "done", "returned"],
    **fields: Any,
) -> None:
    facts = draft.now_facts(ticket)
    after = transitions.handoff_changed(facts, replace(handoff, state=state))
    service = handoff.service or draft.current_service(facts)
    draft.write_ticket(kind, ticket, after, service, handoff=handoff.id, **fields)
