"""The table of moves is the state machine: every command in every shown state, as the table says."""

from typing import get_args

import pytest
from hallkit.hall import Hall
from hallkit.sites import small

from queue_server.domain import commands as c
from queue_server.domain.moves import CHOOSING, ENDED, HERE, MOVES
from queue_server.domain.state import ShownState

STATES = get_args(ShownState)


def in_state(state: str) -> tuple[Hall, str]:
    """A hall with one ticket in the state, and its number. Counter 1 is where it is, or was."""
    hall = Hall(small(carry=()))
    number = hall.issue("cert")
    if state not in ("waiting", "cancelled"):
        hall.do(c.CallNumber(counter="1", number=number))
    match state:
        case "serving":
            hall.do(c.StartService(counter="1"))
        case "held":
            hall.do(c.HoldTicket(counter="1"))
        case "no_show":
            hall.do(c.MarkNoShow(counter="1"))
        case "processing":
            hall.do(c.AwaitPickup(counter="1", handoff="h"))
        case "done":
            hall.do(c.FinishService(counter="1"))
        case "cancelled":
            hall.do(c.CancelTicket(ticket="t1"))
        case "expired":
            # A ticket that expired is known on the next day only while a department still works for it.
            hall.hand_off("1", "h@office", awaited=False)
            hall.next_day()
    assert hall.shown(number) == state
    return hall, number


def command(kind: type, number: str) -> c.Command:
    """The command of a row, about the ticket."""
    match kind:
        case c.CallNext:
            return c.CallNext(counter="2")
        case c.CallNumber:
            return c.CallNumber(counter="2", number=number)
        case c.RestoreTicket:
            return c.RestoreTicket(counter="2", number=number, place="front")
        case c.TransferTicket:
            return c.TransferTicket(counter="1", number=number, service="tax", keep_place=True)
        case c.HandOff:
            item = c.HandoffItem(handoff="h2", department="care")
            return c.HandOff(counter="1", number=number, items=(item,))
        case c.AwaitPickup:
            return c.AwaitPickup(counter="1", number=number, handoff="h2")
        case c.ChangeService:
            return c.ChangeService(ticket="t1", to="tax")
        case c.PrioritiseTicket:
            return c.PrioritiseTicket(ticket="t1", priority="baby")
        case c.ReprintTicket:
            return c.ReprintTicket(ticket="t1", printer="kiosk1")
        case c.SetLanguage:
            return c.SetLanguage(ticket="t1", lang="en")
        case c.CloseDay:
            return c.CloseDay(force=True)
        case c.MarkAbsent:
            return c.MarkAbsent()
        case c.CallNumbers:
            return c.CallNumbers(counter="P", numbers=(number,))
        case c.CancelTickets:
            return c.CancelTickets(numbers=(number,))
        case (
            c.DelayTicket | c.CancelTicket | c.ReopenTicket | c.ReturnTicket | c.CarryTicket | c.ExpireTicket
        ):
            return kind(ticket="t1")
        case _:
            return kind(counter="1", number=number)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.command.__name__)
def test_each_command_in_each_state_does_what_the_table_says(move, state):
    hall, number = in_state(state)
    given = command(move.command, number)
    if move.command is c.CallNumbers:
        hall.do(c.OpenCounter(counter="P", services=("pick", "cert")))
    elif move.command is c.MarkAbsent and state == "called":
        hall.do(c.Recall(counter="1"))
        hall.wait(2)
    if state in move.allowed:
        events = hall.do(given)
        starting_again = move.command is c.StartService and state == "serving"
        assert starting_again or move.event in map(type, events)
        assert hall.shown(number) in move.result
    elif move.command in CHOOSING:
        # These choose their tickets themselves and pass over this one.
        assert move.event not in map(type, hall.do(given))
    elif move.command is c.FinishService and state in ("done", "processing"):
        assert hall.do(given) == []  # it was finished here: repeated
    else:
        code = move.refusal
        if move.allowed <= HERE and state not in HERE:
            code = "no_ticket_here"
        elif state in ENDED and code == "not_waiting":
            code = "ticket_ended"
        assert hall.refused(given) == code
        assert hall.shown(number) == state


def test_no_command_has_two_rows():
    assert len({move.command for move in MOVES}) == len(MOVES)


def test_start_repeated_does_nothing():
    hall, _ = in_state("serving")
    assert hall.do(c.StartService(counter="1")) == []


def test_finish_repeated_does_nothing():
    hall, number = in_state("serving")
    hall.do(c.FinishService(counter="1"))
    assert hall.do(c.FinishService(counter="1")) == []
    assert hall.do(c.FinishService(counter="1", number=number)) == []


def test_a_number_finished_elsewhere_is_not_here():
    hall, number = in_state("done")
    assert hall.refused(c.FinishService(counter="2", number=number)) == "no_ticket_here"


def test_hold_is_refused_for_who_is_at_another_counter():
    hall, number = in_state("called")
    assert hall.refused(c.HoldTicket(counter="2", number=number)) == "not_waiting"


def test_a_site_may_ask_for_recalls_before_no_show():
    hall = Hall(small(no_show_after_recalls=2))
    hall.issue("cert")
    hall.call_next("1")
    assert hall.refused(c.MarkNoShow(counter="1")) == "recall_first"
    hall.do(c.Recall(counter="1"))
    assert hall.refused(c.MarkNoShow(counter="1")) == "recall_first"
    hall.do(c.Recall(counter="1"))
    assert hall.kinds(c.MarkNoShow(counter="1")) == ["TicketNoShow"]


def test_without_start_the_time_counts_from_the_call_and_is_flagged():
    hall = Hall(small())
    hall.issue("cert")
    hall.issue("cert")
    hall.call_next("1")
    finished = hall.do(c.FinishService(counter="1"))[0]
    assert finished.from_call
    hall.call_next("1")
    hall.do(c.StartService(counter="1"))
    assert not hall.do(c.FinishService(counter="1"))[0].from_call


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (c.CallNext(counter="99"), "unknown_counter"),
        (c.CallNumber(counter="1", number="77"), "unknown_number"),
        (c.CancelTicket(ticket="nobody"), "unknown_ticket"),
        (c.FinishHandoff(handoff="none"), "unknown_handoff"),
        (c.OpenCounter(counter="1", services=("fishing",)), "unknown_service"),
        (c.Recall(counter="1"), "no_ticket_here"),
    ],
)
def test_what_is_not_there_is_named(given, code):
    assert Hall(small()).refused(given) == code


def test_between_days_nothing_is_taken():
    hall = Hall(small(), opened=False)
    for given in (hall.issuing("cert"), c.OpenCounter(counter="1"), c.CloseDay(force=True)):
        assert hall.refused(given) == "day_closed"
