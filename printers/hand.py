"""The thread that works on one printer: takes jobs, prints, waits for the printer's word, listens in between."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from printers.ending import LISTEN_S, Ending
from printers.guard import GivenUp, Guard
from printers.printer import Printer
from printers.status import said
from printers.tasks import Result, Task, seen, word
from queue_server.devices import DeviceError, Status, WriteFailed

if TYPE_CHECKING:
    from printers.worker import Worker

log = logging.getLogger(__name__)

_NOT_RECORDED_S = 2.0


class Hand:
    """One life of a worker's thread, with a device of its own. Its worker's watchdog may give it up."""

    def __init__(self, worker: Worker, printer: Printer) -> None:
        self.printer = printer
        self.guard = Guard()
        self._worker = worker
        self._do = self.guard.do
        self._ending = Ending(worker, printer, self.guard)
        self.thread = threading.Thread(target=self._run, name=f"printer-{printer.name}", daemon=True)

    @property
    def ended(self) -> bool:
        """Whether the thread was started and is no more."""
        return self.thread.ident is not None and not self.thread.is_alive()

    def give_up(self) -> tuple[Task | None, bool]:
        """See `Guard.give_up`; the device is closed, and whoever hangs in it finds it gone. In any thread."""
        given = self.guard.give_up()
        threading.Thread(target=self.printer.close, name="printer-close", daemon=True).start()
        return given

    # --- the thread ---

    def _run(self) -> None:
        try:
            while not self._worker.stopping:
                try:
                    self._turn()
                except GivenUp:
                    raise
                except Exception as error:  # the thread must outlive any mistake of ours
                    self._mistaken(error)
            self._do(self.printer.limit_s(), self.printer.close)
        except GivenUp:
            log.warning("a thread that was given up came back: printer=%s", self.printer.name)

    def _mistaken(self, error: Exception) -> None:
        log.error("between two jobs: printer=%s", self.printer.name, exc_info=error)
        self._worker.trouble(Status("error", "bug", detail=repr(error)))
        with suppress(Exception):
            self._do(self.printer.limit_s(), self.printer.close)

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
        self.guard.take(task)
        try:
            result = self._print(task)
        except GivenUp:
            raise
        except Exception as error:
            log.exception("printing failed: printer=%s job=%s", self.printer.name, task.id)
            result = Result("unknown" if self.guard.began else "failed", "bug", detail=repr(error))
        self._finish(task, result)

    def _finish(self, task: Task, result: Result) -> None:
        self.guard.finish()
        if result.state in ("failed", "unknown"):
            log.info(  # how it ends is a line of its own, where it is written down
                "no whole paper yet: printer=%s job=%s state=%s reason=%s retry=%s %s",
                self.printer.name,
                task.id,
                result.state,
                result.reason,
                result.retry,
                result.detail,
            )
        self._tell(task, result, task.done)
        if not self._ending.awaits_late:
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
            if status.works:
                status = self._ending.before_job() or status
                self._hear_late()
            if not status.works:
                return self._failed(status)
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
        self.guard.began = True
        try:
            name = f"{task.paper.number}-{task.id}"
            asked = self._do(printer.limit_s(len(data)), printer.send, data, name)
        except WriteFailed as error:
            return self._cut_off(error)
        worker.well(status)
        if asked:
            return self._confirmed(task)
        if status.reason == "garbled" or printer.confirms:  # it would be asked if it were understood
            return Result("unknown", "garbled")
        return Result("sent")

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
        for ask in (lambda: printer.hear(0.0), self._anew):
            try:
                told = self._do(printer.limit_s(), ask)
            except DeviceError:
                continue
            if told is not None and said(told):
                return told
        return None

    def _anew(self) -> Status:
        self.printer.close()
        return self.printer.look()

    def _confirmed(self, task: Task) -> Result:
        """Wait until the printer says that the job is done; trouble that shows makes it doubtful at once."""
        try:
            status = self._ending.of_ticket(task)
        except DeviceError as error:
            status = seen(error)
        if status is None:
            return Result("confirmed")
        if status.works:
            return Result("unknown", status.reason or "not_confirmed", detail=status.detail)
        pause = self._trouble(status)
        return Result("unknown", word(status), retry_after_s=pause, detail=status.detail)

    # --- between jobs ---

    def _look(self) -> None:
        """Ask the printer how it is."""
        try:
            status = self._do(self.printer.limit_s(), self.printer.look)
            if status.works and self._worker.status.reason == "fonts_missing":
                status = self.printer.fonts() or status
            if status.works:
                status = self._ending.gets_on() or status
        except DeviceError as error:
            status = seen(error)
        self._told(status)
        if not self._ending.awaits_late:
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
        elif not self._ending.behind:
            self._worker.well(status)

    def _hear_late(self) -> None:
        """The printer may have told the end of a job that was given up as unknown."""
        task = self._ending.told_late()
        if task is not None:
            self._tell(task, Result("confirmed"), lambda result: task.late())

    def _failed(self, status: Status) -> Result:
        """No byte of the job went out."""
        pause = self._trouble(status)
        return Result("failed", word(status), retry=True, retry_after_s=pause, detail=status.detail)

    def _trouble(self, status: Status) -> float:
        """Note it, and let go of a line that does not work; the pause before the next try, in seconds.

        A printer that answers keeps its line: on it comes the word that it went on. Meanwhile a full one is silent
        where questions wait behind its ticket.
        """
        known = self._worker.status
        if status.reason in ("no_answer", "timeout") and said(known) and self.printer.holds_back:
            status = known
        if not said(status) and not self._ending.behind:
            self._do(self.printer.limit_s(), self.printer.close)
        return self._worker.trouble(status)
