"""The state machine of a ticket, as one table.

Each row: which command, in which shown states of the ticket it is allowed, which event it writes, and in
which shown states the ticket can be afterwards. ``decide`` asks this table, the tests are parametrised by it,
and ``docs/moves.md`` is printed from it.
"""

from __future__ import annotations

from typing import NamedTuple

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
    Move(c.Recall, _states("called"), e.TicketRecalled, _states("called"), "not_called"),
    Move(c.StartService, HERE, e.ServiceStarted, _states("serving"), "not_called"),
    Move(c.FinishService, HERE, e.TicketFinished, AFTER_SERVICE, "not_called"),
    Move(c.HoldTicket, HERE | {"waiting"}, e.TicketHeld, _states("held", "processing"), "not_waiting"),
    Move(c.MarkNoShow, _states("called"), e.TicketNoShow, _states("no_show", "processing"), "not_called"),
    Move(c.RestoreTicket, _states("held", "no_show"), e.TicketRestored, _states("waiting"), "not_held"),
    Move(c.TransferTicket, HERE, e.TicketTransferred, _states("waiting"), "not_called"),
    Move(c.HandOff, HERE, e.HandoffOpened, HERE, "not_called"),
    Move(c.AwaitPickup, HERE, e.TicketFinished, _states("waiting", "processing"), "not_called"),
    Move(c.ChangeService, _states("waiting"), e.ServiceChanged, _states("waiting"), "not_waiting"),
    Move(c.PrioritiseTicket, _states("waiting"), e.TicketPrioritised, _states("waiting"), "not_waiting"),
    Move(c.DelayTicket, _states("waiting"), e.TicketDelayed, _states("waiting"), "not_waiting"),
    Move(c.CancelTicket, ALIVE - {"serving"}, e.TicketCancelled, _states("cancelled"), "not_waiting"),
    Move(c.ReprintTicket, ALIVE, e.TicketReprinted, ALIVE, "ticket_ended"),
    Move(c.SetLanguage, ALIVE, e.TicketLanguageSet, ALIVE, "ticket_ended"),
    Move(c.ReopenTicket, ENDED, e.TicketReopened, _states("waiting", "processing"), "not_ended"),
    Move(c.CloseDay, ALIVE, e.TicketExpired, _states("expired"), "ticket_ended"),
)

BY_COMMAND: dict[type, Move] = {move.command: move for move in MOVES}


def require(command: type, facts: TicketFacts, number: str) -> None:
    """Raise the row's refusal when the ticket is in a state that the command is not allowed in."""
    move = BY_COMMAND[command]
    state = shown(facts)
    if state not in move.allowed:
        code = "ticket_ended" if state in ENDED and move.refusal == "not_waiting" else move.refusal
        raise RefusedError(code, number=number, state=state)
