"""When a number is given: hours, caps, the estimated end of the queue; and that time never goes backwards."""

import pytest
from hallkit.hall import HOUR, MINUTE, STARTS, Hall
from hallkit.sites import small, with_service

from queue_server.domain import commands as c
from queue_server.domain import hours
from queue_server.domain.rules import Cap

NOON = STARTS + 12 * HOUR


def spans(**services):
    """Open spans by service, in hours of the day; all others from 8:30 to 17:15."""
    day = dict.fromkeys(small().services, ((8.5, 17.25),)) | services
    return {name: tuple((hour(a), hour(b)) for a, b in of_day) for name, of_day in day.items()}


def hour(hours: float) -> int:
    return STARTS + int(hours * HOUR)


# --- hours ---


@pytest.mark.parametrize(
    ("at", "is_open"),
    [(8.49, False), (8.5, True), (11.99, True), (12, False), (12.99, False), (13, True), (17, False)],
)
def test_a_service_takes_people_in_its_hours(at, is_open):
    hall = Hall(small(), now=hour(at), hours=spans(cert=((8.5, 12), (13, 17))))
    assert hours.is_open(hall.state, "cert", hall.now) == is_open
    given = hall.issuing("cert")
    if is_open:
        hall.do(given)
    else:
        assert hall.refused(given) == "service_closed"


def test_one_closed_service_of_several_refuses_them_all():
    hall = Hall(small(), hours=spans(tax=()))
    assert hall.refused(hall.issuing("cert", "tax")) == "service_closed"


def test_without_hours_it_is_always_open():
    hall = Hall(small())
    hall.now = STARTS + 23 * HOUR
    assert hall.issue("cert") == "1"


def test_nobody_takes_a_number_for_the_pick_up():
    hall = Hall(small())
    assert hall.refused(hall.issuing("pick")) == "service_closed"


def test_a_number_written_in_the_hours_may_be_entered_after_them():
    hall = Hall(small(), hours=spans())
    hall.now = STARTS + 18 * HOUR
    assert hall.refused(hall.issuing("cert")) == "service_closed"
    assert hall.issue("cert", written_number="T01", written_at=STARTS + 17 * HOUR) == "T01"


# --- caps ---


def capped(*caps):
    return Hall(with_service(small(), "cert", caps=caps))


def test_a_cap_of_the_day():
    hall = capped(Cap(count=3))
    for _ in range(3):
        hall.issue("cert")
    assert hall.refused(hall.issuing("cert")) == "cap_reached"
    assert hall.refused(hall.issuing("tax", "cert")) == "cap_reached"
    assert hall.issue("tax") == "101"


def test_a_cap_of_a_time_band_counts_only_that_band():
    hall = capped(Cap(count=2, from_minute=10 * 60, to_minute=11 * 60))
    hall.now = hour(10) - 1
    hall.issue("cert")
    hall.wait(seconds=0.001)
    hall.issue("cert")
    hall.now = hour(11) - 1
    hall.issue("cert")
    assert hall.refused(hall.issuing("cert")) == "cap_reached"
    hall.wait(seconds=0.001)
    assert hall.issue("cert") == "4"


def test_a_cap_that_comes_at_noon_counts_the_morning():
    hall = Hall(small())
    hall.issue("cert")
    hall.issue("cert")
    hall.do(c.SetRules(rules=with_service(small(), "cert", caps=(Cap(count=2),))))
    assert hall.refused(hall.issuing("cert")) == "cap_reached"


def test_a_written_number_is_counted_at_its_time():
    hall = capped(Cap(count=1, from_minute=9 * 60, to_minute=10 * 60), Cap(count=2))
    hall.now = STARTS + 10 * HOUR
    hall.issue("cert")
    hall.issue("cert", written_number="T01", written_at=STARTS + 9 * HOUR)
    assert hall.refused(hall.issuing("cert")) == "cap_reached"


def test_a_number_entered_late_disturbs_no_count():
    hall = capped(Cap(count=1, from_minute=9 * 60 + 30, to_minute=11 * 60))
    hall.now = hour(10)
    hall.issue("cert")
    hall.issue("cert", written_number="T01", written_at=hour(9))
    assert hall.refused(hall.issuing("cert")) == "cap_reached"


