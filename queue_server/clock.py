"""Hall time: what arrivals, waits, hours and expiry count by. It never goes backwards.

Hall time starts at the later of the wall clock and the last event of the log, and runs with the machine's
monotonic clock. A wall clock that is off by up to two minutes (a first answer from a time server) is followed
gently, by running five percent faster or slower; a larger step is reported and followed only by ``follow``, the
leader's act. Real time (``real``) drives retries, sessions and signatures.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

STEP_MS = 120_000
"""A difference above this is a step of the wall clock, not a drift."""
GENTLE = 0.05
"""How much faster or slower hall time runs while it follows a small difference."""


def wall_ms() -> int:
    """The wall clock, ms UTC."""
    return time.time_ns() // 1_000_000


def monotonic_ms() -> float:
    """Milliseconds of a clock that nobody sets."""
    return time.monotonic_ns() / 1_000_000


class HallClock:
    """One for the process. ``start`` (ms UTC) and ``speed`` make a simulated time for tests and training.

    ``wall`` and ``monotonic`` are the clocks underneath, in milliseconds.
    """

    def __init__(
        self,
        *,
        start: int | None = None,
        speed: float = 1.0,
        wall: Callable[[], int] = wall_ms,
        monotonic: Callable[[], float] = monotonic_ms,
    ) -> None:
        self.simulated = start is not None or speed != 1.0
        """True: the time is not the real one, and pages say so."""
        self.speed = speed
        self.step = 0
        """Milliseconds by which the wall clock is ahead of hall time, when that is a step; else 0."""
        self._wall = wall
        self._monotonic = monotonic
        self._line = (float(wall() if start is None else start), monotonic(), speed)
        self._last = int(self._line[0])

    def begin(self, last_event: int) -> None:
        """At the start of the process: not before the log's last event (ms UTC)."""
        if last_event > self.now():
            self._line = (float(last_event), self._monotonic(), self.speed)

    def now(self) -> int:
        """Hall time, ms UTC. Safe on every thread."""
        base, anchor, rate = self._line  # one reference: another thread never sees half a change
        at = int(base + (self._monotonic() - anchor) * rate)
        if at < self._last:
            return self._last
        self._last = at
        return at

    @staticmethod
    def real() -> int:
        """Real time, ms UTC."""
        return wall_ms()

    def watch(self) -> None:
        """Compare with the wall clock; to be called about every second. Does nothing in simulated time."""
        if self.simulated:
            return
        base, anchor, rate = self._line
        now = self._monotonic()
        # not self.now(): after a step back has been followed, the line is behind the time at which the hall stands
        at = base + (now - anchor) * rate
        ahead = round(self._wall() - at)
        if abs(ahead) > STEP_MS:
            if not self.step:
                logger.warning(
                    "the wall clock is %+.0f s from hall time; hall time does not follow until a leader says so",
                    ahead / 1000,
                )
            self.step, rate = ahead, 1.0
        else:
            self.step = 0
            rate = 1.0 + max(-GENTLE, min(GENTLE, ahead / 10_000))
        if rate != self._line[2]:
            self._line = (at, now, rate)

    def follow(self) -> int:
        """Follow a step of the wall clock now; the milliseconds of the step (0: there was none).

        After a step back hall time stands still until the wall clock has come up to it.
        """
        self.watch()
        step, self.step = self.step, 0
        if step:
            base, anchor, rate = self._line
            now = self._monotonic()
            self._line = (base + (now - anchor) * rate + step, now, 1.0)
        return step

    def step_to(self, at: int) -> bool:
        """Step a simulated time forward to ``at`` (ms UTC), where it runs on at its speed; False when that is past."""
        now = self.now()
        if at < now:
            return False
        self._line = (float(at), self._monotonic(), self.speed)
        return True
