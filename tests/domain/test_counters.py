"""Counters: open, pause, close, take over; desks hold one ticket, pick-up counters many."""

import pytest
from hallkit.hall import Hall
from hallkit.sites import small

from queue_server.domain import commands as c


@pytest.fixture
def hall():
    return Hall(small(), open_counters=False)


def test_it_opens_with_the_configured_services_or_those_given(hall):
    hall.do(c.OpenCounter(counter="1", by="ann"))
    assert (hall.at("1").status, hall.at("1").services, hall.at("1").by) == ("open", ("cert", "tax"), "ann")
    hall.do(c.OpenCounter(counter="1", services=("move",), by="ann"))
    assert hall.at("1").services == ("move",)


def test_opening_again_is_nothing_unless_by_somebody_else(hall):
    hall.do(c.OpenCounter(counter="1", by="ann"))
    assert hall.do(c.OpenCounter(counter="1", by="ann")) == []
    assert hall.kinds(c.OpenCounter(counter="1", by="bob")) == ["CounterOpened"]
    assert hall.at("1").by == "bob"


def test_taking_over_keeps_who_is_there(hall):
    hall.do(c.OpenCounter(counter="1", by="ann"))
    number = hall.issue("cert")
    hall.serve(number, "1")
    hall.do(c.OpenCounter(counter="1", by="bob"))
    assert hall.numbers_at("1") == [number]


def test_a_closed_counter_calls_nobody(hall):
    hall.issue("cert")
    assert hall.refused(c.CallNext(counter="1")) == "counter_closed"
    assert hall.refused(c.PauseCounter(counter="1")) == "counter_closed"


def test_a_pause_may_begin_with_a_ticket_there_and_calls_nobody_else(hall):
    hall.do(c.OpenCounter(counter="1"))
    hall.issue("cert")
    hall.issue("cert")
    hall.call_next("1")
    hall.do(c.PauseCounter(counter="1", reason="lunch"))
    assert hall.at("1").reason == "lunch"
    assert hall.do(c.PauseCounter(counter="1")) == []
    assert hall.refused(c.CallNext(counter="1")) == "counter_paused"
    assert hall.refused(c.CallNumber(counter="1", number="2")) == "counter_paused"
    hall.do(c.StartService(counter="1"))
    hall.do(c.FinishService(counter="1"))
    hall.do(c.OpenCounter(counter="1"))
    assert (hall.at("1").status, hall.at("1").reason) == ("open", None)
    assert hall.call_next("1") == "2"


def test_close_with_a_ticket_is_refused(hall):
    hall.do(c.OpenCounter(counter="1"))
    hall.issue("cert")
    hall.call_next("1")
    assert hall.refused(c.CloseCounter(counter="1")) == "counter_busy"
    hall.do(c.FinishService(counter="1"))
    assert hall.kinds(c.CloseCounter(counter="1")) == ["CounterClosed"]
    assert hall.do(c.CloseCounter(counter="1")) == []


def test_a_number_out_of_turn_finishes_who_is_at_the_desk(hall):
    hall.do(c.OpenCounter(counter="1"))
    first, second, third = (hall.issue("cert") for _ in range(3))
    hall.call_next("1")
    events = hall.do(c.CallNumber(counter="1", number=third))
    assert [type(x).__name__ for x in events] == ["TicketFinished", "TicketCalled"]
    assert events[1].rule == "chosen"
    assert (hall.shown(first), hall.shown(second), hall.numbers_at("1")) == ("done", "waiting", [third])


def test_any_number_may_be_called_whatever_its_service(hall):
    hall.do(c.OpenCounter(counter="1"))
    number = hall.issue("move", "tax")
    called = hall.do(c.CallNumber(counter="1", number=number))[0]
    assert called.service == "tax"  # its errand that the counter serves
    hall.do(c.HoldTicket(counter="1"))
    hall.do(c.OpenCounter(counter="3"))
    assert hall.do(c.CallNumber(counter="3", number=number))[0].service == "tax"  # what it was held for


@pytest.mark.parametrize("number", [None, "3"])
def test_of_two_calls_that_meet_the_second_finishes_nobody(hall, number):
    hall.do(c.OpenCounter(counter="1"))
    for _ in range(3):
        hall.issue("cert")
    call = (
        c.CallNext(counter="1", seen=()) if number is None else c.CallNumber(counter="1", number="3", seen=())
    )
    hall.do(c.CallNext(counter="1", seen=()))
    assert hall.refused(call) == "counter_changed"
    assert hall.numbers_at("1") == ["1"]
    assert hall.kinds(c.CallNext(counter="1", seen=("1",))) == ["TicketFinished", "TicketCalled"]
    assert hall.refused(c.CallNext(counter="1", seen=("1",))) == "counter_changed"
    hall.do(c.FinishService(counter="1"))
    assert hall.refused(c.CallNext(counter="1", seen=("2",))) == "counter_changed"


# --- the pick-up counter ---


@pytest.fixture
def pickup(hall):
    hall.do(c.OpenCounter(counter="P"))
    numbers = [hall.issue("pick", written_number=f"T0{n}") for n in (1, 2, 3)]
    for _ in numbers:
        hall.call_next("P")
    return hall


def test_a_pick_up_counter_shows_many_at_once(pickup):
    assert pickup.numbers_at("P") == ["T01", "T02", "T03"]
    assert pickup.do(c.CallNext(counter="P")) == []
    assert pickup.do(c.CallNext(counter="P", seen=("T03", "T01", "T02"))) == [], "in whatever order"
    assert pickup.refused(c.CallNext(counter="P", seen=("T01", "T02"))) == "counter_changed"


def test_with_many_there_the_number_must_be_said(pickup):
    for given in (c.FinishService, c.Recall, c.StartService, c.HoldTicket, c.MarkNoShow):
        assert pickup.refused(given(counter="P")) == "number_needed"
    pickup.do(c.FinishService(counter="P", number="T02"))
    assert pickup.numbers_at("P") == ["T01", "T03"]
    assert pickup.do(c.FinishService(counter="P", number="T02")) == []
    pickup.do(c.MarkNoShow(counter="P", number="T01"))
    pickup.do(c.FinishService(counter="P"))
    assert pickup.at("P").tickets == ()


def test_recall_shows_the_number_on_the_boards_again(pickup):
    pickup.do(c.Recall(counter="P", number="T01"))
    assert [x.number for x in pickup.state.calls] == ["T01", "T02", "T03", "T01"]
