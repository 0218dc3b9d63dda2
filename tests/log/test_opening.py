"""Opening a database: migrations, one server a file, and clear words when it cannot be."""

import asyncio
import os

import pytest

from queue_server.domain import commands as c
from queue_server.log import CannotOpen, LogError, schema
from queue_server.log.postgres import _numbered
from queue_server.log.queries import queries


async def test_a_newer_schema_is_refused(url, opened, rows):
    log = await opened(url)
    await log.close()
    await rows(url, "INSERT INTO schema_version (version) VALUES (7) RETURNING version")
    with pytest.raises(
        CannotOpen, match=rf"schema version 7.*knows {len(schema.migrations())}.*newer.*backup"
    ):
        await opened(url)


def with_migrations(monkeypatch, *texts):
    known = schema.migrations()
    more = [schema.Migration(len(known) + n, f"{n}", text) for n, text in enumerate(texts, 1)]
    monkeypatch.setattr(schema, "migrations", lambda: known + more)


async def test_migrations_run_once_each_whole_or_not_at_all(hall, url, opened, rows, new_hall, monkeypatch):
    await hall.do(hall.issue("t1"))
    await hall.log.close()
    good = "CREATE TABLE notes (id BIGINT NOT NULL); INSERT INTO notes VALUES (1);"
    with_migrations(monkeypatch, good, "CREATE TABLE more (id BIGINT); CREATE TABLE notes (id BIGINT);")
    with pytest.raises(Exception, match="already exists"):
        await opened(url)
    version = "SELECT max(version) FROM schema_version"
    with_migrations(monkeypatch, good)
    monkeypatch.undo()
    with_migrations(monkeypatch, good)
    again = new_hall(await opened(url))
    assert (await rows(url, version))[0][0] == len(schema.migrations())
    await again.log.ensure_site("honcho")
    assert "t1" in again.log.view("honcho").tickets
    await again.log.close()
    await opened(url)
    assert await rows(url, "SELECT count(*) FROM notes") == [(1,)]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_second_server_on_one_file_is_refused(hall, url, opened, new_hall):
    with pytest.raises(CannotOpen, match=f"in use by another Matanai .process {os.getpid()}.*stop it first"):
        await opened(url)
    await hall.log.close()
    second = new_hall(await opened(url))
    await second.open_day()
    assert (await second.do(second.issue())).refused is None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_tools_work_beside_the_server(hall, url, opened):
    tool = await opened(url, exclusive=False)
    token = {
        "id": "1",
        "role": "kiosk",
        "site": None,
        "counter": None,
        "department": None,
        "agent": None,
        "name": "k",
        "hash": "h",
    }
    calls = [hall.do(hall.issue()) for _ in range(30)]
    await asyncio.gather(*calls, *[tool.run(lambda tx: tx.execute("add_token", now=1, **token))])
    assert (await hall.log.read("token_by_hash", hash="h"))[0]["role"] == "kiosk"
    with pytest.raises(LogError, match="beside a running server"):
        await tool.ensure_site("honcho")
    assert (await hall.do(hall.issue())).seq == 35


async def test_a_tool_can_be_the_first(url, opened, new_hall):
    tool = await opened(url, exclusive=False)
    assert await tool.read("tokens") == []
    await tool.close()
    hall = new_hall(await opened(url))
    await hall.open_day()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_tool_does_not_migrate_under_a_running_server(hall, url, opened, monkeypatch):
    with_migrations(monkeypatch, "CREATE TABLE notes (id BIGINT);")
    with pytest.raises(CannotOpen, match="in use by another Matanai"):
        await opened(url, exclusive=False)
    assert (await hall.do(hall.issue())).refused is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://x", "sqlite:///var/matanai.db"),
        ("sqlite://", "must look like"),
        ("hall.db", "must look like"),
        ("postgresql://secret:word@/x?host=/nowhere", "Check that it runs"),
        ("sqlite:////proc/nowhere/hall.db", "/proc/nowhere/hall.db: .*check the path"),
        ("sqlite:////proc", "/proc.lock|/proc: "),
    ],
)
async def test_what_cannot_be_opened_is_named(url, words, opened):
    with pytest.raises(CannotOpen, match=words) as refused:
        await opened(url)
    assert "secret:word" not in str(refused.value)


async def test_a_file_that_is_no_database(tmp_path, opened):
    (tmp_path / "hall.db").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(CannotOpen, match=r"hall\.db: the file is damaged or is no SQLite database.*backup"):
        await opened(f"sqlite:///{tmp_path}/hall.db")
    assert (tmp_path / "hall.db").read_bytes().startswith(b"this is a letter")


async def test_a_file_and_directory_that_only_root_may_write(tmp_path, opened):
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o555)
    if os.access(folder, os.W_OK):
        pytest.skip("root may write everywhere")
    with pytest.raises(CannotOpen, match="check the path and its permissions"):
        await opened(f"sqlite:///{folder}/hall.db")


async def test_the_file_is_for_its_owner_only(tmp_path, opened):
    await opened(f"sqlite:///{tmp_path}/new/hall.db")
    assert (tmp_path / "new" / "hall.db").stat().st_mode & 0o777 == 0o600


async def test_every_named_statement_is_understood(url, opened):
    """Both databases accept the same text of every statement."""
    log = await opened(url)
    store = log._store

    def check(_tx):
        for name, text in queries().items():
            numbered, names = _numbered(text)
            try:
                if store.shared:
                    store._run(lambda db, sql=numbered: db.prepare(sql))
                else:
                    store.db.execute(f"EXPLAIN {text}", dict.fromkeys(names)).fetchall()
            except Exception as error:
                raise AssertionError(f"{name}: {error}") from error
        return len(queries())

    assert await log.run(check) > 30


async def test_damaged_events_are_named(hall, url, rows, opened, new_hall):
    await hall.do(hall.issue())
    await hall.log.close()
    await rows(url, "UPDATE events SET data = 'rubbish' WHERE seq = 4 RETURNING seq")
    log = await opened(url)
    with pytest.raises(LogError, match=r"honcho: an event .* damaged or was written by a newer version"):
        await log.ensure_site("honcho")
    await rows(url, "UPDATE events SET seq = 9 WHERE seq = 5 RETURNING seq")


async def test_a_start_folds_one_day_only(hall, url, rows, opened, new_hall):
    await hall.do(hall.issue("old"))
    await hall.do(c.CloseDay(force=True))
    await hall.do(c.OpenDay(day="2026-11-21", starts=hall.log.now(), rules=hall.log.view("honcho").rules))
    await hall.do(c.OpenCounter(counter="1"))
    await hall.do(hall.issue("new"))
    await hall.do(c.PostNotice(notice="lunch"))
    await hall.do(c.CloseDay(force=True))
    state = hall.log.view("honcho")
    await hall.log.close()
    await rows(url, "UPDATE events SET data = 'rubbish' WHERE seq < 5 RETURNING seq")
    again = new_hall(await opened(url))
    assert await again.log.ensure_site("honcho") == state
