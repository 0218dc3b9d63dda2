"""Late, absent, back again, not today: one rule for all (R-15)."""

import pytest
from hallkit.hall import Hall
from hallkit.sites import small

from queue_server.domain import commands as c
from queue_server.domain import queue


def order(hall, service="cert"):
    return [hall.state.tickets[key[2]].number for key in queue.order(hall.state, service)]


def called(hall, number, counter="1"):
    hall.do(c.CallNumber(counter=counter, number=number))


def ruled(**rule):
    return Hall(small(**{"absent_after_recalls": 0, "return_places": 2, **rule}))


# --- absent by the rule ---


def test_recalled_often_enough_and_a_minute_to_come_then_absent():
    hall = ruled(absent_after_recalls=2)
    number = hall.issue("cert")
    called(hall, number)
    hall.do(c.Recall(counter="1"))
    hall.wait(5)
    assert hall.do(c.MarkAbsent()) == []
    hall.do(c.Recall(counter="1"))
    hall.wait(seconds=59)
    assert hall.do(c.MarkAbsent()) == []
    hall.wait(seconds=1)
    assert hall.kinds(c.MarkAbsent()) == ["TicketNoShow"]
    assert hall.shown(number) == "no_show"
    assert hall.numbers_at("1") == []


def test_long_after_the_call_absent_but_only_when_recalled():
    """A clerk who serves without pressing start never recalls: the person at the desk stays there."""
    hall = ruled(absent_after_minutes=10)
    served, absent = hall.issue("cert"), hall.issue("cert")
    called(hall, served, "1")
    called(hall, absent, "2")
    hall.do(c.Recall(counter="2"))
    hall.wait(10)
    hall.do(c.MarkAbsent())
    assert (hall.shown(served), hall.shown(absent)) == ("called", "no_show")


def test_whoever_has_come_is_never_absent():
    hall = ruled(absent_after_recalls=1)
    number = hall.issue("cert")
    called(hall, number)
    hall.do(c.Recall(counter="1"))
    hall.do(c.StartService(counter="1"))
    hall.wait(60)
    assert hall.do(c.MarkAbsent()) == []


def test_without_a_rule_nobody_is_absent_by_itself():
    hall = ruled()
    called(hall, hall.issue("cert"))
    hall.do(c.Recall(counter="1"))
    hall.wait(600)
    assert hall.do(c.MarkAbsent()) == []


def test_an_absence_by_the_rule_can_be_undone_at_each_counter():
    hall = ruled(absent_after_recalls=1)
    numbers = {key: hall.issue("cert") for key in ("1", "2")}
    for counter, number in numbers.items():
        called(hall, number, counter)
        hall.do(c.Recall(counter=counter))
    hall.wait(2)
    hall.do(c.MarkAbsent())
    hall.do(c.Undo(counter="2"))
    assert (hall.shown(numbers["1"]), hall.shown(numbers["2"])) == ("no_show", "called")
    assert hall.numbers_at("2") == [numbers["2"]]


@pytest.mark.parametrize("rule", ["absent_after_recalls", "absent_after_minutes"])
def test_an_absence_that_was_taken_back_leaves_a_minute_to_press_start(rule):
    hall = ruled(**{rule: 1})
    called(hall, hall.issue("cert"))
    hall.do(c.Recall(counter="1"))
    hall.wait(2)
    hall.do(c.MarkAbsent())
    hall.do(c.Undo(counter="1"))
    hall.wait(seconds=59)
    assert hall.do(c.MarkAbsent()) == []
    hall.wait(seconds=1)
    assert hall.kinds(c.MarkAbsent()) == ["TicketNoShow"]


# --- back again ---


@pytest.mark.parametrize(
    ("places", "expected"), [(0, "X123"), (1, "1X23"), (2, "12X3"), (9, "123X")], ids=str
)
def test_whoever_comes_back_stands_where_the_rule_says(places, expected):
    hall = ruled(return_places=places)
    back = hall.issue("cert")
    called(hall, back)
    hall.do(c.MarkNoShow(counter="1"))
    others = [hall.issue("cert") for _ in range(3)]
    hall.do(c.ReturnTicket(ticket="t1"))
    named = {back: "X", **{number: str(at) for at, number in enumerate(others, 1)}}
    assert "".join(named[number] for number in order(hall)) == expected


