"""Locks against guessing a PIN. In memory: a restart forgives."""

from __future__ import annotations

import time
from collections.abc import Callable
from hmac import compare_digest

from .problems import ProblemError

MOST_WRONG = 5
"""In a row."""
LOCKED_SECONDS = 300
"""Real time."""


class PinLocks:
    """Counts wrong PINs by place (a kiosk) and locks the place for a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def check(self, place: str, given: str, right: str) -> None:
        """Pass for the right PIN. Raises ``wrong_pin``, or ``pin_locked`` whatever was given while it is locked."""
        left = self._until.get(place, 0.0) - self._clock()
        if left > 0:
            minutes = int(left // 60) + 1
            raise ProblemError("pin_locked", minutes=minutes).retry_after(int(left) + 1)
        if compare_digest(given.encode(), right.encode()):
            self._wrong.pop(place, None)
            return
        wrong = self._wrong.get(place, 0) + 1
        if wrong < MOST_WRONG:
            self._wrong[place] = wrong
            raise ProblemError("wrong_pin", left=MOST_WRONG - wrong)
        self._wrong.pop(place, None)
        self._until[place] = self._clock() + LOCKED_SECONDS
        raise ProblemError("pin_locked", minutes=LOCKED_SECONDS // 60).retry_after(LOCKED_SECONDS)
