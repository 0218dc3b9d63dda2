"""「なぜ？」: each reason in a hall small enough to follow by hand."""

from hallkit.hall import MINUTE, Hall
from hallkit.sites import by_id, counter, service, small, with_service
from msgspec.structs import replace

from queue_server.domain import commands as c
from queue_server.domain.why import bearers, explain


def asked(hall: Hall, number: str):
    """The story of a number on the last day of the hall."""
    first = max(i for i, event in enumerate(hall.log) if type(event).__name__ == "DayOpened")
    events = hall.log[first:]
    return explain("hall", events, bearers(events, number)[-1].ticket)


def why(hall: Hall, number: str) -> dict[str, str]:
    """Later number → code of the reason."""
    return {one.number: one.reason.code for one in asked(hall, number).passed}


def facts(hall: Hall, number: str, later: str) -> dict:
    return next(one.reason.facts for one in asked(hall, number).passed if one.number == later)


def test_nobody_who_was_called_in_turn_has_anything_to_ask():
    hall = Hall(small())
    first, second = hall.issue("cert"), hall.issue("cert")
    assert hall.call_all("1") == [first, second]
    assert why(hall, first) == why(hall, second) == {}


def test_a_counter_that_does_not_serve_the_errand():
    hall = Hall(small())
    mine, other = hall.issue("move"), hall.issue("cert")
    hall.call_next("2")
    assert why(hall, mine) == {other: "other_service"}
    [one] = asked(hall, mine).passed
    assert (one.counter, one.service, one.at) == ("2", "cert", hall.now)


def test_a_shorter_target_wait():
    hall = Hall(with_service(small(), "tax", target_minutes=30))
    mine, other = hall.issue("tax"), hall.issue("cert")
    hall.call_next("1")
    assert why(hall, mine) == {other: "shorter_target"}
    told = facts(hall, mine, other)
    assert (told["minutes"], told["your_minutes"]) == (15, 30)
    assert told["your_due"] - told["due"] == 15 * MINUTE


def test_a_priority_class():
    hall = Hall(small())
    mine, other = hall.issue("cert"), hall.issue("cert", priority="baby")
    assert hall.call_next("1") == other
    assert why(hall, mine) == {other: "priority"}
    assert facts(hall, mine, other)["priority"] == "baby"


def test_a_class_given_by_staff_later():
    hall = Hall(small())
    mine, other = hall.issue("cert"), hall.issue("cert")
    hall.do(c.PrioritiseTicket(ticket=hall.ticket(other).id, priority="baby"))
    hall.call_next("1")
    assert why(hall, mine) == {other: "priority"}


def test_the_fairness_bound_makes_a_boosted_one_wait():
    hall = Hall(small())
    first, mine = hall.issue("cert", priority="baby"), hall.issue("cert", priority="baby")
    other = hall.issue("cert")
    assert [hall.call_next("1"), hall.call_next("1")] == [first, other]
    assert why(hall, mine) == {other: "fairness"}
    assert facts(hall, mine, other)["every"] == 3


def test_an_appointment_goes_first_and_one_that_is_early_waits_for_its_time():
    hall = Hall(small())
    mine = hall.issue("cert")
    other = hall.issue("cert", slot=hall.now + 4 * MINUTE)
    hall.call_next("1")
    assert why(hall, mine) == {other: "appointment"}
    early, later = hall.issue("tax", slot=hall.now + 20 * MINUTE), hall.issue("tax")
    hall.call_all("1")
    hall.wait(16)
    hall.call_next("1")
    assert why(hall, early) == {later: "appointment_early"}


def test_an_appointment_that_waits_for_its_own_slot():
    hall = Hall(replace(small(), appointment_early_minutes=30))
    mine, other = hall.issue("cert", slot=hall.now + 20 * MINUTE), hall.issue("cert")
    assert hall.call_next("1") == other
    assert why(hall, mine) == {other: "your_appointment"}


