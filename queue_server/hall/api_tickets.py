"""Giving numbers, and what staff and kiosks do with a ticket wherever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain import events as e
from queue_server.domain.estimate import estimate_ticket
from queue_server.domain.queue import ahead
from queue_server.domain.state import Ticket, shown
from queue_server.web import Call, PrivateText, ProblemError

from . import staff_tickets
from .board import told
from .references import new_reference, private_text
from .times import milliseconds


async def issue(call: Call[contract.IssueBody]) -> contract.IssueAnswer:
    """``POST …/tickets``. The answer is made from the event alone, so a retry gets the same number."""
    body, deps = call.body, call.deps
    site = deps.settings.sites[call.state.site]
    if body.intake is not None:
        raise ProblemError("unknown_intake", 404)
    if body.service is not None and body.services is not None:
        raise ProblemError("service_or_services", 422)
    services = tuple(body.services or ()) if body.service is None else (body.service,)
    if body.kiosk is not None and body.kiosk not in site.kiosks:
        raise ProblemError("unknown_kiosk", 404, kiosk=body.kiosk)
    needs, private = _needs(body.needs)
    ticket = new_reference()
    outcome = await call.execute(
        c.IssueTicket(
            ticket=ticket,
            token_hash=deps.keys.token_hash(call.state.site, ticket),
            services=services,
            channel=body.channel,
            kiosk=body.kiosk,
            lang=body.lang if body.lang in deps.settings.languages else None,
            priority=body.priority,
            needs=needs,
            units=body.units,
            written_number=None if body.written is None else body.written.number,
            written_at=None if body.written is None else _written_at(body.written.at),
            print="none" if body.written else deps.printing.state_for(call.state.site, body.kiosk),
        ),
        private=private,
    )
    event = outcome.events[0]
    assert isinstance(event, e.TicketIssued)
    token = deps.keys.ticket_token(call.state.site, event.ticket)
    return contract.IssueAnswer(
        id=event.ticket,
        number=event.number,
        token=token,
        url=f"{call.base_url}/t/{token}",
        services=list(event.services),
        seq=event.seq,
        ahead=event.ahead,
        estimate=told(event.estimate),
        print=contract.PrintState(state=event.print),  # type: ignore[arg-type]
    )


def _needs(needs: list[str] | None) -> tuple[str | None, tuple[PrivateText, ...]]:
    if not needs:
        return None, ()
    ref = new_reference()
    return ref, (PrivateText(ref, "needs", msgspec.json.encode(needs)),)


def _written_at(text: str) -> int:
    try:
        return milliseconds(text)
    except ValueError:
        raise ProblemError("written_at_invalid", 422, at=text) from None


# --- one ticket ------------------------------------------------------------------------------------

Made = tuple[c.TicketCommand, tuple[PrivateText, ...]]


def _cancel(call: Call[contract.CancelBody], ticket: str) -> Made:
    ref, rows = private_text("reason", call.body.reason)
    return c.CancelTicket(ticket=ticket, reason=ref), rows


def _reprint(call: Call[contract.ReprintBody], ticket: str) -> Made:
    found = call.state.tickets.get(ticket)
    printer = call.deps.printing.printer_for(
        call.state.site, call.body.printer, None if found is None else found.kiosk
    )
    if printer is None:
        raise ProblemError("no_printer", 409)
    return c.ReprintTicket(ticket=ticket, printer=printer, large=call.body.large), ()


def _reopen(call: Call[contract.ReopenBody], ticket: str) -> Made:
    return c.ReopenTicket(ticket=ticket, service=call.body.service), ()


def _prioritise(call: Call[contract.PrioritiseBody], ticket: str) -> Made:
    ref, rows = private_text("reason", call.body.reason)
    return c.PrioritiseTicket(ticket=ticket, priority=call.body.priority, reason=ref), rows


def _change_service(call: Call[contract.ChangeServiceBody], ticket: str) -> Made:
    return c.ChangeService(ticket=ticket, to=call.body.service, service=call.body.instead_of), ()


ACTIONS: dict[str, Callable[[Call[Any], str], Made]] = {
    "cancel": _cancel,
    "reprint": _reprint,
    "reopen": _reopen,
    "prioritise": _prioritise,
    "change-service": _change_service,
}


def handler(action: str) -> Callable[[Call[Any]], Awaitable[contract.TicketAnswer]]:
    """The handler of one action on any ticket."""
    make = ACTIONS[action]

    async def act(call: Call[Any]) -> contract.TicketAnswer:
        command, private = make(call, call.params["ticket"])
        outcome = await call.execute(command, private=private)
        event = staff_tickets.subject(outcome.events)
        return contract.TicketAnswer(
            ticket=await staff_tickets.from_event(call.deps.log, call.state, event, call.deps.zone),
            seq=outcome.seq,
        )

    return act


async def scan(call: Call[contract.ScanBody]) -> contract.ScanAnswer:
    """``POST …/scan``: what the paper is. The code is the ticket's URL or token."""
    token = call.body.code.rstrip("/").rsplit("/", 1)[-1].split("?", 1)[0]
    state = call.state
    ticket_id = state.by_token.get(call.deps.keys.hash_of(token))
    if ticket_id is None:
        past = await call.deps.log.read("ticket_by_token", token_hash=call.deps.keys.hash_of(token))
        raise ProblemError("past_ticket" if past else "unknown_ticket")
    ticket = state.tickets[ticket_id]
    return contract.ScanAnswer(
        ticket=await staff_tickets.from_state(
            call.deps.log, state, ticket, call.deps.clock.now(), call.deps.zone
        ),
        ahead=ahead(state, ticket_id),
        estimate=told(estimate_ticket(state, ticket_id)),
        may=_may(ticket),
    )


def _may(ticket: Ticket) -> list[Any]:
    state = shown(ticket.facts)
    if state == "waiting":
        return ["wrong-service", "cancel", "language", "large-reprint"]
    if state in ("no_show", "held"):
        return ["back", "cancel", "language", "large-reprint"]
    return ["language", "large-reprint"] if state in ("called", "processing") else []
