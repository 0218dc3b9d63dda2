"""Departments work in parallel; when everything awaited is done and nothing else is open, the pick-up opens."""

import pytest
from hallkit.hall import MINUTE, Hall
from hallkit.sites import small, with_service

from queue_server.domain import commands as c
from queue_server.domain.state import open_services


@pytest.fixture
def hall():
    return Hall(small())


@pytest.fixture
def number(hall):
    """At counter 1, served."""
    number = hall.issue("cert")
    hall.serve(number, "1")
    return number


def done(hall, handoff, **more):
    return hall.kinds(c.FinishHandoff(handoff=handoff, **more))


def test_the_resident_stays_at_the_counter_until_finish(hall, number):
    hall.hand_off("1", "a@pension", "b@care")
    assert hall.shown(number) == "serving"
    hall.do(c.FinishService(counter="1"))
    assert hall.shown(number) == "processing"


def test_the_pick_up_opens_with_the_last_awaited_one(hall, number):
    hall.hand_off("1", "a@pension", "b@care", "c@office")
    hall.do(c.FinishService(counter="1"))
    assert done(hall, "b") == ["HandoffDone"]
    assert done(hall, "a") == ["HandoffDone"]
    assert hall.shown(number) == "processing"
    assert done(hall, "c") == ["HandoffDone", "PickupOpened"]
    assert hall.shown(number) == "waiting"
    assert open_services(hall.facts(number)) == ("pick",)
    assert hall.call_next("P") == number
    hall.do(c.FinishService(counter="P"))
    assert hall.shown(number) == "done"


def test_what_nobody_waits_for_opens_nothing(hall, number):
    hall.hand_off("1", "a@pension", awaited=False)
    hall.do(c.FinishService(counter="1"))
    assert hall.shown(number) == "done"
    assert done(hall, "a") == ["HandoffDone"]
    assert hall.shown(number) == "done"


def test_awaited_and_not_awaited_together(hall, number):
    hall.hand_off("1", "a@pension")
    hall.hand_off("1", "b@care", awaited=False)
    hall.do(c.FinishService(counter="1"))
    assert done(hall, "a") == ["HandoffDone", "PickupOpened"]
    assert done(hall, "b") == ["HandoffDone"]


def test_done_before_the_counter_finishes_the_pick_up_opens_at_finish(hall, number):
    hall.hand_off("1", "a@pension")
    assert done(hall, "a") == ["HandoffDone"]
    assert hall.kinds(c.FinishService(counter="1")) == ["TicketFinished", "PickupOpened"]


def test_errands_beside_hand_offs_come_first(hall):
    """Go to the tax counter while the departments work: the pick-up waits for that, too."""
    number = hall.issue("cert", "tax")
    hall.serve(number, "1")
    hall.hand_off("1", "a@pension")
    hall.do(c.FinishService(counter="1"))
    assert hall.shown(number) == "waiting"
    assert done(hall, "a") == ["HandoffDone"]
    hall.serve(number, "4")
    assert hall.kinds(c.FinishService(counter="4")) == ["TicketFinished", "PickupOpened"]


def test_call_next_finishes_opens_and_calls_in_one_command(hall, number):
    other = hall.issue("cert")
    hall.hand_off("1", "a@pension")
    done(hall, "a")
    events = hall.do(c.CallNext(counter="1"))
    assert [type(x).__name__ for x in events] == ["TicketFinished", "PickupOpened", "TicketCalled"]
    assert [x.seq - events[0].seq for x in events] == [0, 1, 2]
    assert {x.cmd for x in events} == {events[0].seq}
    assert events[-1].number == other


def test_await_pickup_hands_off_to_the_back_office_in_one_press(hall, number):
    assert hall.kinds(c.AwaitPickup(counter="1", handoff="x")) == ["HandoffOpened", "TicketFinished"]
    assert hall.shown(number) == "processing"
    assert hall.facts(number).handoffs[0].department == "office"
    assert done(hall, "x") == ["HandoffDone", "PickupOpened"]


