"""Hall time: at the start not before the last event, then never backwards, whatever the wall clock does."""

import logging
import sqlite3

import msgspec

from queue_server.clock import STEP_MS, HallClock
from queue_server.domain.events import Event, HallTimeStepped

CLOCK = "/api/v1/clock"
TICKETS = "/api/v1/sites/bench/tickets"
ISSUE = {"channel": "staff", "service": "service"}

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


def test_a_step_back_that_was_followed_is_no_step_any_more(caplog):
    clocks = Clocks()
    hall = clocks.hall()
    before = hall.now()
    clocks.wall -= 5 * MINUTE
    with caplog.at_level(logging.WARNING):
        assert hall.follow() == -5 * MINUTE
        for _ in range(5 * 60):
            clocks.pass_by(1_000)
            hall.watch()
            assert hall.step == 0
            assert hall.now() == before
    assert len(caplog.records) == 1
    assert hall.follow() == 0
    clocks.pass_by(MINUTE)
    hall.watch()
    assert hall.now() == before + MINUTE == clocks.wall


def test_nothing_is_followed_where_nothing_has_stepped():
    clocks = Clocks()
    hall = clocks.hall()
    clocks.wall += STEP_MS  # not more than that: a drift
    assert hall.follow() == 0
    assert hall.now() == NINE
    simulated = clocks.hall(start=NINE, speed=60.0)
    clocks.wall += 90 * MINUTE
    assert simulated.follow() == 0
    assert simulated.now() == NINE


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


def steps_in_the_log(server):
    with sqlite3.connect(server.database.removeprefix("sqlite:///")) as database:
        rows = database.execute("SELECT data FROM events ORDER BY seq").fetchall()
    database.close()
    events = msgspec.json.decode(f"[{','.join(data for (data,) in rows)}]", type=list[Event])
    return [event for event in events if isinstance(event, HallTimeStepped)]


def test_without_a_step_there_is_nothing_to_follow(bench_server):
    for role in ("staff", "admin"):
        answer = bench_server.call("POST", CLOCK, {}, role=role)
        assert (answer.status, answer.json["code"]) == (409, "no_clock_step")
    assert bench_server.call("POST", CLOCK, {}, role="kiosk").status == 403
    assert steps_in_the_log(bench_server) == []


def test_a_leader_lets_hall_time_follow_a_step(running_server):
    """The log is of the year 2031: for the restarted server the wall clock has stepped back by years."""
    server = running_server("bench", "--clock", "2031-04-01T09:00+09:00")
    assert server.call("POST", TICKETS, ISSUE, role="staff").status == 201
    server.stop()
    server.options[:] = []
    server.restart()
    for refused in ({"role": "staff"}, {"token": server.token("admin", site="bench")}):
        answer = server.call("POST", CLOCK, {}, **refused)
        assert (answer.status, answer.json["code"]) == (403, "forbidden")
    key = {"Idempotency-Key": "follow-1"}
    followed = server.call("POST", CLOCK, {}, role="admin", headers=key)
    assert followed.status == 200
    assert followed.json["now"].startswith("2031-04-01T09:0")
    assert server.call("GET", "/healthz", role="staff").json["details"]["clock_step_seconds"] == 0
    assert server.call("GET", CLOCK).json["now"] == followed.json["now"]  # it stands still, never goes back
    again = server.call("POST", CLOCK, {}, role="admin")
    assert (again.status, again.json["code"]) == (409, "no_clock_step")
    assert server.call("POST", CLOCK, {}, role="admin", headers=key).json == followed.json
    (step,) = steps_in_the_log(server)
    assert step.milliseconds < -365 * 24 * 60 * MINUTE
    assert step.by.startswith("token:")


def test_a_simulated_time_needs_to_be_told_where_to(running_server):
    server = running_server("bench", "--clock", "2031-04-01T09:00+09:00")
    answer = server.call("POST", CLOCK, {}, role="admin")
    assert (answer.status, answer.json["code"]) == (422, "invalid_body")
    assert "`to`" in answer.json["facts"]["reason"]
