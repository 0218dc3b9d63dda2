"""Projections made again from the log: ``tickets`` and ``stages`` are never the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from queue_server.domain.events import DayOpened
from queue_server.domain.evolve import new_state

from .fold import decode
from .log import Log
from .projections import Projector
from .tables import STAGES, TICKETS
from .work import Transaction

CHUNK = 2_000


class Rebuilt(NamedTuple):
    """How much was read and written."""

    days: int
    events: int
    tickets: int
    stages: int


async def rebuild(log: Log, site: str) -> Rebuilt:
    """Fold a site's whole log and write its projections again, one transaction a day.

    Works in the running server. Until the next day is done, a ticket that was carried over has the row of its
    first day's end. Raises ``LogUnavailable``, ``Damaged``.
    """
    state, day, projector = new_state(site), None, Projector()
    days = tickets = stages = 0
    head = (await log.read("head", site=site))[0]["seq"] or 0
    while state.seq < head:
        rows = await log.read("events_between", site=site, after=state.seq, upto=head, limit=CHUNK)
        for event in decode(site, [row["data"] for row in rows]):
            if type(event) is DayOpened:
                tickets, stages = tickets + len(projector.tickets), stages + len(projector.stages)
                await _write(log, site, day, projector)
                projector, days = Projector(), days + 1
            day = projector.fold(state, day, [event])
        await asyncio.sleep(0)

    def rest(tx: Transaction) -> None:
        """What was committed meanwhile: nothing can come between it and the rows of the last day."""
        nonlocal day
        rows = tx.fetch("events_between", site=site, after=state.seq, upto=1 << 62, limit=1 << 30)
        for event in decode(site, [row["data"] for row in rows]):
            day = projector.fold(state, day, [event])

    await _write(log, site, day, projector, rest)
    return Rebuilt(days, state.seq, tickets + len(projector.tickets), stages + len(projector.stages))


async def _write(
    log: Log,
    site: str,
    day: str | None,
    projector: Projector,
    first: Callable[[Transaction], None] = lambda _tx: None,
) -> None:
    def write(tx: Transaction) -> None:
        first(tx)
        if day is not None:
            tx.execute("drop_tickets_of_day", site=site, day=day)
            tx.execute("drop_stages_of_day", site=site, day=day)
        tx.insert(TICKETS, list(projector.tickets.values()))
        tx.insert(STAGES, list(projector.stages.values()))

    await log.run(write)
