"""What programs tell the person at the terminal: lines, and one progress line that is written over."""

from __future__ import annotations

import sys
import time
import unicodedata

QUIET_SECONDS = 10.0
"""Between two progress lines where they cannot be written over (a file, a pipe)."""
SHOWN_SECONDS = 0.2


class Terminal:
    """Writes to standard output."""

    def __init__(self) -> None:
        self._over = sys.stdout.isatty()
        self._width = 0
        self._next = 0.0

    def say(self, text: str = "") -> None:
        """A line that stays."""
        self._clear()
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def progress(self, text: str, *, now: bool = False) -> None:
        """How far it is; shown at most a few times a second. ``now``: shown in any case."""
        at = time.monotonic()
        if at < self._next and not now:
            return
        self._next = at + (SHOWN_SECONDS if self._over else QUIET_SECONDS)
        if not self._over:
            self.say(text)
            return
        width = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
        sys.stdout.write("\r" + text + " " * (self._width - width))
        sys.stdout.flush()
        self._width = width

    def _clear(self) -> None:
        if self._width:
            sys.stdout.write("\r" + " " * self._width + "\r")
            self._width = 0
