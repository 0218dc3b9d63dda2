"""Two logs on one PostgreSQL serve one site together, as two processes do."""

import asyncio
import time

import pytest

from queue_server.domain import commands as c
from queue_server.log import KeyReused
from queue_server.log import postgres as adapter

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("url", ["postgres"], indirect=True),
]


@pytest.fixture
async def other(hall, url, opened, new_hall):
    """A second log on the same database."""
    found = new_hall(await opened(url), prefix="other")
    await found.open_day()
    return found


async def until(condition, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        await asyncio.sleep(0.01)


async def test_interleaved_without_gap_or_double(hall, other, url, rows):
    heard = {"hall": [], "other": []}
    hall.log.listen(lambda _site, events, _state: heard["hall"].extend(x.seq for x in events))
    other.log.listen(lambda _site, events, _state: heard["other"].extend(x.seq for x in events))
    start = hall.log.view("honcho").seq

    async def serve(side, counter):
        for _ in range(40):
            await asyncio.gather(
                *[side.do(side.issue()) for _ in range(4)], side.do(c.CallNext(counter=counter))
            )

    await asyncio.gather(serve(hall, "1"), serve(other, "2"))
    stored = [seq for (seq,) in await rows(url, "SELECT seq FROM events ORDER BY seq")]
    assert stored == list(range(1, len(stored) + 1)), "no gap"
    issued = await rows(url, "SELECT number FROM tickets")
    assert len(issued) == len(set(issued)) == 320, "no number twice"
    calls = await rows(url, "SELECT ticket FROM stages")
    assert len(calls) == len(set(calls)) == 80, "nobody called twice"
    await until(lambda: hall.log.view("honcho").seq == other.log.view("honcho").seq == len(stored))
    assert hall.log.view("honcho") == other.log.view("honcho")
    assert heard["hall"] == heard["other"] == list(range(start + 1, len(stored) + 1)), (
        "each heard all, in order"
    )


async def test_an_idle_process_sees_what_the_other_did(hall, other):
    outcome = await hall.do(hall.issue())
    await until(lambda: other.log.view("honcho").seq == outcome.seq, 0.5)
    assert other.log.view("honcho") == hall.log.view("honcho")


async def test_a_lost_hint_costs_only_time(hall, other, url, rows, monkeypatch):
    monkeypatch.setattr(adapter, "POLL_SECONDS", 0.2)
    monkeypatch.setattr(other.log._reader, "_on_hint", lambda _site: None)
    outcome = await hall.do(hall.issue())
    await asyncio.sleep(0.3)
    assert other.log.view("honcho").seq < outcome.seq, "the hint was really lost"
    monkeypatch.undo()
    await until(lambda: other.log.view("honcho").seq == outcome.seq)


async def test_listening_is_taken_up_again(hall, other, url, rows, monkeypatch):
    monkeypatch.setattr(adapter, "POLL_SECONDS", 0.1)
    await rows(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        " AND datname = current_database()",
    )
    await until(lambda: other.log._reader._listener.is_closed())
    await until(lambda: not other.log._reader._listener.is_closed())
    monkeypatch.setattr(adapter, "POLL_SECONDS", 60)
    await asyncio.sleep(0.3)
    outcome = await hall.do(hall.issue())
    await until(lambda: other.log.view("honcho").seq == outcome.seq, 1)


async def test_a_key_is_known_to_both(hall, other):
    first = await hall.do(hall.issue("t1"), key="k")
    repeated = await other.do(other.issue("t1"), key="k")
    assert (repeated.events, repeated.repeated) == (first.events, True)
    with pytest.raises(KeyReused):
        await other.do(other.issue("t1"), key="k", body="other")
    at_once = await asyncio.gather(
        *[side.do(hall.issue("t2"), key="k2") for side in (hall, other) for _ in range(5)]
    )
    assert len({o.seq for o in at_once}) == 1
    assert sorted(o.repeated for o in at_once) == [False] + [True] * 9


async def test_a_frozen_process_does_not_keep_the_hall(hall, url, opened, new_hall, monkeypatch):
    """It stops in the middle of a transaction, with the site's row in its hands, and wakes up later."""
    monkeypatch.setitem(adapter.WRITING, "idle_in_transaction_session_timeout", "300")
    frozen = new_hall(await opened(url), prefix="frozen")
    await frozen.open_day()
    lost = [frozen.do(frozen.issue("lost")), frozen.log.run(lambda _tx: time.sleep(1.5))]
    sleeping = asyncio.gather(*lost, return_exceptions=True)
    await asyncio.sleep(0.1)
    began = time.monotonic()
    outcome = await hall.do(hall.issue("t1"))
    assert time.monotonic() - began < 1.2
    results = await sleeping
    assert [getattr(r, "reason", r) for r in results] == ["connection_lost"] * 2
    await until(lambda: frozen.log.status().writable)
    assert frozen.log.view("honcho").seq == outcome.seq
    assert "lost" not in hall.log.view("honcho").tickets
    assert (await frozen.do(frozen.issue("t2"))).seq == outcome.seq + 1


async def test_two_that_start_together_migrate_once(url, opened):
    logs = await asyncio.gather(*[opened(url) for _ in range(3)])
    assert [await log.read("sites") for log in logs] == [[], [], []]
