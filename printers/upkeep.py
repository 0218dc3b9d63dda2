"""What the table of papers needs beside printing: too late is expired, begun by the dead is doubtful, old goes.

It looks at every printer's rows, also of printers that nobody drives any more, and counts expiry in hall time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from printers.ends import tell_end
from printers.quiet import Quiet
from printers.table import CHANNEL, job_of, mark
from printers.worker import Worker
from queue_server.log import LogError
from queue_server.web import Deps

logger = logging.getLogger(__name__)

LOOK_S = 1.0
BEAT_S = 4.0
"""Where several processes share the table, each says so often that it is still at what it has begun."""
DEAD_S = 20.0
"""A process that did not say so for so long is dead. Counted here: the clocks of two machines need not agree."""
DROP_EVERY_S = 86_400.0
KEPT_MS = 31 * 86_400_000
AT_ONCE = 100
"""Rows that go in one commit: nobody waits for it noticeably."""
MOST = 5_000


class Upkeep:
    """One for the process. ``run`` goes on until cancelled."""

    def __init__(self, deps: Deps, workers: Mapping[str, Worker], holder: str) -> None:
        """``holder``: the name of this process in the table."""
        self._deps = deps
        self._workers = workers
        self._holder = holder
        self._agents = {name for name, printer in deps.settings.printers.items() if printer.agent is not None}
        self._beaten = 0.0
        self._heard: dict[tuple[str, str, int], float] = {}
        """(job, holder, beat) of what others have begun → since when it is so (monotonic seconds)."""

    async def run(self) -> None:
        """Look every second, and drop what is old once a day."""
        quiet = Quiet(logger, "the table of papers cannot be kept in order")
        drop_at = 0.0
        while True:
            try:
                await self.look()
                if time.monotonic() >= drop_at:
                    await self.drop_old()
                    drop_at = time.monotonic() + DROP_EVERY_S
                quiet.well()
            except LogError as error:
                quiet.failed(error)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Once. Raises ``LogUnavailable``."""
        await self._settle_the_dead_s()
        for row in await self._deps.log.read("deliveries_late", channel=CHANNEL, hall=self._deps.clock.now()):
            await mark(self._deps, row["id"], "expired", "too_old", holder=self._holder)

    async def _settle_the_dead_s(self) -> None:
        """What a process had begun that is no more. An agent's own is the agent's to tell (`printers.agents`)."""
        now = time.monotonic()
        heard: dict[tuple[str, str, int], float] = {}
        ours = False
        for row in await self._deps.log.read("deliveries_begun", channel=CHANNEL):
            holder = row["holder"] or ""
            if holder == self._holder:
                ours = True
                continue
            if not holder and row["address"] in self._agents:
                continue
            key = (row["id"], holder, row["next_at"])
            since = heard[key] = self._heard.get(key, now)
            if not self._deps.log.shared or now - since >= DEAD_S:
                await self._abandon(row)
        self._heard = heard
        if ours and self._deps.log.shared and now - self._beaten >= BEAT_S:
            self._beaten = now
            beat = {"channel": CHANNEL, "holder": self._holder, "now": self._deps.clock.real()}
            await self._deps.log.run(lambda tx: tx.execute("beat_deliveries", **beat))

    async def _abandon(self, row: dict[str, Any]) -> None:
        worker = self._workers.get(row["via"] or row["address"])
        if worker is not None:  # first: as soon as it is written, the printer may get another
            worker.interrupted(job_of(self._deps, row, 0).paper)
        values = {
            "id": row["id"],
            "reason": "interrupted",
            "holder": row["holder"] or "",
            "beat": row["next_at"],
            "now": self._deps.clock.real(),
        }
        if await self._deps.log.run(lambda tx: tx.execute("abandon_delivery", **values)):
            await tell_end(self._deps, row["id"], "unknown", "interrupted")

    async def drop_old(self) -> int:
        """Drop what ended a month ago, never of an open day; how many. Raises ``LogUnavailable``."""
        dropped = 0
        for site in self._deps.log.sites:
            state = self._deps.log.view(site)
            upto = state.opened_seq if state.day is not None else state.seq + 1
            before = self._deps.clock.real() - KEPT_MS
            keys = {"site": site, "upto": upto, "before": before, "limit": MOST}
            while rows := await self._deps.log.read("deliveries_old", **keys):
                for at in range(0, len(rows), AT_ONCE):
                    dropped += await self._drop([row["id"] for row in rows[at : at + AT_ONCE]])
                    await asyncio.sleep(0.05)
        return dropped

    async def _drop(self, ids: list[str]) -> int:
        return await self._deps.log.run(lambda tx: sum(tx.execute("drop_delivery", id=one) for one in ids))
