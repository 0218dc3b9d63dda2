"""The judge of the killed hall must be able to say no: each kind of damage is found."""

import contextlib
import json
import sqlite3

import pytest

from bench.kills import Journal, judge

ISSUED = [("a", "1"), ("b", "2"), ("c", "3")]


async def verdict(tmp_path, issued, called, journal):
    file = tmp_path / "hall.db"
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, kind TEXT, data TEXT)")
        for ticket, number in issued:
            event = json.dumps({"ticket": ticket, "number": number})
            db.execute("INSERT INTO events (kind, data) VALUES ('TicketIssued', ?)", (event,))
        for number in called:
            event = json.dumps({"number": number})
            db.execute("INSERT INTO events (kind, data) VALUES ('TicketCalled', ?)", (event,))
    return await judge(f"sqlite:///{file}", journal)


def journal(issued=ISSUED, called=("1", "2")):
    return Journal(issued=dict(issued), called=list(called))


async def test_a_whole_log_is_right(tmp_path):
    assert await verdict(tmp_path, ISSUED, ["1", "2"], journal()) == []


@pytest.mark.parametrize(
    ("issued", "called", "said"),
    [
        (ISSUED[:2], ["1", "2"], "number 3 was acknowledged and is not in the log"),
        ([*ISSUED, ("d", "4")], ["1", "2"], "number 4 is in the log and nobody asked for it"),
        ([("a", "1"), ("b", "2"), ("c", "2")], ["1", "2"], "number 2 was given 2 times"),
        (ISSUED, ["1"], "the call of 2 was acknowledged and is not in the log"),
        (ISSUED, ["1", "2", "2"], "number 2 was called 2 times"),
        (ISSUED, ["1", "2", "3"], "the call of 3 is in the log and nobody asked for it"),
        (ISSUED, ["2", "1"], "numbers were not called in the order in which they were given"),
    ],
)
async def test_each_kind_of_damage_is_named(tmp_path, issued, called, said):
    assert said in await verdict(tmp_path, issued, called, journal())


async def test_what_the_clients_saw_counts_too(tmp_path):
    seen = journal()
    seen.wrong.append("a retry got another answer")
    assert await verdict(tmp_path, ISSUED, ["1", "2"], seen) == ["a retry got another answer"]
