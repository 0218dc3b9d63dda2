"""Hall time: at the start not before the last event, then never backwards, whatever the wall clock does."""

import logging

from queue_server.clock import STEP_MS, HallClock

NINE = 1_795_132_800_000  # 2026-11-20 09:00 +09:00
MINUTE = 60_000


class Clocks:
    """A wall clock and a monotonic clock in the test's hands, ms."""

    def __init__(self) -> None:
        self.wall = NINE
        self.monotonic = 5_000.0

    def pass_by(self, ms: int) -> None:
        self.wall += ms
        self.monotonic += ms

    def hall(self, **options) -> HallClock:
        return HallClock(wall=lambda: self.wall, monotonic=lambda: self.monotonic, **options)


def test_it_runs_with_the_wall_clock():
    clocks = Clocks()
    hall = clocks.hall()
    assert hall.now() == NINE
    clocks.pass_by(MINUTE)
    hall.watch()
    assert hall.now() == NINE + MINUTE
    assert hall.step == 0
    assert not hall.simulated


def test_it_does_not_begin_before_the_last_event():
    clocks = Clocks()
    hall = clocks.hall()
    hall.begin(NINE - MINUTE)
    assert hall.now() == NINE
    hall.begin(NINE + 90 * MINUTE)
    assert hall.now() == NINE + 90 * MINUTE
    clocks.pass_by(1_000)
    assert hall.now() == NINE + 90 * MINUTE + 1_000


def test_a_step_forward_is_reported_once_and_followed_only_by_a_person(caplog):
    clocks = Clocks()
    hall = clocks.hall()
    clocks.wall += 90 * MINUTE
    with caplog.at_level(logging.WARNING):
        hall.watch()
        clocks.pass_by(1_000)
        hall.watch()
    assert len(caplog.records) == 1
    assert hall.now() == NINE + 1_000
    assert hall.step == 90 * MINUTE
    assert hall.follow() == 90 * MINUTE
    assert hall.now() == clocks.wall
    assert hall.step == 0
    assert hall.follow() == 0


def test_after_a_step_back_it_stands_still_and_never_goes_back():
    clocks = Clocks()
    hall = clocks.hall()
    clocks.pass_by(10 * MINUTE)
    before = hall.now()
    clocks.wall -= 5 * MINUTE
    hall.watch()
    assert hall.step == -5 * MINUTE
    assert hall.follow() == -5 * MINUTE
    clocks.pass_by(4 * MINUTE)
    assert hall.now() == before
    clocks.pass_by(2 * MINUTE)
    assert hall.now() == before + MINUTE == clocks.wall


def test_a_small_difference_is_followed_gently():
    for difference in (STEP_MS // 2, -STEP_MS // 2):
        clocks = Clocks()
        hall = clocks.hall()
        clocks.wall += difference
        before = hall.now()
        for _ in range(60 * 60):
            clocks.pass_by(1_000)
            hall.watch()
            now = hall.now()
            assert 900 <= now - before <= 1_100
            before = now
        assert hall.step == 0
        assert abs(hall.now() - clocks.wall) < 1_000


def test_simulated_time_runs_fast_and_follows_no_wall_clock():
    clocks = Clocks()
    hall = clocks.hall(start=0, speed=60.0)
    clocks.wall += 90 * MINUTE
    clocks.pass_by(1_000)
    hall.watch()
    assert hall.simulated
    assert hall.now() == 60_000
    assert hall.step == 0
    hall.begin(10 * MINUTE)
    clocks.pass_by(1_000)
    assert hall.now() == 11 * MINUTE


def test_a_simulated_step():
    clocks = Clocks()
    hall = clocks.hall(start=NINE, speed=0.0)
    clocks.pass_by(MINUTE)
    assert hall.now() == NINE
    assert hall.step_to(NINE + MINUTE)
    assert hall.now() == NINE + MINUTE
    assert not hall.step_to(NINE)
    assert hall.now() == NINE + MINUTE
