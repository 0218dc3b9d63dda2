"""When the database fails: nothing half written, one clear state, recovery by itself."""

import asyncio
import subprocess
import time

import pytest

from queue_server.domain import commands as c
from queue_server.log import LogUnavailable
from queue_server.log.errors import StorageFailed


def fail_commits(hall, *, after: bool, reason: str = "io_error", times: int = 1) -> None:
    """Let the adapter's next commits fail: before or after the database has really committed."""
    store = hall.log._store
    real = store.commit
    left = [times]

    def commit(sites):
        if left[0]:
            left[0] -= 1
            if after:
                real(sites)
            raise StorageFailed(reason)
        real(sites)

    store.commit = commit


async def until_writable(hall, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not hall.log.status().writable:
        assert time.monotonic() < deadline, f"still read-only after {seconds} s: {hall.log.status()}"
        await asyncio.sleep(0.02)


async def test_a_commit_that_fails_leaves_nothing(hall, url, rows):
    await hall.do(hall.issue("t1"))
    seq = hall.log.view("honcho").seq
    fail_commits(hall, after=False)
    results = await asyncio.gather(
        hall.do(hall.issue("t2"), key="k"),
        hall.do(hall.issue("t3")),
        hall.log.run(lambda tx: tx.execute("add_site", site="x", now=1)),
        return_exceptions=True,
    )
    assert [type(r) for r in results] == [LogUnavailable] * 3
    assert {r.reason for r in results} == {"io_error"}
    assert (await rows(url, "SELECT max(seq) FROM events"))[0][0] == seq == hall.log.view("honcho").seq
    assert await rows(url, "SELECT id FROM sites") == [("honcho",)]
    status = hall.log.status()
    assert (status.writable, status.reason) == (False, "io_error")
    assert abs(status.since / 1000 - time.time()) < 10
    with pytest.raises(LogUnavailable):
        await hall.do(hall.issue("t4"))

    await until_writable(hall)
    outcome = await hall.do(hall.issue("t2"), key="k")
    assert (outcome.seq, outcome.repeated) == (seq + 1, False)


async def test_a_commit_of_unknown_outcome_is_answered_from_the_log(hall, url, rows):
    """The commit reached the disk although it seemed to fail: keys get their events, views and listeners, too."""
    heard = []
    hall.log.listen(lambda _site, events, _state: heard.append([x.seq for x in events]))
    seq = hall.log.view("honcho").seq
    fail_commits(hall, after=True)
    results = await asyncio.gather(
        hall.do(hall.issue("t1"), key="k"), hall.do(hall.issue("t2")), return_exceptions=True
    )
    assert (results[0].events[0].ticket, results[0].repeated) == ("t1", True)
    assert isinstance(results[1], LogUnavailable)
    assert (await rows(url, "SELECT max(seq) FROM events"))[0][0] == seq + 2
    assert heard == [[seq + 1], [seq + 2]]
    assert {"t1", "t2"} <= hall.log.view("honcho").tickets.keys()
    await until_writable(hall)
    assert (await hall.do(hall.issue("t3"))).seq == seq + 3


async def test_read_only_until_a_probe_has_written(hall, monkeypatch):
    known = await hall.do(hall.issue("t1"), key="known")
    store = hall.log._store
    real, probes = store.probe, []

    def probe():
        probes.append(time.monotonic())
        if len(probes) < 3:
            raise StorageFailed("disk_full")
        real()

    store.probe = probe
    fail_commits(hall, after=False)
    with pytest.raises(LogUnavailable):
        await hall.do(hall.issue("t2"))
    began = time.monotonic()
    while len(probes) < 2:
        with pytest.raises(LogUnavailable):
            await hall.do(hall.issue("t3"))
        await asyncio.sleep(0.1)
    assert hall.log.status().reason == "disk_full"
    assert (await hall.do(hall.issue("t1"), key="known")).events == known.events, "what is known is answered"
    await until_writable(hall)
    assert len(probes) == 3
    assert 2.0 < time.monotonic() - began < 6.0, "once a second"
    assert (await hall.do(hall.issue("t2"))).refused is None


async def fill(hall) -> LogUnavailable:
    """Issue tickets until the log says that it is full."""
    for _ in range(200):
        results = await asyncio.gather(*[hall.do(hall.issue()) for _ in range(50)], return_exceptions=True)
        failed = [r for r in results if isinstance(r, Exception)]
        if failed:
            assert len(failed) == 50, "a batch is written whole or not at all"
            return failed[0]
    raise AssertionError("the disk never filled up")


async def check_full_and_room(hall, url, rows, make_room) -> None:
    failure = await fill(hall)
    assert failure.reason == "disk_full"
    await asyncio.sleep(1.3)  # a probe finds no room either
    assert hall.log.status().reason == "disk_full"
    view = hall.log.view("honcho")
    assert (await rows(url, "SELECT max(seq), count(*) FROM events"))[0] == (view.seq, view.seq)
    assert (await rows(url, "SELECT count(*) FROM tickets"))[0][0] == len(view.tickets)
    await make_room()
    await until_writable(hall)
    assert (await hall.do(hall.issue())).seq == view.seq


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_database_that_may_not_grow_is_a_full_disk(hall, url, rows):
    def limit(pages):
        return lambda _tx: hall.log._store.db.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    async def lift():
        """Nothing can run in a read-only log: the limit is lifted on the thread that probes."""
        store = hall.log._store
        real = store.probe

        def probe():
            limit(100_000)(None)
            real()

        store.probe = probe

    await hall.log.run(limit(120))
    await check_full_and_room(hall, url, rows, lift)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


async def test_a_full_disk(small_disk, opened, new_hall, rows):
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(200_000))
    url = f"sqlite:///{small_disk}/hall.db"
    hall = new_hall(await opened(url))
    await hall.open_day()

    async def make_room():
        ballast.unlink()

    await check_full_and_room(hall, url, rows, make_room)
    await hall.log.close()


@pytest.mark.parametrize("url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_a_lost_connection_comes_back(hall, url, rows):
    await hall.do(hall.issue("t1"), key="k1")
    await rows(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    with pytest.raises(LogUnavailable) as refused:
        await hall.do(hall.issue("t2"), key="k2")
    assert refused.value.reason == "connection_lost"
    await until_writable(hall)
    assert not (await hall.do(hall.issue("t2"), key="k2")).repeated
    assert (await hall.do(hall.issue("t1"), key="k1")).repeated
    assert [r["number"] for r in await hall.log.read("tickets_of_day", site="honcho", day="2026-11-20")] == [
        "1",
        "2",
    ]


async def test_a_closed_log_takes_nothing(hall):
    waiting = [asyncio.ensure_future(hall.do(hall.issue())) for _ in range(20)]
    await asyncio.sleep(0)
    await hall.log.close()
    assert all(outcome.refused is None for outcome in await asyncio.gather(*waiting)), (
        "what was queued is written"
    )
    with pytest.raises(LogUnavailable):
        await hall.do(c.CallNext(counter="1"))
    await hall.log.close()
