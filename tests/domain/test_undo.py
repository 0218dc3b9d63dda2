"""Undo takes back the whole last command of a counter, if recent and nothing later touched its tickets."""

import pytest
from hallkit.hall import Hall
from hallkit.sites import small
from msgspec.structs import replace

from queue_server.domain import commands as c
from queue_server.domain import queue


@pytest.fixture
def hall():
    return Hall(small())


def without_traces(facts):
    """The facts but `touched` and the calls that were taken back."""
    return replace(facts, touched=0, calls=tuple(x for x in facts.calls if x.outcome != "undone"))


def at_counter_1(hall):
    hall.serve(hall.issue("cert"), "1")


def absent(hall):
    hall.issue("cert")
    hall.call_next("1")
    hall.do(c.MarkNoShow(counter="1"))


def waiting(hall):
    hall.issue("cert")
    hall.issue("tax")


COMMANDS = {
    "call-next": (waiting, c.CallNext(counter="1")),
    "call": (waiting, c.CallNumber(counter="1", number="101")),
    "call somebody absent": (absent, c.CallNumber(counter="1", number="1")),
    "recall": (lambda hall: (waiting(hall), hall.call_next("1")), c.Recall(counter="1")),
    "start": (lambda hall: (waiting(hall), hall.call_next("1")), c.StartService(counter="1")),
    "finish": (at_counter_1, c.FinishService(counter="1")),
    "finish A and call B": (lambda hall: (at_counter_1(hall), waiting(hall)), c.CallNext(counter="1")),
    "hold": (at_counter_1, c.HoldTicket(counter="1")),
    "hold from the queue": (waiting, c.HoldTicket(counter="1", number="1")),
    "no-show": (lambda hall: (waiting(hall), hall.call_next("1")), c.MarkNoShow(counter="1")),
    "restore": (absent, c.RestoreTicket(counter="1", number="1", place="end")),
    "transfer": (at_counter_1, c.TransferTicket(counter="1", service="tax", keep_place=False)),
    "hand-off": (
        at_counter_1,
        c.HandOff(counter="1", items=(c.HandoffItem(handoff="x", department="care"),)),
    ),
    "await-pickup": (at_counter_1, c.AwaitPickup(counter="1", handoff="x")),
    "pause": (at_counter_1, c.PauseCounter(counter="1")),
    "close": (waiting, c.CloseCounter(counter="1")),
    "open": (waiting, c.OpenCounter(counter="1", services=("tax",))),
    "take over": (at_counter_1, c.OpenCounter(counter="1", by="another")),
}


@pytest.mark.parametrize(("prepare", "command"), COMMANDS.values(), ids=COMMANDS)
def test_everything_is_as_before(hall, prepare, command):
    prepare(hall)
    tickets = {x.id: without_traces(x.facts) for x in hall.state.tickets.values()}
    counter = hall.at("1")
    calls = list(hall.state.calls)
    orders = [queue.order(hall.state, service) for service in hall.rules.services]
    handoffs = dict(hall.state.by_handoff)
    assert hall.do(command)
    hall.do(c.Undo(counter="1"))
    assert {x.id: without_traces(x.facts) for x in hall.state.tickets.values()} == tickets
    assert hall.at("1") == counter
    assert hall.state.calls == calls
    assert [queue.order(hall.state, service) for service in hall.rules.services] == orders
    assert hall.state.by_handoff == handoffs
    assert hall.folded_again() == hall.state


def test_finish_a_and_call_b_are_one_command(hall):
    first, second = hall.issue("cert"), hall.issue("cert")
    hall.serve(first, "1")
    taken = hall.do(c.CallNext(counter="1"))
    undone = hall.do(c.Undo(counter="1"))
    assert [(x.number, x.state, x.was_called) for x in undone] == [
        (first, "serving", False),
        (second, "waiting", True),
    ]
    assert {x.undone for x in undone} == {taken[0].cmd}
    assert hall.numbers_at("1") == [first]
    assert hall.call_next("2") == second


def test_a_call_that_was_taken_back_stays_in_the_record(hall):
    number = hall.issue("cert")
    hall.call_next("1")
    hall.wait(seconds=20)
    hall.do(c.Undo(counter="1"))
    assert [x.outcome for x in hall.facts(number).calls] == ["undone"]
    hall.call_next("2")
    assert [x.outcome for x in hall.facts(number).calls] == ["undone", "open"]


