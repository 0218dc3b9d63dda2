"""What a worker is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from printers.ticket import TicketPaper
from queue_server.devices import DeviceError, State, Status

_STATES: dict[str, State] = {
    "unplugged": "unplugged",
    "unreachable": "offline",
    "broken": "offline",
    "not_ready": "offline",
}


class Result(msgspec.Struct, frozen=True):
    """What became of a job."""

    state: Literal["sent", "confirmed", "unknown", "failed", "dropped"]
    """``confirmed``: the printer said that it is printed and cut. ``sent``: every byte is handed over, and this
    printer cannot say more. ``unknown``: bytes went out and nobody knows what became of them. ``failed``: certainly no
    byte went out. ``dropped``: `Task.start` said that it is not wanted any more."""
    reason: str = ""
    """The word of the printer's trouble (`word`); also ``layout`` (cannot be drawn), ``not_confirmed``,
    ``not_recorded``, ``stuck``, ``bug``."""
    retry: bool = False
    """``failed``: whether trying again makes sense."""
    retry_after_s: float = 0.0
    detail: str = ""


class Task(msgspec.Struct, frozen=True):
    """A job for a worker. The callbacks run in a thread of the worker's."""

    id: str
    paper: TicketPaper
    start: Callable[[], bool]
    """Called once, just before the first byte; False: do not print."""
    done: Callable[[Result], None]
    """Called exactly once, unless the worker is stopped first."""
    late: Callable[[], None] = lambda: None
    """Called when the printer says afterwards that it printed a job that was ``unknown``: it is ``confirmed`` then."""


def seen(error: DeviceError) -> Status:
    """The state a failure of the device shows."""
    return Status(_STATES.get(error.reason, "error"), error.reason, detail=error.detail)


def word(status: Status) -> str:
    """A trouble in one word, for a job's reason."""
    return status.reason or status.state
