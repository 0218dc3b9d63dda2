"""Hall time. A simulated one is stepped: for training, tests and replays of recorded days. The real one follows a
step of the wall clock when a leader says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain.events import HallTimeStepped
from queue_server.hall.times import milliseconds
from queue_server.web import Call, ProblemError

FARTHEST_MS = 400 * 24 * 3_600_000
"""The longest step. A slip of the pen in the year must not end the training."""


async def show(call: Call[Any]) -> contract.ClockAnswer:
    """``GET /api/v1/clock``"""
    return _answer(call)


async def step(call: Call[contract.ClockBody]) -> contract.ClockAnswer:
    """``POST /api/v1/clock``: where the hall runs with ``--clock`` forward to ``to``; else see ``_follow``."""
    clock, text = call.deps.clock, call.body.to
    if not clock.simulated:
        if text is not None:
            raise ProblemError("clock_is_real", 409)
        return await _follow(call)
    if text is None:
        raise ProblemError("invalid_body", where="$", reason="Object missing required field `to`")
    try:
        to = milliseconds(text)
    except (ValueError, OverflowError):
        raise ProblemError("invalid_time", 422, at=text) from None
    now = clock.now()
    if to - now > FARTHEST_MS:
        raise ProblemError("invalid_time", 422, at=text)
    if not clock.step_to(to):
        raise ProblemError("clock_not_back", 409, now=_text(call, now))
    return _answer(call)


async def _follow(call: Call[contract.ClockBody]) -> contract.ClockAnswer:
    """Hall time follows a step of the wall clock, which every site's log notes: a leader's act.

    The clock itself follows when the first of the events is heard (``app.py``), in every process of the hall.
    """
    clock, principal = call.deps.clock, call.principal
    clock.watch()
    step = clock.step
    if step and (principal.role != "admin" or principal.site is not None):
        raise ProblemError("forbidden")
    for site in call.deps.settings.sites:
        outcome = await call.execute(c.StepHallTime(milliseconds=step), site=site)
        # of a request that comes again: the step that was followed the first time
        step = next(event.milliseconds for event in outcome.events if isinstance(event, HallTimeStepped))
    return _answer(call)


def _answer(call: Call[Any]) -> contract.ClockAnswer:
    clock = call.deps.clock
    return contract.ClockAnswer(
        now=_text(call, clock.now()), speed=float(clock.speed), simulated=clock.simulated
    )


def _text(call: Call[Any], at: int) -> str:
    return datetime.fromtimestamp(at / 1000, call.deps.zone).isoformat(timespec="milliseconds")