def test_the_others_are_all_who_wait_at_the_same_counters():
    """At counter 1, which calls for both, two others go first: not two who came for the same."""
    hall = ruled(return_places=2)
    back = hall.issue("cert")
    called(hall, back)
    hall.do(c.MarkNoShow(counter="1"))
    one, two, three = hall.issue("tax"), hall.issue("cert"), hall.issue("tax")
    hall.do(c.CloseCounter(counter="2"))
    hall.do(c.ReturnTicket(ticket="t1"))
    assert [hall.call_next("1") for _ in range(4)] == [one, two, back, three]


def test_staff_may_choose_another_place():
    hall = ruled(return_places=9)
    back = hall.issue("cert")
    called(hall, back)
    hall.do(c.HoldTicket(counter="1"))
    later = hall.issue("cert")
    hall.do(c.ReturnTicket(ticket="t1", place="front"))
    assert order(hall) == [back, later]


# --- a little late ---


def test_a_little_late_when_called_goes_back_into_the_queue_and_frees_the_counter():
    hall = ruled(late_places=1)
    late, one, two = (hall.issue("cert") for _ in range(3))
    called(hall, late)
    event = hall.do(c.DelayTicket(ticket="t1"))[0]
    assert event.returned
    assert event.counter == "1"
    assert hall.numbers_at("1") == []
    assert order(hall) == [one, late, two]
    assert hall.facts(late).calls[-1].outcome == "delayed"


def test_a_little_late_when_absent_comes_back_by_the_rule_of_return():
    hall = ruled(return_places=1)
    late, one, two = (hall.issue("cert") for _ in range(3))
    called(hall, late)
    hall.do(c.MarkNoShow(counter="1"))
    hall.do(c.DelayTicket(ticket="t1"))
    assert order(hall) == [one, late, two]
    called(hall, late)
    assert hall.refused(c.DelayTicket(ticket="t1")) == "already_delayed"


# --- tomorrow, or not at all ---


def test_carried_to_tomorrow_held_and_first_when_back():
    hall = ruled(carry=())
    carried, expired = hall.issue("cert"), hall.issue("cert")
    hall.do(c.CarryTicket(ticket="t1"))
    assert hall.shown(carried) == "held"
    assert order(hall) == [expired]
    assert hall.do(c.CarryTicket(ticket="t1")) == []
    hall.next_day()
    assert list(hall.state.by_number) == [carried]
    hall.do(c.OpenCounter(counter="1"))
    new = hall.issue("cert")
    hall.do(c.ReturnTicket(ticket="t1"))
    assert order(hall) == [carried, new]
    assert hall.call_next("1") == carried


def test_back_today_after_all_is_not_carried():
    hall = ruled(carry=())
    hall.issue("cert")
    hall.do(c.CarryTicket(ticket="t1"))
    hall.do(c.ReturnTicket(ticket="t1"))
    hall.next_day()
    assert hall.state.tickets == {}


def test_expired_by_staff_and_brought_back():
    hall = ruled()
    number = hall.issue("cert")
    hall.do(c.ExpireTicket(ticket="t1"))
    assert hall.shown(number) == "expired"
    hall.do(c.ReopenTicket(ticket="t1"))
    assert order(hall) == [number]


def test_whoever_was_carried_is_held_the_next_day_and_not_carried_again_by_itself():
    hall = Hall(small())
    number = hall.issue("cert")
    hall.do(c.CarryTicket(ticket=hall.ticket(number).id))
    hall.do(c.CloseDay(force=True))
    hall.open_day()
    assert hall.facts(number).carried  # the same day, opened again
    hall.next_day()
    assert hall.shown(number) == "held"
    assert not hall.facts(number).carried
    hall.do(c.CloseDay(force=True))
    assert hall.state.carried == ()
