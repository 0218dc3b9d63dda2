"""What staff should know before residents find out."""

from hallkit.hall import Hall
from hallkit.sites import small
from msgspec.structs import replace

from queue_server.domain import commands as c
from queue_server.domain.alarms import alarms


def told(hall):
    return [(alarm.code, alarm.subject, alarm.count) for alarm in alarms(hall.state)]


def test_a_service_whose_last_counter_closed_with_people_waiting():
    hall = Hall(small())
    hall.issue("cert")
    hall.issue("cert")
    assert told(hall) == []
    for counter in list(hall.state.counters):
        hall.do(c.CloseCounter(counter=counter))
    assert told(hall) == [("service_unattended", "cert", 2)]


def test_a_band_that_runs_out():
    rules = small()
    band = replace(rules.bands[rules.services["cert"].band], first=1, last=2, skip=())
    hall = Hall(replace(rules, bands={**rules.bands, band.id: band}))
    hall.issue("cert")
    assert told(hall) == []
    number = hall.issue("cert")
    assert told(hall) == [("band_exhausted", band.id, 0)]
    hall.do(c.CancelTicket(ticket=hall.ticket(number).id))
    assert told(hall) == []
