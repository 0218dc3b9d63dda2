"""Personal data: encrypted on the disk, bound to its place, erased on time."""

import asyncio

import pytest

from queue_server.domain import commands as c
from queue_server.log import Damaged, Log, PrivateRow
from queue_server.log.private import DAY_MS, Cipher

NOTE = b"needs a wheelchair"


def row(ref: str, days: int = 1, data: bytes = NOTE) -> PrivateRow:
    return PrivateRow(ref, "needs", data, days)


async def test_private_rows_come_with_the_events_and_go_back_clear(hall):
    await hall.do(hall.issue("t1"), private=(row("r1"), row("r2", data=b"two")))
    assert await hall.log.read_private("honcho", "r1") == NOTE
    assert await hall.log.read_private("honcho", "r2") == b"two"
    assert await hall.log.read_private("elsewhere", "r1") is None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_the_clear_text_is_not_in_any_file(hall, tmp_path):
    await hall.do(hall.issue("t1"), private=(row("r1"),))
    before = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    await hall.log.close()
    after = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for found in (before, after):
        assert b"r1" in found
        assert NOTE not in found


async def test_without_events_nothing_private_is_written(hall, url, rows):
    await hall.do(c.StartService(counter="1"), private=(row("refused"),))
    await hall.do(hall.issue("t1"), key="k", private=(row("r1"),))
    await hall.do(hall.issue("t1"), key="k", private=(row("r1 again"), row("r1", data=b"other")))
    assert await rows(url, "SELECT ref FROM private") == [("r1",)]
    assert await hall.log.read_private("honcho", "r1") == NOTE


async def test_erased_when_due_and_when_asked(hall, clock, url, rows):
    await asyncio.gather(*[hall.do(hall.issue(), private=(row(f"r{n}", days=n),)) for n in (1, 2, 3)])
    assert await hall.log.erase_due(clock.now()) == 0
    assert await hall.log.erase_due(clock.now() + 2 * DAY_MS) == 2
    assert await rows(url, "SELECT ref FROM private") == [("r3",)]
    assert await hall.log.erase("honcho", "r3")
    assert not await hall.log.erase("honcho", "r3")
    assert await hall.log.read_private("honcho", "r3") is None


async def test_within_a_transaction(hall):
    def rewrite(tx):
        tx.write_private("honcho", [row("r1", data=b"new")])
        return tx.read_private("honcho", "r1"), tx.read_private("honcho", "r9")

    await hall.log.run(lambda tx: tx.write_private("honcho", [row("r1")]))
    assert await hall.log.run(rewrite) == (b"new", None)
    assert await hall.log.read_private("honcho", "r1") == b"new"


async def test_a_row_moved_to_another_place_does_not_open(hall, url, rows):
    await hall.do(hall.issue("t1"), private=(row("r1"),))
    await rows(url, "UPDATE private SET ref = 'r2' RETURNING ref")
    with pytest.raises(Damaged, match="cannot be opened"):
        await hall.log.read_private("honcho", "r2")


async def test_another_secret_opens_nothing(hall, url, clock):
    await hall.do(hall.issue("t1"), private=(row("r1"),))
    await hall.log.close()
    log = await Log.open(url, now=clock.now, key=bytes(32))
    with pytest.raises(Damaged, match="secret is not the one"):
        await log.read_private("honcho", "r1")
    await log.close()


def test_every_sealing_differs_and_a_short_secret_is_refused():
    cipher = Cipher(bytes(32))
    assert cipher.seal("s", "r", b"x") != cipher.seal("s", "r", b"x")
    with pytest.raises(ValueError, match="16 bytes"):
        Cipher(b"short")
