"""PostgreSQL through asyncpg, for several processes on one log.

The writer is a thread with an event loop of its own: each method runs one coroutine to its end. A batch takes
the rows of its sites ``FOR UPDATE``, so two processes never decide for one site at the same time; the primary
key (site, seq) is the proof. ``NOTIFY`` goes out with the commit; it is only a hint.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import asyncpg

from . import schema
from .errors import CannotOpen, StorageFailed
from .queries import sql
from .store import Row
from .tables import Table

T = TypeVar("T")

CHANNEL = "matanai"
TIMEOUT = 10.0
"""Seconds for one statement or one attempt to connect."""
TIMEOUT_AGAIN = 2.0
"""Seconds to connect again while callers wait for an answer."""
POLL_SECONDS = 2.0
"""How often the database is asked for what a lost hint did not tell."""
MIGRATION_LOCK = 0x6D61_7461
"""The advisory lock under which processes that start together migrate one after the other."""
DURABLE = {"synchronous_commit": "on", "application_name": "matanai", "jit": "off"}
# A process that froze, or whose cable was cut, must not keep a site's row from the others.
WRITING = DURABLE | {"idle_in_transaction_session_timeout": "10000", "tcp_keepalives_idle": "10"}

_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")

# Classes of SQLSTATE that blame the server or the connection, not the statement.
REASONS = {
    "08": "connection_lost",
    "53": "internal",
    "57": "connection_lost",
    "58": "io_error",
    "XX": "damaged",
}
REASONS_EXACT = {
    "53100": "disk_full",
    "25006": "read_only",
    "25P03": "connection_lost",
    "55P03": "busy",
    "40P01": "busy",
    "40001": "busy",
}


def _reason(error: BaseException) -> str | None:
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return REASONS_EXACT.get(state) or REASONS.get(state[:2])
    if isinstance(error, (OSError, TimeoutError, asyncpg.InterfaceError)):
        return "connection_lost"
    return None


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        raise StorageFailed(reason) from error


@cache
def _numbered(text: str) -> tuple[str, tuple[str, ...]]:
    """The statement with ``$1 …`` for ``:name``, and the names in that order."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return _PARAMETER.sub(number, text), tuple(names)


@cache
def _insert(table: Table) -> str:
    arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(table.columns.values(), 1))
    return f"{table.head} SELECT * FROM unnest({arrays}) {table.conflict}"  # noqa: S608 - our own names


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _refusal(url: str, error: Exception) -> CannotOpen:
    where = url.rpartition("@")[2]
    return CannotOpen(
        f"PostgreSQL at {where} cannot be used: {error}. Check that it runs, that the database and the user "
        "exist, and that this user may create tables in it."
    )


async def _fetch(connection: Any, name: str, parameters: Mapping[str, Any]) -> list[Any]:
    text, names = _numbered(sql(name))
    return list(await connection.fetch(text, *[parameters[n] for n in names]))


