"""Who is next: the earliest due among a counter's services, ties by seq."""

import pytest
from hallkit.hall import MINUTE, Hall
from hallkit.sites import small, with_service

from queue_server.domain import commands as c
from queue_server.domain import queue


@pytest.fixture
def hall():
    return Hall(small())


def test_first_come_first_served(hall):
    numbers = [hall.issue("cert") for _ in range(4)]
    assert hall.call_all("1") == numbers


def test_due_is_arrival_plus_the_target_of_the_service(hall):
    move = hall.issue("move")
    hall.wait(10)
    cert = hall.issue("cert")
    assert hall.facts(move).errands[0].due == hall.ticket(move).issued_at + 30 * MINUTE
    hall.do(c.OpenCounter(counter="1", services=("cert", "move")))
    assert hall.call_all("1") == [cert, move]


def test_a_class_takes_its_boost_off_the_due_time(hall):
    first, second = hall.issue("cert"), hall.issue("cert")
    hall.wait(6)
    elder = hall.issue("cert", priority="elder")
    baby = hall.issue("cert", priority="baby")
    assert hall.call_next("1") == baby
    hall.do(c.CancelTicket(ticket=hall.ticket(baby).id))
    assert hall.call_all("1") == [first, second, elder]  # 6 minutes later, 5 minutes of boost


def test_ties_go_by_seq(hall):
    numbers = [hall.issue("cert"), hall.issue("tax"), hall.issue("cert")]
    assert len({hall.facts(n).errands[0].due for n in numbers}) == 1
    assert hall.call_all("1") == numbers


def test_two_counters_never_get_the_same_ticket(hall):
    numbers = [hall.issue("cert"), hall.issue("cert")]
    assert [hall.call_next("1"), hall.call_next("2")] == numbers


def test_nobody_waiting_is_no_refusal(hall):
    assert hall.do(c.CallNext(counter="1")) == []
    hall.issue("cert")
    hall.call_next("1")
    assert hall.kinds(c.CallNext(counter="1")) == ["TicketFinished"]
    assert hall.at("1").tickets == ()


# --- helped services ---


def test_a_helped_service_waits_ten_minutes_longer(hall):
    move = hall.issue("move")  # due in 30 minutes, at counter 4 as if in 40
    hall.wait(24)
    tax = hall.issue("tax")  # due in 39
    hall.wait(2)
    late = hall.issue("tax")  # due in 41
    assert hall.call_all("4") == [tax, move, late]


def test_the_penalty_counts_only_where_it_is_help(hall):
    move = hall.issue("move")
    hall.wait(24)
    hall.issue("tax")
    assert hall.call_next("3") == move


# --- appointments ---


def test_an_appointment_is_due_at_its_slot_and_callable_a_little_before(hall):
    slot = hall.now + 20 * MINUTE
    booked = hall.issue("cert", slot=slot)
    assert hall.call_next("1") is None
    hall.wait(14)
    assert hall.call_next("1") is None
    hall.wait(1)
    hall.issue("cert")
    assert hall.call_next("1") == booked
    assert hall.facts(booked).errands[0].due == slot


def test_the_second_errand_of_an_appointment_waits_for_the_slot_too(hall):
    """Called out of turn before its slot and finished: the other errand may not be called yet."""
    booked = hall.issue("cert", "tax", slot=hall.now + 30 * MINUTE)
    hall.do(c.CallNumber(counter="1", number=booked))
    assert hall.call_next("1") is None
    hall.wait(25)
    assert hall.call_next("1") == booked


def test_an_appointment_does_not_pass_who_is_due_before_its_slot(hall):
    walk_in = hall.issue("cert")  # due in 15
    booked = hall.issue("cert", slot=hall.now + 16 * MINUTE)
    hall.wait(12)
    assert hall.call_all("1") == [walk_in, booked]


@pytest.mark.parametrize(("late", "due_at_slot"), [(0, True), (10, True), (11, False)])
def test_beyond_the_grace_the_due_time_is_the_check_in(hall, late, due_at_slot):
    slot = hall.now
    hall.wait(late)
    booked = hall.issue("cert", slot=slot)
    assert hall.facts(booked).errands[0].due == (slot if due_at_slot else hall.now)
    assert hall.call_next("1") == booked


