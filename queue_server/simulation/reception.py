"""The reception: what it does at its times, and what is left at the end of the day."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from queue_server import contract

from .arrivals import MINUTE
from .plan import ChildPlan, PadPlan, minute_of
from .world import World

TAP_SECONDS = 1.0
SEEN_SECONDS = 60.0
"""Until somebody sees what a child has done."""
MORNING_MINUTES = (5.0, 60.0)
"""After opening: who comes back with the paper that was missing yesterday."""


class Reception:
    """One for the whole site. ``midnight``: when the day begins, ms UTC."""

    def __init__(self, world: World, midnight: int) -> None:
        self._world = world
        self._midnight = midnight

    async def work(self) -> None:
        """What the plan says, each at its time."""
        plan = self._world.plan
        async with asyncio.TaskGroup() as acts:
            acts.create_task(self._the_morning())
            for at, notice in plan.notices.items():
                acts.create_task(self._put_up(at, notice))
            if plan.pad is not None:
                acts.create_task(self._enter(plan.pad))
            if plan.child is not None:
                acts.create_task(self._a_child(plan.child))

    async def end_of_day(self) -> None:
        """Who was put aside comes first tomorrow; who was absent to the end is ended."""
        queue = await self._world.get("queue", contract.StaffQueue)
        for row in queue.held:
            await self._world.at_reception(row.id, "carry")
        for row in queue.no_show:
            await self._world.at_reception(row.id, "expire")

    async def _the_morning(self) -> None:
        """Who was carried over comes with the missing paper."""
        world = self._world
        await self._reach(world.plan.opens)
        carried = (await world.get("queue", contract.StaffQueue)).held
        moments = sorted(world.random.uniform(*MORNING_MINUTES) for _ in carried)
        for row, minutes in zip(carried, moments, strict=True):
            await self._reach(world.plan.opens, minutes)
            await world.at_reception(row.id, "return", contract.ReturnBody())

    async def _put_up(self, at: str, notice: str) -> None:
        await self._reach(at)
        await self._world.post("notice", contract.SeqAnswer, contract.NoticeBody(notice=notice or None))

    async def _enter(self, pad: PadPlan) -> None:
        """The numbers that were written while the printer had no paper."""
        await self._reach(pad.at)
        for index, number in enumerate(pad.numbers):
            written = self._moment(pad.at) - (len(pad.numbers) - index) * MINUTE
            stamp = datetime.fromtimestamp(written / 1000, UTC).isoformat(timespec="seconds")
            body = contract.IssueBody(
                channel="staff", service=pad.service, written=contract.Written(number=number, at=stamp)
            )
            if await self._world.issue(body) is not None:
                self._world.tally["written"] += 1

    async def _a_child(self, child: ChildPlan) -> None:
        world = self._world
        await self._reach(child.at)
        numbers = []
        for _ in range(child.taps):
            body = contract.IssueBody(channel="kiosk", service=child.service, kiosk=child.kiosk)
            answer = await world.issue(body, again=False)
            if answer is not None:
                numbers.append(answer.number)
            await world.hall.sleep(TAP_SECONDS)
        await world.hall.sleep(SEEN_SECONDS)
        waiting = {row.number for row in (await world.get("queue", contract.StaffQueue)).waiting}
        numbers = [number for number in numbers if number in waiting]
        if numbers:
            taken_back = contract.CancelManyBody(numbers=numbers)
            await world.post("tickets/cancel", contract.TicketsAnswer, taken_back)

    def _moment(self, at: str, minutes: float = 0) -> int:
        return self._midnight + round((minute_of(at) + minutes) * MINUTE)

    async def _reach(self, at: str, minutes: float = 0) -> None:
        await self._world.hall.reach(self._moment(at, minutes))
