"""What may be done with any ticket, wherever it is: reopen, cancel, reprint, prioritise, change, delay."""

import pytest
from hallkit.hall import MINUTE, Hall
from hallkit.sites import small
from msgspec.structs import replace

from queue_server.domain import commands as c
from queue_server.domain import queue
from queue_server.domain.state import open_services


@pytest.fixture
def hall():
    return Hall(small())


def order(hall, service="cert"):
    return [hall.state.tickets[key[2]].number for key in queue.order(hall.state, service)]


# --- reopen ---


def test_a_ticket_finished_by_mistake_comes_back_at_the_place_it_had(hall):
    first, second = hall.issue("cert"), hall.issue("cert")
    hall.serve(first, "1")
    hall.do(c.FinishService(counter="1"))
    hall.do(c.ReopenTicket(ticket="t1"))
    assert order(hall) == [first, second]
    assert hall.state.bands["a"].live == {1, 2}


def test_a_cancelled_ticket_comes_back_with_all_its_errands(hall):
    number = hall.issue("cert", "tax")
    hall.do(c.CancelTicket(ticket="t1"))
    assert order(hall) == order(hall, "tax") == []
    hall.do(c.ReopenTicket(ticket="t1"))
    assert order(hall) == order(hall, "tax") == [number]


def test_the_last_served_errand_opens_or_the_named_one(hall):
    number = hall.issue("cert", "tax")
    for _ in range(2):
        hall.call_next("1")
    hall.do(c.FinishService(counter="1"))
    hall.do(c.ReopenTicket(ticket="t1"))
    assert open_services(hall.facts(number)) == ("tax",)
    hall.serve(number, "4")
    hall.do(c.FinishService(counter="4"))
    hall.do(c.ReopenTicket(ticket="t1", service="cert"))
    assert open_services(hall.facts(number)) == ("cert",)


def test_reopening_for_what_it_never_had_is_refused(hall):
    hall.issue("cert")
    hall.do(c.CancelTicket(ticket="t1"))
    assert hall.refused(c.ReopenTicket(ticket="t1", service="move")) == "unknown_service"


def test_a_number_given_again_cannot_come_back(hall):
    rules = small()
    hall = Hall(replace(rules, bands={**rules.bands, "a": replace(rules.bands["a"], last=1)}))
    hall.issue("cert")
    hall.do(c.CancelTicket(ticket="t1"))
    hall.issue("cert")
    assert hall.refused(c.ReopenTicket(ticket="t1")) == "number_taken"


def test_there_is_never_more_than_one_pick_up(hall):
    number = hall.issue("cert")
    hall.serve(number, "1")
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    hall.do(c.FinishHandoff(handoff="x"))
    hall.do(c.CancelTicket(ticket="t1"))
    hall.do(c.ReopenTicket(ticket="t1", service="pick"))
    assert open_services(hall.facts(number)) == ("pick",)


def test_a_pick_up_that_is_not_ready_does_not_come_back_by_a_reopen(hall):
    number = hall.issue("cert")
    hall.serve(number, "1")
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    hall.do(c.FinishHandoff(handoff="x"))
    hall.serve(number, "P")
    hall.hand_off("P", "y@care")
    hall.do(c.HoldTicket(counter="P"))
    hall.do(c.CancelTicket(ticket="t1"))
    hall.do(c.ReopenTicket(ticket="t1", service="pick"))
    assert hall.shown(number) == "processing"


# --- cancel, reprint, language ---


def test_cancel_frees_the_number_and_the_counter(hall):
    hall.issue("cert")
    hall.call_next("1")
    cancelled = hall.do(c.CancelTicket(ticket="t1"))[0]
    assert (cancelled.counter, cancelled.state, cancelled.services) == ("1", "cancelled", ())
    assert hall.at("1").tickets == ()
    assert hall.state.bands["a"].live == set()
    assert hall.facts("1").calls[-1].outcome == "cancelled"


def test_who_is_being_served_is_not_cancelled(hall):
    hall.serve(hall.issue("cert"), "1")
    assert hall.refused(c.CancelTicket(ticket="t1")) == "not_waiting"


def test_reprint_changes_nothing_but_says_where(hall):
    hall.issue("cert")
    before = hall.facts("1")
    reprinted = hall.do(c.ReprintTicket(ticket="t1", printer="desk", large=True))[0]
    assert (reprinted.printer, reprinted.large) == ("desk", True)
    assert hall.facts("1") == before


def test_the_same_language_again_is_nothing(hall):
    hall.issue("cert", lang="en")
    assert hall.do(c.SetLanguage(ticket="t1", lang="en")) == []
    assert hall.kinds(c.SetLanguage(ticket="t1", lang="vi")) == ["TicketLanguageSet"]
    assert hall.ticket("1").lang == "vi"


# --- prioritise, change service ---


