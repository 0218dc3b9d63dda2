"""The end of a ticket by its printer's own word: awaited, late, or never told.

At most one answer is awaited on a line, because answers carry no number.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from printers.guard import Guard
from printers.printer import Printer
from printers.status import said
from printers.tasks import Task
from queue_server.devices import Status

if TYPE_CHECKING:
    from printers.worker import Worker

LISTEN_S = 0.25
"""What a printer says unasked is heard so soon."""
_ASK_AGAIN_S = 2.0
_STOPPING_S = 3.0
_OLD_WORD_S = 1.0  # a printer cuts in less


class Ending:
    """Waits for the printer's word, in its hand's thread."""

    def __init__(self, worker: Worker, printer: Printer, guard: Guard) -> None:
        self._worker, self._printer, self._guard = worker, printer, guard
        self.late: Task | None = None
        """The last job: ended as unknown, and the printer may still say that it printed it."""
        self._settled_at = 0.0
        """Until then the printer may take its time for it."""

    def of_ticket(self, task: Task) -> Status | None:
        """None: the printer said that the ticket is done. Else its trouble, or how it is after ``confirm_s``.

        Raises DeviceError.
        """
        until = time.monotonic() + self._worker.confirm_s
        status = self._wait(until)
        if status is not None:
            self.late, self._settled_at = task, until
        return status

    def of_torn(self) -> Status | None:
        """Let the printer say that the torn paper is cut off; a trouble that shows meanwhile. Raises DeviceError.

        It may still have been busy with that paper, and tell its end first: after its word the line must have been
        quiet for a while, so that no old word is taken for the next job's.
        """
        printer = self._printer
        status = self._wait(time.monotonic() + self._worker.confirm_s)
        if status is not None and status.works:
            status = self._anew()
        if status is not None:
            return None if status.works else status
        quiet = time.monotonic() + _OLD_WORD_S
        while (left := quiet - time.monotonic()) > 0:
            self._guard.do(printer.limit_s(), printer.hear, min(left, LISTEN_S))
        return None

    def of_last(self) -> Status | None:
        """Before the next job: let the printer say what became of the last one. A trouble that shows meanwhile.

        With no word in time the line is opened anew, so that a late one is not taken for the next job's. Raises
        DeviceError.
        """
        if self._worker.status.reason == "garbled":
            self.late = None
            self._printer.give_up_end()
            return None
        if not self._worker.status.works:
            self.goes_on()
        status = self._wait(self._settled_at)
        if status is None or not status.works:
            return status
        self.late = None
        return self._anew()

    def goes_on(self) -> None:
        """The printer works again, and goes on with what it has."""
        self._settled_at = time.monotonic() + self._worker.confirm_s

    def told_late(self) -> Task | None:
        """The job that was unknown and of which the printer has said by now that it is done."""
        task = self.late
        if task is None or self._printer.awaits_end():
            return None
        self.late = None
        return task if self._printer.told_end() else None

    def _anew(self) -> Status:
        self._guard.do(self._printer.limit_s(), self._printer.close)
        return self._guard.do(self._printer.limit_s(), self._printer.look, before_job=True)

    def _wait(self, until: float) -> Status | None:
        """None as soon as the printer has told the end of the job; else its trouble, or after ``until`` how it is.

        Silence is no trouble before that: a printer may be busy. Raises DeviceError.
        """
        printer, worker, guard = self._printer, self._worker, self._guard
        ask_at = time.monotonic() + _ASK_AGAIN_S
        while printer.awaits_end():
            now = time.monotonic()
            if worker.stopping:
                until = min(until, worker.stopping + _STOPPING_S)
            asking = now >= min(until, ask_at)
            if asking:
                ask_at = now + _ASK_AGAIN_S
                status: Status | None = guard.do(printer.limit_s(), printer.look)
            else:
                wait = min(until - now, ask_at - now, LISTEN_S)
                status = guard.do(printer.limit_s(), printer.hear, wait)
            if status is None:
                continue
            if status.works:
                worker.well(status)
                if status.reason == "garbled":  # its word would not be understood
                    return status
            elif said(status):
                if not printer.told_end():
                    return status
                worker.trouble(status)  # it is done, and has run out of paper with it
            if asking and now >= until and printer.awaits_end():
                return status
        return None if printer.told_end() else Status("offline", "broken")
