"""The thread that works on one printer: takes jobs, prints, waits for the printer's word, listens in between.

A hand that hangs in a system call is given up by its worker (`Hand.stuck`, `Hand.give_up`). If it ever wakes it
finds that out before it touches anything: no byte of another job, no result, no state.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from printers.printer import Printer
from printers.status import said
from printers.tasks import Result, Task, seen, word
from queue_server.devices import DeviceError, Status, WriteFailed

if TYPE_CHECKING:
    from printers.worker import Worker

log = logging.getLogger(__name__)

T = TypeVar("T")
LISTEN_S = 0.25
"""What a printer says unasked is heard so soon."""
_ASK_AGAIN_S = 2.0
_STOPPING_S = 3.0
_NOT_RECORDED_S = 2.0
_OLD_WORD_S = 1.0  # a printer cuts in less


class GivenUp(Exception):
    """This hand's printer belongs to another hand by now."""


class Hand:
    """One life of a worker's thread, with a device of its own."""

    def __init__(self, worker: Worker, printer: Printer) -> None:
        self.printer = printer
        self._worker = worker
        self._lock = threading.Lock()
        self._task: Task | None = None
        self._began = False
        self._until: float | None = None
        """When the call under way has hung too long; None while none is."""
        self._given_up = False
        self._late: Task | None = None
        """The last job: ended as unknown, and the printer may still say that it printed it."""
        self._settled_at = 0.0
        """Until then the printer may take its time for it."""
        self.thread = threading.Thread(target=self._run, name=f"printer-{printer.name}", daemon=True)

    # --- from the watchdog's thread ---

    @property
    def stuck(self) -> bool:
        """Whether a call of the device has not come back in the longest time it may take."""
        until = self._until
        return until is not None and time.monotonic() > until

    def give_up(self) -> tuple[Task | None, bool]:
        """Take everything out of this hand: its job that has no result yet, and whether that had begun."""
        with self._lock:
            self._given_up = True
            task, self._task = self._task, None
        threading.Thread(target=self.printer.close, name="printer-close", daemon=True).start()
        return task, self._began

    # --- the thread ---

    def _run(self) -> None:
        try:
            while not self._worker.stopping:
                self._turn()
            self._do(self.printer.limit_s(), self.printer.close)
        except GivenUp:
            log.warning("a thread that was given up came back: printer=%s", self.printer.name)

    def _turn(self) -> None:
        left = self._worker.next_look - time.monotonic()
        try:
            task = self._worker.next_task(max(0.0, min(left, LISTEN_S) if self.printer.listens else left))
        except queue.Empty:
            if time.monotonic() >= self._worker.next_look:
                self._look()
            elif self.printer.listens:
                self._listen()
            return
        if task is None or self._worker.stopping:
            return
        with self._lock:
            self._check()
            self._task, self._began = task, False
        try:
            result = self._print(task)
        except GivenUp:
            raise
        except Exception as error:  # the thread must outlive any mistake of ours
            log.exception("printing failed: printer=%s job=%s", self.printer.name, task.id)
            result = Result("unknown" if self._began else "failed", "bug", detail=repr(error))
        self._finish(task, result)

    def _finish(self, task: Task, result: Result) -> None:
        with self._lock:
            self._check()
            self._task = None
        if result.state in ("failed", "unknown"):
            log.warning(
                "not printed: printer=%s job=%s state=%s reason=%s retry=%s %s",
                self.printer.name,
                task.id,
                result.state,
                result.reason,
                result.retry,
                result.detail,
            )
        self._tell(task, result, task.done)
        if self._late is None:
            self._do(self.printer.limit_s(), self.printer.release)

    def _tell(self, task: Task, result: Result, done: Callable[[Result], None]) -> None:
        try:
            done(result)
        except Exception:
            log.exception(
                "result not taken: printer=%s job=%s state=%s", self.printer.name, task.id, result.state
            )

    # --- a job ---

    def _print(self, task: Task) -> Result:
        worker, printer = self._worker, self.printer
        held = worker.held_s
        if held > 0:
            return Result("failed", word(worker.status), retry=True, retry_after_s=held)
        try:
            data = printer.encode(task.paper)
        except Exception as error:
            if type(error).__name__ != "FontsMissing":
                return Result("failed", "layout", detail=str(error))
            if (missing := printer.fonts()) is not None:
                return self._failed(missing)
            return Result("failed", "fonts_missing", detail=str(error))
        try:
            status = self._do(printer.limit_s(), printer.look, before_job=True)
            if status.works and self._late is not None:
                status = self._settle() or status
            if not status.works:
                return self._failed(status)
            self._do(printer.limit_s(len(data)), printer.mend)
            if printer.awaits_end() and (trouble := self._mended()) is not None:
                return self._failed(trouble)
        except DeviceError as error:
            return self._failed(seen(error))
        try:
            wanted = task.start()
        except Exception as error:
            return Result(
                "failed", "not_recorded", retry=True, retry_after_s=_NOT_RECORDED_S, detail=repr(error)
            )
        if not wanted:
            return Result("dropped")
        self._began = True
        try:
            self._do(printer.limit_s(len(data)), printer.send, data, f"{task.paper.number}-{task.id}")
        except WriteFailed as error:
            return self._cut_off(error)
        worker.well(status)
        return self._confirmed(task) if printer.awaits_end() else Result("sent")

    def _cut_off(self, error: WriteFailed) -> Result:
        """Writing ended early. What stopped it, the printer may have said meanwhile, or may be able to tell."""
        status = self._why(error) or seen(error)
        if error.written == 0:
            return self._failed(status)
        pause = self._trouble(status)
        return Result("unknown", word(status), retry_after_s=pause, detail=error.detail)

    def _why(self, error: WriteFailed) -> Status | None:
        printer = self.printer
        if not printer.talks or error.reason not in ("timeout", "not_ready"):
            return None
        try:
            told = self._do(printer.limit_s(), printer.hear, 0.0)
            if told is None:
                self._do(printer.limit_s(), printer.close)
                told = self._do(printer.limit_s(), printer.look)
        except DeviceError:
            return None
        return told if said(told) else None

    def _confirmed(self, task: Task) -> Result:
        """Wait until the printer says that the job is done; trouble that shows makes it doubtful at once."""
        if self._worker.status.reason == "garbled":
            self.printer.give_up_end()
            return Result("unknown", "garbled")
        until = time.monotonic() + self._worker.confirm_s
        try:
            status = self._await(until)
        except DeviceError as error:
            status = seen(error)
        if status is None:
            return Result("confirmed")
        self._late, self._settled_at = task, until
        if status.works:
            return Result("unknown", status.reason or "not_confirmed", detail=status.detail)
        pause = self._trouble(status)
        return Result("unknown", word(status), retry_after_s=pause, detail=status.detail)

    def _mended(self) -> Status | None:
        """Let the printer say that the torn paper is cut off; a trouble that shows meanwhile.

        It may still have been busy with that paper, and tell its end first: after its word the line must have been
        quiet for a while, so that no old word is taken for the next job's.
        """
        printer = self.printer
        status = self._await(time.monotonic() + self._worker.confirm_s)
        if status is not None and status.works:
            self._do(printer.limit_s(), printer.close)
            status = self._do(printer.limit_s(), printer.look)
        if status is not None:
            return None if status.works else status
        quiet = time.monotonic() + _OLD_WORD_S
        while (left := quiet - time.monotonic()) > 0:
            self._do(printer.limit_s(), printer.hear, min(left, LISTEN_S))
        return None

    def _settle(self) -> Status | None:
        """Before the next job: let the printer say what became of the last one. A trouble that shows meanwhile.

        With no word in time the line is opened anew, so that a late one is not taken for the next job's.
        """
        if self._worker.status.reason == "garbled":
            self._late = None
            self.printer.give_up_end()
            return None
        if not self._worker.status.works:  # it only goes on now
            self._settled_at = time.monotonic() + self._worker.confirm_s
        status = self._await(self._settled_at)
        self._hear_late()
        if status is None or not status.works:
            return status
        self._late = None
        self._do(self.printer.limit_s(), self.printer.close)
        return self._do(self.printer.limit_s(), self.printer.look, before_job=True)

    def _await(self, until: float) -> Status | None:
        """None as soon as the printer has told the end of the job; else its trouble, or after ``until`` how it is.

        Silence is no trouble before that: a printer may be busy. Raises DeviceError.
        """
        printer, worker = self.printer, self._worker
        ask_at = time.monotonic() + _ASK_AGAIN_S
        while printer.awaits_end():
            now = time.monotonic()
            if worker.stopping:
                until = min(until, worker.stopping + _STOPPING_S)
            asking = now >= min(until, ask_at)
            if asking:
                ask_at = now + _ASK_AGAIN_S
                status: Status | None = self._do(printer.limit_s(), printer.look)
            else:
                wait = min(until - now, ask_at - now, LISTEN_S)
                status = self._do(printer.limit_s(), printer.hear, wait)
            if status is None:
                continue
            if status.works:
                worker.well(status)
                if status.reason == "garbled":  # its word would not be understood
                    return status
            elif printer.told_end():
                self._trouble(status)
            elif said(status):
                return status
            if asking and now >= until and printer.awaits_end():
                return status
        return None if printer.told_end() else Status("offline", "broken")

    # --- between jobs ---

    def _look(self) -> None:
        """Ask the printer how it is."""
        try:
            status = self._do(self.printer.limit_s(), self.printer.look)
            if status.works and self._worker.status.reason == "fonts_missing":
                status = self.printer.fonts() or status
        except DeviceError as error:
            status = seen(error)
        except GivenUp:
            raise
        except Exception as error:
            log.exception("asking the printer failed: printer=%s", self.printer.name)
            status = Status("error", "bug", detail=repr(error))
        self._told(status)
        if self._late is None:
            self._do(self.printer.limit_s(), self.printer.release)

    def _listen(self) -> None:
        try:
            status = self._do(self.printer.limit_s(), self.printer.hear, 0.0)
        except DeviceError as error:
            status = seen(error)
        if status is not None:
            self._told(status)
        else:
            self._hear_late()

    def _told(self, status: Status) -> None:
        self._hear_late()
        if not status.works:
            self._trouble(status)
            return
        if not self._worker.status.works:  # it goes on with what it has
            self._settled_at = time.monotonic() + self._worker.confirm_s
        self._worker.well(status)

    def _hear_late(self) -> None:
        """The printer may have told the end of a job that was given up as unknown."""
        task = self._late
        if task is None or self.printer.awaits_end():
            return
        self._late = None
        if self.printer.told_end():
            self._tell(task, Result("confirmed"), lambda result: task.late())

    def _failed(self, status: Status) -> Result:
        """No byte of the job went out."""
        pause = self._trouble(status)
        return Result("failed", word(status), retry=True, retry_after_s=pause, detail=status.detail)

    def _trouble(self, status: Status) -> float:
        """Note it, and let go of a line that does not work; the pause before the next try, in seconds.

        A printer that says itself what it lacks keeps its line: on it comes the word that it went on. Meanwhile a
        full one is silent where questions wait behind its ticket.
        """
        known = self._worker.status
        if status.reason in ("no_answer", "timeout") and said(known) and self.printer.holds_back:
            status = known
        if not said(status):
            self._late = None
            self._do(self.printer.limit_s(), self.printer.close)
        return self._worker.trouble(status)

    # --- the watchdog's side of every call ---

    def _check(self) -> None:
        if self._given_up:
            raise GivenUp

    def _do(self, limit_s: float, call: Callable[..., T], *args: object, **named: object) -> T:
        """A call that may hang, in the watchdog's sight. Raises GivenUp when it hung too long."""
        self._check()
        self._until = time.monotonic() + limit_s
        try:
            return call(*args, **named)
        finally:
            self._until = None
            self._check()