def test_await_pickup_needs_a_back_office(hall):
    hall.serve(hall.issue("tax"), "4")
    assert hall.refused(c.AwaitPickup(counter="4", handoff="x")) == "no_department"


def test_hand_offs_with_unknown_department_or_used_id_are_refused(hall, number):
    def handing_off(*items):
        made = tuple(c.HandoffItem(handoff=name, department=department) for name, department in items)
        return c.HandOff(counter="1", items=made)

    assert hall.refused(handing_off(("a", "pension"), ("b", "nowhere"))) == "unknown_department"
    assert hall.refused(handing_off(("a", "pension"), ("a", "care"))) == "handoff_exists"
    hall.do(handing_off(("a", "pension")))
    assert hall.refused(handing_off(("a", "care"))) == "handoff_exists"


@pytest.mark.parametrize(
    ("site", "of_service", "expected"),
    [("move", "pick", "pick"), ("move", None, "move"), (None, None, "cert")],
)
def test_which_queue_the_pick_up_joins(site, of_service, expected):
    """The one that the asking service names, else the site's, else the asking service's own."""
    hall = Hall(with_service(small(pickup=site), "cert", pickup=of_service))
    number = hall.issue("cert", "tax")
    hall.serve(number, "1")
    hall.hand_off("1", "a@pension")
    hall.do(c.FinishService(counter="1"))
    done(hall, "a")
    hall.serve(number, "4")  # another errand is finished last: it did not ask for the work
    hall.do(c.FinishService(counter="4"))
    assert open_services(hall.facts(number)) == (expected,)


