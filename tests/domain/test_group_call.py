"""The pick-up counter calls several numbers together (R-18), all or none."""

from hallkit.hall import Hall
from hallkit.sites import small

from queue_server.domain import commands as c


def waiting_for_papers(hall, count):
    """So many residents who handed in a plain certificate request at counter 1."""
    numbers = [hall.issue("cert") for _ in range(count)]
    for at, _ in enumerate(numbers):
        hall.call_next("1")
        hall.do(c.AwaitPickup(counter="1", handoff=f"h{at}"))
    assert {hall.shown(number) for number in numbers} == {"processing"}
    return numbers


def test_twelve_are_called_together_and_their_plain_work_is_done():
    hall = Hall(small())
    numbers = waiting_for_papers(hall, 12)
    events = hall.do(c.CallNumbers(counter="P", numbers=tuple(numbers)))
    assert hall.numbers_at("P") == numbers
    assert [event.number for event in events if type(event).__name__ == "TicketCalled"] == numbers
    assert {x.state for number in numbers for x in hall.facts(number).handoffs} == {"done"}


def test_undo_takes_the_whole_group_back():
    hall = Hall(small())
    numbers = waiting_for_papers(hall, 3)
    hall.do(c.CallNumbers(counter="P", numbers=tuple(numbers)))
    hall.do(c.Undo(counter="P"))
    assert hall.numbers_at("P") == []
    assert {hall.shown(number) for number in numbers} == {"processing"}
    assert {x.state for number in numbers for x in hall.facts(number).handoffs} == {"open"}
    hall.do(c.CallNumbers(counter="P", numbers=tuple(numbers)))
    assert hall.numbers_at("P") == numbers


def test_one_that_is_not_ready_stops_all_and_is_named():
    hall = Hall(small())
    ready = waiting_for_papers(hall, 2)
    elsewhere = hall.issue("tax")
    with_words = hall.issue("cert")
    hall.call_next("2")
    hall.do(c.HandOff(counter="2", items=(c.HandoffItem(handoff="x", department="care", title="ref"),)))
    hall.do(c.FinishService(counter="2"))
    command = c.CallNumbers(counter="P", numbers=(*ready, elsewhere, with_words, "777"))
    refused = hall.give(command)
    assert refused.code == "numbers_not_ready"
    assert refused.facts["numbers"] == f"{elsewhere}, {with_words}, 777"
    assert hall.numbers_at("P") == []


def test_what_the_department_finished_and_what_was_put_aside_is_called_too():
    hall = Hall(small())
    done, held = waiting_for_papers(hall, 2)
    hall.do(c.FinishHandoff(handoff="h0"))
    hall.do(c.CallNumbers(counter="P", numbers=(held,)))
    hall.do(c.HoldTicket(counter="P", number=held))
    hall.do(c.CallNumbers(counter="P", numbers=(done, held, done)))
    assert hall.numbers_at("P") == [done, held]


def test_a_desk_calls_one_at_a_time():
    hall = Hall(small())
    assert hall.refused(c.CallNumbers(counter="1", numbers=(hall.issue("cert"),))) == "not_pickup_counter"
