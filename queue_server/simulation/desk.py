"""Somebody at a counter: calls, serves, makes a slip now and then, and takes a break."""

from __future__ import annotations

import msgspec

from queue_server import contract

from .arrivals import MINUTE, Course
from .plan import DeskPlan, minute_of
from .residents import come_back
from .world import LOOK_SECONDS, World

WALK_SECONDS = (15.0, 60.0)
"""From the seat to the counter."""
RECALL_SECONDS = 70.0
RECALLS = 2
SLIP_SECONDS = (5.0, 20.0)
FORM_SECONDS = (180.0, 420.0)
REST_MINUTES = 60.0
WRONG = 0.5
"""Share of slips in which somebody else's number is called."""


class Desk:
    """From opening until the last resident of the day is served."""

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
                self._rest = None
                await self._pause(world.plan.rest_reason, REST_MINUTES)
            called = await self._call_next()
            if called is not None:
                await self._serve(called)
                await self._breathe()
            elif world.empty.is_set():
                break
            else:
                await world.somebody(self._counter, LOOK_SECONDS)
        await self._act("close")

    async def _breathe(self) -> None:
        """Now and then a telephone rings."""
        pauses = self._world.plan.pauses
        if pauses and self._chance(self._world.plan.pausing):
            reason = self._world.random.choice(list(pauses))
            await self._pause(reason, pauses[reason])

    async def _pause(self, reason: str | None, minutes: float) -> None:
        await self._act("pause", contract.ReasonBody(reason=reason))
        await self._world.hall.sleep(minutes * 60)
        await self._act("open", contract.OpenBody())

    async def _call_next(self) -> contract.StaffTicket | None:
        if self._chance(self._world.plan.slips) and (kept := await self._slip()) is not None:
            return kept
        answer = await self._act("call-next")
        return None if answer is None else answer.ticket

    async def _slip(self) -> contract.StaffTicket | None:
        """Pressed too soon, or somebody else's number: seen at once, and taken back.

        Whoever comes before it can be taken back is served.
        """
        world = self._world
        queue = await world.get("queue", contract.StaffQueue, counter=self._counter)
        if len(queue.waiting) > 1 and self._chance(WRONG):
            body = contract.CallBody(number=queue.waiting[-1].number)
            answer = await self._act("call", body)
        else:
            answer = await self._act("call-next")
        if answer is None or answer.ticket is None:
            return None
        await world.hall.sleep(self._between(SLIP_SECONDS))
        return answer.ticket if await self._act("undo") is None else None

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
        if course.held or course.tomorrow:
            await world.hall.sleep(60)
            if await self._hold(ticket, course):
                return
        await world.hall.sleep(course.seconds)
        await self._end(service, course)

    async def _hold(self, ticket: contract.StaffTicket, course: Course) -> bool:
        """A form has to be filled in first, or a paper is at home."""
        forgot = course.tomorrow
        course.held = course.tomorrow = False
        if await self._act("hold", contract.HoldBody()) is None:
            return False
        if not forgot:
            self._world.later(self._form_filled_in(ticket.number))
        return True

    async def _form_filled_in(self, number: str) -> None:
        await self._world.hall.sleep(self._between(FORM_SECONDS))
        await self._act("restore", contract.RestoreBody(number=number, place="front"))

    async def _end(self, service: str, course: Course) -> None:
        world = self._world
        for part in course.hand_offs:
            body = contract.HandOffBody(department=part.department, title=part.title)
            await self._act("hand-off", body)
        world.handed_off(part.department for part in course.hand_offs)
        if course.transfer is not None and course.transfer != service:
            note = world.random.choice(world.plan.notes) if world.plan.notes else None
            sent_on = contract.TransferBody(service=course.transfer, keep_place=True, note=note)
            await self._act("transfer", sent_on)
        elif course.pickup:
            await self._act("await-pickup", contract.WhichBody())
            world.handed_off(world.plan.departments)
        elif await self._act("finish", contract.WhichBody()) is not None:
            world.tally["served"] += 1

    async def _nobody_comes(self, ticket: contract.StaffTicket) -> None:
        """Called again by the rule, then absent; the server may have said so before the clerk does."""
        world = self._world
        for _ in range(RECALLS):
            await self._act("recall", contract.WhichBody())
            await world.hall.sleep(RECALL_SECONDS)
        await self._act("no-show", contract.WhichBody())
        world.tally["absent"] += 1
        visit = world.visit_of(ticket)
        if visit is not None and visit.back is not None:
            visit.absent = False
            world.later(come_back(world, ticket, visit.back, self._counter))

    async def _act(self, action: str, body: msgspec.Struct | None = None) -> contract.TicketAnswer | None:
        return await self._world.act(self._counter, action, body)

    def _chance(self, share: float) -> bool:
        return self._world.random.random() < share

    def _between(self, seconds: tuple[float, float]) -> float:
        return self._world.random.uniform(*seconds)
