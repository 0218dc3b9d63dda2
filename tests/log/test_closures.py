"""Functions that share the commit."""

import asyncio

import pytest


def add(site):
    return lambda tx: tx.execute("add_site", site=site, now=1)


async def test_closures_and_commands_share_a_commit(hall, url, rows):
    commits = hall.log.status().commits
    await asyncio.gather(
        *[hall.log.run(add(f"s{n}")) for n in range(20)], *[hall.do(hall.issue()) for _ in range(20)]
    )
    assert hall.log.status().commits - commits <= 3
    assert (await rows(url, "SELECT count(*) FROM sites"))[0][0] == 21


async def test_a_closure_that_raises_fails_alone(hall, url, rows):
    def half(tx):
        tx.execute("add_site", site="half", now=1)
        raise LookupError("no such thing")

    results = await asyncio.gather(
        hall.log.run(add("a")),
        hall.log.run(half),
        hall.do(hall.issue("t1")),
        hall.log.run(add("b")),
        return_exceptions=True,
    )
    assert [type(r).__name__ for r in results] == ["int", "LookupError", "Outcome", "int"]
    assert await rows(url, "SELECT id FROM sites ORDER BY id") == [("a",), ("b",), ("honcho",)]


async def test_a_statement_that_the_database_refuses_fails_alone(hall):
    def twice(tx):
        for _ in range(2):
            tx.execute(
                "add_token",
                id="1",
                role="staff",
                site=None,
                counter=None,
                department=None,
                agent=None,
                name="n",
                hash="h",
                now=1,
            )

    results = await asyncio.gather(hall.log.run(twice), hall.do(hall.issue()), return_exceptions=True)
    assert isinstance(results[0], Exception)
    assert results[1].refused is None
    assert hall.log.status().writable
    assert await hall.log.read("tokens") == []


async def test_a_closure_sees_the_events_that_share_its_commit(hall):
    issue = asyncio.ensure_future(hall.do(hall.issue("t1")))
    await asyncio.sleep(0)
    found = await hall.log.run(lambda tx: tx.fetch("head", site="honcho"))
    assert found == [{"seq": (await issue).seq}]


async def test_rows_changed_are_counted(hall):
    assert await hall.log.run(add("a")) == 1
    assert await hall.log.run(add("a")) == 0
    assert await hall.log.run(lambda tx: tx.execute("drop_sessions", now=1)) == 0


async def test_reading_never_writes_and_names_what_it_lacks(hall, url):
    with pytest.raises(KeyError, match="no_such_statement"):
        await hall.log.read("no_such_statement")
    if url.startswith("sqlite"):
        with pytest.raises(Exception, match="read_only"):
            await hall.log.read("add_site", site="x", now=1)
