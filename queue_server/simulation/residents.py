"""Residents: they come, take a number, wait, sometimes lose patience, and sometimes are not there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from queue_server import contract

from .arrivals import MINUTE, Visit
from .world import World

LATE_AFTER_MINUTES = 6.0


async def come(world: World, visits: Iterable[Visit]) -> None:
    """Every visit of the day, each at its time; ends when the last resident is on the way home or in the queue."""
    async with asyncio.TaskGroup() as waiting:
        for visit in visits:
            await world.hall.reach(visit.at)
            waiting.create_task(_wait(world, visit))


async def _wait(world: World, visit: Visit) -> None:
    answer = await world.issue(
        contract.IssueBody(
            channel="staff" if visit.kiosk is None else "kiosk",
            services=list(visit.services),
            kiosk=visit.kiosk,
            lang=visit.lang,
            priority=visit.priority,
            needs=None if visit.needs is None else [visit.needs],
        )
    )
    if answer is None:
        return
    world.came(answer.id, visit)
    if visit.asks_late:
        await world.hall.reach(visit.at + round(LATE_AFTER_MINUTES * MINUTE))
        await world.holder(answer.token, "late")
    if visit.patience_minutes is not None:
        await world.hall.reach(visit.at + round(visit.patience_minutes * MINUTE))
        await world.holder(answer.token, "cancel")
