"""Both databases, a small hall, and a clock that the test moves."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from queue_server.domain import commands as c
from queue_server.domain.rules import Band, Counter, Department, Rules, Service
from queue_server.log import IdempotencyKey, Log, Outcome

SECRET = bytes(range(32))
NINE = 1_795_132_800_000  # 2026-11-20 09:00 +09:00


def rules(site: str) -> Rules:
    """Two services, three counters."""
    return Rules(
        site=site,
        names={"ja": site},
        bands={"a": Band(id="a", first=1, last=99_999)},
        services={
            "cert": Service(id="cert", names={"ja": "cert"}, band="a"),
            "move": Service(id="move", names={"ja": "move"}, band="a", department="residents"),
        },
        departments={"residents": Department(id="residents", names={"ja": "residents"})},
        counters={n: Counter(id=n, names={"ja": n}, services=("cert", "move")) for n in ("1", "2", "3")},
    )


class Clock:
    """Hall time, ms UTC."""

    def __init__(self) -> None:
        self.at = NINE

    def now(self) -> int:
        self.at += 1
        return self.at


class Hall:
    """A log with one site, and short names for what happens there."""

    def __init__(self, log: Log, site: str = "honcho", prefix: str = "n") -> None:
        self.log = log
        self.site = site
        self.prefix = prefix
        self.issued = 0

    async def do(
        self, command: c.Command, key: str | None = None, body: str = "body", **rest: object
    ) -> Outcome:
        named = None if key is None else IdempotencyKey(key, body)
        return await self.log.execute(self.site, command, named, **rest)

    async def open_day(self, day: str = "2026-11-20", starts: int = NINE) -> None:
        await self.log.ensure_site(self.site)
        if self.log.view(self.site).day is None:
            await self.do(c.OpenDay(day=day, starts=starts, rules=rules(self.site)))
            for counter in ("1", "2", "3"):
                await self.do(c.OpenCounter(counter=counter))

    def issue(self, name: str | None = None, service: str = "cert") -> c.IssueTicket:
        self.issued += 1
        ticket = name or f"{self.prefix}{self.issued}"
        return c.IssueTicket(
            ticket=ticket, token_hash=f"hash of {ticket}", services=(service,), channel="kiosk"
        )


def tool(name: str) -> str:
    """A program of PostgreSQL: of the newest version that the system has."""
    found = shutil.which(name) or next(
        map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        pytest.fail(
            f"{name} is missing: install PostgreSQL (Debian: apt-get install postgresql)", pytrace=False
        )
    return found


class Postgres:
    """A server of its own in a directory of its own, reached by its socket."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.made = 0
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def _run(self, *command: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        done = subprocess.run(
            [*as_user, *command], capture_output=True, text=True, cwd=self.folder, check=False
        )
        if done.returncode:
            pytest.fail(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}", pytrace=False)

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        data, log = str(self.folder / "data"), str(self.folder / "log")
        if not Path(data).exists():
            self._run(tool("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._run(tool("pg_ctl"), "-D", data, "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        self._run(tool("pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    async def database(self) -> str:
        """The address of a new, empty database."""
        self.made += 1
        name = f"test{self.made}"
        connection = await asyncpg.connect(f"postgresql://postgres@/postgres?host={self.folder}")
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        return f"postgresql://postgres@/{name}?host={self.folder}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    try:
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hall.db"
    server: Postgres = request.getfixturevalue("postgres")
    return await server.database()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def opened(clock: Clock) -> AsyncIterator[object]:
    """``opened(url, …)`` opens a log that is closed after the test."""
    async with contextlib.AsyncExitStack() as stack:

        async def open_log(url: str, **options: object) -> Log:
            log = await Log.open(url, now=clock.now, key=SECRET, **options)
            stack.push_async_callback(log.close)
            return log

        yield open_log


@pytest.fixture
async def hall(url: str, opened: object) -> Hall:
    """A hall with an open day and three open counters, on each database."""
    found = Hall(await opened(url))
    await found.open_day()
    return found


@pytest.fixture
def new_hall() -> type[Hall]:
    return Hall


async def _rows(url: str, statement: str) -> list[tuple]:
    if url.startswith("sqlite:///"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as db:
            rows = db.execute(statement).fetchall()
            db.commit()
            return rows
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


@pytest.fixture
def rows() -> object:
    """``await rows(url, statement)``: straight from the database, past the log."""
    return _rows
