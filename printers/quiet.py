"""What goes wrong every second is said when it begins, when it changes, once an hour, and when it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

AGAIN_S = 3600.0


class Quiet:
    """One thing that is tried again and again. May be used from several threads."""

    def __init__(self, log: logging.Logger, what: str, now: Callable[[], float] = time.monotonic) -> None:
        """``what`` cannot be done, as the log says it; ``now``: monotonic seconds."""
        self._log = log
        self._what = what
        self._now = now
        self._said: dict[str, float] = {}

    def failed(self, error: BaseException) -> None:
        """It failed; the trace is written with the first of each kind."""
        text, now = f"{type(error).__name__}: {error}", self._now()
        said = self._said.get(text)
        if said is None or now - said >= AGAIN_S:
            self._said[text] = now
            self._log.error("%s: %s", self._what, text, exc_info=error if said is None else None)

    def well(self) -> None:
        """It was done."""
        if self._said:
            self._said.clear()
            self._log.warning("over: %s", self._what)
