"""Hall time, and stepping it where it is simulated: for training, tests and replays of recorded days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from queue_server import contract
from queue_server.web import Call, ProblemError

from .times import milliseconds

FARTHEST_MS = 400 * 24 * 3_600_000
"""The longest step. A slip of the pen in the year must not end the training."""


async def show(call: Call[Any]) -> contract.ClockAnswer:
    """``GET /api/v1/clock``"""
    return _answer(call)


async def step(call: Call[contract.ClockBody]) -> contract.ClockAnswer:
    """``POST /api/v1/clock``: forward only, and only where the hall runs with ``--clock``."""
    clock = call.deps.clock
    if not clock.simulated:
        raise ProblemError("clock_is_real", 409)
    try:
        to = milliseconds(call.body.to)
    except (ValueError, OverflowError):
        raise ProblemError("invalid_time", 422, at=call.body.to) from None
    now = clock.now()
    if to - now > FARTHEST_MS:
        raise ProblemError("invalid_time", 422, at=call.body.to)
    if not clock.step_to(to):
        raise ProblemError("clock_not_back", 409, now=_text(call, now))
    return _answer(call)


def _answer(call: Call[Any]) -> contract.ClockAnswer:
    clock = call.deps.clock
    return contract.ClockAnswer(
        now=_text(call, clock.now()), speed=float(clock.speed), simulated=clock.simulated
    )


def _text(call: Call[Any], at: int) -> str:
    return datetime.fromtimestamp(at / 1000, call.deps.zone).isoformat(timespec="milliseconds")
