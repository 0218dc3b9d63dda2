"""At most one class-boosted ticket in every k calls of a service while unboosted ones wait."""

from itertools import pairwise

import pytest
from hallkit.hall import MINUTE, Hall
from hallkit.sites import small, with_service

from queue_server.domain import commands as c


def crowd(k: int, unboosted: int, boosted: int) -> tuple[Hall, set[str]]:
    hall = Hall(with_service(small(), "cert", fairness=k))
    for _ in range(unboosted):
        hall.issue("cert")
    babies = {hall.issue("cert", priority="baby") for _ in range(boosted)}
    return hall, babies


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_in_any_k_calls_at_most_one_is_boosted(k):
    hall, babies = crowd(k, unboosted=20, boosted=10)
    calls = [hall.call_next("1") in babies for _ in range(15)]
    assert calls[0]
    for at in range(len(calls) - k + 1):
        assert sum(calls[at : at + k]) <= 1
    places = [at for at, boosted in enumerate(calls) if boosted]
    assert all(later - earlier == k for earlier, later in pairwise(places))


def test_the_bound_is_one_over_all_counters():
    hall, babies = crowd(3, unboosted=20, boosted=10)
    calls = [hall.call_next(counter) in babies for counter in ("1", "2") * 5]
    assert calls == [True, False, False] * 3 + [True]


def test_while_no_unboosted_waits_every_boosted_is_called():
    hall, babies = crowd(3, unboosted=0, boosted=3)
    assert set(hall.call_all("1")) == babies


def test_an_appointment_that_may_not_be_called_yet_is_nobody_who_waits():
    hall, babies = crowd(3, unboosted=0, boosted=2)
    hall.issue("cert", slot=hall.now + 60 * MINUTE)
    assert {hall.call_next("1"), hall.call_next("1")} == babies


def test_the_call_says_that_it_was_for_fairness():
    hall, _ = crowd(3, unboosted=2, boosted=2)
    rules = [hall.do(c.CallNext(counter="1"))[-1].rule for _ in range(4)]
    assert rules == ["due", "fairness", "fairness", "due"]


@pytest.mark.parametrize("boosted", [True, False])
def test_a_number_called_out_of_turn_does_not_count(boosted):
    hall, babies = crowd(3, unboosted=6, boosted=4)
    assert hall.call_next("1") in babies
    hall.do(c.CallNumber(counter="1", number=max(babies, key=int) if boosted else "6"))
    calls = [hall.call_next("1") in babies for _ in range(4)]
    assert calls == [False, False, True, False]


def test_undo_gives_the_boosted_turn_back():
    hall, babies = crowd(3, unboosted=5, boosted=3)
    first = hall.call_next("1")
    hall.do(c.Undo(counter="1"))
    assert hall.call_next("1") == first
    assert hall.call_next("1") not in babies


def test_undo_of_an_older_call_forgets_no_later_one():
    """Counter 1 takes back its boosted call; counter 2 has called a boosted one since: it still counts."""
    hall, babies = crowd(2, unboosted=9, boosted=5)
    assert hall.call_next("1") in babies
    assert hall.call_next("2") not in babies
    assert hall.call_next("2") in babies
    hall.do(c.Undo(counter="1"))
    assert hall.call_next("2") not in babies
    assert hall.call_next("2") in babies


def test_undo_of_an_unboosted_call_does_not_bring_the_next_boosted_one_nearer_or_further():
    hall, babies = crowd(3, unboosted=9, boosted=5)
    assert hall.call_next("1") in babies
    assert hall.call_next("1") not in babies
    assert hall.call_next("2") not in babies
    hall.do(c.Undo(counter="1"))
    assert hall.call_next("2") not in babies
    assert hall.call_next("2") in babies


def test_the_bound_holds_for_an_errand_that_changed_its_service():
    hall, _ = crowd(3, unboosted=0, boosted=0)
    plain = [hall.issue("tax") for _ in range(3)]
    babies = [hall.issue("cert", priority="baby") for _ in range(2)]
    for number in babies:
        hall.do(c.ChangeService(ticket=hall.ticket(number).id, to="tax"))
    assert hall.call_all("4") == [babies[0], plain[0], plain[1], babies[1], plain[2]]
