"""The order in which a counter will call: held against calling for real, one after the other."""

import copy
from random import Random

import pytest
from hallkit.audit import Audit
from hallkit.hall import MINUTE, Hall, digest
from hallkit.sites import small, with_service
from hallkit.wander import Wanderer

from queue_server.domain import commands as c
from queue_server.domain.calling_order import calling_order
from queue_server.domain.decide import decide
from queue_server.domain.events import TicketCalled
from queue_server.domain.evolve import evolve
from queue_server.domain.refusal import Refused
from queue_server.domain.state import CounterFacts, CounterState

LIMIT = 25


def called_for_real(state, counter, now):
    """What pressing "next" again and again leads to, on a copy."""
    state = copy.deepcopy(state)
    order = []
    while len(order) < LIMIT:
        events = decide(state, c.CallNext(counter=counter), now)
        assert not isinstance(events, Refused), events
        for event in events:
            evolve(state, event)
        called = [x for x in events if isinstance(x, TicketCalled)]
        if not called:
            break
        order.append((called[0].ticket, called[0].errand, called[0].service, called[0].rule))
    return order


@pytest.mark.parametrize("seeds", [range(8), range(8, 16)], ids=str)
def test_the_order_is_what_calling_leads_to(seeds):
    compared = fair = again = helped = 0
    for seed in seeds:
        audit = Audit(every=1_000_000, keep_log=False)
        wanderer, rng = Wanderer(seed, audit), Random(seed)
        for _ in range(40):
            wanderer.run(25)
            state = audit.state
            opened = [x for x in state.counters.values() if x.facts.status == "open"]
            if state.day is None or not opened:
                continue
            counter = rng.choice(opened)
            now = max(wanderer.now, state.last_at)
            before = digest(state)
            order = calling_order(state, counter, now, LIMIT)
            assert digest(state) == before
            expected = called_for_real(state, counter.id, now)
            assert [(x.ticket, x.errand, x.service, x.rule) for x in order] == expected, (seed, counter.id)
            compared += len(order) > 1
            fair += any(x.rule == "fairness" for x in order)
            again += len({x.ticket for x in order}) < len(order)
            helped += any(x.compared > x.due for x in order)
    assert min(compared, fair, again, helped) > 5, (compared, fair, again, helped)


def order_of(hall, counter="1", limit=LIMIT):
    found = calling_order(hall.state, hall.state.counters[counter], hall.now, limit)
    return [hall.state.tickets[x.ticket].number for x in found]


def test_classes_take_turns_by_the_fairness_bound():
    hall = Hall(with_service(small(), "cert", fairness=3))
    plain = [hall.issue("cert") for _ in range(4)]
    baby = [hall.issue("cert", priority="baby") for _ in range(3)]
    assert order_of(hall) == [baby[0], plain[0], plain[1], baby[1], plain[2], plain[3], baby[2]]
    rules = [x.rule for x in calling_order(hall.state, hall.state.counters["1"], hall.now, LIMIT)]
    assert rules == ["due", "fairness", "fairness", "due", "fairness", "fairness", "due"]


def test_an_appointment_comes_in_only_when_it_may_be_called():
    hall = Hall(small())
    booked = hall.issue("cert", slot=hall.now + 12 * MINUTE)
    first = hall.issue("cert")
    assert order_of(hall) == [first]
    hall.wait(8)
    assert order_of(hall) == [booked, first]  # its slot is before the other's due time


def test_a_helped_service_stands_behind_by_the_penalty():
    hall = Hall(small())
    helped = hall.issue("move")
    hall.wait(24)
    own = hall.issue("tax")  # due at 39; the other at 30, and 10 of penalty
    assert order_of(hall, "4") == [own, helped]
    assert [x.compared - x.due for x in calling_order(hall.state, hall.state.counters["4"], hall.now, 2)] == [
        0,
        10 * MINUTE,
    ]


def test_whoever_is_at_the_desk_comes_again_for_the_next_errand():
    hall = Hall(small())
    both = hall.issue("cert", "tax")
    other = hall.issue("tax")
    assert order_of(hall) == [both, both, other]
    hall.call_next("1")
    assert order_of(hall) == [both, other]
    assert order_of(hall, limit=1) == [both]


def test_a_closed_counter_can_be_looked_at_as_if_it_were_open():
    hall = Hall(small(), open_counters=False)
    number = hall.issue("cert")
    assert order_of(hall) == []
    as_if = CounterState(id="1", facts=CounterFacts(status="open", services=("cert", "tax")))
    found = calling_order(hall.state, as_if, hall.now, LIMIT)
    assert [hall.state.tickets[x.ticket].number for x in found] == [number]


def test_between_days_nobody_is_called():
    hall = Hall(small(), opened=False)
    as_if = CounterState(id="1", facts=CounterFacts(services=("cert",)))
    assert calling_order(hall.state, as_if, hall.now, LIMIT) == []
