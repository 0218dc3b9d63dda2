"""What the event loop asks of the writer thread, and what it gets back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from queue_server.domain.commands import Command
from queue_server.domain.events import Event
from queue_server.domain.state import SiteState

from .private import DAY_MS, Cipher
from .records import IdempotencyKey, Outcome, PrivateRow
from .store import Row, Store
from .tables import PRIVATE, Table


class Work:
    """Something to be done once. The writer sets ``result`` or ``error``; the loop resolves ``future``."""

    __slots__ = ("error", "future", "result")

    def __init__(self, future: asyncio.Future[Any]) -> None:
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None

    def resolve(self) -> None:
        """On the loop: wake whoever waits, if somebody still does."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class CommandWork(Work):
    """A command of a site."""

    __slots__ = ("command", "key", "private", "site", "until")

    def __init__(
        self,
        future: asyncio.Future[Outcome],
        site: str,
        command: Command,
        key: IdempotencyKey | None,
        private: Sequence[PrivateRow],
        until: float | None = None,
    ) -> None:
        super().__init__(future)
        self.until = until
        """Monotonic seconds; not decided any later."""
        self.site = site
        self.command = command
        self.key = key
        self.private = private


class ClosureWork(Work):
    """A function that shares the commit."""

    __slots__ = ("run",)

    def __init__(self, future: asyncio.Future[Any], run: Callable[[Transaction], Any]) -> None:
        super().__init__(future)
        self.run = run


class SiteWork(Work):
    """Begin to serve a site; the result is a state of the loop's own."""

    __slots__ = ("site",)

    def __init__(self, future: asyncio.Future[SiteState], site: str) -> None:
        super().__init__(future)
        self.site = site


class Hint:
    """Another process may have written these sites."""

    __slots__ = ("sites",)

    def __init__(self, sites: Sequence[str]) -> None:
        self.sites = sites


class Stop:
    """Finish what is queued and end."""


class Report:
    """What one round of the writer hands to the loop: new events in order, then finished work."""

    __slots__ = ("done", "events")

    def __init__(self) -> None:
        self.events: list[tuple[str, Sequence[Event]]] = []
        self.done: list[Work] = []


class Transaction:
    """What a function given to ``Log.run`` may do, on the writer thread, until it returns.

    It shares one commit with whatever else is waiting and fails alone. It must not keep the object, wait for
    the event loop, or touch a view.
    """

    __slots__ = ("_cipher", "_now", "_store")

    def __init__(self, store: Store, cipher: Cipher, now: Callable[[], int]) -> None:
        self._store = store
        self._cipher = cipher
        self._now = now

    def execute(self, name: str, /, **parameters: Any) -> int:
        """Run a named statement; how many rows it changed."""
        return self._store.execute(name, parameters)

    def fetch(self, name: str, /, **parameters: Any) -> list[Row]:
        """Run a named statement; its rows."""
        return self._store.fetch(name, parameters)

    def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows whose values stand in the order of the table's columns."""
        if rows:
            self._store.insert(table, rows)

    def write_private(self, site: str, rows: Sequence[PrivateRow]) -> None:
        """Write personal data, encrypted; a row with the same reference is replaced."""
        self.insert(PRIVATE, sealed(self._cipher, self._now(), site, rows))

    def read_private(self, site: str, ref: str) -> bytes | None:
        """The clear data of a reference; None when it was erased. Raises ``Damaged``."""
        return opened(self._cipher, site, ref, self.fetch("private_row", site=site, ref=ref))


def sealed(cipher: Cipher, now: int, site: str, rows: Sequence[PrivateRow]) -> list[tuple[Any, ...]]:
    """Rows of ``private``, in the order of ``tables.PRIVATE``. ``now`` is hall time, ms UTC."""
    return [
        (site, row.ref, row.kind, cipher.seal(site, row.ref, row.data), now + row.erase_after_days * DAY_MS)
        for row in rows
    ]


def opened(cipher: Cipher, site: str, ref: str, rows: Sequence[Mapping[str, Any]]) -> bytes | None:
    """The clear data of the row that was found, if one was."""
    return cipher.open(site, ref, bytes(rows[0]["data"])) if rows else None
