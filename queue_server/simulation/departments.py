"""Departments: they accept and do what counters hand off, and go home in the evening."""

from __future__ import annotations

from queue_server import contract

from .world import LOOK_SECONDS, World


async def department_at_work(world: World, department: str, minutes: float, until: int) -> None:
    """Accepts and does what comes in, one after the other, until ``until`` (ms UTC): the rest is for tomorrow."""
    note = contract.HandoffBody()
    while world.hall.now() < until:
        board = await world.get(f"departments/{department}/handoffs", contract.Handoffs)
        for part in board.handoffs:
            if part.state == "done" or world.hall.now() >= until:
                continue
            if part.state == "open":
                await world.post(f"handoffs/{part.id}/accept", contract.HandoffAnswer, note)
            await world.hall.sleep(minutes * 60 * world.random.uniform(0.5, 1.5))
            await world.post(f"handoffs/{part.id}/done", contract.HandoffAnswer, note)
        await world.work_for(department, LOOK_SECONDS)
