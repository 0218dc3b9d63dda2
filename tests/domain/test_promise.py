"""The wait that is told: its end comes nearer, and moves away only with the word that it does."""

import pytest
from hallkit.audit import Audit
from hallkit.hall import MINUTE, Hall
from hallkit.sites import small
from hallkit.wander import Wanderer

from queue_server.domain import commands as c
from queue_server.domain.promise import COARSE, SOON, STEP, chapter, estimate_told
from queue_server.domain.state import shown


class Page:
    """Somebody who looks at the page of one ticket, and brings the promise along."""

    def __init__(self, hall):
        self.hall, self.promise = hall, None

    def look(self, number):
        told = estimate_told(self.hall.state, self.hall.ticket(number), self.hall.now, self.promise)
        self.promise = told.promise
        return told


def hall_of_moves(*, before=4):
    """One counter at work, somebody at it, and people who wait before the last one; 5 minutes each."""
    hall = Hall(small())
    hall.do(c.CloseCounter(counter="4"))
    hall.issue("move")
    hall.call_next("3")
    numbers = [hall.issue("move") for _ in range(before + 1)]
    return hall, numbers[-1]


def test_what_is_told_first_is_what_the_ticket_says():
    hall, number = hall_of_moves()
    issued = hall.log[-1]
    told = estimate_told(hall.state, hall.ticket(number), hall.now)
    assert told.estimate.high_minutes == issued.estimate.high_minutes == 34
    assert told.estimate.low_minutes == 10  # of 13: a long range moves in steps
    assert not told.late


def test_the_end_comes_nearer_while_nobody_is_called():
    hall, number = hall_of_moves()
    page = Page(hall)
    page.look(number)
    ends = []
    for _ in range(10):
        hall.wait(1)
        told = page.look(number)
        assert not told.late
        ends.append(told.estimate.high_minutes)
    assert ends == [33, 32, 31, 30, 29, 28, 27, 26, 25, 24]


def test_when_it_takes_longer_it_says_so_and_stands_still():
    hall, number = hall_of_moves()
    page = Page(hall)
    page.look(number)
    hall.wait(14)
    assert not page.look(number).late
    hall.wait(3)
    told = page.look(number)
    assert told.late
    shown_first = told.estimate
    for _ in range(20):
        hall.wait(1)
        told = page.look(number)
        assert told.late
        assert told.estimate == shown_first
    assert shown_first.high_minutes % STEP == shown_first.low_minutes % STEP == 0
    assert shown_first.high_minutes > COARSE


def test_it_is_on_time_again_only_when_the_promise_can_be_kept():
    hall, number = hall_of_moves(before=6)
    page = Page(hall)
    page.look(number)
    hall.wait(26)
    assert page.look(number).late
    for _ in range(5):
        hall.call_next("3")
    told = page.look(number)
    assert not told.late
    assert hall.now + told.estimate.high_minutes * MINUTE <= hall.ticket(number).told


def test_good_news_binds():
    """A counter opens and closes again: what was told in between is not silently taken back."""
    hall, number = hall_of_moves()
    page = Page(hall)
    page.look(number)
    hall.do(c.OpenCounter(counter="4", services=("move",)))
    better = page.look(number)
    assert better.estimate.high_minutes < 25
    hall.do(c.CloseCounter(counter="4"))
    hall.wait(5)
    worse = page.look(number)
    assert worse.late
    assert worse.estimate.high_minutes > better.estimate.high_minutes


def test_the_next_one_is_told_soon():
    hall, number = hall_of_moves(before=0)
    assert estimate_told(hall.state, hall.ticket(number), hall.now).estimate.high_minutes > SOON
    hall.do(c.OpenCounter(counter="4", services=("move",)))
    told = estimate_told(hall.state, hall.ticket(number), hall.now + 60 * MINUTE)
    assert told.estimate.low_minutes == 0
    assert told.estimate.high_minutes <= SOON
    assert not told.late


def test_another_service_s_queue_was_never_promised():
    hall, number = hall_of_moves()
    hall.do(c.ChangeService(ticket=hall.ticket(number).id, to="cert"))
    assert hall.ticket(number).told is None
    told = estimate_told(hall.state, hall.ticket(number), hall.now + 120 * MINUTE)
    assert told.estimate is not None
    assert not told.late


def test_nothing_is_told_where_nobody_serves_or_nobody_waits():
    hall, number = hall_of_moves()
    hall.do(c.FinishService(counter="3"))
    hall.do(c.CloseCounter(counter="3"))
    assert estimate_told(hall.state, hall.ticket(number), hall.now).estimate is None
    hall.do(c.OpenCounter(counter="3"))
    hall.do(c.CallNumber(counter="3", number=number))
    assert estimate_told(hall.state, hall.ticket(number), hall.now).estimate is None


@pytest.mark.parametrize("seed", range(6))
def test_on_random_days_the_end_never_moves_away_silently(seed):
    audit = Audit(every=1_000_000)
    wanderer = Wanderer(f"promise {seed}", audit)
    promises, ends, seen, late = {}, {}, 0, 0
    for _ in range(1_500):
        wanderer.step()
        state, now = audit.state, wanderer.now
        for ticket in list(state.tickets.values())[-40:]:
            if shown(ticket.facts) != "waiting":
                continue
            key = (state.day, ticket.id, chapter(ticket))
            told = estimate_told(state, ticket, now, promises.get(key))
            promises[key] = told.promise
            if told.estimate is None:
                continue
            high = told.estimate.high_minutes
            assert 0 <= told.estimate.low_minutes <= high
            end = now + high * MINUTE
            if not told.late and high > SOON:
                # whole minutes are told: within one the end may lie where it likes
                assert end < ends.get(key, end) + MINUTE, (seed, audit.given, ticket.number)
                if ticket.told is not None and key[2][:2] == (0, False):
                    assert end <= ticket.told
            seen, late = seen + 1, late + told.late
            ends[key] = min(end, ends.get(key, end)) if not told.late else end
    assert seen > 500
    assert 0 < late < seen
