"""The log as everybody else sees it: commands in, durable events out, and the committed state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from queue_server.domain.commands import Command
from queue_server.domain.events import Event
from queue_server.domain.evolve import evolve
from queue_server.domain.state import SiteState

from .batch import describe
from .errors import LogError, LogUnavailable, StorageFailed, UnknownSite
from .private import Cipher
from .records import IdempotencyKey, LogStatus, Outcome, PrivateRow
from .store import Reader, Row, Store, connect
from .work import ClosureWork, CommandWork, Hint, Report, SiteWork, Stop, Transaction, Work, opened
from .writer import Writer

logger = logging.getLogger(__name__)

T = TypeVar("T")
Listener = Callable[[str, Sequence[Event], SiteState], None]
"""``listener(site, events of one command, state right after it)``."""
EventHook = Callable[[Event, SiteState], None]
"""``hook(event, state right after it)``."""


class Log:
    """One database with the logs of its sites. Use it on one event loop; only ``status`` is safe elsewhere."""

    def __init__(
        self, store: Store, reader: Reader, cipher: Cipher, now: Callable[[], int], *, decides: bool
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._store = store
        self._reader = reader
        self._cipher = cipher
        self._decides = decides
        self._views: dict[str, SiteState] = {}
        self._listeners: list[Listener] = []
        self._hooks: list[EventHook] = []
        self._open: asyncio.Future[None] = self._loop.create_future()
        self._writer = Writer(store, cipher, now, self._hand_over, self._opened)
        self._closed = False
        self.now = now
        """Hall time, ms UTC."""

    @classmethod
    async def open(cls, url: str, *, now: Callable[[], int], key: bytes, exclusive: bool = True) -> Log:
        """Open (and create or migrate) the database.

        ``url``: ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://…``. ``now`` gives hall
        time in ms UTC and is called on the writer thread. ``key``: the installation's secret, which personal
        data are encrypted with. ``exclusive=False`` is for tools beside a running server: they read and
        ``run`` short transactions, but a SQLite file then decides no commands. Raises ``CannotOpen``.
        """
        store, reader = connect(url, exclusive=exclusive)
        log = cls(store, reader, Cipher(key), now, decides=exclusive or store.shared)
        log._writer.start()
        await log._open
        try:
            await reader.open(log._hinted)
        except BaseException:
            await log.close()
            raise
        return log

    async def close(self) -> None:
        """Write what is queued, then let go of the database. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self._writer.submit(Stop())
        await asyncio.to_thread(self._writer.join)
        await self._reader.close()

    # --- writing ---

    async def ensure_site(self, site: str) -> SiteState:
        """Begin to serve a site, creating its log if it is new; its view.

        Raises ``LogUnavailable``, and ``Damaged`` when its events cannot be folded.
        """
        if site not in self._views:
            if not self._decides:
                raise LogError(
                    "this database was opened beside a running server: send commands to that server"
                )
            work = SiteWork(self._loop.create_future(), site)
            self._submit(work)
            await work.future
        return self._views[site]

    async def execute(
        self,
        site: str,
        command: Command,
        key: IdempotencyKey | None = None,
        private: Sequence[PrivateRow] = (),
        until: float | None = None,
    ) -> Outcome:
        """Decide a command and wait until its events are durable.

        ``private`` rows are written with the events, and only if there are events. ``until``: monotonic seconds
        after which it is not decided any more but answered ``LogUnavailable("late")``. Raises ``LogUnavailable``
        (503), ``KeyReused`` (422), ``CommandFailed`` (500), ``UnknownSite``. A caller that is cancelled does
        not take the command back.
        """
        if site not in self._views:
            raise UnknownSite(site)
        work = CommandWork(self._loop.create_future(), site, command, key, private, until)
        self._submit(work)
        outcome: Outcome = await work.future
        return outcome

    async def run(self, fn: Callable[[Transaction], T]) -> T:
        """Call ``fn(tx)`` on the writer thread within the next shared commit; its result, once durable.

        When ``fn`` raises, only what it did is taken back and the exception comes out here. Raises
        ``LogUnavailable`` when the commit failed or its outcome is unknown.
        """
        work = ClosureWork(self._loop.create_future(), fn)
        self._submit(work)
        result: T = await work.future
        return result

    def _submit(self, work: Work) -> None:
        if self._closed:
            raise LogUnavailable("closed")
        self._writer.submit(work)

    # --- reading ---

    @property
    def shared(self) -> bool:
        """Whether other processes may decide and deliver beside this one; else it has the database to itself."""
        return self._store.shared

    @property
    def sites(self) -> tuple[str, ...]:
        """Ids of the sites that are served."""
        return tuple(self._views)

    def view(self, site: str) -> SiteState:
        """The committed state, folded on the event loop: read it, never change or keep it over an ``await``.

        Raises ``UnknownSite``.
        """
        try:
            return self._views[site]
        except KeyError:
            raise UnknownSite(site) from None

    async def read(self, name: str, /, **parameters: Any) -> list[Row]:
        """Rows of a named statement, committed data only. Raises ``LogUnavailable``, ``KeyError`` (no such name)."""
        try:
            return await self._reader.fetch(name, parameters)
        except StorageFailed as failure:
            raise LogUnavailable(failure.reason) from failure

    async def read_private(self, site: str, ref: str) -> bytes | None:
        """The clear data of a private row; None when it was erased. Raises ``Damaged``, ``LogUnavailable``."""
        return opened(self._cipher, site, ref, await self.read("private_row", site=site, ref=ref))

    async def read_private_many(self, site: str, refs: Iterable[str]) -> dict[str, bytes]:
        """The clear data of private rows by reference, without the erased ones."""
        asked = list(dict.fromkeys(refs))
        found = await asyncio.gather(*(self.read_private(site, ref) for ref in asked))
        return {ref: data for ref, data in zip(asked, found, strict=True) if data is not None}

    async def erase(self, site: str, ref: str) -> bool:
        """Erase a private row; whether there was one."""
        return await self.run(lambda tx: tx.execute("erase_private", site=site, ref=ref)) > 0

    async def erase_due(self, now: int) -> int:
        """Erase every private row whose time is over at ``now`` (hall time, ms UTC); how many."""
        return await self.run(lambda tx: tx.execute("erase_private_due", now=now))

    def status(self) -> LogStatus:
        """Whether commands are taken, and the figures of the writer."""
        return self._writer.status()

    def listen(self, listener: Listener) -> None:
        """Call ``listener(site, events, state)`` after each command, before its caller is answered.

        On the event loop, in the order of the log, with the state right after that command. It must be quick and
        must not change the state. What it raises is logged.
        """
        self._listeners.append(listener)

    def on_event(self, hook: EventHook) -> Callable[[], None]:
        """Call ``hook(event, state)`` after each single event, as ``listen``; call the result to stop that."""
        self._hooks.append(hook)
        return lambda: self._hooks.remove(hook)

    # --- from the writer thread ---

    def _opened(self, error: BaseException | None) -> None:
        if error is None:
            self._loop.call_soon_threadsafe(self._open.set_result, None)
        else:
            self._loop.call_soon_threadsafe(self._open.set_exception, error)

    def _hand_over(self, report: Report) -> None:
        if report.events or report.done:
            self._loop.call_soon_threadsafe(self._receive, report)

    # --- on the loop ---

    def _receive(self, report: Report) -> None:
        """Fold what was committed, tell the listeners, then wake those who wait."""
        for site, events in report.events:
            state = self._views.get(site)
            if state is not None:
                try:
                    self._fold(site, events, state)
                except Exception as error:
                    logger.critical("the view of site %s is lost: %s", site, describe(error))
                    self._fetch_again(site)
        for work in report.done:
            if isinstance(work, SiteWork) and work.error is None:
                self._views.setdefault(work.site, work.result)
            work.resolve()

    def _fold(self, site: str, events: Sequence[Event], state: SiteState) -> None:
        first = 0
        for last, event in enumerate(events):
            evolve(state, event)
            for hook in self._hooks:
                self._call(hook, event, state)
            if last + 1 == len(events) or events[last + 1].cmd != event.cmd:
                command = events[first : last + 1]
                for listener in self._listeners:
                    self._call(listener, site, command, state)
                first = last + 1

    def _fetch_again(self, site: str) -> None:
        """Somebody changed the view, so events no longer follow: take a new copy of the writer's state."""
        del self._views[site]
        if not self._closed:
            self._writer.submit(SiteWork(self._loop.create_future(), site))

    @staticmethod
    def _call(callback: Callable[..., None], *arguments: object) -> None:
        try:
            callback(*arguments)
        except Exception as error:
            logger.error("a listener of the log failed: %s", describe(error))

    def _hinted(self, site: str | None) -> None:
        sites = self.sites if site is None else (site,)
        if sites and not self._closed:
            self._writer.submit(Hint(sites))
