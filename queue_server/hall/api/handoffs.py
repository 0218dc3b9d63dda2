"""The board of a department, and what it does with its parts of the work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain.state import Handoff, Ticket, shown
from queue_server.hall.department.view import handoffs_of
from queue_server.web import Call, ProblemError
from queue_server.web.references import private_text


async def _text(call: Call[Any], ref: str | None) -> str | None:
    data = None if ref is None else await call.deps.log.read_private(call.state.site, ref)
    return None if data is None else data.decode()


async def _info(call: Call[Any], ticket: Ticket, handoff: Handoff) -> contract.HandoffInfo:
    return contract.HandoffInfo(
        id=handoff.id,
        ticket=contract.HandoffTicket(id=ticket.id, number=ticket.number, state=shown(ticket.facts)),
        procedure=await _text(call, handoff.procedure),
        title=await _text(call, handoff.title) or "",
        department=handoff.department,
        state=handoff.state,
        awaited=handoff.awaited,
        note=await _text(call, handoff.note),
        identity_checked=handoff.identity_checked,
        explained=handoff.explained,
    )


async def of_department(call: Call[Any]) -> contract.Handoffs:
    """``GET …/departments/{department}/handoffs``: oldest first, done ones of the day at the end."""
    state, department = call.state, call.params["department"]
    if state.rules is None or department not in state.rules.departments:
        raise ProblemError("unknown_department", 404, department=department)
    return contract.Handoffs(handoffs=[await _info(call, t, h) for t, h in handoffs_of(state, department)])


def _accept(handoff: str, note: str | None, body: contract.HandoffBody) -> c.HandoffCommand:
    return c.AcceptHandoff(handoff=handoff, note=note)


def _done(handoff: str, note: str | None, body: contract.HandoffBody) -> c.HandoffCommand:
    return c.FinishHandoff(
        handoff=handoff, note=note, identity_checked=body.identity_checked, explained=body.explained
    )


def _return(handoff: str, note: str | None, body: contract.HandoffBody) -> c.HandoffCommand:
    return c.ReturnHandoff(handoff=handoff, note=note)


ACTIONS: dict[str, Callable[[str, str | None, contract.HandoffBody], c.HandoffCommand]] = {
    "accept": _accept,
    "done": _done,
    "return": _return,
}


def handler(action: str) -> Callable[[Call[Any]], Awaitable[contract.HandoffAnswer]]:
    """The handler of one action. A principal bound to a department acts only on its own."""
    make = ACTIONS[action]

    async def act(call: Call[Any]) -> contract.HandoffAnswer:
        ticket, handoff = _find(call)
        if call.principal.department not in (None, handoff.department):
            raise ProblemError("forbidden", 403)
        note, rows = private_text("note", call.body.note)
        outcome = await call.execute(make(handoff.id, note, call.body), private=rows)
        ticket, handoff = _find(call)
        return contract.HandoffAnswer(handoff=await _info(call, ticket, handoff), seq=outcome.seq)

    return act


def _find(call: Call[Any]) -> tuple[Ticket, Handoff]:
    state = call.state
    ticket = state.tickets.get(state.by_handoff.get(call.params["handoff"], ""))
    for handoff in ticket.facts.handoffs if ticket is not None else ():
        if handoff.id == call.params["handoff"] and ticket is not None:
            return ticket, handoff
    raise ProblemError("unknown_handoff", 404)
