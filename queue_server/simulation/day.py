"""One day of one site, played from the first arrival until the last resident has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from .arrivals import MINUTE, Visit, arrivals
from .departments import department_at_work
from .desk import Desk
from .pickup_desk import PickupDesk
from .plan import minute_of
from .reception import Reception
from .residents import come
from .world import World

LOOK_SECONDS = 120.0
"""Hall time between two looks whether everybody has gone."""
OVERTIME_MINUTES = 120
"""Nobody works longer: what is left then is for the next day."""
PATIENCE_MINUTES = 8
"""So long after closing staff wait for the last papers and for whoever is on the way back; then it is for tomorrow."""


async def play_day(world: World, midnight: int, visits: Sequence[Visit] | None = None) -> None:
    """Residents, staff and departments of the day that begins at ``midnight`` (ms UTC).

    ``visits``: who comes, in order of time; None: drawn from the world's plan.

    Raises an exception group with ``ServerAway`` when the server goes away.
    """
    plan = world.plan
    closes = midnight + minute_of(plan.closes) * MINUTE
    async with asyncio.TaskGroup() as background:
        behind = [background.create_task(world.watch())]
        for department, minutes in plan.departments.items():
            behind.append(background.create_task(department_at_work(world, department, minutes, closes)))
        async with asyncio.TaskGroup() as people:
            world.people = people
            for counter, desk in plan.desks.items():
                people.create_task(Desk(world, counter, desk, midnight).work())
            if plan.pickup_counter is not None:
                people.create_task(PickupDesk(world, plan.pickup_counter, midnight).work())
            reception = Reception(world, midnight)
            people.create_task(reception.work())
            if visits is None:
                visits = arrivals(plan, midnight, world.random)
            people.create_task(_until_empty(world, visits, reception, closes))
        for task in behind:
            task.cancel()


async def _until_empty(world: World, visits: Sequence[Visit], reception: Reception, closes: int) -> None:
    """Everybody comes, and at some time after ``closes`` (ms UTC) everybody has gone."""
    await come(world, visits)
    await world.hall.reach(closes)
    while (now := world.hall.now()) < closes + OVERTIME_MINUTES * MINUTE:
        if await world.nobody_left(patient=now < closes + PATIENCE_MINUTES * MINUTE):
            break
        await world.hall.sleep(LOOK_SECONDS)
    await reception.end_of_day()
    world.everybody_goes_home()
