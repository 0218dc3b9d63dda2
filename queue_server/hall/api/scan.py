"""番号札をかざす: what a scanned paper is, and what its holder may do with it at a kiosk (or staff at the desk).

The scanned code is the proof that somebody holds the ticket: a bare number never is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain.estimate import estimate_ticket
from queue_server.domain.queue import ahead
from queue_server.domain.state import Ticket, shown
from queue_server.hall import staff_tickets
from queue_server.hall.board import told
from queue_server.web import Call, ProblemError

Answer = Awaitable[contract.ScanAnswer]


async def scan(call: Call[contract.ScanBody]) -> contract.ScanAnswer:
    """``POST …/scan``"""
    return await _told(call, await _scanned(call))


async def _scanned(call: Call[Any]) -> Ticket:
    """The ticket whose URL or token was read. Raises 404, or 410 for one of a past day."""
    token = call.body.code.rstrip("/").rsplit("/", 1)[-1].split("?", 1)[0]
    token_hash = call.deps.keys.hash_of(token)
    found = call.state.tickets.get(call.state.by_token.get(token_hash, ""))
    if found is None:
        past = await call.deps.log.read("ticket_by_token", token_hash=token_hash)
        raise ProblemError("past_ticket" if past else "unknown_ticket")
    return found


async def _told(call: Call[Any], ticket: Ticket) -> contract.ScanAnswer:
    deps, state = call.deps, call.state
    shown = await staff_tickets.from_state(deps.log, state, ticket, deps.clock.now(), deps.zone)
    if call.principal.role == "kiosk":  # whoever found the paper must not learn what its holder needs
        shown = replace(shown, needs=[])
    return contract.ScanAnswer(
        ticket=shown,
        ahead=ahead(state, ticket.id),
        estimate=told(estimate_ticket(state, ticket.id)),
        may=_may(ticket),
    )


def _may(ticket: Ticket) -> list[Any]:
    state = shown(ticket.facts)
    if state == "waiting":
        return ["wrong-service", "cancel", "language", "large-reprint"]
    if state in ("no_show", "held"):
        return ["back", "cancel", "language", "large-reprint"]
    return ["language", "large-reprint"] if state in ("called", "processing") else []


# --- acts ------------------------------------------------------------------------------------------


def _back(call: Call[contract.ScanBody], ticket: Ticket) -> c.Command:
    return c.ReturnTicket(ticket=ticket.id)


def _wrong_service(call: Call[contract.WrongServiceBody], ticket: Ticket) -> c.Command:
    return c.ChangeService(ticket=ticket.id, to=call.body.service, service=call.body.instead_of)


def _cancel(call: Call[contract.ScanBody], ticket: Ticket) -> c.Command:
    return c.CancelTicket(ticket=ticket.id)


def _language(call: Call[contract.ScanLanguageBody], ticket: Ticket) -> c.Command:
    lang = call.body.lang
    if lang not in call.deps.settings.languages:
        raise ProblemError("unknown_language", 422, lang=lang)
    return c.SetLanguage(ticket=ticket.id, lang=lang)


def _large_reprint(call: Call[contract.ScanReprintBody], ticket: Ticket) -> c.Command:
    kiosk = call.body.kiosk or ticket.kiosk
    printer = call.deps.printing.printer_for(call.state.site, None, kiosk)
    if printer is None:
        raise ProblemError("no_printer", 409)
    return c.ReprintTicket(ticket=ticket.id, printer=printer, large=True)


ACTIONS: dict[str, Callable[[Call[Any], Ticket], c.Command]] = {
    "back": _back,
    "wrong-service": _wrong_service,
    "cancel": _cancel,
    "language": _language,
    "large-reprint": _large_reprint,
}


def handler(action: str) -> Callable[[Call[Any]], Answer]:
    """The handler of one act with a scanned paper; the answer is the ticket after it."""
    make = ACTIONS[action]

    async def act(call: Call[Any]) -> contract.ScanAnswer:
        ticket = await _scanned(call)
        await call.execute(make(call, ticket))
        return await _told(call, call.state.tickets[ticket.id])

    return act
