"""Jobs of printers on an agent's machine: the agent is offered them, asks leave, and tells what became of them.

Nothing is marked as begun when it is offered. The agent asks leave just before the first byte goes out, and only an
answer that reached it lets it print: a line that breaks leaves the job owed here, and never printed twice. What the
agent does not know any more (its machine lost power) is ``unknown`` as after a crash of the server's own printers.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from printers.jobs import JobState
from printers.settings import PrinterSettings, printer_settings
from printers.table import CHANNEL, job_of, mark
from printers.ticket import TicketPaper
from queue_server import contract
from queue_server.web import Call, Deps, ProblemError
from queue_server.web.agents import frame

logger = logging.getLogger(__name__)

LOOK_S = 1.0
"""A stream is woken by new papers; this is the net below."""
OFFERED_AT_ONCE = 50
REMEMBERED = 1_000


class AgentJobs:
    """What the server knows of agents' printing, beside the table of deliveries."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._printers = [
            name
            for name, printer in deps.settings.printers.items()
            if printer.agent is not None and not printer.device.startswith("none:")
        ]
        self._withdrawn: deque[str] = deque(maxlen=REMEMBERED)
        """Leaves that were given back, maybe before they were asked for: a dead line may still deliver the question."""
        self._left: dict[str, TicketPaper] = {}
        """Printer → the paper that was under way when an agent's process ended, until its printer begins another."""
        deps.agents.setups["printers"] = self.setup
        self.handlers = {"jobs": self.jobs, "job": self.outcome}

    def setup(self, agent: str) -> Mapping[str, PrinterSettings]:
        """The settings of the printers that an agent drives."""
        found = {}
        for name in self._printers:
            if self._deps.settings.printers[name].agent == agent:
                try:
                    found[name] = printer_settings(self._deps.settings, name)
                except OSError as error:
                    logger.error("printer %s is kept from its agent: %s", name, error)
        return found

    async def jobs(self, call: Call[Any]) -> web.StreamResponse:
        """``GET …/devices/{device}/jobs``: ``event: job`` for each that waits: id, paper, seconds it is worth.

        ``holding``: what the agent has in hand; anything else that was begun has gone down with an earlier agent, and
        ``event: left`` tells its paper, whose rest the printer may still wait for.
        """
        printer = call.deps.agents.device(call, "printer")
        await self._settle_left(printer, set((call.query["holding"] or "").split(",")))
        offered: set[str] = set()

        told: TicketPaper | None = None

        async def more() -> bytes:
            nonlocal told
            now = self._deps.clock.real()
            rows = await self._deps.log.read(
                "deliveries_due", channel=CHANNEL, address=printer, now=now, limit=OFFERED_AT_ONCE
            )
            frames = []
            left = self._left.get(printer)
            if left is not None and left is not told:
                told = left
                frames.append(frame("left", {"paper": left}))
            for row in rows:
                if row["id"] not in offered:
                    offered.add(row["id"])
                    job = job_of(self._deps, row, now)
                    data = {
                        "id": job.id,
                        "kind": job.kind,
                        "number": job.number,
                        "seconds": (job.expires_ms - now) / 1000,
                        "paper": job.paper,
                    }
                    frames.append(frame("job", data))
            return b"".join(frames)

        return await call.deps.agents.serve(call.request, "printer", printer, more, LOOK_S)

    async def outcome(self, call: Call[contract.JobOutcomeBody]) -> contract.JobAnswer:
        """``POST …/jobs/{job}``: the agent asks leave, gives it back, or tells what became of the job."""
        printer = call.deps.agents.device(call, "printer")
        job, body = call.params["job"], call.body
        rows = await self._deps.log.read("delivery", id=job)
        if not rows or rows[0]["address"] != printer or rows[0]["site"] != call.site:
            raise ProblemError("unknown_job", 404)
        if body.state == "sending":
            return contract.JobAnswer(
                taken=await self._leave(self._on(printer, body.printer), job, body.leave)
            )
        if body.state == "queued":
            self._withdrawn.append(body.leave)
            return contract.JobAnswer(taken=await self._run("return_delivery", id=job, leave=body.leave))
        return contract.JobAnswer(taken=await self._mark(job, body.state, body.reason))

    async def _leave(self, printer: str, job: str, leave: str) -> bool:
        """Whether the first byte may go out on this printer: durable when it is yes."""
        if leave in self._withdrawn:
            return False
        if await self._run("grant_delivery", id=job, leave=leave, via=printer, hall=self._deps.clock.now()):
            self._left.pop(printer, None)
            return True
        row = (await self._deps.log.read("delivery", id=job))[0]
        return bool(leave) and row["state"] == "sending" and row["reason"] == leave

    def _on(self, printer: str, told: str | None) -> str:
        """The printer that takes the job: its own, or another of the same machine."""
        printers = self._deps.settings.printers
        same = told in self._printers and printers[told].agent == printers[printer].agent
        return told if told is not None and same else printer

    async def _settle_left(self, printer: str, holding: set[str]) -> None:
        for row in await self._deps.log.read("deliveries_begun", channel=CHANNEL):
            if row["address"] == printer and row["id"] not in holding:
                took = row["via"] or printer
                self._left[took] = job_of(self._deps, row, 0).paper
                self._deps.agents.wake("printer", took)
                await self._mark(row["id"], "unknown", "interrupted")

    async def _mark(self, job: str, state: JobState, reason: str) -> bool:
        return await mark(self._deps, job, state, reason)

    async def _run(self, statement: str, **values: Any) -> bool:
        values["now"] = self._deps.clock.real()
        return await self._deps.log.run(lambda tx: tx.execute(statement, **values)) > 0
