"""Jobs for devices behind an agent: a program beside the printer that fetches what it is to print.

A job is marked as begun, durably, before it goes out on the stream: a line that breaks then leaves it unknown,
never printed twice. The agent reports what became of it.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
from aiohttp import web

from printers.printing import CHANNEL, job_of
from queue_server import contract
from queue_server.web import Call, ProblemError

LOOK_SECONDS = 0.5
QUIET_LOOKS = 10
"""Looks without a job after which a comment keeps the line alive."""


def _device(call: Call[Any]) -> str:
    """The device of the route. Raises 404 for one that is no agent's printer of the site."""
    name = call.params["device"]
    printer = call.deps.settings.printers.get(name)
    if printer is None or printer.site != call.state.site or printer.agent is None:
        raise ProblemError("unknown_device", 404, device=name)
    return name


async def jobs(call: Call[Any]) -> web.StreamResponse:
    """``GET …/devices/{device}/jobs``: ``event: job`` with the id, the paper, and how long it is worth printing."""
    device = _device(call)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(call.request)
    await response.write(b": jobs\n\n")
    quiet = 0
    while True:
        now = time.time_ns() // 1_000_000
        rows = await call.deps.log.read("deliveries_due", channel=CHANNEL, address=device, now=now, limit=20)
        for row in rows:
            job = job_of(call.deps, row, now)
            if job.expires_ms <= now:
                await _mark(call, job.id, "expired", "too_old")
            elif await _mark(call, job.id, "sending", None):
                data = {
                    "id": job.id,
                    "kind": job.kind,
                    "seconds": (job.expires_ms - now) // 1000,
                    "paper": job.paper,
                }
                await response.write(
                    b"event: job\nid: %s\ndata: %s\n\n" % (job.id.encode(), msgspec.json.encode(data))
                )
        quiet = 0 if rows else quiet + 1
        if quiet >= QUIET_LOOKS:
            quiet = 0
            await response.write(b": waiting\n\n")
        await asyncio.sleep(LOOK_SECONDS)


async def outcome(call: Call[contract.JobOutcomeBody]) -> contract.JobAnswer:
    """``POST …/jobs/{job}``: what became of it."""
    device = _device(call)
    rows = await call.deps.log.read("delivery", id=call.params["job"])
    if not rows or rows[0]["address"] != device or rows[0]["site"] != call.state.site:
        raise ProblemError("unknown_job", 404)
    taken = await _mark(call, call.params["job"], call.body.state, call.body.reason)
    return contract.JobAnswer(taken=taken)


async def _mark(call: Call[Any], job: str, state: str, reason: str | None) -> bool:
    values = {
        "id": job,
        "state": state,
        "reason": reason,
        "next_at": 0,
        "tried": int(state == "sending"),
        "now": time.time_ns() // 1_000_000,
    }
    return await call.deps.log.run(lambda tx: tx.execute("mark_delivery", **values)) > 0


HANDLERS = {"jobs": jobs, "job": outcome}
