"""What the writer and the reads need from a database: two adapters keep these promises.

A ``Store`` lives on the writer thread and is synchronous; a ``Reader`` lives on the event loop. Both raise
``StorageFailed(reason)`` when the database is at fault, and the driver's own error when the statement is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from .errors import CannotOpen
from .tables import Table

Row = dict[str, Any]
"""A row: column → value (str, int, float, bytes or None)."""


class Store(Protocol):
    """The writing side. Every method runs on the writer thread."""

    shared: bool
    """True when other processes may write the same sites."""

    def open(self) -> None:
        """Connect and bring the schema up to date. Raises ``CannotOpen``."""

    def close(self) -> None:
        """Let go of everything; never raises."""

    def begin(self, sites: Sequence[str]) -> None:
        """Start a transaction; nobody else decides for these sites until it ends."""

    def commit(self, sites: Sequence[str]) -> None:
        """Make the transaction durable; ``sites`` have new events."""

    def rollback(self) -> None:
        """Give the transaction up, if there is one; never raises."""

    def savepoint(self) -> None:
        """Start a part of the transaction that can fail alone."""

    def release(self) -> None:
        """Keep the part."""

    def undo_part(self) -> None:
        """Give the part up. Raises ``StorageFailed`` when the whole transaction is gone."""

    def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert all rows with as few statements as possible."""

    def execute(self, name: str, parameters: Mapping[str, Any]) -> int:
        """Run a named statement; how many rows it changed."""

    def fetch(self, name: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a named statement; its rows."""

    def tuples(self, name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The same as tuples in the order of the columns, for thousands of rows."""

    def probe(self) -> None:
        """Connect again if need be and write something for good, to know that writing works."""


class Reader(Protocol):
    """The reading side, on the event loop. Sees only what is committed."""

    async def open(self, on_hint: Callable[[str | None], None]) -> None:
        """Connect. ``on_hint(site)`` is called when another process has (with None: may have) written."""

    async def close(self) -> None:
        """Let go of everything."""

    async def fetch(self, name: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a named statement; its rows. Raises ``StorageFailed``."""


def connect(url: str, *, exclusive: bool) -> tuple[Store, Reader]:
    """The two sides of a database, not yet opened.

    ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://user@host/name``. Raises
    ``CannotOpen`` for anything else. ``exclusive=False`` opens a SQLite file beside a running server.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        from .sqlite import SqliteReader, SqliteStore

        return SqliteStore(rest[1:], exclusive=exclusive), SqliteReader(rest[1:])
    if separator and scheme in ("postgresql", "postgres"):
        from .postgres import PostgresReader, PostgresStore

        store = PostgresStore(url)
        return store, PostgresReader(url, store.name)
    raise CannotOpen(
        "the database address must look like sqlite:///var/matanai.db, sqlite:////absolute/path.db or "
        f"postgresql://user@host/name, not {url.split('@')[-1]!r}"
    )