# --- closing by estimate ---


def near_closing(**changes):
    """Two counters, ten minutes a ticket; forty minutes before noon, when the service closes."""
    rules = with_service(small(), "cert", service_minutes=10.0, **changes)
    hall = Hall(rules, hours=spans(cert=((8.5, 12),)))
    hall.now = NOON - 40 * MINUTE
    return hall


def test_issue_stops_when_the_queue_would_end_after_closing():
    hall = near_closing()
    for _ in range(9):  # eight before the ninth are 8 × 10 / 2 = 40 minutes
        hall.issue("cert")
    assert hall.refused(hall.issuing("cert")) == "closing_estimate"
    assert hall.issue("tax")


def test_a_margin_lets_the_queue_end_later():
    hall = near_closing(closing_margin_minutes=5)
    for _ in range(10):
        hall.issue("cert")
    assert hall.refused(hall.issuing("cert")) == "closing_estimate"


def test_a_site_may_not_want_it():
    hall = near_closing(closes_by_estimate=False)
    for _ in range(20):
        hall.issue("cert")


def test_without_a_counter_there_is_no_estimate_to_close_by():
    hall = Hall(small(), hours=spans(), open_counters=False)
    hall.now = STARTS + 17 * HOUR + 14 * MINUTE
    assert hall.issue("cert") == "1"


# --- time, ids ---


def test_staff_may_give_a_number_despite_hours_cap_and_closing():
    rules = with_service(small(), "cert", caps=(Cap(count=1),))
    hall = Hall(rules, hours=spans(tax=()))
    hall.issue("cert")
    assert hall.refused(hall.issuing("cert")) == "cap_reached"
    assert hall.refused(hall.issuing("tax")) == "service_closed"
    events = hall.do(hall.issuing("cert", "tax", channel="staff", despite=True))
    assert events[0].despite
    assert hall.refused(hall.issuing("pick", channel="staff", despite=True)) == "service_closed"


def test_time_never_goes_backwards():
    hall = Hall(small())
    hall.wait(10)
    first = hall.do(hall.issuing("cert"))[0]
    second = hall.give(hall.issuing("cert"), late_by=5 * MINUTE)[0]
    assert second.at == second.issued_at == first.at


def test_events_before_the_day_s_midnight_are_no_matter():
    """A day that a person opens late in the evening before takes people at once."""
    hall = Hall(small(), starts=STARTS + 24 * HOUR)
    assert hall.issue("cert") == "1"


def test_a_ticket_is_issued_once():
    hall = Hall(small())
    hall.issue("cert")
    again = c.IssueTicket(ticket="t1", token_hash="other", services=("cert",), channel="kiosk")
    assert hall.refused(again) == "ticket_exists"
    again = c.IssueTicket(ticket="t9", token_hash="hash1", services=("cert",), channel="kiosk")
    assert hall.refused(again) == "ticket_exists"


def test_unknown_service_and_class_are_refused():
    hall = Hall(small())
    assert hall.refused(hall.issuing("fishing")) == "unknown_service"
    assert hall.refused(hall.issuing("cert", priority="king")) == "unknown_priority"


def test_the_answer_stands_in_the_event():
    hall = Hall(small())
    hall.issue("cert")
    issued = hall.do(
        hall.issuing(
            "cert", "tax", lang="vi", kiosk="kiosk1", print="queued", needs="n1", intake="i1", units=2
        )
    )[0]
    assert (issued.number, issued.ahead, issued.services, issued.state) == (
        "2",
        1,
        ("cert", "tax"),
        "waiting",
    )
    ticket = hall.ticket("2")
    assert (ticket.lang, ticket.kiosk, ticket.needs, ticket.intake, ticket.units) == (
        "vi",
        "kiosk1",
        "n1",
        "i1",
        2,
    )
    assert (ticket.day, ticket.channel, issued.print) == ("2026-11-24", "kiosk", "queued")
