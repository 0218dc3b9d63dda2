"""Opens and closes the business days, and what else comes with the hour: the core need not look at the clock.

A day opens a while before the first hours of a business day, and closes itself only after the last hours and
with nobody waiting (R-46). A day that was left open overnight goes on after a restart; at four in the
morning what is left of it is closed. Presets of services begin and end by their hours, and whoever the site's
rule calls absent is asked to be marked so. All decisions are the core's: this only asks.
"""

from __future__ import annotations

import asyncio
import logging

from queue_server import settings
from queue_server.clock import HallClock
from queue_server.domain import commands as c
from queue_server.domain.decide_absence import absent_now
from queue_server.log import Log, LogError, Outcome

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Real seconds between two looks; a fast hall clock is looked at as often."""
ASK_AGAIN_MS = 30_000
"""Hall time between two attempts to close a day that is still in use."""
NIGHT_ENDS_MS = 4 * 3_600_000
OUTAGE_MS = 120_000
"""A shorter silence of the log before a start is no outage."""


class Timekeeper:
    """One for all sites. ``run`` goes on until cancelled."""

    def __init__(self, log: Log, city: settings.Settings, clock: HallClock) -> None:
        self._log = log
        self._city = city
        self._clock = clock
        self._asked: dict[str, int] = {}
        self._preset: dict[str, str | None] = {}
        """Site → the preset of the clock at the last look while the day was open."""

    async def started(self) -> None:
        """After a start: note the outage, and let the day begin if it is time."""
        for site in self._city.sites:
            state, now = self._log.view(site), self._clock.now()
            if state.day is not None and state.last_at and now - state.last_at > OUTAGE_MS:
                await self._log.execute(site, c.MarkOutage(since=state.last_at, until=now, by="timekeeper"))
        await self.look()

    async def run(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except LogError as error:
                logger.warning("the timekeeper could not write: %s", error)

    async def look(self) -> None:
        """Open and close what is due at every site."""
        for site in self._city.sites:
            now = self._clock.now()
            await self._look_at(site, now)
            if absent_now(self._log.view(site), now):
                await self._log.execute(site, c.MarkAbsent(by="timekeeper"))
            await self._follow_presets(site, now)

    async def _follow_presets(self, site: str, now: int) -> None:
        """Apply the preset whose hours begin, take it back when they end; what staff chose meanwhile stays."""
        state = self._log.view(site)
        if state.day is None:
            self._preset.pop(site, None)
            return
        wanted = settings.preset_at(self._city, site, now)
        presets = self._city.sites[site].presets
        by_hand = state.preset is not None and not (state.preset in presets and presets[state.preset].hours)
        begins = self._preset.get(site, state.preset) != wanted
        if begins and not (by_hand and wanted is None):
            await self._log.execute(site, c.ApplyPreset(preset=wanted, by="timekeeper"))
        self._preset[site] = wanted  # only now: what the log could not take is asked again

    async def _look_at(self, site: str, now: int) -> None:
        state = self._log.view(site)
        today = settings.local_date(self._city, now)
        hours = settings.hours(self._city, site, today)
        if state.day is not None:
            overnight = state.day < today.isoformat()
            over = hours is None or hours.closes is not None or overnight
            if over and now >= self._asked.get(site, 0):
                self._asked[site] = now + ASK_AGAIN_MS
                abandoned = (
                    overnight
                    and state.hours is not None
                    and (hours is None or now >= hours.starts + NIGHT_ENDS_MS)
                )
                outcome = await self._log.execute(site, c.CloseDay(force=abandoned, by="timekeeper"))
                if outcome.refused is not None:
                    return
                await self._erase(now)
                state = self._log.view(site)
            else:
                return
        if hours is None or state.day is not None or state.last_day == hours.day:
            return
        if now >= hours.open_from and (hours.closes is None or now < hours.closes):
            await self._open(site, hours)

    async def _open(self, site: str, hours: settings.HoursOfDay) -> Outcome:
        return await self._log.execute(
            site,
            c.OpenDay(
                day=hours.day,
                starts=hours.starts,
                rules=settings.rules(self._city, site),
                hours=hours.spans,
                by="timekeeper",
            ),
        )

    async def _erase(self, now: int) -> None:
        """What is personal and due goes with the day."""
        await self._log.erase_due(now)
