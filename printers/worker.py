"""One thread and one bounded queue a printer: what hangs, hangs alone.

Jobs are printed in the order they were submitted. Nothing here waits without an end, and a printer in trouble is
tried again with growing pauses; jobs that come meanwhile fail at once, "try again", and stay the spool's. A thread
that does not come back from the system is given up, and another with a fresh device takes over.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from printers.hand import Hand
from printers.printer import Printer
from printers.tasks import Result, Task
from printers.ticket import TicketPaper
from queue_server.devices import Status

__all__ = ["Result", "Status", "Task", "Worker"]

log = logging.getLogger(__name__)

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 10.0)
POLL_S = 10.0
CONFIRM_S = 10.0
MOST_STUCK = 3
"""Threads that may hang in the system at a time; with so many no further one is risked."""


class Worker:
    """The printer's side of the spool."""

    def __init__(
        self,
        printer: Printer,
        *,
        size: int = 64,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        on_status: Callable[[str, Status], None] | None = None,
        poll_s: float = POLL_S,
        back_off_s: tuple[float, ...] = BACK_OFF_S,
        confirm_s: float = CONFIRM_S,
    ) -> None:
        """``size``: jobs that may wait; ``now_ms``: the clock of `Status.since_ms`; ``on_status``: told changes, in a
        thread of the worker's; ``confirm_s``: how long a printer may take to say that it has printed what it got."""
        self.name = printer.name
        self.confirm_s = confirm_s
        self.stopping = 0.0
        """When stopping was asked for (monotonic seconds); 0: it was not."""
        self.next_look = 0.0
        """When the printer is asked how it is, if no job comes before."""
        self._queue: queue.Queue[Task | None] = queue.Queue(size)
        self._now_ms = now_ms
        self._on_status = on_status
        self._poll_s = poll_s
        self._back_off_s = back_off_s
        self._status = Status("unknown", "starting", now_ms())
        self._failures = 0
        self._hold_until = 0.0
        self._hand = Hand(self, printer)
        self._next_printer = printer
        """For the next thread, when this one is given up."""
        self._stuck: list[threading.Thread] = []

    @property
    def status(self) -> Status:
        """How the printer is, as of its last word, job or question."""
        return self._status

    @property
    def in_trouble(self) -> bool:
        """Whether a job submitted now would be given back: the printer does not work, or is left alone for a while."""
        return not self._status.works or self.held_s > 0

    def start(self) -> None:
        """Start the thread; it opens the device by itself."""
        self._hand.thread.start()

    def room(self) -> int:
        """How many more jobs can be submitted now."""
        return 0 if self.stopping else max(0, self._queue.maxsize - self._queue.qsize())

    def submit(self, task: Task) -> bool:
        """Queue a job and return at once; False when the queue is full or the worker stops."""
        if self.stopping:
            return False
        try:
            self._queue.put_nowait(task)
        except queue.Full:
            return False
        return True

    def interrupted(self, paper: TicketPaper) -> None:
        """A process before this one died while it printed this paper. To be told before the first job."""
        self._hand.printer.interrupted(paper)

    def watch(self) -> None:
        """To be called every second or so: give up a thread that hangs in the system or has ended, and let another
        take over, unless too many hang already.

        What it had begun is ``unknown``; a job that it had only taken may be tried again.
        """
        hand = self._hand
        self._stuck = [thread for thread in self._stuck if thread.is_alive()]
        if self.stopping:
            return
        if not hand.guard.given_up and (hand.guard.stuck or hand.ended):
            log.error("the thread of a printer hangs or has ended, and is given up: printer=%s", self.name)
            self._next_printer = hand.printer.again()
            task, began = hand.give_up()
            self._stuck.append(hand.thread)
            pause = self.trouble(Status("error", "stuck"))
            if task is not None:
                self._give_back(task, began, pause)
        if not hand.guard.given_up:
            return
        if len(self._stuck) < MOST_STUCK:
            self._hand = Hand(self, self._next_printer)
            self._hand.thread.start()
            return
        with suppress(queue.Empty):
            while (waiting := self._queue.get_nowait()) is not None:
                self._give_back(waiting, False, self._back_off_s[-1])

    def _give_back(self, task: Task, began: bool, pause: float) -> None:
        result = Result("unknown" if began else "failed", "stuck", retry=not began, retry_after_s=pause)
        try:
            task.done(result)
        except Exception:
            log.exception("result not taken: printer=%s job=%s state=%s", self.name, task.id, result.state)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Finish the job under way, leave the waiting ones, and wait at most ``timeout_s``; whether it ended.

        A thread that did not end is left behind: it dies with the process, and its job is then ``unknown``. Where the
        process lives on, it must be left for good (`leave`).
        """
        self.stopping = self.stopping or time.monotonic()
        try:
            self._queue.put_nowait(None)  # wakes it when it has nothing to do
        except queue.Full:
            pass
        thread = self._hand.thread
        if thread.is_alive():
            thread.join(timeout_s)
        return not thread.is_alive()

    def leave(self) -> TicketPaper | None:
        """After `stop`: a thread that did not end writes nothing more. The paper that it had begun, if it had any."""
        if not self._hand.thread.is_alive():
            return None
        task, began = self._hand.give_up()
        return task.paper if task is not None and began else None

    # --- for its hand ---

    @property
    def held_s(self) -> float:
        """Seconds for which the printer is left alone; 0 or less: it is not."""
        return self._hold_until - time.monotonic()

    def next_task(self, within_s: float) -> Task | None:
        """The next job; None: stop. Raises queue.Empty."""
        return self._queue.get(timeout=within_s) if within_s > 0 else self._queue.get_nowait()

    def well(self, status: Status) -> None:
        """The printer works."""
        self._failures = 0
        self._hold_until = 0.0
        self.next_look = time.monotonic() + self._poll_s
        self._set(status)

    def trouble(self, status: Status) -> float:
        """The printer does not work; the pause before it is tried again, in seconds."""
        pause = self._back_off_s[min(self._failures, len(self._back_off_s) - 1)]
        self._failures += 1
        self._hold_until = self.next_look = time.monotonic() + pause
        self._set(status)
        return pause

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
