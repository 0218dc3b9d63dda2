"""What is owed: taken once, in order, tried again, given up."""

import asyncio
import time
import uuid

import pytest

from queue_server.log import Deliveries, Delivery, delivery_id


class RealTime:
    def __init__(self) -> None:
        self.at = 1_000_000

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def real():
    return RealTime()


@pytest.fixture
async def owed(url, opened, real):
    return Deliveries(await opened(url), real)


def owe(clock, seq: int, address: str = "kiosk1", channel: str = "print", **more) -> Delivery:
    fields = {"expires_at": clock.at + 60_000, "ticket": f"t{seq}", "kind": "ticket", **more}
    return Delivery(
        id=delivery_id("honcho", seq, address),
        site="honcho",
        seq=seq,
        channel=channel,
        address=address,
        **fields,
    )


async def states(owed, ticket: str) -> list[tuple]:
    return [(r["state"], r["tries"], r["reason"]) for r in await owed.of_ticket("honcho", ticket)]


async def test_taken_in_order_and_only_once(owed, clock):
    await owed.plan([owe(clock, n) for n in (3, 1, 2)])
    await owed.plan([owe(clock, n) for n in (2, 4)])
    taken = await asyncio.gather(*[owed.take("print", lease_seconds=10, limit=2) for _ in range(3)])
    assert [[t.seq for t in part] for part in taken] == [[1, 2], [3, 4], []]
    assert {t.tries for part in taken for t in part} == {1}
    assert await owed.take("mail", lease_seconds=10) == []


async def test_taken_for_one_address(owed, clock):
    await owed.plan([owe(clock, 1, "kiosk1"), owe(clock, 2, "kiosk2"), owe(clock, 3, "kiosk1")])
    taken = await owed.take("print", lease_seconds=10, address="kiosk1")
    assert [(t.seq, t.address) for t in taken] == [(1, "kiosk1"), (3, "kiosk1")]


async def test_sent_is_the_end(owed, clock):
    await owed.plan([owe(clock, 1)])
    (taken,) = await owed.take("print", lease_seconds=10)
    assert await owed.sent(taken.id)
    assert not await owed.sent(taken.id)
    assert not await owed.failed(taken.id, "late", again_in_seconds=1)
    await owed.plan([owe(clock, 1)])
    assert await states(owed, "t1") == [("sent", 1, None)]


async def test_tried_again_after_a_while_or_never(owed, clock, real):
    await owed.plan([owe(clock, 1), owe(clock, 2)])
    first, second = await owed.take("print", lease_seconds=10)
    await owed.failed(first.id, "offline", again_in_seconds=5)
    await owed.failed(second.id, "gone", again_in_seconds=None)
    assert await owed.next_at("print") == real.at + 5_000
    assert await owed.take("print", lease_seconds=10) == []
    real.at += 5_000
    (again,) = await owed.take("print", lease_seconds=10)
    assert (again.id, again.tries) == (first.id, 2)
    assert await states(owed, "t2") == [("failed", 1, "gone")]
    assert await owed.next_at("print") is None


async def test_too_late_is_worse_than_never(owed, clock):
    await owed.plan([owe(clock, 1), owe(clock, 2, expires_at=clock.at + 600_000)])
    clock.at += 60_000
    assert [t.seq for t in await owed.take("print", lease_seconds=10)] == [2]
    assert await owed.expire("print") == 1
    assert await states(owed, "t1") == [("expired", 0, "too_late")]


async def test_not_before(owed, clock, real):
    await owed.plan([owe(clock, 1, not_before=real.at + 1)])
    assert await owed.take("print", lease_seconds=10) == []
    real.at += 1
    assert len(await owed.take("print", lease_seconds=10)) == 1


@pytest.mark.parametrize(("to", "left"), [("pending", 1), ("unknown", 0)])
async def test_what_a_dead_process_had_taken(owed, clock, real, to, left):
    await owed.plan([owe(clock, 1)])
    await owed.take("print", lease_seconds=10)
    assert await owed.lapse("print", to) == 0, "the lease still holds"
    real.at += 10_000
    assert await owed.lapse("print", to) == 1
    assert await states(owed, "t1") == [(to, 1, "interrupted")]
    assert len(await owed.take("print", lease_seconds=10)) == left


async def test_nobody_knows(owed, clock):
    await owed.plan([owe(clock, 1)])
    (taken,) = await owed.take("print", lease_seconds=10)
    await owed.unknown(taken.id, "no answer")
    assert await states(owed, "t1") == [("unknown", 1, "no answer")]
    assert await owed.take("print", lease_seconds=10) == []
    assert await owed.sent(taken.id), "a person looked"


async def test_a_channel_wakes_when_something_is_owed(owed, clock):
    waiting = asyncio.ensure_future(owed.planned("print", 10))
    await asyncio.sleep(0)
    await owed.plan([owe(clock, 1, channel="mail")])
    assert not waiting.done()
    await owed.plan([owe(clock, 2)])
    await asyncio.wait_for(waiting, 1)
    began = time.monotonic()
    await owed.planned("print", 0.05)
    assert time.monotonic() - began >= 0.05


def test_ids_follow_from_what_they_name():
    assert delivery_id("a", 1, "b") == delivery_id("a", "1", "b") == str(uuid.UUID(delivery_id("a", 1, "b")))
    assert delivery_id("a", "bc") != delivery_id("ab", "c")
