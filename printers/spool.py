"""From the table of deliveries to the printers, each ticket at most once.

States of a job, and who may change them::

    queued ──▶ sending ──▶ sent          every byte was handed to the device
      │ ▲         │  ├───▶ unknown       some bytes went out, or the process died: the paper may exist
      │ └─────────┘  └───▶ failed        no byte went out and trying again makes no sense
      │   no byte went out: again, after a pause
      ├──▶ failed                        it cannot be drawn (no font, an address too long)
      └──▶ expired                       too old to be of use; nobody waits at the slot any more

1. **Never twice by itself.** A job is marked ``sending``, durably, before its first byte goes out. If that mark
   cannot be made, nothing is printed.
2. A job found ``sending`` at start (`recover`) had its process die under it: it becomes ``unknown`` and is never
   printed again by itself. So does a job whose bytes went out in part.
3. A job of which certainly no byte went out goes back to ``queued`` and is tried again, with pauses, until it
   expires.
4. Whoever wants a second paper asks for it: a reprint is a job of its own and carries the reissue mark
   (`printers.jobs.plan_print`).
5. Order per printer is the order of the store. Printers do not wait for one another.

If the store fails after the paper is out, the job stays ``sending`` there and is ``unknown`` after the next start:
a doubtful ticket is shown to staff, never printed again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from printers.jobs import JobState, PrintJob, from_body, job_id, plan_print, to_body
from printers.status import Status
from printers.worker import Result, Task, Worker

__all__ = ["JobStore", "PrintJob", "Spool", "from_body", "job_id", "plan_print", "to_body"]

log = logging.getLogger(__name__)


class JobStore(Protocol):
    """The deliveries of this room. Called from several threads; every method returns only when it is durable.

    Methods may take as long as a commit does and raise on failure; they must not wait without an end.
    """

    def take(self, now: int, printer: str, limit: int) -> list[PrintJob]:
        """Jobs of ``printer`` in state ``queued`` whose next time is at or before ``now`` (ms), oldest first.

        Expired ones too: the spool marks them. Taking changes nothing; the spool remembers what it has in hand.
        """

    def sending(self, printer: str) -> list[PrintJob]:
        """Jobs of ``printer`` in state ``sending``."""

    def mark(self, job_id: str, state: JobState, reason: str = "", *, next_at: int | None = None) -> bool:
        """Set the state; False if the job is gone or already ended (then ``sending`` is refused, see `Spool`).

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
        on_result: Callable[[PrintJob, JobState, str], None] | None = None,
    ) -> None:
        """``now_ms``: the real clock; ``on_result``: told each end and each failed try (job, state, reason)."""
        self._store = store
        self._workers = dict(workers)
        self._now_ms = now_ms
        self._on_result = on_result
        self._in_hand: set[str] = set()
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
        return left

    def pump(self) -> int:
        """Hand out what is due; how many jobs were handed out. Never waits for a printer."""
        handed = 0
        with self._pumping:
            for name, worker in self._workers.items():
                try:
                    handed += self._pump_one(name, worker)
                except Exception:
                    log.exception("deliveries not read: printer=%s", name)
        return handed

    def start(self, every_s: float = 0.5) -> None:
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
        if status.state in ("ready", "unknown"):
            self.wake()

    def _pump_one(self, name: str, worker: Worker) -> int:
        room = worker.room()
        if room == 0:
            return 0
        handed = 0
        with self._lock:
            in_hand = len(self._in_hand)
        for job in self._store.take(self._now_ms(), name, room + in_hand):
            with self._lock:
                if job.id in self._in_hand:
                    continue
                self._in_hand.add(job.id)
            if job.expires_ms <= self._now_ms():
                self._end(job, "expired", "too_old")
            elif worker.submit(self._task(job)):
                handed += 1
            else:  # full: it stays queued in the store
                self._release(job)
                break
        return handed

    def _task(self, job: PrintJob) -> Task:
        return Task(job.id, job.paper, lambda: self._may_start(job), lambda result: self._take_result(job, result))

    def _may_start(self, job: PrintJob) -> bool:
        """Runs in the worker's thread just before the first byte."""
        if job.expires_ms <= self._now_ms():
            return False
        return self._store.mark(job.id, "sending")

    def _take_result(self, job: PrintJob, result: Result) -> None:
        now = self._now_ms()
        if result.state == "sent":
            self._end(job, "sent", "")
        elif result.state == "dropped":
            if job.expires_ms <= now:
                self._end(job, "expired", "too_old")
            else:  # somebody else ended it; the store knows how
                self._release(job)
        elif result.began:
            self._end(job, "unknown", result.reason)
        elif result.retry:
            # Not later than its expiry, so that it is then taken and seen to be expired.
            again = min(now + int(result.retry_after_s * 1000), max(job.expires_ms, now))
            self._end(job, "queued", result.reason, next_at=again)
        else:
            self._end(job, "failed", result.reason)
        self.wake()

    def _end(self, job: PrintJob, state: JobState, reason: str, *, next_at: int | None = None) -> None:
        """Write the outcome down and let go of the job.

        If that fails, a job in ``sending`` stays there (rule 2 holds at the next start) and `take` will not give
        it again; one still ``queued`` of which no byte went out is simply taken again.
        """
        try:
            self._mark(job, state, reason, next_at=next_at)
        finally:
            self._release(job)

    def _mark(self, job: PrintJob, state: JobState, reason: str, *, next_at: int | None = None) -> None:
        self._store.mark(job.id, state, reason, next_at=next_at)
        if self._on_result is not None:
            self._on_result(job, state, reason)

    def _release(self, job: PrintJob) -> None:
        with self._lock:
            self._in_hand.discard(job.id)