def test_the_wait_is_told_as_if_the_call_had_not_been(hall):
    number = hall.issue("cert")
    hall.wait(3)
    hall.call_next("1")
    hall.do(c.Undo(counter="1"))
    hall.wait(5)
    cancelled = hall.do(c.CancelTicket(ticket=hall.ticket(number).id))[0]
    assert cancelled.waited == 8 * 60_000


def test_the_calls_of_somebody_called_twice_keep_their_order(hall):
    """Finish and call of one ticket are undone: the running call is again the last one."""
    number = hall.issue("cert", "tax")
    hall.serve(number, "1")
    hall.do(c.CallNext(counter="1"))
    hall.do(c.Undo(counter="1"))
    assert [x.outcome for x in hall.facts(number).calls] == ["undone", "open"]
    hall.do(c.FinishService(counter="1"))
    assert [x.outcome for x in hall.facts(number).calls] == ["undone", "served"]


def test_within_the_configured_time(hall):
    hall.issue("cert")
    hall.call_next("1")
    hall.wait(seconds=30)
    assert hall.kinds(c.Undo(counter="1")) == ["CommandUndone"]
    hall.call_next("1")
    hall.wait(seconds=31)
    assert hall.refused(c.Undo(counter="1")) == "undo_too_late"


def test_not_twice_and_not_without_a_command(hall):
    assert hall.refused(c.Undo(counter="99")) == "unknown_counter"
    hall.issue("cert")
    hall.call_next("2")
    hall.do(c.Undo(counter="2"))
    assert hall.refused(c.Undo(counter="2")) == "nothing_to_undo"


@pytest.mark.parametrize(
    "touch",
    [
        c.CallNumber(counter="2", number="1"),
        c.CancelTicket(ticket="t1"),
        c.HoldTicket(counter="2", number="1"),
        c.PrioritiseTicket(ticket="t1", priority="baby"),
        c.ChangeService(ticket="t1", to="tax"),
        c.DelayTicket(ticket="t1"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_a_ticket_touched_since_refuses(hall, touch):
    number = hall.issue("cert")
    hall.serve(number, "1")
    hall.do(c.TransferTicket(counter="1", service="cert", keep_place=True))
    hall.do(touch)
    assert hall.refused(c.Undo(counter="1")) == "undo_touched"


def test_a_department_at_work_refuses(hall):
    at_counter_1(hall)
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    hall.do(c.AcceptHandoff(handoff="x"))
    assert hall.refused(c.Undo(counter="1")) == "undo_touched"


def test_a_number_given_again_refuses():
    rules = small()
    rules = replace(rules, bands={**rules.bands, "a": replace(rules.bands["a"], last=1)})
    hall = Hall(rules)
    hall.serve(hall.issue("cert"), "1")
    hall.do(c.FinishService(counter="1"))
    assert hall.issue("cert") == "1"
    assert hall.refused(c.Undo(counter="1")) == "undo_touched"


def test_print_and_language_touch_nothing(hall):
    hall.issue("cert")
    hall.call_next("1")
    hall.do(c.ReprintTicket(ticket="t1", printer="kiosk1"))
    hall.do(c.SetLanguage(ticket="t1", lang="en"))
    assert hall.kinds(c.Undo(counter="1")) == ["CommandUndone"]


def test_who_left_the_counter_by_a_cancel_does_not_come_back(hall):
    """A pause is undone; the ticket that stood there has been cancelled meanwhile."""
    hall.issue("cert")
    hall.call_next("1")
    hall.do(c.PauseCounter(counter="1"))
    hall.do(c.CancelTicket(ticket="t1"))
    hall.do(c.Undo(counter="1"))
    assert (hall.at("1").status, hall.at("1").tickets) == ("open", ())


def test_at_the_pick_up_counter_only_the_last_command_is_taken_back(hall):
    for number in (hall.issue("pick", written_number=f"T{n}") for n in (1, 2)):
        hall.do(c.CallNumber(counter="P", number=number))
    hall.do(c.CancelTicket(ticket="t1"))
    hall.do(c.Undo(counter="P"))
    assert hall.at("P").tickets == ()
    assert hall.shown("T02") == "waiting"


def test_a_hand_off_that_was_taken_back_may_be_made_again(hall):
    at_counter_1(hall)
    hall.hand_off("1", "x@care")
    hall.do(c.Undo(counter="1"))
    assert hall.refused(c.AcceptHandoff(handoff="x")) == "unknown_handoff"
    hall.hand_off("1", "x@care")
