"""The watchdog's view of a thread: which job it has, and whether the call it is in comes back.

A thread that is given up finds that out before it touches anything again (`GivenUp`): no byte of another job, no
result, no state.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from printers.tasks import Task

T = TypeVar("T")


class GivenUp(Exception):
    """This thread's printer belongs to another thread by now."""


class Guard:
    """Every call that may hang in the system goes through `do`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._task: Task | None = None
        self._until: float | None = None
        """When the call under way has hung too long (monotonic seconds); None while none is."""
        self._given_up = False
        self.began = False
        """Whether bytes of the job may have gone out."""

    # --- the thread's side ---

    def do(self, limit_s: float, call: Callable[..., T], *args: object, **named: object) -> T:
        """A call that may hang. Raises GivenUp when it hung longer than ``limit_s`` and somebody noticed."""
        self.check()
        self._until = time.monotonic() + limit_s
        try:
            return call(*args, **named)
        finally:
            self._until = None
            self.check()

    def check(self) -> None:
        """Raises GivenUp."""
        if self._given_up:
            raise GivenUp

    def take(self, task: Task) -> None:
        """The thread has a job from now on. Raises GivenUp."""
        with self._lock:
            self.check()
            self._task, self.began = task, False

    def finish(self) -> None:
        """The thread has its result, and nobody else will give one. Raises GivenUp."""
        with self._lock:
            self.check()
            self._task = None

    # --- the watchdog's side ---

    @property
    def given_up(self) -> bool:
        """Whether everything was taken out of the thread."""
        return self._given_up

    @property
    def stuck(self) -> bool:
        """Whether a call has not come back in the longest time it may take."""
        until = self._until
        return until is not None and time.monotonic() > until

    def give_up(self) -> tuple[Task | None, bool]:
        """Take everything out of the thread: its job that has no result yet, and whether that had begun."""
        with self._lock:
            self._given_up = True
            task, self._task = self._task, None
        return task, self.began
