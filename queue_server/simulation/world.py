"""What everybody in a simulated hall shares: the clock, the doors, who is who, and the tally of the day."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from random import Random
from typing import Any, TypeVar

import msgspec

from queue_server import contract
from queue_server.client import CallRefused, Client

from .arrivals import Course, Visit, course
from .hall_time import HallTime
from .plan import ServicePlan, SitePlan

T = TypeVar("T")

LOOK_SECONDS = 300.0
"""Hall time after which staff look at their queue though nobody told them that it grew."""
RESTING_SECONDS = 25.0
"""Until somebody tries a kiosk again that rests because a child has played with it."""
OF_SERVICE = ("ticket.issued", "ticket.restored")
"""After these somebody may wait for the service of the event who did not before."""
OF_ANY = ("ticket.transferred", "ticket.ready", "ticket.undone", "reset")
"""After these somebody may wait anywhere."""


class World:
    """One site. ``staff`` and ``kiosk`` are clients with a token of that role; ``random`` is seeded."""

    def __init__(
        self,
        site: contract.SiteInfo,
        plan: SitePlan,
        staff: Client,
        kiosk: Client,
        hall: HallTime,
        random: Random,
    ) -> None:
        self.site = site.id
        self.plan = plan
        self.hall = hall
        self.random = random
        self.tally: Counter[str] = Counter()
        """What happened: the names of the acts, ``issued``, ``turned away``, ``served``."""
        self.refused: Counter[str] = Counter()
        """What the hall refused, by code: two people want the same, or somebody presses the wrong button."""
        self.empty = asyncio.Event()
        """Set when everybody has gone after closing: staff go home."""
        self.people: asyncio.TaskGroup | None = None
        """Who does something in the hall now."""
        self._away = 0
        self._staff = staff
        self._kiosk = kiosk
        self._path = f"/api/v1/sites/{site.id}/"
        self._services = {counter.id: frozenset(counter.services) for counter in site.counters}
        self._visits: dict[str, Visit] = {}
        self._papers: dict[str, contract.IssueAnswer] = {}
        self._waiting: dict[str, asyncio.Event] = {}
        self._at_work: dict[str, asyncio.Event] = {d: asyncio.Event() for d in plan.departments}

    # --- who is who ---

    def came(self, paper: contract.IssueAnswer, visit: Visit) -> None:
        """The visit has this ticket."""
        self._visits[paper.id] = visit
        self._papers[paper.id] = paper

    def paper_of(self, ticket: contract.StaffTicket) -> contract.IssueAnswer:
        """What the holder of a simulated ticket has in the hand. Raises ``KeyError`` for somebody else's."""
        return self._papers[ticket.id]

    def visit_of(self, ticket: contract.StaffTicket) -> Visit | None:
        """The visit behind a ticket; None for somebody who is not simulated."""
        return self._visits.get(ticket.id)

    def course_of(self, ticket: contract.StaffTicket, service: str) -> Course:
        """What happens to the ticket at a counter for this service."""
        visit = self._visits.get(ticket.id)
        if visit is not None and service in visit.courses:
            return visit.courses[service]
        plan = self.plan.services.get(service, ServicePlan(per_day=0, minutes=5))
        return course(plan, self.random)

    # --- what may be done ---

    async def issue(self, body: contract.IssueBody, *, again: bool = True) -> contract.IssueAnswer | None:
        """Take a number, at a kiosk or at the reception; ``again``: once more when the kiosk rests."""
        client = self._kiosk if body.channel == "kiosk" else self._staff
        answer = None
        try:
            answer = await client.post(self._path + "tickets", contract.IssueAnswer, body)
        except CallRefused as refused:
            self.refused[refused.code] += 1
            if again and refused.code == "kiosk_resting":
                await self.hall.sleep(RESTING_SECONDS)
                return await self.issue(body, again=False)
        self.tally["turned away" if answer is None else "issued"] += 1
        return answer

    async def scan(self, action: str, body: contract.ScanBody) -> contract.ScanAnswer | None:
        """Hold the ticket before a kiosk and press a button; None when the hall says no."""
        return await self.post(f"scan/{action}", contract.ScanAnswer, body, self._kiosk)

    async def at_reception(
        self, ticket: str, action: str, body: msgspec.Struct | None = None
    ) -> contract.TicketAnswer | None:
        """What the reception does with any ticket; None when the hall says no."""
        return await self.post(f"tickets/{ticket}/{action}", contract.TicketAnswer, body)

    async def act(
        self, counter: str, action: str, body: msgspec.Struct | None = None
    ) -> contract.TicketAnswer | None:
        """Press a button at a counter; None when the hall says no."""
        return await self.post(f"counters/{counter}/{action}", contract.TicketAnswer, body)

    async def holder(self, token: str, action: str) -> None:
        """The resident presses something on the phone."""
        with suppress(CallRefused):
            await self._staff.post(f"/api/v1/tickets/{token}/{action}", contract.HolderTicket)
            self.tally[action] += 1

    async def get(self, path: str, answer: type[T], **query: str) -> T:
        """Look at something of the site."""
        return await self._staff.get(self._path + path, answer, **query)

    async def post(
        self, path: str, answer: type[T], body: msgspec.Struct | None = None, client: Client | None = None
    ) -> T | None:
        """Do something at the site; None when it is refused, which is counted."""
        try:
            done = await (client or self._staff).post(self._path + path, answer, body)
        except CallRefused as refused:
            self.refused[refused.code] += 1
            return None
        self.tally[path.rsplit("/", 1)[-1]] += 1
        return done

    # --- who comes and goes ---

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Somebody will do this in a while; until then the hall is not empty."""
        assert self.people is not None
        self._away += 1
        task = self.people.create_task(work)
        task.add_done_callback(self._came_back)

    def _came_back(self, task: asyncio.Task[None]) -> None:
        self._away -= 1

    async def nobody_left(self, *, patient: bool) -> bool:
        """Whether nobody waits or is served; ``patient``: nor is on the way back or waits for a department.

        Whoever is put aside or absent stays for the end of the day.
        """
        board = await self.get("board", contract.Board)
        queue = await self.get("queue", contract.StaffQueue)
        here = any(counter.numbers for counter in board.counters) or bool(queue.waiting)
        return not here and not (patient and (self._away or queue.processing))

    # --- who waits for whom ---

    async def watch(self) -> None:
        """Tell staff, as the screens do, that somebody waits; until cancelled."""
        while True:
            async for name, data in self._staff.events(self.site):
                for counter, waiting in self._waiting.items():
                    if name in OF_ANY or (name in OF_SERVICE and data["service"] in self._services[counter]):
                        waiting.set()
            await asyncio.sleep(0.5)

    async def somebody(self, counter: str, seconds: float) -> None:
        """Wait until somebody may have come for the counter, at most so long (hall time)."""
        waiting = self._waiting.setdefault(counter, asyncio.Event())
        await self._either(waiting, seconds)

    def everybody_goes_home(self) -> None:
        """The day is over: staff who wait for somebody are told."""
        self.empty.set()
        for waiting in self._waiting.values():
            waiting.set()

    def handed_off(self, departments: Iterable[str]) -> None:
        """Departments have new work."""
        for department in departments:
            if department in self._at_work:
                self._at_work[department].set()

    async def work_for(self, department: str, seconds: float) -> None:
        """Wait until the department may have new work, at most so long (hall time)."""
        await self._either(self._at_work[department], seconds)

    async def _either(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds / max(self.hall.speed, 1e-6))
        event.clear()
