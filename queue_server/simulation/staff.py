"""Staff: one who calls and serves at a desk, one who hands out at the pick-up counter, one in each department."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec

from queue_server import contract

from .arrivals import MINUTE, Course
from .plan import DeskPlan, minute_of
from .world import World

LOOK_SECONDS = 300.0
"""Hall time after which staff look at their queue though nobody told them that it grew."""
WALK_SECONDS = (15.0, 60.0)
"""From the seat to the counter."""
RECALL_SECONDS = 60.0
FORM_SECONDS = (180.0, 420.0)
BACK_SECONDS = (240.0, 900.0)
REST_MINUTES = 60
HANDING_OUT_SECONDS = (40.0, 120.0)
AT_ONCE = 4
"""Tickets at a pick-up counter at one time."""


class Desk:
    """Somebody at a counter, from opening until the last resident of the day is served."""

    def __init__(self, world: World, counter: str, plan: DeskPlan, midnight: int) -> None:
        self._world = world
        self._counter = counter
        self._opens = midnight + minute_of(world.plan.opens) * MINUTE
        self._rest = None if plan.rest is None else midnight + minute_of(plan.rest) * MINUTE

    async def work(self) -> None:
        """The whole day, until the world is empty."""
        world, hall = self._world, self._world.hall
        await hall.reach(self._opens)
        await self._act("open", contract.OpenBody())
        while True:
            if self._rest is not None and hall.now() >= self._rest:
                await self._take_a_rest()
            called = await self._call_next()
            if called is not None:
                await self._serve(called)
            elif world.empty.is_set():
                break
            else:
                await world.somebody(self._counter, LOOK_SECONDS)
        await self._act("close")

    async def _take_a_rest(self) -> None:
        self._rest = None
        await self._act("pause", contract.ReasonBody())
        await self._world.hall.sleep(REST_MINUTES * 60)
        await self._act("open", contract.OpenBody())

    async def _call_next(self) -> contract.StaffTicket | None:
        answer = await self._act("call-next")
        if answer is not None and answer.ticket is not None and self._chance(self._world.plan.slips):
            await self._act("undo")  # pressed too soon
            await self._world.hall.sleep(self._between((5, 20)))
            answer = await self._act("call-next")
        return None if answer is None else answer.ticket

    async def _serve(self, ticket: contract.StaffTicket) -> None:
        world = self._world
        visit = world.visit_of(ticket)
        await world.hall.sleep(self._between(WALK_SECONDS))
        if visit is not None and visit.absent:
            await self._nobody_comes(ticket)
            return
        if await self._act("start", contract.WhichBody()) is None:
            return
        service = ticket.services[0]
        course = world.course_of(ticket, service)
        if course.held:
            course.held = False
            await world.hall.sleep(60)
            if await self._act("hold", contract.HoldBody()) is not None:
                world.later(self._back(ticket.number, self._between(FORM_SECONDS), "front"))
                return
        await world.hall.sleep(course.seconds)
        await self._end(service, course)

    async def _end(self, service: str, course: Course) -> None:
        world = self._world
        for part in course.hand_offs:
            body = contract.HandOffBody(department=part.department, title=part.title)
            await self._act("hand-off", body)
        world.handed_off(part.department for part in course.hand_offs)
        if course.transfer is not None and course.transfer != service:
            await self._act("transfer", contract.TransferBody(service=course.transfer, keep_place=True))
        elif course.pickup:
            await self._act("await-pickup", contract.WhichBody())
            world.handed_off(world.plan.departments)
        elif await self._act("finish", contract.WhichBody()) is not None:
            world.tally["served"] += 1

    async def _nobody_comes(self, ticket: contract.StaffTicket) -> None:
        visit = self._world.visit_of(ticket)
        await self._act("recall", contract.WhichBody())
        await self._world.hall.sleep(RECALL_SECONDS)
        await self._act("no-show", contract.WhichBody())
        if visit is not None and visit.comes_back:
            visit.absent = False
            self._world.later(self._back(ticket.number, self._between(BACK_SECONDS), 2))

    async def _back(self, number: str, seconds: float, place: Literal["front"] | int) -> None:
        """Put aside or absent, and here again after some time."""
        await self._world.hall.sleep(seconds)
        await self._act("restore", contract.RestoreBody(number=number, place=place))

    async def _act(self, action: str, body: msgspec.Struct | None = None) -> contract.TicketAnswer | None:
        return await self._world.act(self._counter, action, body)

    def _chance(self, share: float) -> bool:
        return self._world.random.random() < share

    def _between(self, seconds: tuple[float, float]) -> float:
        return self._world.random.uniform(*seconds)


class PickupDesk:
    """Hands out what is ready: calls several at once."""

    def __init__(self, world: World, counter: str, midnight: int) -> None:
        self._world = world
        self._counter = counter
        self._opens = midnight + minute_of(world.plan.opens) * MINUTE

    async def work(self) -> None:
        """From opening until the world is empty."""
        world = self._world
        await world.hall.reach(self._opens)
        await world.act(self._counter, "open", contract.OpenBody())
        free = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as here:
            while True:
                await free.acquire()
                answer = await world.act(self._counter, "call-next")
                if answer is not None and answer.ticket is not None:
                    here.create_task(self._hand_out(answer.ticket.number, free))
                    continue
                free.release()
                if world.empty.is_set():
                    break
                await world.somebody(self._counter, LOOK_SECONDS)
        await world.act(self._counter, "close")

    async def _hand_out(self, number: str, free: asyncio.Semaphore) -> None:
        world = self._world
        which = contract.WhichBody(number=number)
        await world.hall.sleep(world.random.uniform(*WALK_SECONDS))
        await world.act(self._counter, "start", which)
        await world.hall.sleep(world.random.uniform(*HANDING_OUT_SECONDS))
        if await world.act(self._counter, "finish", which) is not None:
            world.tally["served"] += 1
        free.release()


async def department_at_work(world: World, department: str, minutes: float) -> None:
    """Accepts and does what comes in, one after the other; until cancelled."""
    note = contract.HandoffBody()
    while True:
        board = await world.get(f"departments/{department}/handoffs", contract.Handoffs)
        for part in board.handoffs:
            if part.state == "done":
                continue
            if part.state == "open":
                await world.post(f"handoffs/{part.id}/accept", contract.HandoffAnswer, note)
            await world.hall.sleep(minutes * 60 * world.random.uniform(0.5, 1.5))
            await world.post(f"handoffs/{part.id}/done", contract.HandoffAnswer, note)
        await world.work_for(department, LOOK_SECONDS)
