"""Giving numbers, and what staff and kiosks do with a ticket wherever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain import events as e
from queue_server.hall import staff_tickets
from queue_server.hall.board import told
from queue_server.hall.devices.known import printer_names
from queue_server.hall.paper import paper_of
from queue_server.hall.times import milliseconds
from queue_server.web import Call, PrivateText, ProblemError
from queue_server.web.references import new_reference, private_text


async def issue(call: Call[contract.IssueBody]) -> contract.IssueAnswer:
    """``POST …/tickets``. The answer is made from the event alone, so a retry gets the same number."""
    body, deps = call.body, call.deps
    site = deps.settings.sites[call.state.site]
    if body.intake is not None:
        raise ProblemError("unknown_intake", 404)
    if body.despite and call.principal.role != "staff":
        raise ProblemError("forbidden")
    if body.service is not None and body.services is not None:
        raise ProblemError("service_or_services", 422)
    services = tuple(body.services or ()) if body.service is None else (body.service,)
    if body.kiosk is not None and body.kiosk not in site.kiosks:
        raise ProblemError("unknown_kiosk", 404, kiosk=body.kiosk)
    printer = body.printer
    if printer is not None and deps.printing.printer_for(call.state.site, printer, None) is None:
        raise ProblemError("no_printer", 409)
    if printer is None and body.kiosk is not None:
        printer = site.kiosks[body.kiosk].printer
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
            despite=body.despite,
            printer=body.printer,
            print="none" if body.written else deps.printing.state_for(printer),
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


def _return(call: Call[contract.ReturnBody], ticket: str) -> Made:
    return c.ReturnTicket(ticket=ticket, place=call.body.place), ()


def _carry(call: Call[contract.Nothing], ticket: str) -> Made:
    return c.CarryTicket(ticket=ticket), ()


def _expire(call: Call[contract.Nothing], ticket: str) -> Made:
    return c.ExpireTicket(ticket=ticket), ()


ACTIONS: dict[str, Callable[[Call[Any], str], Made]] = {
    "cancel": _cancel,
    "reprint": _reprint,
    "reopen": _reopen,
    "prioritise": _prioritise,
    "change-service": _change_service,
    "return": _return,
    "carry": _carry,
    "expire": _expire,
}


def handler(action: str) -> Callable[[Call[Any]], Awaitable[contract.TicketAnswer]]:
    """The handler of one action on any ticket."""
    make = ACTIONS[action]

    async def act(call: Call[Any]) -> contract.TicketAnswer:
        command, private = make(call, call.params["ticket"])
        outcome = await call.execute(command, private=private)
        event = staff_tickets.subject(outcome.events)
        deps = call.deps
        if event is not None:
            ticket = await staff_tickets.from_event(deps.log, call.state, event, deps.zone)
        else:  # it was so already
            found = call.state.tickets[call.params["ticket"]]
            ticket = await staff_tickets.from_state(deps.log, call.state, found, deps.clock.now(), deps.zone)
        return contract.TicketAnswer(ticket=ticket, seq=outcome.seq)

    return act


async def cancel_many(call: Call[contract.CancelManyBody]) -> contract.TicketsAnswer:
    """``POST …/tickets/cancel``: several waiting numbers, all or none."""
    ref, rows = private_text("reason", call.body.reason)
    command = c.CancelTickets(numbers=tuple(call.body.numbers), reason=ref)
    return await staff_tickets.several(call, await call.execute(command, private=rows), e.TicketCancelled)


async def print_progress(call: Call[Any]) -> contract.PrintProgress:
    """``GET …/print``: what became of the ticket's last paper, and where it comes out."""
    paper = await paper_of(call.deps, call.state.site, call.params["ticket"])
    printer = None
    if paper.taken and paper.printer is not None:
        printer = contract.PaperPlace(id=paper.printer, names=printer_names(call.deps, paper.printer))
    return contract.PrintProgress(state=paper.state, printer=printer)
