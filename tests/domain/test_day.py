"""The day: it closes when the hall is empty or a person closes it; what is left expires or is carried."""

import pytest
from hallkit.hall import DAY, HOUR, MINUTE, STARTS, Hall, fold
from hallkit.sites import small, without

from queue_server.domain import commands as c
from queue_server.domain.estimate import service_minutes
from queue_server.domain.evolve import evolve, new_state

HOURS = {"cert": ((STARTS + 8 * HOUR, STARTS + 17 * HOUR),)}


def left_at_the_end(**rules):
    """One ticket of each kind that a day can leave; returns their numbers by kind."""
    hall = Hall(small(**rules), hours=None)
    numbers = {
        kind: hall.issue("cert") for kind in ("processing", "pickup", "held", "no_show", "done", "cancelled")
    }
    for kind, number in numbers.items():
        hall.serve(number, "1") if kind != "no_show" else hall.do(c.CallNumber(counter="1", number=number))
        match kind:
            case "processing" | "pickup" | "cancelled":
                hall.do(c.AwaitPickup(counter="1", handoff=kind))
            case "held":
                hall.do(c.HoldTicket(counter="1"))
            case "no_show":
                hall.do(c.MarkNoShow(counter="1"))
            case "done":
                hall.do(c.FinishService(counter="1"))
    hall.do(c.FinishHandoff(handoff="pickup"))
    hall.do(c.CancelTicket(ticket=hall.ticket(numbers["cancelled"]).id))
    return hall, numbers


# --- closing ---


def test_it_closes_by_itself_only_after_the_hours_and_a_while():
    hall = Hall(small(), hours=HOURS)
    hall.now = STARTS + 17 * HOUR + 15 * MINUTE - 1
    assert hall.refused(c.CloseDay()) == "day_not_over"
    hall.wait(seconds=1)
    assert hall.kinds(c.CloseDay()) == ["DayClosed"]


def test_always_open_means_until_midnight():
    hall = Hall(small())
    hall.now = STARTS + DAY
    assert hall.refused(c.CloseDay()) == "day_not_over"
    hall.wait(15)
    assert hall.kinds(c.CloseDay()) == ["DayClosed"]


def test_a_day_without_any_hours_is_over_at_once():
    hall = Hall(small(), hours={})
    assert hall.kinds(c.CloseDay()) == ["DayClosed"]


@pytest.mark.parametrize("state", ["waiting", "called", "serving"])
def test_it_does_not_close_by_itself_while_somebody_waits_or_is_served(state):
    hall = Hall(small(), hours=HOURS)
    number = hall.issue("cert")
    if state != "waiting":
        hall.call_next("1")
    if state == "serving":
        hall.do(c.StartService(counter="1"))
    hall.now = STARTS + 18 * HOUR
    assert hall.refused(c.CloseDay()) == "day_in_use"
    hall.do(c.CloseDay(force=True))
    assert hall.shown(number) == "expired"


def test_what_is_held_absent_or_with_departments_does_not_keep_it_open():
    hall, _ = left_at_the_end()
    hall.now = STARTS + DAY + HOUR
    assert hall.kinds(c.CloseDay())[-1] == "DayClosed"


def test_a_person_closes_it_at_any_time_and_all_counters_are_closed():
    hall = Hall(small())
    hall.issue("cert")
    hall.call_next("1")
    assert hall.kinds(c.CloseDay(force=True)) == ["TicketExpired", "DayClosed"]
    assert {x.facts.status for x in hall.state.counters.values()} == {"closed"}
    assert hall.at("1").tickets == ()
    assert hall.refused(c.CloseDay(force=True)) == "day_closed"
    assert hall.refused(c.Undo(counter="1")) == "day_closed"


def test_a_day_is_opened_once():
    hall = Hall(small())
    again = c.OpenDay(day="2026-11-25", starts=STARTS + DAY, rules=small())
    assert hall.refused(again) == "day_open"


# --- what crosses ---


def test_what_expires_and_what_is_carried():
    hall, numbers = left_at_the_end()
    events = hall.do(c.CloseDay(force=True))
    expired = {x.number for x in events[:-1]}
    assert expired == {numbers["held"], numbers["no_show"]}
    # Of the cancelled ticket a department still has its part.
    carried = {x.number for x in events[-1].carried}
    assert carried == {numbers["processing"], numbers["pickup"], numbers["cancelled"]}


@pytest.mark.parametrize(
    ("carry", "expected"),
    [
        ((), {"processing", "cancelled"}),  # expired, but the department's part is not done
        (("held", "no_show"), {"held", "no_show", "processing", "cancelled"}),
        (("pickup",), {"pickup", "processing", "cancelled"}),
    ],
)
def test_the_site_says_what_crosses(carry, expected):
    hall, numbers = left_at_the_end(carry=carry)
    hall.next_day()
    assert {x.number for x in hall.state.tickets.values()} == {numbers[kind] for kind in expected}
    alive = {x.number for x in hall.state.tickets.values() if x.facts.ended is None}
    assert alive == {numbers[kind] for kind in carry if kind in numbers}


def test_the_next_day_begins_at_one_but_not_with_a_carried_number():
    hall, numbers = left_at_the_end()
    taken = {numbers["processing"], numbers["pickup"]}
    hall.next_day()
    given = [hall.issue("cert") for _ in range(4)]
    assert not taken & set(given)
    assert given == [str(n) for n in range(1, 7) if str(n) not in taken]


