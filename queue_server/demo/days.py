"""Day after day of the sample city, and what the terminal says of it."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from statistics import fmean
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from queue_server import contract
from queue_server import settings as configuration
from queue_server.client import CallRefused, Client, ServerAway
from queue_server.settings import Settings
from queue_server.simulation.day import play_day
from queue_server.simulation.hall_time import CLOCK, HallTime
from queue_server.simulation.plan import DayPlan, SitePlan
from queue_server.simulation.world import World
from queue_server.terminal import Terminal

SEED = 20270330
BEGINS = time(8, 0)
LOOK_SECONDS = 0.5
NIGHT_SECONDS = 10.0
"""Real seconds to look at the closed hall before the next morning."""
CLOSING_SECONDS = 5.0
"""Real seconds that the server has to close the day by itself."""


class Days:
    """One city, over the HTTP API of ``url``."""

    def __init__(
        self,
        url: str,
        staff: str,
        kiosk: str,
        city: Settings,
        plan: DayPlan,
        tickets: Path,
        terminal: Terminal,
    ) -> None:
        self._staff = Client(url, staff)
        self._kiosk = Client(url, kiosk)
        self._city = city
        self._zone = ZoneInfo(city.time_zone)
        self._plan = plan
        self._tickets = tickets
        self._terminal = terminal

    async def __aenter__(self) -> Self:
        await self._staff.__aenter__()
        await self._kiosk.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._kiosk.__aexit__(kind, error, trace)
        await self._staff.__aexit__(kind, error, trace)

    async def play(self, *, once: bool) -> None:
        """Play the plan's day, then the business days after it. Raises ``ServerAway``."""
        day = date.fromisoformat(self._plan.date)
        hall = HallTime(self._staff, await self._staff.get(CLOCK, contract.ClockAnswer))
        while True:
            worlds = await self._worlds(day, hall)
            await self._play(day, worlds)
            await self._close()
            await self._sum_up(day, worlds)
            if once:
                return
            day = self._next(day)
            self._terminal.say(f"The next morning, {day}, comes in {NIGHT_SECONDS:g} s.")
            await asyncio.sleep(NIGHT_SECONDS)
            hall.follow(await self._morning(day))

    async def _worlds(self, day: date, hall: HallTime) -> list[World]:
        sites = {site.id: site for site in (await self._staff.get("/api/v1/sites", contract.Sites)).sites}
        return [
            World(sites[site], plan, self._staff, self._kiosk, hall, Random(f"{SEED} {site} {day}"))
            for site, plan in self._plan.sites.items()
            if self._open(site, day, plan)
        ]

    def _open(self, site: str, day: date, plan: SitePlan) -> bool:
        hours = configuration.hours(self._city, site, day)
        return hours is not None

    async def _play(self, day: date, worlds: list[World]) -> None:
        midnight = round(datetime.combine(day, time(0), self._zone).timestamp() * 1000)
        showing = asyncio.ensure_future(self._show(worlds))
        try:
            async with asyncio.TaskGroup() as sites:
                for world in worlds:
                    sites.create_task(play_day(world, midnight))
        except* ServerAway as away:
            raise _first(away) from None
        finally:
            showing.cancel()

    async def _show(self, worlds: list[World]) -> None:
        while True:
            issued = sum(world.tally["issued"] for world in worlds)
            boards = [await world.get("board", contract.Board) for world in worlds]
            counters = [counter for board in boards for counter in board.counters]
            now = datetime.fromtimestamp(worlds[0].hall.now() / 1000, self._zone)
            self._terminal.progress(
                f"{now:%H:%M}  numbers {issued}  waiting {sum(s.waiting for b in boards for s in b.services)}  "
                f"counters open {sum(c.status == 'open' for c in counters)}  "
                f"called or served now {sum(len(c.numbers) for c in counters)}  "
                f"served {sum(world.tally['served'] for world in worlds)}  drawn {self._drawn()}"
            )
            await asyncio.sleep(LOOK_SECONDS)

    def _drawn(self) -> int:
        return sum(entry.name.endswith(".png") for entry in os.scandir(self._tickets))

    async def _close(self) -> None:
        """Let the server close the day; what is left after a while is carried over or expires."""
        for site in self._plan.sites:
            path = f"/api/v1/sites/{site}/"
            for _ in range(int(CLOSING_SECONDS / 0.25)):
                if (await self._staff.get(path + "board", contract.Board)).day is None:
                    break
                await asyncio.sleep(0.25)
            else:
                await self._staff.post(
                    path + "day/close", contract.SeqAnswer, contract.CloseDayBody(force=True)
                )

    async def _sum_up(self, day: date, worlds: list[World]) -> None:
        for world in worlds:
            path = f"/api/v1/sites/{world.site}/tickets"
            rows = (await self._staff.get(path, contract.TicketRows, date=day.isoformat())).tickets
            waits = [row.waited_seconds / 60 for row in rows if row.waited_seconds is not None]
            ended = Counter(row.state for row in rows)
            carried = len(rows) - ended["done"] - ended["cancelled"] - ended["expired"]
            acts = world.tally
            self._terminal.say(
                f"{day} {world.site}: {len(rows)} numbers, {ended['done']} done, {ended['cancelled']} cancelled, "
                f"{acts['turned away']} turned away, {acts['absent']} absent, "
                f"{acts['back'] + acts['return'] + acts['restore']} came back; mean wait "
                f"{fmean(waits) if waits else 0:.1f} min, longest {max(waits, default=0):.0f} min; "
                f"{acts['hand-off'] + acts['await-pickup']} hand-offs, {acts['call-many']} group calls, "
                f"{acts['transfer']} transfers, {acts['wrong-service'] + acts['change-service']} wrong purposes, "
                f"{acts['undo']} calls undone; {carried} go on tomorrow"
            )
        self._terminal.say(f"{self._drawn()} tickets drawn in {self._tickets}")

    def _next(self, day: date) -> date:
        """The next day on which the whole city is open."""
        while True:
            day += timedelta(days=1)
            if all(configuration.hours(self._city, site, day) for site in self._plan.sites):
                return day

    async def _morning(self, day: date) -> contract.ClockAnswer:
        """Skip the night."""
        morning = datetime.combine(day, BEGINS, self._zone).isoformat(timespec="milliseconds")
        try:
            return await self._staff.post(CLOCK, contract.ClockAnswer, contract.ClockBody(to=morning))
        except CallRefused:  # hall time is there already
            return await self._staff.get(CLOCK, contract.ClockAnswer)


def _first(group: BaseExceptionGroup[ServerAway]) -> ServerAway:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, ServerAway)
    return found
