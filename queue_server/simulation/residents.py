"""Residents: they come, take a number, wait, sometimes lose patience, and sometimes are not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from queue_server import contract

from .arrivals import MINUTE, Visit
from .world import World

LATE_AFTER_MINUTES = 6.0
NOTICED_AFTER_MINUTES = 1.5
"""Until somebody sees that the number is for the wrong purpose."""
BACK_SECONDS = (240.0, 900.0)

Act = Callable[[], Coroutine[Any, Any, object]]


async def come(world: World, visits: Iterable[Visit]) -> None:
    """Every visit of the day, each at its time; ends when the last resident is on the way home or in the queue."""
    async with asyncio.TaskGroup() as waiting:
        for visit in visits:
            await world.hall.reach(visit.at)
            waiting.create_task(_wait(world, visit))


async def _wait(world: World, visit: Visit) -> None:
    answer = await _take_a_number(world, visit)
    if answer is None:
        return
    world.came(answer, visit)
    for minutes, act in sorted(_acts(world, visit, answer), key=lambda row: row[0]):
        await world.hall.reach(visit.at + round(minutes * MINUTE))
        await act()


async def _take_a_number(world: World, visit: Visit) -> contract.IssueAnswer | None:
    services = (visit.mistaken or visit.services[0], *visit.services[1:])
    body = contract.IssueBody(
        channel="staff" if visit.kiosk is None else "kiosk",
        services=list(dict.fromkeys(services)),
        kiosk=visit.kiosk,
        lang=visit.lang,
        priority=visit.priority,
        needs=None if visit.needs is None else [visit.needs],
        units=visit.units,
    )
    return await world.issue(body)


def _acts(world: World, visit: Visit, ticket: contract.IssueAnswer) -> list[tuple[float, Act]]:
    """What the resident does while waiting: (minutes after coming, the act)."""
    acts: list[tuple[float, Act]] = []
    if visit.mistaken is not None:
        acts.append((NOTICED_AFTER_MINUTES, lambda: _mend(world, visit, ticket)))
    if visit.asks_late:
        acts.append((LATE_AFTER_MINUTES, lambda: world.holder(ticket.token, "late")))
    if visit.worsens_minutes is not None and world.plan.unwell is not None:
        worse = contract.PrioritiseBody(priority=world.plan.unwell)
        acts.append((visit.worsens_minutes, lambda: world.at_reception(ticket.id, "prioritise", worse)))
    if visit.patience_minutes is not None:
        acts.append((visit.patience_minutes, lambda: world.holder(ticket.token, "cancel")))
    return acts


async def _mend(world: World, visit: Visit, ticket: contract.IssueAnswer) -> None:
    """The wrong purpose: whoever took the number at a kiosk scans it there, the others go to the reception."""
    right, wrong = visit.services[0], visit.mistaken
    if visit.kiosk is None:
        change = contract.ChangeServiceBody(service=right, instead_of=wrong)
        await world.at_reception(ticket.id, "change-service", change)
    else:
        await world.scan(
            "wrong-service", contract.WrongServiceBody(code=ticket.url, service=right, instead_of=wrong)
        )


async def come_back(world: World, ticket: contract.StaffTicket, how: str, counter: str) -> None:
    """Absent, and here again after some time: by the paper, at the reception, on the phone, or at the counter."""
    await world.hall.sleep(world.random.uniform(*BACK_SECONDS))
    if how == "scan":
        await world.scan("back", contract.ScanBody(code=world.paper_of(ticket).url))
    elif how == "reception":
        await world.at_reception(ticket.id, "return", contract.ReturnBody())
    elif how == "phone":
        await world.holder(world.paper_of(ticket).token, "late")
    else:
        await world.act(counter, "restore", contract.RestoreBody(number=ticket.number, place=2))