class PostgresStore:
    """The writing side of a PostgreSQL database."""

    shared = True

    def __init__(self, url: str) -> None:
        self._url = url
        self.name = secrets.token_hex(4)
        """Marks this process's own hints, so that it need not follow them."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: Any = None

    def _run(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        if self._loop is None or self._connection is None:
            raise StorageFailed("connection_lost")
        with _translated():
            return self._loop.run_until_complete(work(self._connection))

    def open(self) -> None:
        """See ``Store.open``."""
        self._loop = asyncio.new_event_loop()
        try:
            self._loop.run_until_complete(self._connect())
            self._loop.run_until_complete(self._migrate())
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, ValueError) as error:
            self.close()
            raise _refusal(self._url, error) from error
        except BaseException:
            self.close()
            raise

    async def _connect(self, timeout: float = TIMEOUT) -> None:
        self._connection = await asyncpg.connect(
            self._url, timeout=timeout, command_timeout=TIMEOUT, server_settings=WRITING
        )

    async def _migrate(self) -> None:
        db = self._connection
        where = f"the database {self._url.rpartition('/')[2].partition('?')[0]}"
        async with db.transaction():
            await db.execute(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            await db.execute(schema.CREATE_VERSION)
            for step in schema.missing(await db.fetchval(schema.READ_VERSION) or 0, where):
                async with db.transaction():
                    await db.execute(step.sql(clustered="", bytes_type="BYTEA"))
                    await db.execute(schema.WRITE_VERSION.format(version=step.version))

    def close(self) -> None:
        """See ``Store.close``."""
        if self._loop is None:
            return
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._loop.run_until_complete(self._connection.close(timeout=TIMEOUT))
            self._connection = None
        self._loop.close()
        self._loop = None

    def begin(self, sites: Sequence[str]) -> None:
        """See ``Store.begin``: one round trip starts the transaction and waits for the sites' rows."""
        rows = ", ".join(map(_quoted, sites))
        lock = f"; SELECT 1 FROM sites WHERE id IN ({rows}) ORDER BY id FOR UPDATE"  # noqa: S608 - quoted
        self._run(lambda db: db.execute(f"BEGIN{lock if sites else ''}"))

    def commit(self, sites: Sequence[str]) -> None:
        """See ``Store.commit``: the hints leave with the commit."""
        hints = "".join(f"SELECT pg_notify('{CHANNEL}', {_quoted(f'{self.name} {s}')}); " for s in sites)
        self._run(lambda db: db.execute(f"{hints}COMMIT"))

    def rollback(self) -> None:
        """See ``Store.rollback``. A lost connection is replaced, so that the log can say what was written."""
        with contextlib.suppress(Exception):
            if self._connection.is_closed():
                self._connect_again()
            elif self._connection.is_in_transaction():
                self._run(lambda db: db.execute("ROLLBACK"))

    def _connect_again(self) -> None:
        assert self._loop is not None
        with _translated():
            self._loop.run_until_complete(self._connect(TIMEOUT_AGAIN))

    def savepoint(self) -> None:
        """See ``Store.savepoint``."""
        self._run(lambda db: db.execute("SAVEPOINT part"))

    def release(self) -> None:
        """See ``Store.release``."""
        self._run(lambda db: db.execute("RELEASE SAVEPOINT part"))

    def undo_part(self) -> None:
        """See ``Store.undo_part``."""
        self._run(lambda db: db.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part"))

    def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """See ``Store.insert``: one statement, one array a column."""
        columns = list(zip(*rows, strict=True))
        self._run(lambda db: db.execute(_insert(table), *columns))

    def execute(self, name: str, parameters: Mapping[str, Any]) -> int:
        """See ``Store.execute``."""
        text, names = _numbered(sql(name))
        tag = self._run(lambda db: db.execute(text, *[parameters[n] for n in names]))
        last = tag.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0

    def fetch(self, name: str, parameters: Mapping[str, Any]) -> list[Row]:
        """See ``Store.fetch``."""
        return [dict(row) for row in self._run(lambda db: _fetch(db, name, parameters))]

    def tuples(self, name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """See ``Store.tuples``."""
        return [tuple(row) for row in self._run(lambda db: _fetch(db, name, parameters))]

    def probe(self) -> None:
        """See ``Store.probe``."""
        if self._connection.is_closed():
            self._connect_again()
        self.rollback()
        self.execute("probe_write", {"filler": b"\0"})
        self.execute("probe_clear", {})


class PostgresReader:
    """The reading side: a small pool, and one connection that listens for other processes' commits."""

    def __init__(self, url: str, own_name: str) -> None:
        self._url = url
        self._own = own_name
        self._pool: Any = None
        self._listener: Any = None
        self._following: asyncio.Task[None] | None = None
        self._on_hint: Callable[[str | None], None] = lambda _site: None

    async def open(self, on_hint: Callable[[str | None], None]) -> None:
        """See ``Reader.open``."""
        self._on_hint = on_hint
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=4,
            timeout=TIMEOUT,
            command_timeout=TIMEOUT,
            server_settings=DURABLE,
        )
        await self._listen()
        self._following = asyncio.create_task(self._follow())

    async def _listen(self) -> None:
        self._listener = await asyncpg.connect(self._url, timeout=TIMEOUT, server_settings=DURABLE)
        await self._listener.add_listener(CHANNEL, self._heard)

    async def _follow(self) -> None:
        """Ask now and then, because a hint may be lost; listen again when the connection is."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self._on_hint(None)
            if self._listener.is_closed():
                with contextlib.suppress(
                    asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError
                ):
                    await self._listen()

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        name, _, site = str(payload).partition(" ")
        if name != self._own:
            self._on_hint(site)

    async def close(self) -> None:
        """See ``Reader.close``."""
        if self._following is not None:
            self._following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._following
            self._following = None
        if self._listener is not None:
            with contextlib.suppress(Exception):
                await self._listener.close(timeout=TIMEOUT)
            self._listener = None
        if self._pool is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._pool.close(), TIMEOUT)
            self._pool = None

    async def fetch(self, name: str, parameters: Mapping[str, Any]) -> list[Row]:
        """See ``Reader.fetch``."""
        if self._pool is None:
            raise StorageFailed("closed")
        with _translated():
            return [dict(row) for row in await _fetch(self._pool, name, parameters)]
