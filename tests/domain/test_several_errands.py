"""One number, several errands: it waits in all their queues and keeps its places while it is served in one."""

import pytest
from hallkit.hall import MINUTE, Hall
from hallkit.sites import small

from queue_server.domain import commands as c
from queue_server.domain import queue
from queue_server.domain.state import open_services


@pytest.fixture
def hall():
    return Hall(small())


@pytest.fixture
def family(hall):
    """A family that needs three things, with somebody behind it in each queue."""
    number = hall.issue("cert", "tax", "move")
    for service in ("cert", "tax", "move"):
        hall.issue(service)
    return number


def test_it_waits_in_all_its_queues(hall, family):
    assert [queue.waiting(hall.state, service) for service in ("cert", "tax", "move")] == [2, 2, 2]
    assert hall.shown(family) == "waiting"
    assert hall.ticket(family).band == "a"  # its number is of its first errand's band


def test_while_it_is_served_in_one_it_is_called_in_no_other(hall, family):
    assert hall.call_next("2") == family
    assert [queue.waiting(hall.state, service) for service in ("cert", "tax", "move")] == [1, 1, 1]
    assert hall.call_next("3") != family
    assert hall.refused(c.CallNumber(counter="3", number=family)) == "not_waiting"


def test_it_keeps_its_places_in_the_others(hall, family):
    hall.call_next("2")
    hall.wait(20)
    hall.do(c.FinishService(counter="2"))
    assert open_services(hall.facts(family)) == ("tax", "move")
    assert hall.call_next("4") == family
    hall.do(c.FinishService(counter="4"))
    assert hall.call_next("3") == family
    finished = hall.do(c.FinishService(counter="3"))
    assert [type(x).__name__ for x in finished] == ["TicketFinished"]
    assert hall.shown(family) == "done"


def test_the_same_counter_may_call_it_again_for_its_next_errand(hall, family):
    assert hall.call_next("1") == family
    kinds = hall.kinds(c.CallNext(counter="1"))
    assert kinds == ["TicketFinished", "TicketCalled"]
    assert hall.numbers_at("1") == [family]
    assert open_services(hall.facts(family)) == ("tax", "move")


def test_held_in_one_it_waits_in_none_and_comes_back_to_all(hall, family):
    hall.do(c.HoldTicket(counter="1", number=family))
    assert [queue.waiting(hall.state, service) for service in ("cert", "tax", "move")] == [1, 1, 1]
    hall.do(c.RestoreTicket(counter="1", number=family, place="front"))
    assert [queue.waiting(hall.state, service) for service in ("cert", "tax", "move")] == [2, 2, 2]


def test_each_errand_waits_from_its_own_arrival(hall, family):
    hall.wait(5)
    hall.call_next("2")
    hall.wait(5)
    hall.do(c.TransferTicket(counter="2", service="pick", keep_place=False))
    arrivals = {x.service: x.arrival for x in hall.facts(family).errands if x.open}
    issued = hall.ticket(family).issued_at
    assert arrivals == {"tax": issued, "move": issued, "pick": issued + 10 * MINUTE}


def test_delay_moves_every_errand(hall, family):
    for service in ("cert", "tax", "move"):
        hall.issue(service)
    events = hall.do(c.DelayTicket(ticket=hall.ticket(family).id))
    assert [x.service for x in events] == ["cert", "tax", "move"]
    assert len({x.cmd for x in events}) == 1
    orders = {x: [key[2] for key in queue.order(hall.state, x)] for x in ("cert", "tax", "move")}
    # three others go first: at counter 1, which calls for both, t2, t3 and t5
    assert orders == {"cert": ["t2", "t5", "t1"], "tax": ["t3", "t1", "t6"], "move": ["t4", "t7", "t1"]}


def test_changing_one_of_several_must_be_named(hall, family):
    ticket = hall.ticket(family).id
    assert hall.refused(c.ChangeService(ticket=ticket, to="pick")) == "service_needed"
    assert hall.refused(c.ChangeService(ticket=ticket, to="tax", service="cert")) == "same_service"
    hall.do(c.ChangeService(ticket=ticket, to="pick", service="cert"))
    assert open_services(hall.facts(family)) == ("pick", "tax", "move")


def test_it_never_waits_twice_in_one_queue(hall, family):
    hall.call_next("2")
    assert hall.refused(c.TransferTicket(counter="2", service="tax", keep_place=True)) == "same_service"


def test_one_number_for_no_service_or_twice_the_same_is_refused(hall):
    assert hall.refused(hall.issuing()) == "no_service"
    assert hall.refused(hall.issuing("cert", "cert")) == "duplicate_service"
