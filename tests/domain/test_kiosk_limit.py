"""A kiosk rests when it gave many numbers in a short time: a child plays with it."""

from hallkit.hall import Hall
from hallkit.sites import small

from queue_server.domain import commands as c


def at(hall, kiosk):
    return hall.issuing("cert", kiosk=kiosk)


def test_the_fifth_number_within_the_time_is_refused_and_says_how_long():
    hall = Hall(small(kiosk_tickets=4, kiosk_seconds=20))
    for _ in range(4):
        hall.do(at(hall, "door"))
        hall.wait(seconds=1)
    refused = hall.give(at(hall, "door"))
    assert (refused.code, refused.facts) == ("kiosk_resting", {"kiosk": "door", "seconds": 16})
    hall.do(at(hall, "hall"))
    hall.do(hall.issuing("cert", channel="staff", kiosk="door"))
    hall.wait(seconds=16)
    hall.do(at(hall, "door"))


def test_several_numbers_are_given_up_together_or_none():
    hall = Hall(small())
    numbers = tuple(hall.issue("cert") for _ in range(10))
    called = hall.issue("cert")
    hall.do(c.CallNumber(counter="1", number=called))
    refused = hall.give(c.CancelTickets(numbers=(*numbers, called, "777")))
    assert (refused.code, refused.facts) == ("numbers_not_waiting", {"numbers": f"{called}, 777"})
    hall.do(c.CancelTickets(numbers=(*numbers, numbers[0])))
    assert {hall.shown(number) for number in numbers} == {"cancelled"}
