"""The same server with the disk taken out: what is left when making events durable costs nothing.

Not an option of the product: this starts ``matanai`` with a store that takes transactions and rows and writes
nothing. Reads (tokens, sessions) and single statements still work on the real database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queue_server import cli
from queue_server.log import log as log_module
from queue_server.log import store
from queue_server.log.sqlite import SqliteStore
from queue_server.log.tables import Table


class ForgetfulStore(SqliteStore):
    """Begins, writes and commits nothing; every statement by name is a transaction of its own."""

    def begin(self, sites: Sequence[str]) -> None:
        """Nothing to begin."""

    def commit(self, sites: Sequence[str]) -> None:
        """Nothing to commit."""

    def savepoint(self) -> None:
        """Nothing can fail alone."""

    def release(self) -> None:
        """Nothing to keep."""

    def undo_part(self) -> None:
        """Nothing to give up."""

    def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """The rows are forgotten."""


def connect(url: str, *, exclusive: bool) -> tuple[store.Store, store.Reader]:
    """As ``store.connect``, for the server's own SQLite file."""
    writing, reading = store.connect(url, exclusive=exclusive)
    if exclusive and isinstance(writing, SqliteStore):
        writing = ForgetfulStore(str(writing.path), exclusive=True)
    return writing, reading


if __name__ == "__main__":
    log_module.connect = connect
    cli.main()
