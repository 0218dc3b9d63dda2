"""Readers that deliver: nothing lost, nothing planned twice, places and deliveries in one transaction."""

import asyncio
import itertools
import json

import pytest

from queue_server.domain import commands as c
from queue_server.domain import events as e
from queue_server.log import Deliveries, Delivery, Follower, delivery_id
from queue_server.log.errors import StorageFailed

MINUTE = 60_000


def plan(event, state):
    """One message for each call; its body tells how many waited then."""
    if type(event) is not e.TicketCalled:
        return []
    waiting = sum(1 for t in state.tickets.values() if t.facts.place == "none" and t.facts.ended is None)
    return [
        Delivery(
            id=delivery_id(state.site, event.ticket, "called", event.seq, "phone"),
            site=state.site,
            seq=event.seq,
            channel="push",
            kind="called",
            address="phone",
            ticket=event.ticket,
            body=json.dumps({"number": event.number, "waiting": waiting}),
            expires_at=event.at + 5 * MINUTE,
        )
    ]


@pytest.fixture
async def follow():
    """``await follow(log)``: a started reader that is stopped after the test."""
    started = []

    async def start(log, planned=plan):
        follower = Follower(log, "push", planned, Deliveries(log))
        await follower.start()
        started.append(follower)
        return follower

    yield start
    for follower in started:
        await follower.stop()


async def some_calls(hall, count: int) -> None:
    for _ in range(count):
        await asyncio.gather(hall.do(hall.issue()), hall.do(hall.issue()), hall.do(c.CallNext(counter="1")))


BODIES = "SELECT seq, body FROM deliveries ORDER BY seq"
PLACE = "SELECT seq FROM cursors WHERE reader = 'push'"


async def test_followed_live(hall, follow, url, rows):
    follower = await follow(hall.log)
    await some_calls(hall, 5)
    await follower.stop()
    calls = await rows(url, "SELECT seq FROM events WHERE kind = 'TicketCalled' ORDER BY seq")
    bodies = await rows(url, BODIES)
    assert [seq for seq, _ in bodies] == [seq for (seq,) in calls]
    assert [json.loads(body)["waiting"] for _, body in bodies] == [1, 2, 3, 4, 5]
    assert await rows(url, PLACE) == [(hall.log.view("honcho").seq,)]


async def test_catching_up_plans_what_living_through_it_planned(hall, follow, url, rows, opened, new_hall):
    """A reader away over two restarts and a change of day plans the same as one that was there."""
    first = await follow(hall.log)
    await some_calls(hall, 2)
    await first.stop()
    place = await rows(url, PLACE)

    there = Follower(hall.log, "there", plan_as("there"), Deliveries(hall.log))
    await there.start()
    await some_calls(hall, 300)
    await hall.do(c.CloseDay(force=True))
    await hall.do(c.OpenDay(day="2026-11-21", starts=hall.log.now(), rules=hall.log.view("honcho").rules))
    await hall.do(c.OpenCounter(counter="1"))
    await some_calls(hall, 10)
    await there.stop()
    assert await rows(url, PLACE) == place
    await hall.log.close()

    again = new_hall(await opened(url), prefix="again")
    await again.log.ensure_site("honcho")
    starting = asyncio.ensure_future(follow(again.log))
    live = asyncio.ensure_future(some_calls(again, 5))  # life goes on while it catches up
    follower = await starting
    await live
    await follower.stop()
    mine = dict(await rows(url, "SELECT seq, body FROM deliveries WHERE channel = 'push' ORDER BY seq"))
    theirs = dict(await rows(url, "SELECT seq, body FROM deliveries WHERE channel = 'there' ORDER BY seq"))
    assert len(theirs) == 310
    assert {seq: mine[seq] for seq in theirs} == theirs
    assert len(mine) == 2 + 310 + 5


def plan_as(name):
    def planned(event, state):
        return [
            Delivery(
                **{**{f: getattr(d, f) for f in d.__struct_fields__}, "channel": name, "id": f"{name} {d.id}"}
            )
            for d in plan(event, state)
        ]

    return planned


async def test_a_crash_loses_nothing_and_plans_nothing_twice(hall, follow, url, rows):
    follower = await follow(hall.log)
    await some_calls(hall, 3)
    await follower.stop()
    await rows(url, f"UPDATE cursors SET seq = {hall.log.view('honcho').seq - 7} RETURNING seq")
    before = await rows(url, BODIES)
    follower = await follow(hall.log)
    await some_calls(hall, 1)
    await follower.stop()
    after = await rows(url, BODIES)
    assert after[:-1] == before
    assert len(after) == 4


async def test_a_new_reader_begins_now(hall, follow, url, rows):
    await some_calls(hall, 3)
    follower = await follow(hall.log)
    await follower.stop()
    assert await rows(url, BODIES) == []
    assert await rows(url, PLACE) == [(hall.log.view("honcho").seq,)]


async def test_place_and_deliveries_are_one_transaction(hall, follow, url, rows, monkeypatch):
    """The commit fails between them: neither is there; both come when the log can be written again."""
    from queue_server.log import readers

    monkeypatch.setattr(readers, "RETRY_SECONDS", 0.1)
    follower = await follow(hall.log)
    await follower.stop()
    place = await rows(url, PLACE)
    follower = await follow(hall.log)
    store = hall.log._store
    real = store.insert

    def insert(table, values):
        if table.name == "cursors":
            raise StorageFailed("io_error")
        real(table, values)

    store.insert = insert
    await some_calls(hall, 1)
    for _ in range(200):
        await asyncio.sleep(0.01)
        if not hall.log.status().writable:
            break
    assert await rows(url, BODIES) == []
    assert await rows(url, PLACE) == place
    store.insert = real
    for _ in range(500):
        await asyncio.sleep(0.01)
        if len(await rows(url, BODIES)) == 1:
            break
    assert await rows(url, PLACE) == [(hall.log.view("honcho").seq,)]
    assert len(await rows(url, BODIES)) == 1


async def test_a_plan_that_raises_stops_nothing(hall, follow, url, rows, caplog):
    counter = itertools.count()

    def sometimes(event, state):
        if type(event) is e.TicketCalled and next(counter) == 1:
            raise ValueError("somebody's name")
        return plan(event, state)

    follower = await follow(hall.log, sometimes)
    await some_calls(hall, 3)
    await follower.stop()
    assert len(await rows(url, BODIES)) == 2
    assert "ValueError" in caplog.text
    assert "somebody's name" not in caplog.text
