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

1. **Never twice by itself.** A job is marked ``sending``, durably, before its first byte goes out. If that mark
   cannot be made, nothing is printed.
2. A job found ``sending`` at start (`recover`) had its process die under it: it becomes ``unknown`` and is never
   printed again by itself. So does a job whose bytes went out in part, and one whose printer reports trouble (paper
   out, cover open) or nothing at all before it has told that it is done.
3. A job of which certainly no byte went out goes back to ``queued`` and is tried again, with pauses, until it
   expires.
4. Whoever wants a second paper asks for it: a reprint is a job of its own and carries the reissue mark
   (`printers.jobs.plan_print`).
5. Order per printer is the order of the store: one job at a time leaves it, so that a crash can make at most one
   a printer doubtful, and the next goes out when the last has ended. Printers do not wait for one another.
6. While a printer is in trouble its jobs go to its fallback, if it has one that is not; else they wait.

If the store fails after the paper is out, the job stays ``sending`` there and is ``unknown`` after the next start:
a doubtful ticket is shown to staff, never printed again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from printers.jobs import JobState, PrintJob, from_body, job_id, plan_print, to_body
from printers.tasks import Result, Task
from printers.worker import Worker
from queue_server.devices import Status

__all__ = ["JobStore", "PrintJob", "Spool", "from_body", "job_id", "plan_print", "to_body"]

log = logging.getLogger(__name__)


class JobStore(Protocol):
    """The deliveries of this room. Called from several threads; every method returns only when it is durable.

    Methods may take as long as a commit does and raise on failure; they must not wait without an end.
    """

    def take(self, now: int, printer: str, limit: int) -> list[PrintJob]:
        """Jobs of ``printer`` that wait and whose next time is at or before ``now`` (ms), oldest first.

        Taking changes nothing: a job stays ``queued`` until it is marked.
        """

    def sending(self, printer: str) -> list[PrintJob]:
        """Jobs of ``printer`` that a dead process left in ``sending``."""

    def mark(self, job_id: str, state: JobState, reason: str = "", *, next_at: int | None = None) -> bool:
        """Set the state; False if it was not changed because the job has already ended.

        Every state but ``queued`` and ``sending`` is an end, except that ``unknown`` may become ``confirmed``.
        ``next_at`` (ms) comes with ``queued``: not before this time, and one try more.
        """


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
        self._on_result = on_result
        self._in_hand: set[str] = set()
        """Printers of whose jobs one is out of the store."""
        self._lock = threading.Lock()
        self._pumping = threading.Lock()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def recover(self) -> list[PrintJob]:
        """Mark what a dead process left in ``sending`` as ``unknown`` and return it. Before the first `pump`."""
        left = [job for printer in self._workers for job in self._store.sending(printer)]
        for job in left:
            self._mark(job, "unknown", "interrupted")
            self._workers[job.printer].interrupted(job.paper)
        return left

    def pump(self) -> int:
        """Hand out what is due; how many jobs were handed out. Never waits for a printer."""
        handed = 0
        with self._pumping:
            for name, worker in self._workers.items():
                try:
                    worker.watch()
                    handed += self._pump_one(name)
                except Exception:
                    log.exception("deliveries not read: printer=%s", name)
        return handed

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
            if printer in self._in_hand:
                return 0
            self._in_hand.add(printer)
        handed = False
        try:
            while (job := self._oldest(printer)) is not None:
                worker = self._target(printer)
                if job.expires_ms <= self._now_ms():
                    self._mark(job, "expired", "too_old")
                    continue
                handed = worker is not None and worker.submit(self._task(job))
                break
        finally:
            if not handed:
                self._release(printer)
        return int(handed)

    def _oldest(self, printer: str) -> PrintJob | None:
        return next(iter(self._store.take(self._now_ms(), printer, 1)), None)

    def _task(self, job: PrintJob) -> Task:
        return Task(
            job.id,
            job.paper,
            lambda: self._may_start(job),
            lambda result: self._take_result(job, result),
            lambda: self._mark(job, "confirmed", ""),
        )

    def _may_start(self, job: PrintJob) -> bool:
        """Runs in the worker's thread just before the first byte."""
        if job.expires_ms <= self._now_ms():
            return False
        return self._store.mark(job.id, "sending")

    def _take_result(self, job: PrintJob, result: Result) -> None:
        """Runs in the worker's thread.

        If writing down fails, a job in ``sending`` stays there (rule 2 holds at the next start); one of which no
        byte went out and that is still ``queued`` is simply taken again.
        """
        now = self._now_ms()
        try:
            if result.state == "sent" or result.state == "confirmed" or result.state == "unknown":
                self._mark(job, result.state, result.reason)
            elif result.state == "dropped":
                if job.expires_ms <= now:  # else somebody else ended it; the store knows how
                    self._mark(job, "expired", "too_old")
            elif result.retry:
                pause = 0 if self._target(job.printer) else int(result.retry_after_s * 1000)
                # Not later than its expiry, so that it is then taken and seen to be expired.
                self._mark(job, "queued", result.reason, next_at=min(now + pause, max(job.expires_ms, now)))
            else:
                self._mark(job, "failed", result.reason)
        finally:
            self._release(job.printer)
            self.wake()

    def _mark(self, job: PrintJob, state: JobState, reason: str, *, next_at: int | None = None) -> None:
        if self._store.mark(job.id, state, reason, next_at=next_at) and self._on_result is not None:
            self._on_result(job, state, reason)

    def _release(self, printer: str) -> None:
        with self._lock:
            self._in_hand.discard(printer)