def test_a_delayed_appointment_is_not_hidden_by_one_that_is_too_early(hall):
    now_due = hall.issue("cert", slot=hall.now)
    early = hall.issue("cert", slot=hall.now + 30 * MINUTE)
    hall.do(c.DelayTicket(ticket=hall.ticket(now_due).id))
    assert [key[2] for key in queue.order(hall.state, "cert")] == [
        hall.ticket(early).id,
        hall.ticket(now_due).id,
    ]
    assert hall.call_next("1") == now_due


# --- restored places ---


@pytest.mark.parametrize(
    ("place", "expected"),
    [("front", 0), (0, 0), (1, 1), (2, 2), (3, 3), (9, 3), ("end", 3)],
)
def test_a_restored_ticket_stands_where_the_rule_says(hall, place, expected):
    absent = hall.issue("cert")
    hall.call_next("1")
    others = [hall.issue("cert") for _ in range(3)]
    hall.do(c.MarkNoShow(counter="1"))
    hall.do(c.RestoreTicket(counter="1", number=absent, place=place))
    order = list(others)
    order.insert(expected, absent)
    assert hall.call_all("1") == order


def test_restored_to_the_same_place_one_after_another(hall):
    absent = [hall.issue("cert") for _ in range(4)]
    for number in absent:
        hall.do(c.HoldTicket(counter="1", number=number))
    others = [hall.issue("cert") for _ in range(2)]
    for number in absent:
        hall.do(c.RestoreTicket(counter="1", number=number, place=1))
    assert hall.call_all("1") == [others[0], *reversed(absent), others[1]]


def test_front_is_before_a_class_and_before_whoever_was_put_there_last(hall):
    held = [hall.issue("cert"), hall.issue("cert")]
    for number in held:
        hall.do(c.HoldTicket(counter="1", number=number))
    baby = hall.issue("cert", priority="baby")
    for number in held:
        hall.do(c.RestoreTicket(counter="1", number=number, place="front"))
    assert hall.call_all("1") == [held[1], held[0], baby]


def test_restored_into_an_empty_queue_is_due_now(hall):
    number = hall.issue("cert")
    hall.do(c.HoldTicket(counter="1", number=number))
    hall.wait(50)
    hall.do(c.RestoreTicket(counter="1", number=number, place="end"))
    assert hall.facts(number).errands[0].due == hall.now


def test_a_restored_ticket_has_no_boost_left_to_give_back(hall):
    """Prioritising it takes the class's minutes off the place it has now."""
    number = hall.issue("cert", priority="baby")
    hall.do(c.HoldTicket(counter="1", number=number))
    hall.do(c.RestoreTicket(counter="1", number=number, place="end"))
    due = hall.facts(number).errands[0].due
    hall.do(c.PrioritiseTicket(ticket=hall.ticket(number).id, priority="elder"))
    assert hall.facts(number).errands[0].due == due - 5 * MINUTE


# --- what the call tells ---


def test_a_call_tells_its_due_time_its_wait_and_its_rule(hall):
    hall.issue("cert")
    hall.wait(7)
    called = hall.do(c.CallNext(counter="1"))[0]
    assert (called.waited, called.rule, called.due) == (7 * MINUTE, "due", hall.now + 8 * MINUTE)


def test_ahead_counts_who_is_due_earlier_in_the_same_service(hall):
    hall.issue("cert")
    hall.issue("tax")
    issued = hall.do(hall.issuing("cert"))[0]
    assert issued.ahead == 1
    baby = hall.do(hall.issuing("cert", priority="baby"))[0]
    assert baby.ahead == 0
    assert queue.ahead(hall.state, issued.ticket) == 2


def test_an_estimate_is_a_range_and_none_without_a_counter():
    hall = Hall(with_service(small(), "cert", service_minutes=10.0))
    for _ in range(4):
        hall.issue("cert")
    told = hall.do(hall.issuing("cert"))[0].estimate
    assert told.low_minutes < 4 * 10 / 2 < told.high_minutes  # two counters
    hall.do(c.CloseCounter(counter="3"))
    assert hall.do(hall.issuing("move"))[0].estimate is None
