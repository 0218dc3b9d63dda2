"""``POST …/counters/{counter}/{action}``: what staff do at a counter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain import events as e
from queue_server.hall import staff_tickets
from queue_server.log import Outcome
from queue_server.web import Call, PrivateText, ProblemError
from queue_server.web.references import new_reference, private_text

Answer = Awaitable[contract.TicketAnswer]
Made = tuple[c.CounterCommand, tuple[PrivateText, ...]]


def _open(counter: str, body: contract.OpenBody) -> Made:
    services = None if body.services is None else tuple(body.services)
    return c.OpenCounter(counter=counter, services=services, preset=body.preset), ()


async def pause(call: Call[contract.ReasonBody]) -> contract.TicketAnswer:
    """``POST …/pause``: a reason of the configuration is kept by its id, any other text privately."""
    reason, known = call.body.reason, call.deps.settings.sites[call.state.site].pause_reasons
    reason, rows = (reason, ()) if reason in known else private_text("reason", reason)
    command = c.PauseCounter(counter=call.params["counter"], reason=reason)
    return await _answer(call, "pause", await call.execute(command, private=rows))


async def call_many(call: Call[contract.NumbersBody]) -> contract.TicketsAnswer:
    """``POST …/call-many``: several numbers to a pick-up counter, all or none."""
    command = c.CallNumbers(counter=call.params["counter"], numbers=tuple(call.body.numbers))
    return await staff_tickets.several(call, await call.execute(command), e.TicketCalled)


def _close(counter: str, body: contract.Nothing) -> Made:
    return c.CloseCounter(counter=counter), ()


def _call_next(counter: str, body: contract.CallNextBody) -> Made:
    return c.CallNext(counter=counter, seen=_seen(body)), ()


def _call(counter: str, body: contract.CallBody) -> Made:
    return c.CallNumber(counter=counter, number=body.number, seen=_seen(body)), ()


def _seen(body: contract.CallNextBody | contract.CallBody) -> tuple[str, ...] | None:
    return None if body.seen is None else tuple(body.seen)


def _recall(counter: str, body: contract.WhichBody) -> Made:
    return c.Recall(counter=counter, number=body.number), ()


def _start(counter: str, body: contract.WhichBody) -> Made:
    return c.StartService(counter=counter, number=body.number), ()


def _finish(counter: str, body: contract.WhichBody) -> Made:
    return c.FinishService(counter=counter, number=body.number), ()


def _hold(counter: str, body: contract.HoldBody) -> Made:
    ref, rows = private_text("reason", body.reason)
    return c.HoldTicket(counter=counter, number=body.number, reason=ref), rows


def _no_show(counter: str, body: contract.WhichBody) -> Made:
    return c.MarkNoShow(counter=counter, number=body.number), ()


def _restore(counter: str, body: contract.RestoreBody) -> Made:
    return c.RestoreTicket(counter=counter, number=body.number, place=body.place), ()


def _transfer(counter: str, body: contract.TransferBody) -> Made:
    ref, rows = private_text("note", body.note)
    command = c.TransferTicket(
        counter=counter, number=body.number, service=body.service, keep_place=body.keep_place, note=ref
    )
    return command, rows


def _hand_off(counter: str, body: contract.HandOffBody) -> Made:
    """One part of the work by department and title. Procedures come with a ticket's case."""
    if body.procedures is not None:
        raise ProblemError("no_case", 409)
    if body.department is None:
        raise ProblemError("department_needed", 422)
    if not body.title:
        raise ProblemError("title_needed", 422)
    title, rows = private_text("title", body.title)
    item = c.HandoffItem(
        handoff=new_reference("h"), department=body.department, awaited=body.awaited, title=title
    )
    return c.HandOff(counter=counter, number=body.number, items=(item,)), rows


def _await_pickup(counter: str, body: contract.WhichBody) -> Made:
    return c.AwaitPickup(counter=counter, number=body.number, handoff=new_reference("h")), ()


def _undo(counter: str, body: contract.Nothing) -> Made:
    return c.Undo(counter=counter), ()


ACTIONS: dict[str, Callable[[str, Any], Made]] = {
    "open": _open,
    "close": _close,
    "call-next": _call_next,
    "call": _call,
    "recall": _recall,
    "start": _start,
    "finish": _finish,
    "hold": _hold,
    "no-show": _no_show,
    "restore": _restore,
    "transfer": _transfer,
    "hand-off": _hand_off,
    "await-pickup": _await_pickup,
    "undo": _undo,
}
CALLS = ("call-next", "call")
"""Actions that answer with the ticket they called, or with none."""
ABOUT_COUNTER = ("open", "pause", "close", "undo")
"""Actions that answer with whoever is at the counter afterwards."""


def handler(action: str) -> Callable[[Call[Any]], Answer]:
    """The handler of one action."""
    make = ACTIONS[action]

    async def act(call: Call[Any]) -> contract.TicketAnswer:
        command, private = make(call.params["counter"], call.body)
        outcome = await call.execute(command, private=private)
        return await _answer(call, action, outcome)

    return act


async def _answer(call: Call[Any], action: str, outcome: Outcome) -> contract.TicketAnswer:
    zone = call.deps.zone
    if action in CALLS:
        event = staff_tickets.subject(outcome.events, e.TicketCalled)
    elif action in ABOUT_COUNTER:
        event = next((x for x in outcome.events if isinstance(x, e.CommandUndone) and _here(x)), None)
    else:
        event = staff_tickets.subject(outcome.events)
    if event is not None:
        ticket = await staff_tickets.from_event(call.deps.log, call.state, event, zone)
        return contract.TicketAnswer(ticket=ticket, seq=outcome.seq)
    if action in CALLS or outcome.repeated:
        return contract.TicketAnswer(ticket=None, seq=outcome.seq)
    here = call.state.counters[call.params["counter"]].facts.tickets
    if len(here) != 1:
        return contract.TicketAnswer(ticket=None, seq=outcome.seq)
    ticket = await staff_tickets.from_state(
        call.deps.log, call.state, call.state.tickets[here[0]], call.deps.clock.now(), zone
    )
    return contract.TicketAnswer(ticket=ticket, seq=outcome.seq)


def _here(event: e.CommandUndone) -> bool:
    return event.state in ("called", "serving") and event.ticket in event.counter_facts.tickets
