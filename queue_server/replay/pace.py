"""Hall time while a record is played: stepped from act to act, or followed as it runs."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from queue_server.client import CallRefused, Client
from queue_server.contract import ClockAnswer, ClockBody
from queue_server.simulation.hall_time import CLOCK, HallTime, milliseconds

LONGEST_WAIT = timedelta(days=400)


class Pace(Protocol):
    """Brings hall time to the acts, or waits for it."""

    late_seconds: float
    """How far an act was behind its time, at most (real seconds)."""
    scale: float
    """How many ms of the record pass in one ms of the hall."""

    async def reach(self, at: int) -> None:
        """Come to ``at`` (ms UTC of the record, placed)."""


def zone_of(clock: ClockAnswer) -> tzinfo:
    """The offset of the hall's time."""
    zone = datetime.fromisoformat(clock.now).tzinfo
    assert zone is not None
    return zone


async def begin_at(client: Client, clock: ClockAnswer, begins: int) -> ClockAnswer:
    """Step a simulated hall time forward to the begin of the record, if it can be; hall time afterwards."""
    ahead = timedelta(milliseconds=begins - milliseconds(clock))
    if not clock.simulated or not timedelta(0) < ahead <= LONGEST_WAIT:
        return clock
    return await _step(client, begins, zone_of(clock))


async def _step(client: Client, to: int, zone: tzinfo) -> ClockAnswer:
    text = datetime.fromtimestamp(to / 1000, zone).isoformat(timespec="milliseconds")
    return await client.post(CLOCK, ClockAnswer, ClockBody(to=text))


class Stepped:
    """The hall clock stands, and is stepped from act to act: what comes out is exact.

    ``speed``: at most so many times as fast as the record; None: as fast as the server answers.
    """

    def __init__(self, client: Client, clock: ClockAnswer, speed: float | None) -> None:
        self.late_seconds = 0.0
        self.scale = 1.0
        self._client = client
        self._zone = zone_of(clock)
        self._now = self._begins = milliseconds(clock)
        self._speed = speed
        self._began = time.monotonic()

    async def reach(self, at: int) -> None:
        """Step the clock, after the real time that the speed asks for."""
        if at <= self._now:
            return
        if self._speed is not None:
            due = self._began + (at - self._begins) / 1000 / self._speed
            missing = due - time.monotonic()
            self.late_seconds = max(self.late_seconds, -missing)
            await asyncio.sleep(max(0.0, missing))
        try:
            await _step(self._client, at, self._zone)
        except CallRefused as refused:
            if refused.code != "clock_not_back":  # somebody else stepped it further
                raise
        self._now = at


class Followed:
    """The hall clock runs. The record is played beside it, ``scale`` times as fast as hall time goes."""

    def __init__(self, client: Client, clock: ClockAnswer, begins: int, speed: float | None) -> None:
        self.late_seconds = 0.0
        self.scale = 1.0 if speed is None else speed / clock.speed
        self._begins = begins
        self._time = HallTime(client, clock)

    async def reach(self, at: int) -> None:
        """Wait until hall time is there; note how late it is already."""
        late = await self._time.reach(round(self._begins + (at - self._begins) / self.scale))
        self.late_seconds = max(self.late_seconds, late)
