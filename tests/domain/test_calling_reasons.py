"""Why somebody stands where they stand, and whom a counter would leave alone, as the console tells it."""

from zoneinfo import ZoneInfo

import pytest
from hallkit.hall import MINUTE, Hall
from hallkit.sites import small, with_service

from queue_server.domain import commands as c
from queue_server.domain.calling_order import calling_order
from queue_server.hall.counter.calling_reasons import reasons
from queue_server.hall.counter.last_counter import left_alone

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def hall():
    return Hall(small())


def told(hall, counter="1"):
    """Number → codes of its reasons, in the order of calls."""
    state = hall.state
    rule, here = state.rules.counters[counter], state.counters[counter].facts.tickets
    return [
        (state.tickets[x.ticket].number, [r.code for r in reasons(state, x, rule, here, TOKYO)])
        for x in calling_order(state, state.counters[counter], hall.now, 20)
    ]


def test_arrival_class_and_fairness():
    hall = Hall(with_service(small(), "cert", fairness=3))
    plain = hall.issue("cert")
    first, second = hall.issue("cert", priority="baby"), hall.issue("cert", priority="baby")
    assert told(hall) == [(first, ["priority"]), (plain, ["arrival", "fairness"]), (second, ["priority"])]


def test_an_appointment_says_its_time(hall):
    number = hall.issue("cert", slot=hall.now + 4 * MINUTE)
    assert told(hall) == [(number, ["appointment"])]
    [found] = calling_order(hall.state, hall.state.counters["1"], hall.now, 1)
    assert reasons(hall.state, found, None, (), TOKYO)[0].at == "9:04"


def test_back_from_hold_and_from_being_absent(hall):
    held, absent, late = (hall.issue("cert") for _ in range(3))
    hall.do(c.CallNumber(counter="1", number=held))
    hall.do(c.HoldTicket(counter="1"))
    hall.do(c.CallNumber(counter="1", number=absent))
    hall.do(c.MarkNoShow(counter="1"))
    hall.do(c.CallNumber(counter="1", number=late))
    hall.do(c.DelayTicket(ticket=hall.ticket(late).id))
    for number in (held, absent):
        hall.do(c.RestoreTicket(counter="1", number=number, place="end"))
    found = dict(told(hall))
    assert [found[number] for number in (held, absent, late)] == [["unheld"], ["back"], ["late"]]


def test_a_place_given_by_hand_says_so(hall):
    first = hall.issue("cert")
    hall.wait(3)
    second = hall.issue("cert")
    hall.do(c.HoldTicket(counter="1", number=second))
    hall.do(c.RestoreTicket(counter="1", number=second, place="front"))
    assert told(hall) == [(second, ["moved"]), (first, ["arrival"])]


def test_a_little_late(hall):
    late = hall.issue("cert")
    for _ in range(4):
        hall.wait(1)
        hall.issue("cert")
    hall.do(c.DelayTicket(ticket=hall.ticket(late).id))
    assert dict(told(hall))[late] == ["late"]


def test_passed_on_with_the_place_and_without(hall):
    kept, fresh = hall.issue("cert"), hall.issue("cert")
    for number, keep in ((kept, True), (fresh, False)):
        hall.do(c.CallNumber(counter="2", number=number))
        hall.wait(1)
        hall.do(c.TransferTicket(counter="2", service="tax", keep_place=keep))
    assert told(hall) == [(kept, ["transferred_kept"]), (fresh, ["transferred"])]


def test_helping_the_next_errand_and_a_pick_up(hall):
    helped = hall.issue("move")
    assert told(hall, "4") == [(helped, ["arrival", "helped"])]
    both = hall.issue("cert", "tax")
    hall.call_next("1")
    assert told(hall) == [(both, ["same", "arrival"])]
    hall.do(c.AwaitPickup(counter="1", handoff="h"))
    hall.do(c.FinishHandoff(handoff="h"))
    hall.call_next("1")
    hall.call_next("1")
    assert told(hall, "P") == [(both, ["pickup"])]


def test_somebody_from_yesterday(hall):
    number = hall.issue("cert")
    hall.do(c.CarryTicket(ticket=hall.ticket(number).id))
    hall.next_day()
    hall.do(c.ReturnTicket(ticket=hall.ticket(number).id))
    assert told(hall)[0][1][0] == "carried"


def alone(hall, counter):
    found = left_alone(hall.state, hall.state.counters[counter])
    return [(x.names["en"], x.waiting) for x in found]


def test_only_the_last_counter_leaves_people_alone(hall):
    for service in ("cert", "tax", "move"):
        hall.issue(service)
    assert alone(hall, "1") == []  # 2 serves certificates, 4 tax
    assert alone(hall, "3") == []  # 4 helps
    hall.do(c.CloseCounter(counter="4"))
    assert alone(hall, "1") == [("tax", 1)]
    assert alone(hall, "3") == [("move", 1)]
    hall.do(c.PauseCounter(counter="2"))
    assert alone(hall, "1") == [("cert", 1), ("tax", 1)]
    assert alone(hall, "2") == []  # it rests already
    assert alone(hall, "P") == []  # nobody waits there
