"""One thread and one bounded queue a printer: what hangs, hangs alone.

Jobs are printed in the order they were submitted. Nothing here waits without an end, and a printer in trouble is
tried again with growing pauses; jobs that come meanwhile fail at once, "try again", and stay the spool's.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Literal

import msgspec

from printers.printer import Printer
from printers.status import Status
from printers.ticket import TicketPaper
from queue_server.devices import DeviceError, WriteFailed

log = logging.getLogger(__name__)

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 10.0)
POLL_S = 10.0
_NOT_RECORDED_S = 2.0


class Result(msgspec.Struct, frozen=True):
    """What became of a job."""

    state: Literal["sent", "failed", "dropped"]
    """``dropped``: `Task.start` said that it is not wanted any more."""
    reason: str = ""
    """A code, as in `Status.reason`; also ``layout`` (cannot be drawn), ``not_recorded``, ``bug``."""
    retry: bool = False
    """Whether trying again makes sense and is safe: certainly no byte went out."""
    began: bool = False
    """Whether bytes may have gone out: the paper may be printed in part or whole."""
    retry_after_s: float = 0.0
    detail: str = ""


class Task(msgspec.Struct, frozen=True):
    """A job for a worker. Both callbacks run in the worker's thread."""

    id: str
    paper: TicketPaper
    start: Callable[[], bool]
    """Called once, just before the first byte; False: do not print."""
    done: Callable[[Result], None]
    """Called exactly once, unless the worker is stopped first."""


class Worker:
    """The thread that owns one printer."""

    def __init__(
        self,
        printer: Printer,
        *,
        size: int = 64,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        on_status: Callable[[str, Status], None] | None = None,
        poll_s: float = POLL_S,
        back_off_s: tuple[float, ...] = BACK_OFF_S,
    ) -> None:
        """``size``: jobs that may wait; ``now_ms``: the clock of `Status.since_ms`; ``on_status``: told changes."""
        self.name = printer.name
        self._printer = printer
        self._queue: queue.Queue[Task | None] = queue.Queue(size)
        self._now_ms = now_ms
        self._on_status = on_status
        self._poll_s = poll_s
        self._back_off_s = back_off_s
        self._status = Status("unknown", "starting", now_ms())
        self._failures = 0
        self._hold_until = 0.0
        self._next_look = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"printer-{printer.name}", daemon=True)

    @property
    def status(self) -> Status:
        """How the printer is, as of its last job or question."""
        return self._status

    @property
    def in_trouble(self) -> bool:
        """Whether a job submitted now would be given back at once, because the printer is left alone for a while."""
        return self._hold_until > time.monotonic()

    def start(self) -> None:
        """Start the thread; it opens the device by itself."""
        self._thread.start()

    def room(self) -> int:
        """How many more jobs can be submitted now."""
        return 0 if self._stopping.is_set() else max(0, self._queue.maxsize - self._queue.qsize())

    def submit(self, task: Task) -> bool:
        """Queue a job and return at once; False when the queue is full or the worker stops."""
        if self._stopping.is_set():
            return False
        try:
            self._queue.put_nowait(task)
        except queue.Full:
            return False
        return True

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Finish the job under way, leave the waiting ones, and wait at most ``timeout_s``; whether it ended.

        A thread that did not end is left behind: it dies with the process, and its job is then ``unknown``.
        """
        self._stopping.set()
        try:
            self._queue.put_nowait(None)  # wakes it when it has nothing to do
        except queue.Full:
            pass
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                task = self._queue.get(timeout=max(0.0, self._next_look - time.monotonic()))
            except queue.Empty:
                self._look()
                continue
            if task is None or self._stopping.is_set():
                break
            try:
                result = self._print(task)
            except Exception as error:  # the thread must outlive any mistake of ours
                log.exception("printing failed: printer=%s job=%s", self.name, task.id)
                result = Result("failed", "bug", began=True, detail=repr(error))
            if result.state == "failed":
                log.warning(
                    "not printed: printer=%s job=%s reason=%s retry=%s %s",
                    self.name,
                    task.id,
                    result.reason,
                    result.retry,
                    result.detail,
                )
            try:
                task.done(result)
            except Exception:
                log.exception(
                    "result not taken: printer=%s job=%s state=%s", self.name, task.id, result.state
                )
        self._printer.close()

    def _print(self, task: Task) -> Result:
        held = self._hold_until - time.monotonic()
        if held > 0:
            return Result("failed", self._status.reason, retry=True, retry_after_s=held)
        try:
            data = self._printer.encode(task.paper)
        except Exception as error:
            reason = "fonts_missing" if type(error).__name__ == "FontsMissing" else "layout"
            if reason == "fonts_missing":
                self._set(Status("error", reason, detail=str(error)))
            return Result("failed", reason, detail=str(error))
        try:
            status = self._printer.look(before_job=True)
            if status.state in ("error", "offline"):
                return self._trouble(status)
            self._printer.mend()
        except DeviceError as error:
            return self._trouble(_seen(error))
        try:
            wanted = task.start()
        except Exception as error:
            return Result(
                "failed", "not_recorded", retry=True, retry_after_s=_NOT_RECORDED_S, detail=repr(error)
            )
        if not wanted:
            return Result("dropped")
        try:
            self._printer.send(data, f"{task.paper.number}-{task.id}")
        except WriteFailed as error:
            return self._trouble(_seen(error), began=error.written > 0)
        self._well(status if status.state == "ready" else Status("ready"))
        return Result("sent")

    def _look(self) -> None:
        """Ask the printer how it is, between jobs."""
        try:
            status = self._printer.look()
        except DeviceError as error:
            status = _seen(error)
        except Exception as error:
            log.exception("asking the printer failed: printer=%s", self.name)
            status = Status("error", "bug", detail=repr(error))
        if status.state in ("error", "offline"):
            self._trouble(status)
        elif status.state == "unknown" and self._status.state == "ready":
            self._well(self._status)  # it prints; that it does not talk is no news
        elif self._status.reason == "fonts_missing":
            self._well(self._status)  # the printer is well, the tickets cannot be drawn
        else:
            self._well(status)

    def _well(self, status: Status) -> None:
        self._failures = 0
        self._hold_until = 0.0
        self._next_look = time.monotonic() + self._poll_s
        self._set(status)

    def _trouble(self, status: Status, *, began: bool = False) -> Result:
        self._printer.close()
        pause = self._back_off_s[min(self._failures, len(self._back_off_s) - 1)]
        self._failures += 1
        self._hold_until = self._next_look = time.monotonic() + pause
        self._set(status)
        return Result(
            "failed", status.reason, retry=not began, began=began, retry_after_s=pause, detail=status.detail
        )

    def _set(self, status: Status) -> None:
        old = self._status
        if (old.state, old.reason) == (status.state, status.reason):
            return
        self._status = msgspec.structs.replace(status, since_ms=self._now_ms())
        if self._on_status is not None:
            try:
                self._on_status(self.name, self._status)
            except Exception:
                log.exception("status not taken: printer=%s", self.name)


def _seen(error: DeviceError) -> Status:
    """The state a failure shows."""
    return Status(
        "offline" if error.reason in ("unreachable", "broken") else "error", error.reason, detail=error.detail
    )
