"""How papers ended: counted, and a line of the log for each that did not come out for certain."""

from __future__ import annotations

import logging
from contextlib import suppress

import msgspec

from printers.jobs import JobState
from printers.ticket import TicketPaper
from queue_server.log import LogError
from queue_server.web import Deps

logger = logging.getLogger(__name__)


async def tell_end(deps: Deps, job: str, state: JobState, reason: str) -> None:
    """A job of the table has ended so, durably."""
    deps.figures.papers[state] += 1
    if state in ("sent", "confirmed"):
        return
    number = printer = "?"
    with suppress(LogError):
        row = (await deps.log.read("delivery", id=job))[0]
        number = msgspec.json.decode(row["body"], type=TicketPaper).number
        printer = row["via"] or row["address"]
    logger.warning("paper of %s: %s, printer %s", number, f"{state}/{reason}" if reason else state, printer)
