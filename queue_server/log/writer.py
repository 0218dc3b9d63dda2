"""The writer: one thread a database that decides, writes and commits for everybody who waits.

A round takes everything that is queued. Commands are decided in memory one after the other, each on the state
that the ones before it left; then all rows go in with a handful of statements; then closures run, each under
a savepoint; then one commit; then one call hands the outcome to the event loop. What shares a round shares
the price of making it durable.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from .batch import Batch, describe
from .errors import CommandFailed, Damaged, LogUnavailable, StorageFailed
from .fold import SiteLog, copied, decode, fold_rows, load
from .private import Cipher
from .records import LogStatus
from .store import Store
from .tables import EVENTS, PRIVATE, STAGES, TICKETS
from .work import ClosureWork, CommandWork, Hint, Report, SiteWork, Stop, Transaction, Work

logger = logging.getLogger(__name__)

MOST_A_ROUND = 256
PROBE_SECONDS = 1.0

AnyWork = Work | Hint | Stop


class Writer(threading.Thread):
    """The thread. ``hand_over(report)`` and ``opened(error | None)`` are called on it and must not block."""

    def __init__(
        self,
        store: Store,
        cipher: Cipher,
        now: Callable[[], int],
        hand_over: Callable[[Report], None],
        opened: Callable[[BaseException | None], None],
    ) -> None:
        super().__init__(name="log-writer", daemon=True)
        self._store = store
        self._cipher = cipher
        self._now = now
        self._hand_over = hand_over
        self._opened = opened
        self._queue: SimpleQueue[AnyWork] = SimpleQueue()
        self._sites: dict[str, SiteLog] = {}
        self._stale: set[str] = set()
        """Sites whose state may be ahead of, or behind, the database."""
        self._reason: str | None = None
        self._since: int | None = None
        self._probe_at = 0.0
        self._stopping = False
        self._commands = 0
        self._commits = 0
        self._commit_seconds = 0.0

    # --- from any thread ---

    def submit(self, work: AnyWork) -> None:
        """Queue work; its outcome comes by ``hand_over``."""
        self._queue.put(work)

    def status(self) -> LogStatus:
        """How the log is doing."""
        return LogStatus(
            writable=self._reason is None,
            reason=self._reason,
            since=self._since,
            queued=self._queue.qsize(),
            commands=self._commands,
            commits=self._commits,
            commit_seconds=self._commit_seconds,
        )

    # --- on the thread ---

    def run(self) -> None:
        """Open the database, work until ``Stop``, close it."""
        try:
            self._store.open()
        except BaseException as error:
            self._opened(error)
            return
        self._opened(None)
        while not self._stopping:
            works = self._take()
            report = Report()
            try:
                self._round(works, report)
            except Exception as error:  # the thread must outlive every defect
                logger.error("the log's writer failed: %s", describe(error))
                self._store.rollback()
                self._block("internal")
                self._stale.update(self._sites)
                for work in works:
                    if isinstance(work, Work) and work not in report.done:
                        work.error = LogUnavailable("internal")
                        report.done.append(work)
            self._hand_over(report)
        self._store.close()

    def _take(self) -> list[AnyWork]:
        """Everything that is queued; waits for the first, or for the next probe."""
        works: list[AnyWork] = []
        try:
            works.append(self._queue.get(timeout=None if self._reason is None else PROBE_SECONDS))
            while len(works) < MOST_A_ROUND:
                works.append(self._queue.get_nowait())
        except Empty:
            pass
        return works

    def _round(self, works: Sequence[AnyWork], report: Report) -> None:
        if self._reason is not None and time.monotonic() >= self._probe_at:
            self._probe(report)
        commands: list[CommandWork] = []
        closures: list[ClosureWork] = []
        hinted: set[str] = set()
        known = (
            self._sites.keys() - self._stale
        )  # a site that comes with this round is fresh, and has no view yet
        for work in works:
            if isinstance(work, CommandWork):
                commands.append(work)
            elif isinstance(work, ClosureWork):
                closures.append(work)
            elif isinstance(work, SiteWork):
                self._serve(work)
                report.done.append(work)
            elif isinstance(work, Hint):
                hinted.update(work.sites)
            else:
                self._stopping = True
        for site in hinted & known:
            self._follow(site, report)
        if commands or closures:
            self._commit(commands, closures, report)
            report.done += commands
            report.done += closures

    def _serve(self, work: SiteWork) -> None:
        """Create the site if it is new, fold it, and give the loop a copy."""
        try:
            log = self._sites.get(work.site)
            if log is None:
                self._store.begin(())
                self._store.execute("add_site", {"site": work.site, "now": self._now()})
                self._store.commit(())
                log = load(self._store, work.site)
                log.published = log.state.seq
                self._sites[work.site] = log
            work.result = copied(log.state)
        except StorageFailed as failure:
            self._store.rollback()
            self._block(failure.reason)
            work.error = LogUnavailable(failure.reason)
        except Damaged as error:
            work.error = error

    def _follow(self, site: str, report: Report) -> None:
        """Fold what another process has committed since."""
        log = self._sites[site]
        try:
            rows = self._store.tuples("to_fold", {"site": site, "after": log.state.seq})
            if rows:
                report.events.append((site, fold_rows(log, rows)))
                log.published = log.state.seq
        except (StorageFailed, Damaged) as failure:
            self._stale.add(site)
            self._block(_reason(failure))

    # --- one transaction ---

    def _commit(
        self, commands: Sequence[CommandWork], closures: Sequence[ClosureWork], report: Report
    ) -> None:
        if self._reason is not None:
            self._answer_blocked(commands, closures, self._reason)
            return
        batch = Batch(self._store, self._sites, self._cipher, self._now)
        sites = sorted({work.site for work in commands})
        started = time.perf_counter()
        try:
            self._store.begin(sites)
            if self._store.shared:
                batch.catch_up(sites)
            for command in commands:
                batch.decide(command)
            self._write(batch)
            for closure in closures:
                self._run_closure(closure)
            self._store.commit(batch.changed)
        except Exception as failure:
            if not isinstance(failure, StorageFailed):
                logger.error("a batch was not written: %s", describe(failure))
            self._store.rollback()
            self._block(_reason(failure))
            self._stale.update(sites)
            self._refold(report)
            self._answer_blocked(commands, closures, _reason(failure))
            return
        self._commits += 1
        self._commands += len(commands)
        self._commit_seconds += time.perf_counter() - started
        for site in sites:
            self._sites[site].published = self._sites[site].state.seq
        report.events += batch.events

    def _write(self, batch: Batch) -> None:
        projector = batch.projector
        for table, rows in (
            (EVENTS, batch.rows),
            (TICKETS, list(projector.tickets.values())),
            (STAGES, list(projector.stages.values())),
            (PRIVATE, list(batch.private.values())),
        ):
            if rows:
                self._store.insert(table, rows)

    def _run_closure(self, work: ClosureWork) -> None:
        """Run a function of ``Log.run``; when it raises, only what it did is taken back."""
        self._store.savepoint()
        try:
            work.result = work.run(Transaction(self._store, self._cipher, self._now))
        except StorageFailed:
            raise
        except Exception as error:
            self._store.undo_part()
            work.result, work.error = None, error
        else:
            self._store.release()

    # --- failure and recovery ---

    def _block(self, reason: str) -> None:
        """Take no commands until a probe has written."""
        if self._reason is None:
            logger.error("the log is read-only now: %s", reason)
            self._since = time.time_ns() // 1_000_000
            self._probe_at = time.monotonic() + PROBE_SECONDS
        self._reason = reason

    def _probe(self, report: Report) -> None:
        self._probe_at = time.monotonic() + PROBE_SECONDS
        try:
            self._store.probe()
        except Exception as failure:
            self._reason = _reason(failure)
            return
        self._refold(report)
        if not self._stale:
            self._reason = self._since = None
            logger.warning("the log can be written again")

    def _refold(self, report: Report) -> None:
        """Fold stale sites from the database, and publish what turns out to be in it."""
        for site in sorted(self._stale):
            published = self._sites[site].published
            try:
                log = load(self._store, site)
                rows = self._store.tuples("to_fold", {"site": site, "after": published})
                missed = [row[5] for row in rows if row[0] <= log.state.seq]
                events = decode(site, missed)
            except (StorageFailed, Damaged) as failure:
                self._reason = _reason(failure)
                return
            if events:
                report.events.append((site, events))
            log.published = log.state.seq
            self._sites[site] = log
            self._stale.discard(site)

    def _answer_blocked(
        self, commands: Sequence[CommandWork], closures: Sequence[ClosureWork], reason: str
    ) -> None:
        """What is in the log is answered from it by its key; the rest is told to come again."""
        batch = Batch(self._store, self._sites, self._cipher, self._now)
        for command in commands:
            if isinstance(command.error, CommandFailed):
                continue
            command.result, command.error = None, LogUnavailable(reason)
            if command.site not in self._stale:
                try:
                    batch.repeat(command)
                except (StorageFailed, Damaged):
                    pass
        for closure in closures:
            closure.result, closure.error = None, LogUnavailable(reason)


def _reason(failure: Exception) -> str:
    if isinstance(failure, StorageFailed):
        return failure.reason
    if isinstance(failure, Damaged):
        return "damaged"
    return "internal"
