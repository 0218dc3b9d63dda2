"""Behind the pick-up counter: finished papers come in heaps, and their numbers are called together."""

from __future__ import annotations

import asyncio

from queue_server import contract

from .arrivals import MINUTE
from .desk import WALK_SECONDS
from .plan import minute_of
from .world import World

HEAP = 4
"""So many papers are called at once, when they are ready."""
MOST = 12
HEAP_SECONDS = 240.0
"""A smaller heap does not lie longer than this."""
LOOK_SECONDS = 60.0
HANDING_OUT_SECONDS = (40.0, 120.0)


class PickupDesk:
    """Calls several numbers at once, and hands out what belongs to them."""

    def __init__(self, world: World, counter: str, midnight: int) -> None:
        self._world = world
        self._counter = counter
        self._opens = midnight + minute_of(world.plan.opens) * MINUTE

    async def work(self) -> None:
        """From opening until the world is empty."""
        world = self._world
        await world.hall.reach(self._opens)
        await world.act(self._counter, "open", contract.OpenBody())
        async with asyncio.TaskGroup() as here:
            while True:
                for number in await self._called():
                    here.create_task(self._hand_out(number))
                if world.empty.is_set():
                    break
                await world.somebody(self._counter, LOOK_SECONDS)
        await world.act(self._counter, "close")

    async def _called(self) -> list[str]:
        """The numbers of the heap, called together; none while it is small and fresh."""
        world = self._world
        queue = await world.get("queue", contract.StaffQueue, counter=self._counter)
        ready = queue.waiting[:MOST]
        if not ready:
            return []
        if len(ready) < HEAP and max(row.waited_seconds for row in ready) < HEAP_SECONDS:
            return []
        body = contract.NumbersBody(numbers=[row.number for row in ready])
        answer = await world.post(f"counters/{self._counter}/call-many", contract.TicketsAnswer, body)
        return [] if answer is None else [ticket.number for ticket in answer.tickets]

    async def _hand_out(self, number: str) -> None:
        world = self._world
        which = contract.WhichBody(number=number)
        await world.hall.sleep(world.random.uniform(*WALK_SECONDS))
        await world.act(self._counter, "start", which)
        await world.hall.sleep(world.random.uniform(*HANDING_OUT_SECONDS))
        if await world.act(self._counter, "finish", which) is not None:
            world.tally["served"] += 1
