"""Papers in the table of deliveries: their states, what waits, and what did not come out for certain."""

import pytest

from queue_server.log import Deliveries, Delivery

NOW = 5_000


@pytest.fixture
async def table(url, opened):
    log = await opened(url)

    class Table:
        async def owe(self, seq, ticket, address="kiosk1", site="honcho", channel="print"):
            one = Delivery(
                id=f"{site}-{seq}-{channel}",
                site=site,
                seq=seq,
                channel=channel,
                kind="ticket",
                address=address,
                expires_at=10**15,
                ticket=ticket,
            )
            await Deliveries(log, lambda: NOW).plan([one])
            return one.id

        async def mark(self, job, state, reason=None, now=NOW):
            values = {"id": job, "state": state, "reason": reason, "next_at": 0, "tried": 0, "now": now}
            return await log.run(lambda tx: tx.execute("mark_delivery", holder="me", **values)) > 0

        async def begin(self, job, via="kiosk1", holder="me", now=NOW, hall=1):
            values = {"id": job, "channel": "print", "via": via, "holder": holder, "now": now, "hall": hall}
            return await log.run(lambda tx: tx.execute("begin_delivery", **values)) > 0

        async def state(self, job):
            return (await log.read("delivery", id=job))[0]["state"]

        async def due(self, address="kiosk1"):
            rows = await log.read("deliveries_due", channel="print", address=address, now=NOW, limit=10)
            return [row["seq"] for row in rows]

        async def waiting(self):
            rows = await log.read("deliveries_waiting", channel="print")
            return {row["address"]: row["waiting"] for row in rows}

        async def doubtful(self, after=0, stale=0):
            keys = {"channel": "print", "site": "honcho", "after": after, "stale": stale}
            rows = await log.read("deliveries_doubtful", **keys)
            return [(row["ticket"], row["state"], row["reason"]) for row in rows]

    return Table()


@pytest.mark.parametrize("end", ["confirmed", "sent", "failed", "expired", "unknown"])
async def test_an_end_is_an_end_but_for_a_late_word_of_the_printer(table, end):
    job = await table.owe(1, "a")
    assert await table.begin(job)
    assert await table.mark(job, end)
    assert not await table.begin(job)
    for state in ("pending", "sent", "failed", "expired", "unknown"):
        assert not await table.mark(job, state)
    assert await table.mark(job, "confirmed") == (end == "unknown")
    assert await table.state(job) == ("confirmed" if end == "unknown" else end)


async def test_what_waits_by_printer(table):
    for seq in (3, 1, 2):
        await table.owe(seq, f"t{seq}")
    other = await table.owe(4, "t4", "kiosk2")
    await table.owe(5, "t5", channel="push")
    assert await table.due() == [1, 2, 3]
    assert await table.waiting() == {"kiosk1": 3, "kiosk2": 1}
    assert await table.begin(other, "kiosk2")
    assert await table.waiting() == {"kiosk1": 3}
    assert await table.due("kiosk2") == []


async def test_what_did_not_come_out_for_certain_is_found_by_each_tickets_last_paper(table):
    a, b, c = [await table.owe(seq, ticket) for seq, ticket in ((1, "a"), (2, "b"), (3, "c"))]
    await table.mark(await table.owe(4, "d", site="other"), "unknown")
    await table.mark(await table.owe(5, "e", channel="push"), "unknown")
    await table.mark(a, "unknown", "paper_out", 6_000)
    await table.mark(b, "expired", "too_old", 8_000)
    await table.mark(c, "confirmed")
    assert await table.doubtful() == [("b", "expired", "too_old"), ("a", "unknown", "paper_out")]
    assert await table.doubtful(after=1) == [("b", "expired", "too_old")], "of another day"
    again = await table.owe(6, "a")
    assert await table.doubtful() == [("b", "expired", "too_old")], "another paper is on its way"
    await table.mark(again, "failed", "layout", 9_000)
    assert await table.doubtful() == [("a", "failed", "layout"), ("b", "expired", "too_old")]
    await table.mark(b, "confirmed")
    assert await table.doubtful() == [("a", "failed", "layout"), ("b", "expired", "too_old")], "it had ended"


async def test_what_began_long_ago_and_has_no_end_did_not_come_out_for_certain(table):
    job = await table.owe(1, "a")
    assert await table.begin(job, now=5_000)
    assert await table.doubtful(stale=5_000) == []
    assert await table.doubtful(stale=5_001) == [("a", "sending", None)]


async def test_a_paper_is_begun_once_in_time_and_ended_by_who_began_it(table):
    job, late, other = [await table.owe(seq, str(seq)) for seq in (1, 2, 3)]
    assert await table.begin(job)
    assert not await table.begin(job)
    assert not await table.begin(job, holder="you")
    assert not await table.begin(late, hall=10**15)
    assert not await table.begin(other, holder="you"), "the printer is at another process's"
    assert await table.begin(other, "kiosk2", holder="you")
    assert not await table.mark(other, "unknown"), "not ours"
    assert await table.mark(job, "pending")
    assert await table.begin(job, "kiosk3", holder="you")
