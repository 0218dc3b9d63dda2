"""A copy taken while the hall works."""

import asyncio

import pytest

from queue_server.log import LogError
from queue_server.log.backup import backup


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_copy_of_one_moment(hall, url, tmp_path, opened, new_hall):
    copy = tmp_path / "copy.db"
    work = [hall.do(hall.issue()) for _ in range(300)]
    *outcomes, size = await asyncio.gather(*work, backup(url, copy))
    assert copy.stat().st_size == size
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir() if "copy" in p.name) == ["copy.db"]
    restored = new_hall(await opened(f"sqlite:///{copy}"))
    state = await restored.log.ensure_site("honcho")
    assert 4 <= state.seq <= outcomes[-1].seq
    assert len(await restored.log.read("tickets_of_day", site="honcho", day="2026-11-20")) == len(
        state.tickets
    )
    seq = state.seq
    assert (await restored.do(restored.issue("new"))).seq == seq + 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_stands_in_the_way_is_named(hall, url, tmp_path):
    there = tmp_path / "there.db"
    there.write_bytes(b"older copy")
    with pytest.raises(LogError, match=r"there\.db exists already"):
        await backup(url, there)
    assert there.read_bytes() == b"older copy"
    with pytest.raises(LogError, match="no such database"):
        await backup(f"sqlite:///{tmp_path}/nowhere.db", tmp_path / "copy.db")
    with pytest.raises(LogError, match="the copy failed"):
        await backup(url, tmp_path / "no folder" / "copy.db")
    with pytest.raises(LogError, match=r"pg_dump --format=custom --file=.*copy\.db"):
        await backup("postgresql://x@/y", tmp_path / "copy.db")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_damaged_database_makes_no_copy(hall, url, tmp_path):
    for _ in range(20):
        await asyncio.gather(*[hall.do(hall.issue()) for _ in range(20)])
    await hall.log.close()
    file = tmp_path / "hall.db"
    data = bytearray(file.read_bytes())
    data[8192:65536] = bytes(b"rubbish." * 7168)
    file.write_bytes(data)
    with pytest.raises(LogError, match="damaged"):
        await backup(url, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    assert not (tmp_path / "copy.db.part").exists()
