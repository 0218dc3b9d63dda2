"""Hall time of a running server, followed from outside."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from queue_server.client import Client
from queue_server.contract import ClockAnswer

CLOCK = "/api/v1/clock"
LOOK_SECONDS = 5.0
"""Real seconds between two looks at the server's clock."""


def milliseconds(clock: ClockAnswer) -> int:
    """Hall time in ms UTC."""
    return round(datetime.fromisoformat(clock.now).timestamp() * 1000)


class HallTime:
    """Tells the server's hall time without asking every time. ``clock``: the server's answer just now."""

    def __init__(self, client: Client, clock: ClockAnswer) -> None:
        self._client = client
        self._looking: asyncio.Task[None] | None = None
        self.follow(clock)

    def follow(self, clock: ClockAnswer) -> None:
        """Hall time is this, now."""
        self._base = milliseconds(clock)
        self._anchor = time.monotonic()
        self.speed = clock.speed

    def now(self) -> int:
        """Hall time, ms UTC."""
        return self._base + int((time.monotonic() - self._anchor) * 1000 * self.speed)

    async def reach(self, at: int) -> float:
        """Wait until hall time is ``at`` (ms UTC). How late it was already, in real seconds."""
        while True:
            if time.monotonic() - self._anchor > LOOK_SECONDS:
                await self._look()
            missing = (at - self.now()) / 1000 / max(self.speed, 1e-6)
            if missing <= 0:
                return -missing
            await asyncio.sleep(min(missing, LOOK_SECONDS))

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of hall time."""
        await self.reach(self.now() + round(seconds * 1000))

    async def _look(self) -> None:
        """Ask the server; who comes meanwhile waits for the same answer."""
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._ask())
        await asyncio.shield(self._looking)

    async def _ask(self) -> None:
        try:
            self.follow(await self._client.get(CLOCK, ClockAnswer))
        finally:
            self._looking = None
