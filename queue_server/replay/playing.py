"""Plays the acts of a recorded day into the hall, one after the other."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from queue_server import contract
from queue_server.client import CallRefused, Client

from .desks import Desk, Desks
from .pace import Pace
from .recorded import Recorded
from .timetable import Act, timetable

A = TypeVar("A")
Progress = Callable[["Player", int], None]
"""Is told after every act: the player, and the record's time (ms UTC)."""


class Player:
    """One replay into one site. ``services``: recorded → site service. The counts tell how it went."""

    def __init__(
        self,
        client: Client,
        site: contract.SiteInfo,
        tickets: Sequence[Recorded],
        services: Mapping[str, str],
        pace: Pace,
        progress: Progress,
    ) -> None:
        self._client = client
        self._path = f"/api/v1/sites/{site.id}/"
        self._tickets = tickets
        self._services = services
        self._pace = pace
        self._progress = progress
        self._desks = Desks(site.counters, set(services.values()))
        self._waiting: dict[str, deque[int]] = {service.id: deque() for service in site.services}
        self._numbers: dict[int, str] = {}
        self._over: set[int] = set()
        self.ids: dict[int, str] = {}
        """Place in the record → id of the ticket at the server."""
        self.acts: Counter[str] = Counter()
        """What was done: ``issue``, ``call_next``, ``call_number``, ``taken_back``, ``cut_short``."""
        self.refused: Counter[tuple[str, str]] = Counter()
        """What the server refused: (act, code)."""

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return sum(len(queue) for queue in self._waiting.values())

    @property
    def desks(self) -> list[Desk]:
        """The desks that were opened."""
        return self._desks.opened

    async def play(self) -> None:
        """The whole day; closes the desks in the end. Raises ``ServerAway``."""
        for act in timetable(self._tickets):
            await self._pace.reach(act.at)
            await self._do(act)
            self._progress(self, act.at)
        for desk in self._desks.opened:
            if desk.ticket is None:
                await self._give(self._counter(desk, "close"))

    async def _do(self, act: Act) -> None:
        if act.kind == "issue":
            await self._issue(act.ticket)
        elif act.ticket in self._over or act.ticket not in self.ids:
            return
        elif act.kind == "call":
            await self._call(act.ticket)
        else:
            await self._end(act.ticket)

    async def _issue(self, index: int) -> None:
        service = self._services[self._tickets[index].service]
        body = contract.IssueBody(channel="staff", service=service)
        answer = await self._try("issue", self._path + "tickets", body, contract.IssueAnswer)
        if answer is not None:
            self.ids[index], self._numbers[index] = answer.id, answer.number
            self._waiting[service].append(index)
            self.acts["issue"] += 1

    async def _call(self, index: int) -> None:
        ticket = self._tickets[index]
        service = self._services[ticket.service]
        desk = self._desks.free(service, ticket.counter) or await self._make_room()
        if not desk.opened:
            if await self._give(self._counter(desk, "open"), contract.OpenBody()) is None:
                return
            desk.opened = True
        called = await self._call_next(desk, index) if self._in_order(desk, service, index) else False
        if not called and not await self._call_number(desk, index):
            return
        self._waiting[service].remove(index)
        self._desks.take(desk, index)
        if ticket.outcome == "served":
            await self._give(self._counter(desk, "start"), contract.WhichBody())

    def _in_order(self, desk: Desk, service: str, index: int) -> bool:
        """Whether the next of this desk is this ticket: the first of its service, and no other service has anybody."""
        if service not in desk.services or self._waiting[service][0] != index:
            return False
        return not any(self._waiting.get(other) for other in desk.services if other != service)

    async def _call_next(self, desk: Desk, index: int) -> bool:
        answer = await self._give(self._counter(desk, "call-next"))
        if answer is None or answer.ticket is None:
            return False
        if answer.ticket.id == self.ids[index]:
            self.acts["call_next"] += 1
            return True
        # somebody else takes numbers at this site too: not the one of the record, so it goes back
        self.acts["taken_back"] += 1
        await self._give(self._counter(desk, "undo"))
        return False

    async def _call_number(self, desk: Desk, index: int) -> bool:
        body = contract.CallBody(number=self._numbers[index])
        if await self._give(self._counter(desk, "call"), body) is None:
            return False
        self.acts["call_number"] += 1
        return True

    async def _make_room(self) -> Desk:
        """More desks were busy in the record than the site has: the one that ends first ends now."""
        desk = min(self._desks.busy(), key=lambda busy: self._ends(busy.ticket))
        assert desk.ticket is not None
        self.acts["cut_short"] += 1
        await self._end(desk.ticket)
        return desk

    def _ends(self, index: int | None) -> int:
        ended = None if index is None else self._tickets[index].ended
        return 0 if ended is None else ended

    async def _end(self, index: int) -> None:
        ticket, desk = self._tickets[index], self._desks.of(index)
        self._over.add(index)
        if ticket.outcome == "cancelled":
            path = f"{self._path}tickets/{self.ids[index]}/cancel"
            await self._give(path, contract.CancelBody())
            if desk is None:
                self._waiting[self._services[ticket.service]].remove(index)
        elif desk is not None:
            action = "no-show" if ticket.outcome == "no_show" else "finish"
            await self._give(self._counter(desk, action), contract.WhichBody())
        if desk is not None:
            self._desks.leave(index)

    def _counter(self, desk: Desk, action: str) -> str:
        return f"{self._path}counters/{desk.id}/{action}"

    async def _give(self, path: str, body: msgspec.Struct | None = None) -> contract.TicketAnswer | None:
        return await self._try(path.rsplit("/", 1)[1], path, body, contract.TicketAnswer)

    async def _try(self, act: str, path: str, body: msgspec.Struct | None, answer: type[A]) -> A | None:
        """The answer; None when the server refused, which is counted: the day goes on without it."""
        try:
            return await self._client.post(path, answer, body)
        except CallRefused as refused:
            if refused.status in (401, 403):
                raise
            self.refused[act, refused.code] += 1
            return None