def test_prioritised_is_due_earlier_in_every_queue(hall):
    others = [hall.issue("cert"), hall.issue("tax")]
    hall.wait(2)
    number = hall.issue("cert", "tax")
    hall.do(c.PrioritiseTicket(ticket="t3", priority="elder"))
    assert order(hall) == [number, others[0]]
    assert order(hall, "tax") == [number, others[1]]


def test_another_class_replaces_the_first(hall):
    hall.issue("cert", priority="baby")
    due = hall.facts("1").errands[0].due
    hall.do(c.PrioritiseTicket(ticket="t1", priority="elder"))
    assert hall.facts("1").errands[0].due == due + 15 * MINUTE
    assert hall.refused(c.PrioritiseTicket(ticket="t1", priority="king")) == "unknown_priority"


def test_a_prioritised_appointment_may_be_called_before_its_slot(hall):
    number = hall.issue("cert", slot=hall.now + 30 * MINUTE)
    assert hall.call_next("1") is None
    hall.do(c.PrioritiseTicket(ticket="t1", priority="elder"))
    assert hall.call_next("1") == number


def test_the_wrong_button_costs_no_waiting(hall):
    number = hall.issue("cert")
    hall.wait(20)
    other = hall.issue("move")
    hall.do(c.ChangeService(ticket="t1", to="move"))
    assert order(hall, "move") == [number, other]
    assert hall.facts(number).errands[0].due == hall.ticket(number).issued_at + 30 * MINUTE
    assert hall.refused(c.ChangeService(ticket="t1", to="move")) == "same_service"
    assert hall.refused(c.ChangeService(ticket="t1", to="tax", service="cert")) == "unknown_service"


def test_changing_the_service_keeps_the_class_and_the_slot(hall):
    baby = hall.issue("cert", priority="baby")
    slot = hall.now + 10 * MINUTE
    booked = hall.issue("cert", slot=slot)
    for ticket in ("t1", "t2"):
        hall.do(c.ChangeService(ticket=ticket, to="move"))
    assert hall.facts(baby).errands[0].due == hall.now + (30 - 20) * MINUTE
    assert hall.facts(booked).errands[0].due == slot


def test_a_transfer_keeps_the_class_and_with_the_place_the_slot(hall):
    hall.issue("cert", priority="baby")
    slot = hall.now - 2 * MINUTE
    hall.issue("cert", slot=slot)
    for _ in range(2):
        hall.call_next("1")
        hall.do(c.TransferTicket(counter="1", service="move", keep_place=True))
    assert [hall.facts(x).errands[-1].due for x in ("1", "2")] == [hall.now + 10 * MINUTE, slot]
    hall.call_next("3")
    hall.wait(3)
    hall.do(c.TransferTicket(counter="3", service="tax", keep_place=False))
    assert hall.facts("2").errands[-1].due == hall.now + 15 * MINUTE


def test_an_appointment_that_is_passed_on_before_its_slot_waits_for_it(hall):
    booked = hall.issue("cert", slot=hall.now + 30 * MINUTE)
    hall.do(c.CallNumber(counter="1", number=booked))
    hall.do(c.TransferTicket(counter="1", service="move", keep_place=True))
    assert hall.call_next("3") is None
    hall.wait(25)
    assert hall.call_next("3") == booked


# --- a little late ---


def test_a_little_late_moves_back_some_places_once(hall):
    numbers = [hall.issue("cert") for _ in range(6)]
    hall.do(c.DelayTicket(ticket="t2"))
    assert order(hall) == [numbers[i] for i in (0, 2, 3, 4, 1, 5)]
    assert hall.refused(c.DelayTicket(ticket="t2")) == "already_delayed"


def test_the_last_one_stays_last_and_gains_nothing(hall):
    hall.issue("cert")
    hall.wait(10)
    late = hall.issue("cert")
    due = hall.facts(late).errands[0].due
    hall.do(c.DelayTicket(ticket="t2"))
    assert hall.facts(late).errands[0].due == due
    hall.wait(1)
    elder = hall.issue("cert", priority="elder")
    assert order(hall) == ["1", elder, late]


def test_alone_in_the_queue_nothing_changes(hall):
    hall.issue("cert")
    before = order(hall)
    hall.do(c.DelayTicket(ticket="t1"))
    assert order(hall) == before


def test_of_two_at_exactly_the_same_place_the_second_moves_all_the_places(hall):
    """Two restored tickets can stand at one (due, rank); the place is counted in the queue as it is called."""
    family = hall.issue("cert", "tax")
    numbers = [hall.issue("cert") for _ in range(6)]
    hall.do(c.HoldTicket(counter="1", number=family))
    hall.do(c.HoldTicket(counter="1", number=numbers[0]))
    hall.do(c.RestoreTicket(counter="1", number=numbers[0], place=1))
    hall.do(c.CallNumber(counter="4", number=numbers[0]))
    hall.do(c.HoldTicket(counter="4"))
    hall.do(c.RestoreTicket(counter="1", number=family, place=1))
    queue_before = order(hall)
    place = queue_before.index(family)
    hall.do(c.DelayTicket(ticket="t1"))
    assert order(hall).index(family) == place + 3
