"""The state machine of a ticket, as one table.

Each row: which command, in which shown states of the ticket it is allowed, which event it writes, and in
which shown states the ticket can be afterwards. ``decide`` asks this table, the tests are parametrised by it,
and ``docs/moves.md`` is printed from it.
"""

from __future__ import annotations

from typing import NamedTuple, get_args

from . import commands as c
from . import events as e
from .refusal import RefusedError
from .state import ShownState, TicketFacts, shown

ALIVE: frozenset[ShownState] = frozenset({"waiting", "called", "serving", "held", "no_show", "processing"})
ENDED: frozenset[ShownState] = frozenset({"done", "cancelled", "expired"})
HERE: frozenset[ShownState] = frozenset({"called", "serving"})
AFTER_SERVICE: frozenset[ShownState] = frozenset({"waiting", "processing", "done"})


class Move(NamedTuple):
    """One row of the table."""

    command: type
    allowed: frozenset[ShownState]
    event: type
    result: frozenset[ShownState]
    refusal: str
    """The code when the ticket is in another state."""


def _states(*names: ShownState) -> frozenset[ShownState]:
    return frozenset(names)


MOVES: tuple[Move, ...] = (
    Move(c.CallNext, _states("waiting"), e.TicketCalled, _states("called"), "not_waiting"),
    Move(
        c.CallNumber, _states("waiting", "held", "no_show"), e.TicketCalled, _states("called"), "not_waiting"
    ),
    Move(
        c.CallNumbers,
        _states("waiting", "held", "no_show", "processing"),
        e.TicketCalled,
        _states("called"),
        "numbers_not_ready",
    ),
    Move(c.Recall, _states("called"), e.TicketRecalled, _states("called"), "not_called"),
    Move(c.StartService, HERE, e.ServiceStarted, _states("serving"), "not_called"),
    Move(c.FinishService, HERE, e.TicketFinished, AFTER_SERVICE, "not_called"),
    Move(c.HoldTicket, HERE | {"waiting"}, e.TicketHeld, _states("held", "processing"), "not_waiting"),
    Move(c.MarkNoShow, _states("called"), e.TicketNoShow, _states("no_show", "processing"), "not_called"),
    Move(c.MarkAbsent, _states("called"), e.TicketNoShow, _states("no_show", "processing"), "not_called"),
    Move(c.ReturnTicket, _states("held", "no_show"), e.TicketRestored, _states("waiting"), "not_held"),
    Move(c.RestoreTicket, _states("held", "no_show"), e.TicketRestored, _states("waiting"), "not_held"),
    Move(c.TransferTicket, HERE, e.TicketTransferred, _states("waiting"), "not_called"),
    Move(c.HandOff, HERE, e.HandoffOpened, HERE, "not_called"),
    Move(c.AwaitPickup, HERE, e.TicketFinished, _states("waiting", "processing"), "not_called"),
    Move(c.ChangeService, _states("waiting"), e.ServiceChanged, _states("waiting"), "not_waiting"),
    Move(c.PrioritiseTicket, _states("waiting"), e.TicketPrioritised, _states("waiting"), "not_waiting"),
    Move(
        c.DelayTicket,
        _states("waiting", "called", "no_show"),
        e.TicketDelayed,
        _states("waiting", "processing"),
        "not_waiting",
    ),
    Move(c.CancelTicket, ALIVE - {"serving"}, e.TicketCancelled, _states("cancelled"), "not_waiting"),
    Move(c.CancelTickets, _states("waiting"), e.TicketCancelled, _states("cancelled"), "numbers_not_waiting"),
    Move(
        c.CarryTicket, _states("waiting", "held", "no_show"), e.TicketCarried, _states("held"), "not_waiting"
    ),
    Move(
        c.ExpireTicket,
        _states("waiting", "held", "no_show", "processing"),
        e.TicketExpired,
        _states("expired"),
        "not_waiting",
    ),
    Move(c.ReprintTicket, ALIVE, e.TicketReprinted, ALIVE, "ticket_ended"),
    Move(c.SetLanguage, ALIVE, e.TicketLanguageSet, ALIVE, "ticket_ended"),
    Move(c.ReopenTicket, ENDED, e.TicketReopened, _states("waiting", "processing"), "not_ended"),
    Move(c.CloseDay, ALIVE, e.TicketExpired, _states("expired"), "ticket_ended"),
)

CHOOSING = (c.CallNext, c.MarkAbsent, c.CloseDay)
"""Commands that choose their tickets themselves and pass over those they may not have."""

BY_COMMAND: dict[type, Move] = {move.command: move for move in MOVES}


def require(command: type, facts: TicketFacts, number: str) -> None:
    """Raise the row's refusal when the ticket is in a state that the command is not allowed in."""
    move = BY_COMMAND[command]
    state = shown(facts)
    if state not in move.allowed:
        code = "ticket_ended" if state in ENDED and move.refusal == "not_waiting" else move.refusal
        raise RefusedError(code, number=number, state=state)


def table() -> str:
    """The moves as a page in Markdown: ``docs/moves.md``, written by ``tools/domain_docs.py``."""
    lines = [
        "# Moves of a ticket",
        "",
        "Printed from `queue_server/domain/moves.py`, the table that the core itself asks: run",
        "`python tools/domain_docs.py` after a change. A ticket's state is derived: its place if it has one, else",
        "`waiting` while an errand is open, else `processing` while a hand-off is awaited, else how it ended.",
        "",
        "| command | allowed in | event | the ticket is then | refused otherwise with |",
        "|---|---|---|---|---|",
    ]
    for move in MOVES:
        cells = (
            f"`{move.command.__name__}`",
            _listed(move.allowed),
            f"`{move.event.__name__}`",
            _listed(move.result),
            f"`{move.refusal}`" if move.command not in CHOOSING else "—",
        )
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "- A command about the ticket at a counter is refused with `no_ticket_here` for a ticket that is not there,",
        "  and with `ticket_ended` instead of `not_waiting` for one that has ended.",
        f"- {', '.join(f'`{x.__name__}`' for x in CHOOSING)} choose their tickets themselves and leave the others.",
        "- `CallNumbers` is for pick-up counters; what is `processing` must only wait for a plain `AwaitPickup`.",
        "  It and `CancelTickets` do all of their numbers or none.",
        "- `MarkAbsent` follows the site's rule: only who was recalled and has not come.",
        "- `StartService` and `FinishService` repeated do nothing.",
        "- `processing` after `HoldTicket`, `MarkNoShow`, `MarkAbsent` or `DelayTicket`: a department had given",
        "  work back meanwhile, so there is nothing to pick up yet; the pick-up opens again when it is done.",
        "- Hand-offs move on their own (`AcceptHandoff`, `FinishHandoff`, `ReturnHandoff`): the last awaited one opens",
        "  the pick-up (`processing` to `waiting`), a returned one takes it back.",
        "- `Undo` puts every ticket of the counter's last command back into the state it had before.",
        "",
    ]
    return "\n".join(lines)


def _listed(states: frozenset[ShownState]) -> str:
    return ", ".join(state for state in get_args(ShownState) if state in states)