def test_a_service_that_the_counter_only_helps():
    hall = Hall(with_service(small(), "move", target_minutes=10))
    mine, other = hall.issue("move"), hall.issue("tax")
    assert hall.call_next("4") == other
    assert why(hall, mine) == {other: "helped"}
    assert facts(hall, mine, other)["minutes"] == 10


def test_staff_chose_a_number():
    hall = Hall(small())
    mine, other = hall.issue("cert"), hall.issue("cert")
    hall.do(c.CallNumber(counter="1", number=other))
    assert why(hall, mine) == {other: "chosen"}


def test_somebody_who_was_away():
    hall = Hall(small())
    mine = hall.issue("cert")
    hall.call_next("1")
    others = [hall.issue("cert") for _ in range(5)]
    hall.call_next("2")
    hall.do(c.StartService(counter="1"))
    hall.do(c.FinishService(counter="2"))
    hall.call_next("2")
    hall.do(c.HoldTicket(counter="1"))
    hall.call_next("2")
    hall.do(c.CallNumber(counter="1", number=mine))
    hall.do(c.MarkNoShow(counter="1"))
    hall.call_next("2")
    hall.do(c.CarryTicket(ticket=hall.ticket(mine).id))
    hall.call_next("2")
    assert why(hall, mine) == dict(
        zip(others, ["called", "serving", "held", "absent", "carried"], strict=True)
    )


def test_a_number_that_had_been_ended_by_mistake():
    hall = Hall(small())
    mine, other = hall.issue("cert"), hall.issue("cert")
    hall.do(c.CancelTicket(ticket=hall.ticket(mine).id))
    hall.call_next("1")
    assert why(hall, mine) == {}
    hall.do(c.ReopenTicket(ticket=hall.ticket(mine).id))
    assert why(hall, mine) == {other: "ended"}


def test_other_queues_are_told_of_only_while_it_waited_and_had_not_been_there():
    hall = Hall(small())
    mine, *others = hall.issue("move"), *(hall.issue("cert") for _ in range(5))
    assert hall.call_next("2") == others[0]
    hall.call_next("3")
    hall.call_next("2")
    hall.do(c.TransferTicket(counter="3", service="cert", keep_place=False))
    later = hall.issue("move")
    assert hall.call_next("3") == later
    assert why(hall, mine)[others[0]] == "other_service"
    assert others[1] not in why(hall, mine)
    assert later not in why(hall, mine)


def test_documents_in_the_making_and_whose_are_ready_first():
    hall = Hall(small())
    numbers = []
    for name in ("h1", "h2"):
        numbers.append(hall.issue("cert"))
        hall.call_next("1")
        hall.do(c.StartService(counter="1"))
        hall.do(c.AwaitPickup(counter="1", handoff=name))
    mine, other = numbers
    hall.do(c.FinishHandoff(handoff="h2"))
    hall.wait(1)
    hall.do(c.FinishHandoff(handoff="h1"))
    hall.call_next("P")
    hall.call_next("P")
    assert why(hall, mine) == {other: "ready_earlier"}
    third = hall.issue("cert")
    hall.do(c.ReturnHandoff(handoff="h1"))
    hall.call_next("1")
    assert why(hall, mine) == {other: "ready_earlier"}
    assert why(hall, other) == {}
    assert third not in why(hall, mine)


def test_one_who_is_at_the_back_office_is_passed():
    hall = Hall(small())
    mine = hall.issue("cert")
    hall.serve(mine, "1")
    hall.do(c.AwaitPickup(counter="1", handoff="h1"))
    other = hall.issue("cert")
    hall.call_next("1")
    assert why(hall, mine) == {other: "processing"}


def test_a_little_late_and_back_again():
    hall = Hall(small())
    late, *others = [hall.issue("cert") for _ in range(4)]
    hall.do(c.DelayTicket(ticket=hall.ticket(late).id))
    hall.call_next("1")
    assert why(hall, late) == {others[0]: "delayed"}
    hall.do(c.CallNumber(counter="2", number=others[1]))
    hall.do(c.MarkNoShow(counter="2"))
    hall.do(c.ReturnTicket(ticket=hall.ticket(others[1]).id))
    assert hall.call_next("1") == others[2]
    assert why(hall, others[1])[others[2]] == "returned"


