"""Finds out that two processes work as the same agent: with one token on two machines, or started twice on one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

TWICE_S = 60.0
"""So long after it was last seen, it is taken for ended. Two processes take turns every few seconds."""
REMEMBERED = 8


class Runs:
    """The processes of every agent, by the random names that they give themselves.

    A process that is replaced has ended, or its line was dead. One that comes back after it was replaced lives on, and
    so does the other.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """``monotonic``: seconds."""
        self._monotonic = monotonic
        self._newest: dict[str, str] = {}
        self._replaced: dict[str, deque[str]] = {}
        self._twice_at: dict[str, float] = {}

    def came(self, agent: str, run: str) -> None:
        """A stream was opened by this process of the agent; empty: it does not say which."""
        newest = self._newest.get(agent, "")
        if not run or run == newest:
            return
        replaced = self._replaced.setdefault(agent, deque(maxlen=REMEMBERED))
        if run in replaced:
            replaced.remove(run)
            self._twice_at[agent] = self._monotonic()
        if newest:
            replaced.append(newest)
        self._newest[agent] = run

    def twice(self, agent: str) -> bool:
        """Whether the agent runs twice."""
        at = self._twice_at.get(agent)
        return at is not None and self._monotonic() - at < TWICE_S
