"""The print jobs of an agent: what the spool takes its jobs from, as the server's own spool takes them from the log.

Leave is asked of the server just before the first byte. Only an answer that came in time lets a ticket be printed;
without one the leave is given back, and the job stays owed at the server.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable

import msgspec

from printers.jobs import JobState, Kind, PrintJob
from printers.ticket import TicketPaper
from queue_server import contract

from .link import Away, Link, Refused
from .outcomes import Outcomes

LEAVE_S = 4.0
"""The longest that a printer waits for leave."""
GRACE_S = 1.0
REMEMBERED = 500


def now_ms() -> int:
    """The agent's own time: setting the machine's clock changes nothing."""
    return int(time.monotonic() * 1000)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A job as the server's stream offers it."""

    id: str
    kind: Kind
    number: str
    seconds: float
    """How long it is worth printing, from now."""
    paper: TicketPaper


class _Held:
    """A job that is known here."""

    __slots__ = ("job", "leave", "next_at")

    def __init__(self, job: PrintJob) -> None:
        self.job = job
        self.leave = ""
        """Of which it may be that the server has granted it."""
        self.next_at = 0


class RemoteJobs:
    """A `JobStore` of which the server is the memory. ``Spool`` calls it from threads."""

    def __init__(self, site: str, link: Link, outcomes: Outcomes, path: Callable[[str, str], str]) -> None:
        self._site = site
        self._link = link
        self._outcomes = outcomes
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}
        self._ended: dict[str, str] = {}
        """Job → printer, for what a printer says late."""
        self._connected: set[str] = set()

    # --- from the stream ---

    def connect(self, printer: str, *, connected: bool) -> None:
        """Whether the printer's stream reaches us: without it there is no leave, and nothing is begun."""
        with self._lock:
            (self._connected.add if connected else self._connected.discard)(printer)

    def is_connected(self, printer: str) -> bool:
        """Whether the printer's stream reaches us."""
        return printer in self._connected

    def offer(self, printer: str, offer: Offer) -> None:
        """The server owes this paper; it may have said so before."""
        now = now_ms()
        job = PrintJob(
            id=offer.id,
            site=self._site,
            ticket_id="",
            number=offer.number,
            kind=offer.kind,
            printer=printer,
            seq=0,
            paper=offer.paper,
            at_ms=now,
            expires_ms=now + int(offer.seconds * 1000),
        )
        with self._lock:
            held = self._held.get(job.id)
            if held is None:
                self._held[job.id] = _Held(job)
            else:
                held.job = job  # hall time may have been stepped

    def holding(self, printer: str) -> list[str]:
        """What may have begun and of which the server does not know the outcome."""
        with self._lock:
            begun = {
                held.job.id for held in self._held.values() if held.leave and held.job.printer == printer
            }
        return sorted(begun | self._outcomes.jobs(printer))

    def abandon(self) -> None:
        """The devices were stopped: what had begun and has no outcome is ``unknown``."""
        with self._lock:
            begun = [held.job.id for held in self._held.values() if held.leave]
        for job in begun:
            self.mark(job, "unknown", "interrupted")

    # --- for the spool ---

    def take(self, now: int, printer: str, limit: int) -> list[PrintJob]:
        """See `JobStore`. Nothing while the server is away."""
        with self._lock:
            if printer not in self._connected:
                return []
            due = [
                held.job
                for held in self._held.values()
                if held.job.printer == printer and not held.leave and held.next_at <= now
            ]
        return due[:limit]

    def begin(self, job_id: str, printer: str) -> bool:
        """See `JobStore`. Durable when it is leave."""
        with self._lock:
            held = self._held.get(job_id)
        return held is not None and self._ask(held, printer)

    def mark(self, job_id: str, state: JobState, reason: str = "", *, next_at: int | None = None) -> bool:
        """See `JobStore`. Kept until the server knows it."""
        with self._lock:
            held = self._held.get(job_id)
        if state == "queued":
            if held is None:
                return False
            self._give_back(held, next_at or 0)
            return True
        with self._lock:
            if held is not None:
                self._ended[job_id] = held.job.printer
                while len(self._ended) > REMEMBERED:
                    self._ended.pop(next(iter(self._ended)))
            printer = self._ended.get(job_id)
        if printer is None:
            return False
        # first what the server is to be told, then forget that it is held: in between a stream may be opened
        word = contract.JobOutcomeBody(state=state, reason=reason[:40])
        self._outcomes.put(printer, job_id, self._path(printer, job_id), word)
        with self._lock:
            self._held.pop(job_id, None)
        return True

    def _ask(self, held: _Held, printer: str) -> bool:
        held.leave = leave = secrets.token_hex(8)
        asked = asyncio.run_coroutine_threadsafe(self._leave(held.job, leave, printer), self._loop)
        try:
            taken = asked.result(LEAVE_S + GRACE_S)
        except Exception:
            asked.cancel()
            self._give_back(held, 0)
            raise
        if not taken:
            with self._lock:
                self._held.pop(held.job.id, None)
        return taken

    async def _leave(self, job: PrintJob, leave: str, printer: str) -> bool:
        if job.printer not in self._connected:
            raise Away("the server is away")
        async with asyncio.timeout(LEAVE_S):
            await self._outcomes.tell(job.id)  # an earlier leave is given back first
            body = contract.JobOutcomeBody(state="sending", leave=leave, printer=printer)
            try:
                answer = await self._link.post(
                    self._path(job.printer, job.id), contract.JobAnswer, body, within_s=LEAVE_S
                )
            except Refused as error:
                if error.code == "unknown_job":
                    return False
                raise
        return answer.taken

    def _give_back(self, held: _Held, next_at: int) -> None:
        with self._lock:
            leave, held.leave = held.leave, ""
            held.next_at = next_at
        if leave:
            word = contract.JobOutcomeBody(state="queued", leave=leave)
            job = held.job
            self._outcomes.put(job.printer, job.id, self._path(job.printer, job.id), word)