def test_a_hand_off_done_the_next_day_opens_the_pick_up():
    hall, numbers = left_at_the_end()
    hall.next_day()
    assert hall.kinds(c.FinishHandoff(handoff="processing")) == ["HandoffDone", "PickupOpened"]
    assert hall.call_next("P") == numbers["pickup"]  # it has waited since yesterday
    assert hall.call_next("P") == numbers["processing"]


def test_a_carried_pick_up_may_be_returned():
    hall, numbers = left_at_the_end()
    hall.next_day()
    assert hall.kinds(c.ReturnHandoff(handoff="pickup")) == ["HandoffReturned", "PickupWithdrawn"]
    assert hall.shown(numbers["pickup"]) == "processing"


def test_who_was_held_yesterday_may_be_restored_today():
    hall, numbers = left_at_the_end(carry=("held",))
    hall.next_day()
    hall.do(c.RestoreTicket(counter="1", number=numbers["held"], place="front"))
    assert hall.call_next("1") == numbers["held"]


def test_what_departments_finished_does_not_cross_again():
    hall, numbers = left_at_the_end()
    hall.next_day()
    hall.do(c.FinishHandoff(handoff="cancelled"))
    closed = hall.do(c.CloseDay(force=True))[-1]
    assert numbers["cancelled"] not in {x.number for x in closed.carried}


def test_services_that_tomorrow_does_not_have_are_no_obstacle():
    """The pick-up of yesterday's service still opens, in the queue that there was."""
    rules = small(pickup=None)
    hall = Hall(rules)
    hall.serve(hall.issue("cert"), "1")
    hall.hand_off("1", "x@care")
    hall.do(c.FinishService(counter="1"))
    hall.serve(hall.issue("move"), "3")
    hall.hand_off("3", "y@care")
    hall.do(c.FinishService(counter="3"))
    hall.next_day(without(rules, services=("cert", "move", "pick")))
    assert hall.kinds(c.FinishHandoff(handoff="x")) == ["HandoffDone", "PickupOpened"]
    assert hall.kinds(c.FinishHandoff(handoff="y")) == ["HandoffDone", "PickupOpened"]
    hall.do(c.CallNumber(counter="1", number="1"))


def test_nothing_else_crosses():
    hall, _ = left_at_the_end(carry=())
    hall.issue("tax")
    hall.next_day()
    assert hall.state.services["cert"].turns == []
    assert hall.state.services["tax"].issued == 0
    assert hall.state.calls == []
    assert hall.refused(c.ReprintTicket(ticket="t7", printer="kiosk1")) == "unknown_ticket"


def test_the_day_is_folded_from_its_opening_alone():
    hall, _ = left_at_the_end()
    hall.do(c.PostNotice(notice="system"))
    hall.next_day()
    hall.issue("cert")
    day = new_state("hall")
    day.seq = hall.state.opened_seq - 1
    for event in hall.log[hall.state.opened_seq - 1 :]:
        evolve(day, event)
    assert day == hall.state
    assert day.notice == "system"
    assert fold(hall.log) == hall.state


def test_two_states_that_fold_one_event_share_no_ticket():
    hall, numbers = left_at_the_end()
    hall.next_day()
    other = fold(hall.log)
    hall.do(c.SetLanguage(ticket=hall.ticket(numbers["pickup"]).id, lang="vi"))
    assert other.tickets[hall.ticket(numbers["pickup"]).id].lang is None


# --- the rest of the day's events ---


def test_notices_outages_and_steps_of_time_are_noted():
    hall = Hall(small())
    assert hall.kinds(c.PostNotice(notice="busy")) == ["NoticePosted"]
    assert hall.do(c.PostNotice(notice="busy")) == []
    assert hall.kinds(c.MarkOutage(since=1, until=2)) == ["OutageMarked"]
    assert hall.kinds(c.StepHallTime(milliseconds=-5)) == ["HallTimeStepped"]
    assert hall.state.notice == "busy"


def test_an_event_that_is_not_the_next_is_not_folded():
    hall = Hall(small())
    with pytest.raises(ValueError, match="does not follow"):
        evolve(hall.state, hall.log[0])


def test_a_day_that_was_closed_by_mistake_goes_on_with_its_numbers():
    hall = Hall(small(), hours=None)
    given = [hall.issue("cert") for _ in range(3)]
    today = hall.state.day
    hall.do(c.CloseDay(force=True))
    hall.do(c.OpenDay(day=today, starts=STARTS, rules=hall.state.rules))
    again = hall.issue("cert")
    assert again not in given
    assert hall.state.bands[hall.ticket(again).band].value == 4


def test_whom_a_closing_by_mistake_let_expire_waits_again():
    hall = Hall(small(carry=()))
    earlier = hall.issue("cert")
    hall.do(c.ExpireTicket(ticket="t1"))
    waiting, called = hall.issue("cert"), hall.issue("cert", "tax")
    hall.do(c.CallNumber(counter="1", number=called))
    hall.do(c.CloseDay(force=True))
    opened = hall.open_day()
    assert [type(event).__name__ for event in opened] == ["DayOpened", "TicketReopened", "TicketReopened"]
    assert (hall.shown(waiting), hall.shown(called)) == ("waiting", "waiting")
    assert hall.shown(earlier) == "expired"  # by staff, before the closing
    assert hall.state.services["cert"].issued == 3
    hall.do(c.OpenCounter(counter="2"))
    assert hall.call_next("2") == waiting
    assert hall.folded_again() == hall.state


def test_one_forgotten_finish_does_not_stop_the_issue():
    hall = Hall(small())
    hall.issue("cert")
    hall.call_next("1")
    hall.wait(240)
    hall.do(c.FinishService(counter="1"))
    assert service_minutes(hall.state, "cert") == 3 * hall.rules.services["cert"].service_minutes