def test_new_work_takes_a_pick_up_back_that_waits_beside_another_errand(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    done(hall, "x")
    hall.do(c.CancelTicket(ticket="t1"))
    hall.do(c.ReopenTicket(ticket="t1", service="cert"))
    assert open_services(hall.facts(number)) == ("cert", "pick")
    hall.serve(number, "1")
    given = c.HandOff(counter="1", items=(c.HandoffItem(handoff="y", department="care"),))
    assert hall.kinds(given) == ["HandoffOpened", "PickupWithdrawn"]
    hall.do(c.FinishService(counter="1"))
    assert done(hall, "y") == ["HandoffDone", "PickupOpened"]


def test_the_pick_up_is_due_like_any_errand_and_keeps_the_class(hall):
    number = hall.issue("cert", priority="elder")
    hall.serve(number, "1")
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    hall.wait(20)
    opened = hall.do(c.FinishHandoff(handoff="x"))[1]
    assert opened.due == hall.now + 5 * MINUTE - 5 * MINUTE
    assert hall.facts(number).errands[-1].lane == "boosted"


# --- accept, done, return ---


def test_accept_and_done_repeated_do_nothing(hall, number):
    hall.hand_off("1", "a@pension")
    assert hall.kinds(c.AcceptHandoff(handoff="a")) == ["HandoffAccepted"]
    assert hall.do(c.AcceptHandoff(handoff="a")) == []
    assert done(hall, "a", identity_checked=True, note="n") == ["HandoffDone"]
    assert hall.do(c.FinishHandoff(handoff="a")) == []
    assert hall.refused(c.AcceptHandoff(handoff="a")) == "handoff_done"
    handoff = hall.facts(number).handoffs[0]
    assert (handoff.state, handoff.identity_checked, handoff.explained, handoff.note) == (
        "done",
        True,
        False,
        "n",
    )


def test_returned_takes_the_uncalled_pick_up_back(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    done(hall, "x")
    assert hall.kinds(c.ReturnHandoff(handoff="x")) == ["HandoffReturned", "PickupWithdrawn"]
    assert hall.shown(number) == "processing"
    assert hall.call_next("P") is None
    assert hall.do(c.ReturnHandoff(handoff="x")) == []
    assert done(hall, "x") == ["HandoffDone", "PickupOpened"]
    assert hall.call_next("P") == number


@pytest.mark.parametrize("put_aside", ["held", "no_show"])
def test_returned_takes_back_the_pick_up_of_who_was_put_aside(hall, number, put_aside):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    done(hall, "x")
    hall.call_next("P")
    hall.do(c.HoldTicket(counter="P") if put_aside == "held" else c.MarkNoShow(counter="P"))
    assert hall.shown(number) == put_aside
    hall.do(c.ReturnHandoff(handoff="x"))
    assert hall.shown(number) == "processing"
    done(hall, "x")
    assert hall.shown(number) == "waiting"


def test_returned_while_at_the_pick_up_counter_means_coming_again(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    done(hall, "x")
    hall.serve(number, "P")
    assert hall.kinds(c.ReturnHandoff(handoff="x")) == ["HandoffReturned"]
    assert hall.kinds(c.FinishService(counter="P")) == ["TicketFinished"]
    assert hall.shown(number) == "processing"
    assert done(hall, "x") == ["HandoffDone", "PickupOpened"]


@pytest.mark.parametrize("leave", [c.HoldTicket(counter="P"), c.MarkNoShow(counter="P")])
def test_put_aside_at_the_pick_up_while_work_is_awaited_goes_back_to_processing(hall, number, leave):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    done(hall, "x")
    hall.call_next("P")
    hall.do(c.ReturnHandoff(handoff="x"))
    assert hall.kinds(leave)[1:] == ["PickupWithdrawn"]
    assert hall.shown(number) == "processing"
    assert done(hall, "x") == ["HandoffDone", "PickupOpened"]


def test_returned_after_a_reopen_is_picked_up_again(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    done(hall, "x")
    hall.serve(number, "P")
    hall.do(c.FinishService(counter="P"))
    hall.do(c.ReopenTicket(ticket="t1", service="cert"))
    hall.do(c.ReturnHandoff(handoff="x"))
    hall.serve(number, "1")
    hall.do(c.FinishService(counter="1"))
    assert hall.shown(number) == "processing"
    assert done(hall, "x") == ["HandoffDone", "PickupOpened"]


def test_transferring_a_pick_up_settles_it_at_the_other_counter(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    done(hall, "x")
    hall.serve(number, "P")
    hall.do(c.TransferTicket(counter="P", service="tax", keep_place=True))
    hall.serve(number, "4")
    assert hall.kinds(c.FinishService(counter="4")) == ["TicketFinished"]
    assert hall.shown(number) == "done"


def test_new_work_asked_for_at_the_pick_up_counter_is_picked_up_again(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    done(hall, "x")
    hall.serve(number, "P")
    hall.hand_off("P", "y@care")
    hall.do(c.FinishService(counter="P"))
    assert hall.shown(number) == "processing"
    assert done(hall, "y") == ["HandoffDone", "PickupOpened"]


# --- who left ---


def test_cancel_withdraws_no_hand_off(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    hall.do(c.CancelTicket(ticket="t1"))
    assert hall.shown(number) == "cancelled"
    assert hall.kinds(c.AcceptHandoff(handoff="x")) == ["HandoffAccepted"]
    assert done(hall, "x") == ["HandoffDone"]
    assert hall.shown(number) == "cancelled"
    assert hall.refused(c.ReturnHandoff(handoff="x")) == "ticket_ended"


def test_what_got_ready_while_cancelled_is_there_after_a_reopen(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    hall.do(c.CancelTicket(ticket="t1"))
    done(hall, "x")
    assert hall.kinds(c.ReopenTicket(ticket="t1")) == ["TicketReopened", "PickupOpened"]
    assert hall.call_next("P") == number


def test_reopened_while_work_is_awaited_it_is_processing_again(hall, number):
    hall.do(c.AwaitPickup(counter="1", handoff="x"))
    hall.do(c.CancelTicket(ticket="t1"))
    hall.do(c.ReopenTicket(ticket="t1"))
    assert hall.shown(number) == "processing"
    assert done(hall, "x") == ["HandoffDone", "PickupOpened"]
