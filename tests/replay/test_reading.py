"""What the readers make of files: times, outcomes, and errors that say where."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from queue_server.replay.choice import Choice
from queue_server.replay.read_snapshots import reached
from queue_server.replay.reading import read
from queue_server.replay.recorded import RecordUnreadable

from .conftest import write

OWN = "service,issued_at,called_at,finished_at,counter,outcome"
BANK = "ticket,arrive,service,priority,outcome,wait_s,service_s,server"
SNAPSHOTS = "office,queue_id,ts,n_waiting,last_called,counters_field,service_min_field"


def local(text: str) -> int:
    """A local time as the readers give it: as if it were UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_own_format(own_day: Path) -> None:
    record = read(own_day, Choice())
    assert record.day == "2027-03-01"
    assert not record.local
    assert [t.outcome for t in record.tickets].count("served") == 5
    assert record.services == ["moving", "seal"]
    first = record.tickets[0]
    assert (first.wait, first.counter) == (90_000, "2")
    assert record.tickets[-1].outcome == "left"
    assert [t.service for t in read(own_day, Choice("2027-03-02")).tickets] == ["moving"]
    assert len(read(own_day, Choice(queues=["seal"])).tickets) == 4


def test_own_format_without_outcomes(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.csv",
        OWN,
        [
            "a,2027-03-01T09:00:00Z,2027-03-01T09:01:00Z,2027-03-01T09:02:00Z,,",
            "a,2027-03-01T09:00:00Z,,2027-03-01T09:02:00Z,,",
            "a,2027-03-01T09:00:00Z,,,,",
        ],
    )
    assert [t.outcome for t in read(file, Choice()).tickets] == ["served", "cancelled", "left"]


def test_calls_to_agents(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.csv",
        BANK,
        [
            "2,2027-03-01 09:00:30,PS,0,HANG,45,0,none",
            "1,2027-03-01 09:00:00,NW,2,AGENT,65,120,agent1",
            "3,2027-03-02 09:00:00,NW,2,AGENT,0,120,agent1",
        ],
    )
    record = read(file, Choice())
    assert record.local
    served, gone = record.tickets
    assert (served.service, served.called, served.ended) == (
        "NW",
        local("2027-03-01 09:01:05"),
        local("2027-03-01 09:03:05"),
    )
    assert (gone.called, gone.ended, gone.outcome) == (None, local("2027-03-01 09:01:15"), "cancelled")


def test_counts_are_spread_over_the_interval_in_which_they_grew() -> None:
    assert reached([(0, 1), (60_000, 1), (120_000, 4), (180_000, 3), (240_000, 5)]) == [
        0,
        80_000,
        100_000,
        120_000,
        240_000,
    ]
    assert reached([]) == []


def test_snapshots(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.csv",
        SNAPSHOTS,
        [
            "north,7,2027-03-01 08:00:00,1,0,2,0",
            "north,7,2027-03-01 08:04:00,2,1,2,0",
            "north,7,2027-03-01 08:08:00,1,3,2,0",
            "north,7,2027-03-02 08:00:00,9,0,2,0",
            "south,7,2027-03-01 08:00:00,9,0,2,0",
        ],
    )
    record = read(file, Choice(office="north"))
    assert [(t.issued, t.called, t.outcome) for t in record.tickets] == [
        (local("2027-03-01 08:00:00"), local("2027-03-01 08:04:00"), "served"),
        (local("2027-03-01 08:02:00"), local("2027-03-01 08:06:00"), "served"),
        (local("2027-03-01 08:04:00"), local("2027-03-01 08:08:00"), "served"),
        (local("2027-03-01 08:08:00"), None, "left"),
    ]
    assert record.tickets[0].ended == record.tickets[1].called
    assert record.tickets[2].ended == local("2027-03-01 08:13:00")


def test_nobody_is_called_before_the_number_was_given(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.csv",
        SNAPSHOTS,
        ["north,7,2027-03-01 08:00:00,0,0,2,0", "north,7,2027-03-01 08:05:00,3,2,2,0"],
    )
    record = read(file, Choice())
    assert len(record.tickets) == 5
    assert all(t.wait is None or t.wait >= 0 for t in record.tickets)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a,2027-03-01T09:00:00,,,,", "line 2, issued_at"),
        ("a,soon,,,,", "line 2, issued_at: 'soon'"),
        ("a,2027-03-01T09:00:00Z,2027-03-01T08:00:00Z,,,", "line 2: called before"),
        ("a,2027-03-01T09:00:00Z,2027-03-01T09:01:00Z,2027-03-01T09:00:30Z,,", "line 2: finished before"),
        ("a,2027-03-01T09:00:00Z,,,,lost", "line 2, outcome: 'lost'"),
        ("a,2027-03-01T09:00:00Z,,,,served", "line 2: served, but called_at is empty"),
        (",2027-03-01T09:00:00Z,,,,", "line 2, service"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(RecordUnreadable, match=message):
        read(write(tmp_path / "a.csv", OWN, [line]), Choice())


def test_what_cannot_be_chosen_is_said_with_what_can(own_day: Path, tmp_path: Path) -> None:
    with pytest.raises(RecordUnreadable, match="no day 2027-04-01; it has 2027-03-01, 2027-03-02"):
        read(own_day, Choice("2027-04-01"))
    with pytest.raises(RecordUnreadable, match="none of the known kinds"):
        read(write(tmp_path / "x.csv", "a,b", ["1,2"]), Choice())
    with pytest.raises(RecordUnreadable, match="cannot be read"):
        read(tmp_path / "missing.csv", Choice())