def test_somebody_who_came_back_to_the_front():
    hall = Hall(small())
    hall.wait(1)
    mine = hall.issue("cert")
    hall.wait(1)
    other = hall.issue("cert")
    hall.do(c.HoldTicket(counter="1", number=other))
    hall.do(c.RestoreTicket(counter="1", number=other, place="front"))
    assert hall.call_next("1") == other
    assert why(hall, mine) == {other: "came_back"}


def test_the_emergency_pad():
    hall = Hall(small())
    written = hall.now
    hall.wait(5)
    mine = hall.issue("cert")
    paper = hall.issue("cert", written_number="T03", written_at=written)
    assert hall.call_next("1") == paper
    assert why(hall, mine) == {paper: "written"}
    assert facts(hall, mine, paper)["since"] == written


def test_who_stood_in_the_queue_before_one_came_over():
    hall = Hall(small())
    mine = hall.issue("move")
    hall.wait(1)
    other = hall.issue("cert")
    hall.wait(1)
    hall.serve(mine, "3")
    hall.do(c.TransferTicket(counter="3", service="cert", keep_place=False))
    assert hall.call_next("1") == other
    assert why(hall, mine) == {other: "joined_earlier"}
    assert facts(hall, mine, other)["how"] == "moved"


def test_two_of_the_same_moment():
    hall = Hall(small())
    mine, other = hall.issue("tax"), hall.issue("cert")
    hall.do(c.ChangeService(ticket=hall.ticket(mine).id, to="cert"))
    assert hall.call_next("2") == other
    assert why(hall, mine) == {other: "same_time"}


def test_yesterday_s_order_is_kept():
    rules = small()
    rules = replace(
        rules,
        services={**rules.services, **by_id(service("late", target_minutes=40, is_pickup=True))},
        counters={**rules.counters, **by_id(counter("P", "late", "pick", kind="pickup"))},
    )
    rules = with_service(rules, "tax", department="office", pickup="late")
    hall = Hall(rules)
    mine, other = hall.issue("tax"), hall.issue("cert")
    for number, name in ((mine, "h1"), (other, "h2")):
        hall.serve(number, "1")
        hall.do(c.AwaitPickup(counter="1", handoff=name))
        hall.do(c.FinishHandoff(handoff=name))
    hall.next_day()
    assert hall.call_next("P") == other
    assert why(hall, mine) == {other: "order_kept"}
    assert [type(step).__name__ for step in asked(hall, mine).steps] == ["DayOpened"]


def test_a_call_that_was_taken_back_stands_with_the_time_of_that():
    hall = Hall(small())
    mine, other = hall.issue("move"), hall.issue("cert")
    hall.call_next("1")
    hall.wait(seconds=10)
    hall.do(c.Undo(counter="1"))
    hall.call_next("1")
    first, second = asked(hall, mine).passed
    assert (first.number, first.undone_at) == (other, hall.now)
    assert (second.number, second.undone_at) == (other, None)


def test_what_came_after_the_ticket_s_own_turn_is_not_told():
    hall = Hall(small())
    mine = hall.issue("cert")
    hall.call_next("1")
    hall.issue("cert")
    hall.call_next("2")
    assert why(hall, mine) == {}


def test_the_steps_of_a_ticket_and_who_bears_a_number():
    hall = Hall(small())
    mine = hall.issue("cert")
    hall.call_next("1")
    hall.do(c.Recall(counter="1"))
    hall.do(c.Undo(counter="1"))
    names = [type(step).__name__ for step in asked(hall, mine).steps]
    assert names == ["TicketIssued", "TicketCalled", "TicketRecalled", "CommandUndone"]
    assert len(bearers(hall.log, mine)) == 1
    assert bearers(hall.log, "999") == []
