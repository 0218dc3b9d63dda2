"""Readers that deliver: they follow the log and write down what is owed.

A follower folds to each event, plans with a pure function, and writes deliveries and its place (cursor) in one
transaction. After a crash it goes on from its place: every event is planned at least once, and since a delivery's
id follows from what it is, once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from queue_server.domain.events import Event
from queue_server.domain.evolve import evolve, new_state
from queue_server.domain.state import SiteState

from .batch import describe
from .deliveries import Deliveries, Delivery
from .errors import LogUnavailable
from .fold import decode
from .log import Log
from .tables import CURSORS
from .work import Transaction

logger = logging.getLogger(__name__)

Plan = Callable[[Event, SiteState], Sequence[Delivery]]
"""``plan(event, state right after it)``: pure, quick, on the event loop."""

CHUNK = 500
"""Events folded between two looks at the event loop while catching up."""
RETRY_SECONDS = 1.0
IDLE_CURSOR_SECONDS = 1.0
"""A place that moved without anything owed is written this much later at the latest, for many events at once."""


class Follower:
    """One reader, by name. ``start`` it after the sites are served, ``stop`` it before the log is closed."""

    def __init__(self, log: Log, name: str, plan: Plan, deliveries: Deliveries) -> None:
        self.name = name
        self._log = log
        self._plan = plan
        self._deliveries = deliveries
        self._places: dict[str, int] = {}
        """Site → seq of the last event that was planned."""
        self._moved: set[str] = set()
        self._owed: list[Delivery] = []
        self._in_hand: list[Delivery] = []
        """What is being written."""
        self._wake = asyncio.Event()
        self._unhook: Callable[[], None] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Catch up with every site that is served, then follow live.

        A reader that the log has never seen begins with the next event. Raises ``LogUnavailable``, ``Damaged``.
        """
        places = {row["site"]: row["seq"] for row in await self._log.read("cursors", reader=self.name)}
        self._unhook = self._log.on_event(self._live)
        self._stopping = False
        self._writing = asyncio.create_task(self._write_forever())
        for site in self._log.sites:
            await self._catch_up(site, places.get(site))

    def owes(self, site: str, ticket: str) -> bool:
        """Whether something is planned for the ticket that cannot be read from the log yet."""
        planned = (one for one in (*self._owed, *self._in_hand) if one.state == "pending")
        return any(one.site == site and one.ticket == ticket for one in planned)

    async def stop(self) -> None:
        """Write the place and what is owed, then stop following. Nothing is lost when that fails."""
        if self._unhook is not None:
            self._unhook()
            self._unhook = None
        if self._writing is not None:
            self._stopping = True
            self._wake.set()
            await self._writing
            self._writing = None

    async def _catch_up(self, site: str, place: int | None) -> None:
        """Fold and plan from the place to the view; from there ``_live`` goes on. Ends without an ``await``."""
        if place is None:
            place = self._log.view(site).seq
            self._moved.add(site)
            self._wake.set()
        if place < self._log.view(site).seq:
            start = (await self._log.read("day_start", site=site, upto=place))[0]["seq"]
            state = new_state(site)
            state.seq = 0 if start is None else start - 1
            while state.seq < self._log.view(site).seq:
                upto = self._log.view(site).seq
                for event in await self._events(site, state.seq, upto):
                    evolve(state, event)
                    if event.seq > place:
                        self._take(site, event, state)
            place = state.seq
        self._places[site] = place

    async def _events(self, site: str, after: int, upto: int) -> list[Event]:
        rows = await self._log.read("events_between", site=site, after=after, upto=upto, limit=CHUNK)
        return decode(site, [row["data"] for row in rows])

    def _live(self, event: Event, state: SiteState) -> None:
        place = self._places.get(state.site)
        if place is not None and event.seq > place:  # else it is still catching up
            self._places[state.site] = event.seq
            self._take(state.site, event, state)

    def _take(self, site: str, event: Event, state: SiteState) -> None:
        try:
            self._owed += self._plan(event, state)
        except Exception as error:  # one bad plan must not stop the others, nor come back for ever
            logger.error(
                "reader %s cannot plan event %d of %s: %s", self.name, event.seq, site, describe(error)
            )
        self._moved.add(site)
        if self._owed:
            self._wake.set()

    async def _write_forever(self) -> None:
        """Ended by a flag, after one more time: a cancelled transaction would leave open whether it was written."""
        last = False
        while not last:
            try:
                async with asyncio.timeout(IDLE_CURSOR_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            last = self._stopping
            try:
                await self._write()
            except LogUnavailable:
                await self._pause()
            except Exception as error:  # a row that the database refuses: keep trying, and say so
                logger.error("reader %s cannot write what is owed: %s", self.name, describe(error))
                await self._pause()

    async def _pause(self) -> None:
        if not self._stopping:
            await asyncio.sleep(RETRY_SECONDS)

    async def _write(self) -> None:
        """Deliveries and places in one transaction; when it fails both are kept for the next time."""
        self._wake.clear()
        owed, moved = self._owed, self._moved & self._places.keys()
        if not owed and not moved:
            return
        places = [(self.name, site, self._places[site]) for site in sorted(moved)]
        self._owed, self._in_hand, self._moved = [], owed, self._moved - moved

        def write(tx: Transaction) -> None:
            self._deliveries.insert(tx, owed)
            tx.insert(CURSORS, places)

        try:
            await self._log.run(write)
        except Exception:
            self._owed, self._moved = owed + self._owed, self._moved | moved
            self._wake.set()
            raise
        finally:
            self._in_hand = []
        self._deliveries.announce(owed)
