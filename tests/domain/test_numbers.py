"""Numbers: bands, skipped ones, laps; none is given while a ticket that has not ended bears it."""

import pytest
from hallkit.hall import MINUTE, Hall
from hallkit.sites import band, small
from msgspec.structs import replace

from queue_server.domain import commands as c


def hall_with(**changes) -> Hall:
    rules = small()
    return Hall(replace(rules, bands={**rules.bands, "a": replace(rules.bands["a"], **changes)}))


def end(hall, *numbers):
    for number in numbers:
        hall.do(c.CancelTicket(ticket=hall.ticket(number).id))


def test_each_service_counts_in_its_band():
    hall = Hall(small())
    given = [hall.issue(service) for service in ("cert", "tax", "move", "cert")]
    assert given == ["1", "101", "102", "2"]


def test_prefix_and_digits_are_printed():
    hall = hall_with(prefix="A", digits=3)
    assert hall.issue("cert") == "A001"


def test_skipped_numbers_are_never_given():
    hall = hall_with(last=10, skip=(4, 9))
    assert [hall.issue("cert") for _ in range(8)] == ["1", "2", "3", "5", "6", "7", "8", "10"]
    assert hall.refused(hall.issuing("cert")) == "band_exhausted"


def test_skipped_numbers_outside_the_band_take_nothing_away():
    hall = hall_with(first=1, last=3, skip=(4, 9, 13, 42))
    assert [hall.issue("cert") for _ in range(3)] == ["1", "2", "3"]


def test_a_band_begins_anywhere():
    hall = hall_with(first=40, last=42)
    assert [hall.issue("cert") for _ in range(3)] == ["40", "41", "42"]


def test_the_third_lap_is_safe():
    hall = hall_with(last=5)
    for _ in range(5):
        hall.issue("cert")
    end(hall, "1", "2", "4")
    laps = [hall.do(hall.issuing("cert"))[0] for _ in range(3)]
    assert [(x.number, x.lap) for x in laps] == [("1", 2), ("2", 2), ("4", 2)]
    end(hall, "3", "5", "2")
    third = [hall.do(hall.issuing("cert"))[0] for _ in range(3)]
    assert [(x.number, x.lap) for x in third] == [("5", 2), ("2", 3), ("3", 3)]
    alive = [x.number for x in hall.state.tickets.values() if x.facts.ended is None]
    assert sorted(alive) == ["1", "2", "3", "4", "5"]


def test_a_full_band_refuses_until_somebody_ends():
    hall = hall_with(last=2)
    hall.issue("cert")
    hall.issue("cert")
    assert hall.refused(hall.issuing("cert")) == "band_exhausted"
    end(hall, "2")
    assert hall.issue("cert") == "2"


def test_the_number_of_an_ended_ticket_means_the_later_one():
    hall = hall_with(last=1)
    hall.issue("cert")
    end(hall, "1")
    hall.issue("cert")
    assert hall.ticket("1").id == "t2"
    hall.do(c.CallNumber(counter="1", number="1"))
    assert hall.state.tickets["t1"].facts.ended == "cancelled"
    assert hall.state.bands["a"].live == {1}


def test_the_end_of_the_earlier_bearer_does_not_free_the_number():
    """A department finishes its part for a ticket whose number somebody else bears by now."""
    hall = hall_with(last=1)
    hall.serve(hall.issue("cert"), "1")
    hall.hand_off("1", "x@care", awaited=False)
    hall.do(c.FinishService(counter="1"))
    hall.issue("cert")
    hall.do(c.FinishHandoff(handoff="x"))
    assert hall.refused(hall.issuing("cert")) == "band_exhausted"


def test_a_number_that_another_band_lent_is_not_given_twice():
    """After a reload another band prints the same texts: whoever still bears one keeps it."""
    hall = Hall(small())
    hall.issue("cert")
    rules = small()
    hall.do(c.SetRules(rules=replace(rules, bands={**rules.bands, "b": band("b", 1, 9)})))
    assert hall.issue("tax") == "2"


# --- the emergency pad ---


@pytest.mark.parametrize("written", ["T01", "T1", "T001"])
def test_a_written_number_is_entered_with_its_time(written):
    hall = Hall(small())
    hall.wait(40)
    issued = hall.do(hall.issuing("cert", written_number=written, written_at=hall.now - 30 * MINUTE))[0]
    assert (issued.number, issued.issued_at) == ("T01", hall.now - 30 * MINUTE)
    assert hall.facts("T01").errands[0].due == hall.now - 15 * MINUTE


def test_a_written_number_takes_its_place_by_its_time():
    hall = Hall(small())
    first = hall.issue("cert")
    hall.wait(10)
    written_at = hall.now
    hall.wait(10)
    last = hall.issue("cert")
    hall.issue("cert", written_number="T07", written_at=written_at)
    assert hall.call_all("1") == [first, "T07", last]


@pytest.mark.parametrize("written", ["T21", "T00", "A1", "1", "T", "T１", "Tx", "T9999999999999"])
def test_only_numbers_of_the_pad_may_be_written(written):
    assert Hall(small()).refused(Hall(small()).issuing("cert", written_number=written)) == "number_not_on_pad"


def test_a_written_number_is_entered_once_a_day():
    hall = Hall(small())
    hall.issue("cert", written_number="T01")
    end(hall, "T01")
    assert hall.refused(hall.issuing("cert", written_number="T1")) == "number_taken"


def test_a_written_time_lies_within_the_day_and_not_in_the_future():
    hall = Hall(small())
    for at in (hall.now + 1, hall.state.starts - 1):
        refused = hall.refused(hall.issuing("cert", written_number="T01", written_at=at))
        assert refused == "written_at_invalid"


def test_a_machine_gives_no_number_of_the_pad_and_the_pad_moves_no_band():
    hall = Hall(small())
    hall.issue("cert")
    hall.issue("cert", written_number="T09")
    assert hall.issue("cert") == "2"
