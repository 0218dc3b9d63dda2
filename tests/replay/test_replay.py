"""A recorded day played into a real server: counts and waits are those of the file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from .conftest import replay, write

pytestmark = pytest.mark.real_process

STEPPED = ("--clock", "2027-03-01T00:00+09:00", "--speed", "0")


def rows_of(server: Any, day: str = "2027-03-01") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.call(
        "GET", f"/api/v1/sites/bench/tickets?date={day}", role="staff"
    ).json["tickets"]
    return found


def test_our_own_format_to_the_second(running_server: Callable[..., Any], own_day: Path) -> None:
    server = running_server("bench", *STEPPED)
    done = replay(server, own_day)
    assert done.status == 0, done.said + done.errors
    assert "All 7 waits equal the recorded ones, to the second." in done.said
    # the bench has one service: in its order are the calls at 9:01:30, 9:04 and 9:11; the others pass somebody
    assert (done.counted("called as next"), done.counted("by number")) == (3, 4)

    rows = rows_of(server)
    assert Counter(row["state"] for row in rows) == {
        "done": 5,
        "cancelled": 2,
        "no_show": 1,
        "waiting": 1,
    }
    with own_day.open() as file:
        recorded = [row for row in csv.DictReader(file) if row["issued_at"].startswith("2027-03-01")]
    expected = sorted(
        (row["issued_at"], row["called_at"] or None, row["counter"] or None) for row in recorded
    )
    produced = sorted((row["issued_at"], row["called_at"], row["counter"]) for row in rows)
    assert [pair[:2] for pair in produced] == [pair[:2] for pair in expected]
    named = [counter for _, called, counter in expected if called and counter]
    assert [row[2] for row, wanted in zip(produced, expected, strict=True) if wanted[2]] == named
    ended = {row["issued_at"]: row["ended_at"] for row in rows if row["state"] == "done"}
    assert ended["2027-03-01T09:00:00+09:00"] == "2027-03-01T09:10:00+09:00"


def test_a_made_up_bank_day_with_more_agents_than_desks(
    running_server: Callable[..., Any], tmp_path: Path
) -> None:
    random = Random(7)
    at = datetime(2027, 3, 1, 8, 0, 0, tzinfo=UTC)
    lines, waits, gone = [], [], 0
    for ticket in range(120):
        at += timedelta(seconds=random.randrange(0, 40))
        outcome = random.choices(["AGENT", "HANG"], [5, 1])[0]
        wait = random.choice([0, random.randrange(0, 300)])
        lines.append(
            f"{ticket},{at:%F %T},{random.choice(['PS', 'NW'])},0,{outcome},{wait},{random.randrange(0, 400)},agent"
        )
        gone += outcome == "HANG"
        waits += [wait] if outcome == "AGENT" else []
    file = write(tmp_path / "b.csv", "ticket,arrive,service,priority,outcome,wait_s,service_s,server", lines)
    server = running_server("bench", *STEPPED)
    done = replay(server, file)
    assert done.status == 0, done.said + done.errors
    assert done.counted("services were ended early") > 0
    rows = rows_of(server)
    assert sorted(row["waited_seconds"] for row in rows if row["state"] == "done") == sorted(waits)
    assert sum(row["state"] == "cancelled" for row in rows) == gone
    board = server.call("GET", "/api/v1/sites/bench/board").json
    assert {counter["status"] for counter in board["counters"]} == {"closed"}


def test_snapshots_and_services_by_wish(running_server: Callable[..., Any], tmp_path: Path) -> None:
    lines = [
        f"north,{queue},2027-03-02 08:{minute:02d}:00,{min(minute, 30) // 10 + 1},{minute // 10},1,0"
        for queue in ("1", "2")
        for minute in range(0, 60, 5)
    ]
    file = write(tmp_path / "s.csv", "office,queue_id,ts,n_waiting,last_called,counters_field", lines)
    # Tuesday 2 March; the server stands on Monday evening and has to open the next day by itself
    server = running_server("aobahama", "--clock", "2027-03-01T22:00+09:00", "--speed", "0")
    done = replay(server, file, "--site", "city-hall", "--map", "1=certificates", "--map", "2=water")
    assert "1 → certificates, 2 → water" in done.said
    # at 8:00 nothing is open yet: the first numbers are refused, and that is said
    assert done.status == 1
    assert "refused: issue" in done.said
    assert "The counts differ from the record." in done.said
    again = write(
        tmp_path / "t.csv",
        "office,queue_id,ts,n_waiting,last_called",
        [line.rsplit(",", 1)[0].replace(" 08:", " 10:") for line in lines],
    )
    done = replay(server, again, "--site", "city-hall", "--map", "1=certificates", "--map", "2=water")
    assert done.status == 0, done.said + done.errors
    assert "waits equal the recorded ones, to the second" in done.said


def test_beside_a_running_clock(running_server: Callable[..., Any], tmp_path: Path) -> None:
    lines = [
        f"s,2027-03-01T09:0{m}:00+09:00,2027-03-01T09:0{m + 2}:00+09:00,2027-03-01T09:0{m + 3}:00+09:00,,served"
        for m in range(4)
    ]
    file = write(tmp_path / "r.csv", "service,issued_at,called_at,finished_at,counter,outcome", lines)
    server = running_server("bench", "--clock", "2027-03-01T08:00+09:00", "--speed", "120")
    done = replay(server, file)
    assert done.status == 0, done.said + done.errors
    waits = [row["waited_seconds"] for row in rows_of(server)]
    assert len(waits) == 4
    assert all(abs(wait - 120) <= 60 for wait in waits), waits  # half a second of a busy machine


def test_into_a_hall_in_real_time(running_server: Callable[..., Any], own_day: Path) -> None:
    server = running_server("bench")
    done = replay(server, own_day, "--speed", "1000")
    assert done.status == 0, done.said + done.errors
    assert "the hall is at another time than the record" in done.said
    assert "1000 times slower than the record" in done.said


def test_refusals_and_mistakes_are_told(running_server: Callable[..., Any], own_day: Path) -> None:
    server = running_server("bench", *STEPPED, "--set", "sites.bench.services.service.caps=[{count=3}]")
    done = replay(server, own_day)
    assert done.status == 1
    assert "refused: issue 6 × cap_reached" in done.said
    for options, message in (
        (["--site", "nowhere"], "no site nowhere; it has bench"),
        (["--token", "mt_wrong"], "(sign_in, 401)"),
    ):
        wrong = replay(server, own_day, *options)
        assert wrong.status == 1
        assert message in wrong.errors
    wrong = replay(server, own_day, "--map", "moving=nothing")
    assert wrong.status == 2
    assert "the site bench has service" in wrong.errors
    server.stop()
    away = replay(server, own_day)
    assert away.status == 1
    assert "does not answer" in away.errors
    assert "Traceback" not in away.errors
