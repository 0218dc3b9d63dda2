"""Papers as rows of the log's deliveries. A job's life is counted in hall time there and in real time in the spool."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from printers.ends import tell_end
from printers.jobs import JobState, PrintJob
from printers.ticket import TicketPaper
from queue_server import contract
from queue_server.domain.state import shown
from queue_server.log import LogUnavailable
from queue_server.web import Deps

T = TypeVar("T")
CHANNEL = "print"
COMMIT_SECONDS = 5.0
"""The longest a printer's thread waits for a commit."""
MOST_UNPRINTED = 50
LONG_MS = 60_000
"""No paper is under way for so long: what has begun earlier and has no end is doubtful."""
_ENDED = ("done", "cancelled", "expired")


def job_of(deps: Deps, row: dict[str, Any], now: int) -> PrintJob:
    """A row of deliveries as a job; the holder's address is derived anew, hall time becomes real time (``now``)."""
    site, ticket = row["site"], row["ticket"]
    paper = msgspec.json.decode(row["body"], type=TicketPaper)
    clock = deps.clock
    left = (row["expires_at"] - clock.now()) / (clock.speed or 1.0)
    return PrintJob(
        id=row["id"],
        site=site,
        ticket_id=ticket,
        number=paper.number,
        kind=row["kind"],
        printer=row["address"],
        seq=row["seq"],
        paper=msgspec.structs.replace(paper, qr=deps.ticket_url(site, ticket)),
        at_ms=row["created_at"],
        expires_ms=now + int(left),
        tries=row["tries"],
    )


async def mark(
    deps: Deps, job: str, state: JobState, reason: str = "", *, next_at: int = 0, holder: str = ""
) -> bool:
    """Set a job's state, durably; False when it has ended already, or another process than ``holder`` has begun it.

    ``next_at``: real time, ms UTC; ``holder``: the name of this process, empty for an agent's job.
    """
    values: dict[str, Any] = {
        "id": job,
        "state": "pending" if state == "queued" else state,
        "reason": reason or None,
        "next_at": next_at,
        "tried": int(state == "queued"),
        "now": deps.clock.real(),
        "holder": holder,
    }
    taken = await deps.log.run(lambda tx: tx.execute("mark_delivery", **values)) > 0
    if taken and state != "queued":
        await tell_end(deps, job, state, reason)
    return taken


async def waiting(deps: Deps) -> dict[str, int]:
    """Papers that wait, by printer."""
    rows = await deps.log.read("deliveries_waiting", channel=CHANNEL)
    return {row["address"]: row["waiting"] for row in rows}


async def unprinted(deps: Deps, site: str) -> list[contract.UnprintedTicket]:
    """The day's tickets whose last paper did not come out for certain and that have not ended, newest first."""
    state = deps.log.view(site)
    stale = deps.clock.real() - LONG_MS
    rows = await deps.log.read(
        "deliveries_doubtful", channel=CHANNEL, site=site, after=state.opened_seq, stale=stale
    )
    found = []
    for row in rows:
        ticket = state.tickets.get(row["ticket"])
        if ticket is None or shown(ticket.facts) in _ENDED:
            continue
        endless = row["state"] == "sending"
        found.append(
            contract.UnprintedTicket(
                ticket=ticket.id,
                number=ticket.number,
                printer=row["via"] or row["address"],
                state="unknown" if endless else row["state"],
                reason="not_confirmed" if endless else row["reason"] or "",
                at=_hall_time(deps, row["updated_at"]),
            )
        )
    return found[:MOST_UNPRINTED]


def _hall_time(deps: Deps, real_ms: int) -> str:
    """The hall's time at a moment of real time (ms UTC), RFC 3339: they differ while a day is played."""
    clock = deps.clock
    hall = clock.now() - (clock.real() - real_ms) * clock.speed
    return datetime.fromtimestamp(int(hall / 1000), deps.zone).isoformat()


class Store:
    """The spool's jobs in the log's deliveries. ``queued`` is ``pending`` there. Called from threads.

    Several processes may share the table: who has begun a job stands in its row, and while a process has one on a
    printer the others take none for it.
    """

    def __init__(self, deps: Deps, loop: asyncio.AbstractEventLoop, holder: str) -> None:
        """``holder``: the name of this process, another one at each start."""
        self._deps = deps
        self._loop = loop
        self._holder = holder

    def take(self, now: int, printer: str, limit: int) -> list[PrintJob]:
        """Due jobs, oldest first; the expired too. Taking changes nothing."""
        keys = {"channel": CHANNEL, "address": printer, "now": now, "limit": limit, "holder": self._holder}
        rows = self._wait(self._deps.log.read("deliveries_due_alone", **keys))
        return [job_of(self._deps, row, now) for row in rows]

    def begin(self, job_id: str, printer: str) -> bool:
        """Whether this process, and no other, may print the job now: durable when it is yes."""
        values: dict[str, Any] = {
            "id": job_id,
            "channel": CHANNEL,
            "holder": self._holder,
            "via": printer,
            "now": self._deps.clock.real(),
            "hall": self._deps.clock.now(),
        }
        return self._wait(self._deps.log.run(lambda tx: tx.execute("begin_delivery", **values))) > 0

    def mark(self, job_id: str, state: JobState, reason: str = "", *, next_at: int | None = None) -> bool:
        """Set a job's state, durably; False when it is not this process's or has ended already."""
        return self._wait(mark(self._deps, job_id, state, reason, next_at=next_at or 0, holder=self._holder))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Raises ``LogUnavailable``, also when it takes too long: nobody knows then whether it was written."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(COMMIT_SECONDS)
        except TimeoutError:
            future.cancel()
            raise LogUnavailable("busy") from None
