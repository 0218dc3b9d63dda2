"""From the table of deliveries to the printers, each ticket at most once.

States of a job, and who may change them::

    queued ──▶ sending ──▶ confirmed     the printer said that it is printed and cut
      │ ▲         │  │         ▲
      │ │         │  ├───▶ unknown       bytes went out and the printer did not say so, or the process died: the
      │ │         │  │                   paper may exist. It may still say so, then it is confirmed
      │ │         │  ├───▶ sent          every byte was handed over, to a printer that cannot say more
      │ └─────────┘  └───▶ failed        no byte went out and trying again makes no sense
      │   no byte went out: again, after a pause
      ├──▶ failed                        it cannot be drawn (no font, an address too long)
      └──▶ expired                       too old to be of use; nobody waits at the slot any more

1. **Never twice by itself.** A job is begun (`JobStore.begin`), durably and by one process only, before its first byte
   goes out. If that cannot be written down, nothing is printed.
2. A job whose process died under it becomes ``unknown`` (`printers.upkeep`) and is never printed again by itself. So
   does a job whose bytes went out in part, and one whose printer reports trouble (paper out, cover open) or nothing at
   all before it has told that it is done.
3. A job of which certainly no byte went out goes back to ``queued`` and is tried again, with pauses, until it
   expires.
4. Whoever wants a second paper asks for it: a reprint is a job of its own and carries the reissue mark
   (`printers.jobs.plan_print`).
5. Order per printer is the order of the store: one job at a time leaves it, so that a crash can make at most one
   a printer doubtful, and the next goes out when the last has ended. Printers do not wait for one another.
6. While a printer is in trouble its jobs go to its fallback, if it has one that is not; else they wait.

What became of a job and could not be written down is kept, and written before the printer gets another; if the
process ends before that, rule 2 holds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import msgspec

from printers.jobs import JobState, PrintJob, from_body, job_id, plan_print, to_body
from printers.quiet import Quiet
from printers.tasks import Result, Task
from printers.worker import Worker
from queue_server.devices import Status

__all__ = ["JobStore", "PrintJob", "Spool", "from_body", "job_id", "plan_print", "to_body"]

log = logging.getLogger(__name__)

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 10.0)
"""Pauses after a store that failed: it is not asked meanwhile."""


class JobStore(Protocol):
    """The deliveries of this room. Called from several threads; every method returns only when it is durable.

    Methods may take as long as a commit does and raise on failure; they must not wait without an end.
    """

    def take(self, now: int, printer: str, limit: int) -> list[PrintJob]:
        """Jobs of ``printer`` that wait and whose next time is at or before ``now`` (ms), oldest first.

        Taking changes nothing: a job stays ``queued`` until it is marked.
        """

    def begin(self, job_id: str, printer: str) -> bool:
        """``queued`` → ``sending``, on this printer (the job's own, or who takes over for it).

        False if somebody else has begun or ended it: then it must not be printed.
        """

    def mark(self, job_id: str, state: JobState, reason: str = "", *, next_at: int | None = None) -> bool:
        """Set a state other than ``sending``; False if it was not changed because the job is not this process's or
        has already ended.

        Every state but ``queued`` is an end, except that ``unknown`` may become ``confirmed``. ``next_at`` (ms)
        comes with ``queued``: not before this time, and one try more.
        """


class _Outcome(msgspec.Struct, frozen=True):
    """What became of a job, not yet written down."""

    job: PrintJob
    state: JobState
    reason: str
    next_at: int | None


class Spool:
    """Hands due jobs to the workers and writes down what became of them.

    Either call `pump` yourself after each new delivery and about once a second, or `start` a thread that does and
    `wake` it.
    """

    def __init__(
        self,
        store: JobStore,
        workers: Mapping[str, Worker],
        now_ms: Callable[[], int],
        *,
        fallbacks: Mapping[str, str] | None = None,
        on_result: Callable[[PrintJob, JobState, str], None] | None = None,
    ) -> None:
        """``now_ms``: the real clock; ``fallbacks``: printer → the one that takes over while it is in trouble;
        ``on_result``: told each end and each failed try (job, state, reason), in some thread.
        """
        self._store = store
        self._workers = dict(workers)
        self._now_ms = now_ms
        self._fallbacks = dict(fallbacks or {})
        fed = (name for name, other in self._fallbacks.items() if other in self._workers)
        self._printers = list(dict.fromkeys((*self._workers, *fed)))
        """Whose jobs are taken: also those of one that could not be set up and has a fallback."""
        self._on_result = on_result
        self._in_hand: set[str] = set()
        """Printers of whose jobs one is out of the store."""
        self._unwritten: dict[str, _Outcome] = {}
        self._failures = 0
        self._rest_until = 0.0
        self._quiet = Quiet(log, "the store of papers cannot be used")
        self._lock = threading.Lock()
        self._pumping = threading.Lock()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def pump(self) -> int:
        """Hand out what is due; how many jobs were handed out. Never waits for a printer."""
        handed = 0
        with self._pumping:
            for name, worker in self._workers.items():
                try:
                    worker.watch()
                except Exception:
                    log.exception("a printer cannot be watched: printer=%s", name)
            if time.monotonic() < self._rest_until:
                return 0
            try:
                self.write_down()
                for name in self._printers:
                    handed += self._pump_one(name)
            except Exception as error:
                self._rest(error)
            else:
                self._failures = 0
                self._quiet.well()
        return handed

    def write_down(self) -> None:
        """Write what could not be written before. Raises what the store raises."""
        for outcome in list(self._unwritten.values()):
            self._mark(outcome)
            with self._lock:
                if self._unwritten.get(outcome.job.id) is outcome:
                    del self._unwritten[outcome.job.id]

    def _rest(self, error: Exception) -> None:
        self._quiet.failed(error)
        pause = BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)]
        self._failures += 1
        self._rest_until = time.monotonic() + pause

    def available(self, printer: str) -> bool:
        """Whether a ticket for this printer would be tried at once: it, or its fallback, is not in trouble."""
        return self._target(printer) is not None

    def start(self, every_s: float = 1.0) -> None:
        """Pump in a thread: when woken, and every ``every_s`` seconds."""

        def run() -> None:
            while not self._stopping.is_set():
                self.pump()
                self._woken.wait(every_s)
                self._woken.clear()

        self._thread = threading.Thread(target=run, name="print-spool", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There may be something to print. Returns at once; may be called from any thread and any callback."""
        self._woken.set()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Stop handing out; whether the thread ended in time. The workers are stopped by whoever made them."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            return not self._thread.is_alive()
        return True

    def status_changed(self, printer: str, status: Status) -> None:
        """To be given to the workers as ``on_status`` (or called from it): a printer that is well again is fed."""
        if status.works:
            self.wake()

    def _target(self, printer: str) -> Worker | None:
        """Who prints for ``printer`` now."""
        for name in (printer, self._fallbacks.get(printer, "")):
            worker = self._workers.get(name)
            if worker is not None and not worker.in_trouble:
                return worker if worker.room() > 0 else None
        return None

    def _pump_one(self, printer: str) -> int:
        with self._lock:
            doubtful = any(outcome.job.printer == printer for outcome in self._unwritten.values())
            if printer in self._in_hand or doubtful:
                return 0
            self._in_hand.add(printer)
        handed = False
        try:
            while (job := self._oldest(printer)) is not None:
                worker = self._target(printer)
                if job.expires_ms <= self._now_ms():
                    self._mark(_Outcome(job, "expired", "too_old", None))
                    continue
                handed = worker is not None and worker.submit(self._task(job, worker.name))
                break
        finally:
            if not handed:
                self._release(printer)
        return int(handed)

    def _oldest(self, printer: str) -> PrintJob | None:
        return next(iter(self._store.take(self._now_ms(), printer, 1)), None)

    def _task(self, job: PrintJob, printer: str) -> Task:
        return Task(
            job.id,
            job.paper,
            lambda: self._may_start(job, printer),
            lambda result: self._take_result(job, result),
            lambda: self._write(_Outcome(job, "confirmed", "", None)),
        )

    def _may_start(self, job: PrintJob, printer: str) -> bool:
        """Runs in the worker's thread just before the first byte."""
        if job.expires_ms <= self._now_ms():
            return False
        return self._store.begin(job.id, printer)

    def _take_result(self, job: PrintJob, result: Result) -> None:
        """Runs in the worker's thread."""
        now = self._now_ms()
        if result.state == "dropped":
            if job.expires_ms > now:  # somebody else has begun or ended it; the next pump is soon enough
                self._release(job.printer)
                return
            outcome = _Outcome(job, "expired", "too_old", None)
        elif result.state != "failed":
            outcome = _Outcome(job, result.state, result.reason, None)
        elif result.retry:
            pause = 0 if self._target(job.printer) else int(result.retry_after_s * 1000)
            # Not later than its expiry, so that it is then taken and seen to be expired.
            next_at = min(now + pause, max(job.expires_ms, now))
            outcome = _Outcome(job, "queued", result.reason, next_at)
        else:
            outcome = _Outcome(job, "failed", result.reason, None)
        self._write(outcome)
        self._release(job.printer)
        self.wake()

    def _write(self, outcome: _Outcome) -> None:
        """Write it down, now or when the store works again."""
        try:
            self._mark(outcome)
        except Exception as error:
            self._quiet.failed(error)
            with self._lock:
                self._unwritten[outcome.job.id] = outcome
        else:
            with self._lock:
                self._unwritten.pop(outcome.job.id, None)

    def _mark(self, outcome: _Outcome) -> None:
        job, state, reason = outcome.job, outcome.state, outcome.reason
        if self._store.mark(job.id, state, reason, next_at=outcome.next_at) and self._on_result is not None:
            self._on_result(job, state, reason)

    def _release(self, printer: str) -> None:
        with self._lock:
            self._in_hand.discard(printer)


def stop_all(workers: Collection[Worker], within_s: float = 5.0) -> bool:
    """Tell every worker to stop, then wait for all of them within one bound; whether all ended."""
    for worker in workers:
        worker.stop(0)
    until = time.monotonic() + within_s
    ended = [worker.stop(max(0.0, until - time.monotonic())) for worker in workers]
    return all(ended)
