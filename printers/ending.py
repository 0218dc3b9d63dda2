"""The end of a ticket by its printer's own word: awaited, late, or never told (`printers.words` keeps the account).

=============  ================================================================================================
before a job   a printer that owes words of before comes in step first; one that does not get on gets no job
its word       confirmed
trouble        the ticket is doubtful at once, and `late`
no word        so it is after ``confirm_s``, also when the line broke
late           as soon as every word owed has come, that ticket is confirmed after all; if one is lost, never
=============  ================================================================================================
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from printers.guard import Guard
from printers.printer import Printer
from printers.status import said
from printers.tasks import Task
from queue_server.devices import DeviceError, Status

if TYPE_CHECKING:
    from printers.worker import Worker

LISTEN_S = 0.25
"""What a printer says unasked is heard so soon."""
_ASK_AGAIN_S = 2.0
_STOPPING_S = 3.0
_GETS_ON_S = 1.0
_BEHIND = Status("error", "timeout", detail="it answers, and does not get on with what it has")


class Ending:
    """Waits for the printer's word, in its hand's thread."""

    def __init__(self, worker: Worker, printer: Printer, guard: Guard) -> None:
        self._worker, self._printer, self._guard = worker, printer, guard
        self.late: Task | None = None
        """The last job: ended as unknown, and the printer may still say that it printed it."""
        self._behind = False
        self._until = 0.0

    def of_ticket(self, task: Task) -> Status | None:
        """None: the printer said that the ticket is done. Else its trouble, or how it is after ``confirm_s``.

        Raises DeviceError.
        """
        self.late = task
        self._until = time.monotonic() + 2 * self._worker.confirm_s
        status = self._wait(time.monotonic() + self._worker.confirm_s)
        if status is None:
            self.late = None
        return status

    @property
    def awaits_late(self) -> bool:
        """Whether the line is to be kept for a late word: while the printer does not work, and a while after that."""
        if not self._worker.status.works or self.behind:
            self._until = time.monotonic() + self._worker.confirm_s
        return self.late is not None and time.monotonic() < self._until

    def before_job(self) -> Status | None:
        """Mend what a failed job left, and let the printer come in step: until then its word could be taken for the
        next job's. None when a job can go out; else the trouble. Raises DeviceError."""
        printer = self._printer
        asked = self._guard.do(printer.limit_s(printer.left_over()), printer.tidy)
        return self._get_on(self._worker.confirm_s) if asked else None

    def gets_on(self) -> Status | None:
        """The trouble of a printer that answers and does not get on with what it has; asked again if it had it."""
        if self.behind:
            self._guard.do(self._printer.limit_s(self._printer.left_over()), self._printer.tidy)
            return self._get_on(_GETS_ON_S)
        return None

    @property
    def behind(self) -> bool:
        """Whether the printer has not got on with what it has."""
        self._behind = self._behind and not self._printer.in_step()
        return self._behind

    def told_late(self) -> Task | None:
        """The job that was unknown and of which the printer has said by now that it is done."""
        if self.late is None or not self._printer.in_step():
            return None
        task, self.late = self.late, None
        return task if self._printer.all_told() else None

    def _get_on(self, within_s: float) -> Status | None:
        status = self._wait(time.monotonic() + within_s)
        self._behind = bool(self._printer.confirms) and status is not None and status.works
        if status is None or not status.works:
            return status
        return _BEHIND if self._behind and status.reason != "garbled" else None

    def _wait(self, until: float) -> Status | None:
        """None as soon as the printer is in step; else its trouble, or after ``until`` how it is.

        Silence is no trouble before that: a printer may be busy. Raises DeviceError.
        """
        printer, worker, guard = self._printer, self._worker, self._guard
        ask_at = time.monotonic() + _ASK_AGAIN_S
        while not printer.in_step():
            now = time.monotonic()
            if worker.stopping:
                until = min(until, worker.stopping + _STOPPING_S)
            asking = now >= min(until, ask_at)
            if asking:
                ask_at = now + _ASK_AGAIN_S
                status: Status | None = guard.do(printer.limit_s(), printer.look, waiting=True)
            else:
                wait = min(until - now, ask_at - now, LISTEN_S)
                status = guard.do(printer.limit_s(), printer.hear, wait)
            if printer.line_lost and not printer.in_step():
                raise DeviceError("broken", "the line was cut before the word came")
            if status is None:
                continue
            if status.works:
                worker.well(status)
                if status.reason == "garbled":  # its word would not be understood
                    return status
            elif said(status):
                if not printer.in_step():
                    return status
                worker.trouble(status)  # it is done, and has run out of paper with it
            if asking and now >= until and not printer.in_step():
                return status
        return None
