"""Tables for statistics: written with the events, and the same when made again from the log."""

import asyncio
import random

import pytest

from queue_server.domain import commands as c
from queue_server.log.rebuild import rebuild

TABLES = ("tickets", "stages")


async def dump(rows, url) -> dict[str, list]:
    return {t: sorted(await rows(url, f"SELECT * FROM {t}"), key=repr) for t in TABLES}


ACTS = [
    (8, lambda hall, _counter, chance: hall.issue(service=chance.choice(["cert", "move"]))),
    (6, lambda _hall, counter, _chance: c.CallNext(counter=counter)),
    (2, lambda _hall, counter, _chance: c.StartService(counter=counter)),
    (2, lambda _hall, counter, _chance: c.FinishService(counter=counter)),
    (1, lambda _hall, counter, _chance: c.HoldTicket(counter=counter)),
    (1, lambda _hall, counter, _chance: c.MarkNoShow(counter=counter)),
    (1, lambda _hall, counter, _chance: c.Recall(counter=counter)),
    (1, lambda _hall, counter, _chance: c.TransferTicket(counter=counter, service="move", keep_place=True)),
    (
        1,
        lambda _hall, counter, chance: c.RestoreTicket(
            counter=counter, number=str(chance.randint(1, 80)), place=1
        ),
    ),
    (1, lambda hall, _counter, chance: c.CancelTicket(ticket=f"n{chance.randint(1, hall.issued + 1)}")),
    (3, lambda _hall, counter, chance: c.AwaitPickup(counter=counter, handoff=f"h{chance.random()}")),
    (1, lambda _hall, counter, _chance: c.Undo(counter=counter)),
]


async def a_lively_day(hall, seed: int) -> None:
    """Commands in no sensible order, many at once; the refused ones do not matter."""
    chance = random.Random(seed)
    for _ in range(12):
        acts = chance.choices([act for _, act in ACTS], weights=[weight for weight, _ in ACTS], k=25)
        await asyncio.gather(*[hall.do(act(hall, chance.choice("123"), chance)) for act in acts])


@pytest.mark.parametrize("seed", [1, 2])
async def test_rebuilt_projections_are_equal(hall, url, rows, seed):
    await a_lively_day(hall, seed)
    state = hall.log.view("honcho")
    owed = [h.id for t in state.tickets.values() for h in t.facts.handoffs if h.state != "done"]
    await asyncio.gather(
        hall.do(c.CloseDay(force=True)),
        hall.do(c.OpenDay(day="2026-11-21", starts=hall.log.now(), rules=state.rules)),
        *[hall.do(c.OpenCounter(counter=n)) for n in "123"],
        *[hall.do(c.FinishHandoff(handoff=h)) for h in owed],
    )
    carried = [t for t in hall.log.view("honcho").tickets.values() if t.day == "2026-11-20"]
    await a_lively_day(hall, seed + 10)
    assert carried, "some tickets crossed into the second day"
    assert len({o for (o,) in await rows(url, "SELECT outcome FROM stages")}) >= 6

    before = await dump(rows, url)
    for table in TABLES:
        await rows(url, f"UPDATE {table} SET number = 'wrong' WHERE day = '2026-11-20' RETURNING day")
        await rows(url, f"DELETE FROM {table} WHERE day = '2026-11-21' RETURNING day")
    assert await dump(rows, url) != before
    done = await rebuild(hall.log, "honcho")
    assert await dump(rows, url) == before
    assert done.days == 2
    assert done.events == hall.log.view("honcho").seq


async def test_rebuilding_loses_nothing_that_happens_meanwhile(hall, url, rows):
    await a_lively_day(hall, 3)
    await asyncio.gather(rebuild(hall.log, "honcho"), *[hall.do(hall.issue()) for _ in range(100)])
    stored = dict(await rows(url, "SELECT ticket, state FROM tickets"))
    assert stored.keys() == hall.log.view("honcho").tickets.keys()


async def test_a_stage_tells_its_times(hall, clock):
    issued = (await hall.do(hall.issue("t1"))).events[0].at
    clock.at += 60_000
    called = (await hall.do(c.CallNext(counter="2"))).events[0]
    await hall.do(c.Recall(counter="2"))
    clock.at += 5_000
    started = (await hall.do(c.StartService(counter="2"))).events[0].at
    clock.at += 120_000
    ended = (await hall.do(c.FinishService(counter="2"))).events[0].at
    (stage,) = await hall.log.read("stages_of_day", site="honcho", day="2026-11-20")
    assert stage == {
        "site": "honcho",
        "day": "2026-11-20",
        "seq": called.seq,
        "ticket": "t1",
        "number": "1",
        "service": "cert",
        "counter": "2",
        "issued_at": issued,
        "called_at": called.at,
        "started_at": started,
        "ended_at": ended,
        "outcome": "served",
        "wait_ms": called.at - issued,
        "service_ms": ended - started,
        "from_call": 0,
        "pickup": 0,
        "recalls": 1,
    }
    (ticket,) = await hall.log.read("tickets_of_day", site="honcho", day="2026-11-20")
    assert (ticket["state"], ticket["calls"], ticket["counter"], ticket["wait_ms"]) == (
        "done",
        1,
        "2",
        called.at - issued,
    )
    assert ticket["ended_at"] == ended


async def test_an_undone_call_stays_as_undone(hall, url, rows):
    await hall.do(hall.issue("t1"))
    await hall.do(c.CallNext(counter="1"))
    await hall.do(c.Undo(counter="1"))
    await hall.do(c.CallNext(counter="2"))
    assert await rows(url, "SELECT counter, outcome FROM stages ORDER BY seq") == [
        ("1", "undone"),
        ("2", "open"),
    ]
    assert await rows(url, "SELECT state, calls, counter FROM tickets") == [("called", 1, "2")]
