"""Paper for the hall: follows the log, plans tickets, and keeps the printers fed from the log's deliveries.

The spool and its workers are threads, the log lives on the event loop: ``_Store`` is the bridge. A job's life is
counted in hall time in the table and in real time in the spool.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Literal, TypeVar

import msgspec

from printers.jobs import JobState, PrintJob, job_id
from printers.printer import Printer
from printers.settings import printer_settings
from printers.spool import Spool
from printers.status import Status
from printers.ticket import TicketPaper
from printers.wording import Wording
from printers.worker import Worker
from queue_server.devices import AddressError
from queue_server.domain.events import Event, TicketIssued, TicketReprinted
from queue_server.domain.state import SiteState
from queue_server.log import Deliveries, Delivery, Follower
from queue_server.web import Deps

logger = logging.getLogger(__name__)

T = TypeVar("T")
CHANNEL = "print"
COMMIT_SECONDS = 5.0
"""The longest a printer's thread waits for a commit."""


class Printing:
    """The printers of the installation. ``start`` after the sites are served, ``stop`` before the log closes."""

    def __init__(self, deps: Deps) -> None:
        """Opens nothing; a printer whose settings cannot work is left out and shown in ``warnings``."""
        self._deps = deps
        self._wording = Wording(deps.settings, deps.texts, deps.zone)
        self._deliveries = Deliveries(deps.log)
        self._follower = Follower(deps.log, "printers", self.plan, self._deliveries)
        self._workers: dict[str, Worker] = {}
        self._feeding: asyncio.Task[None] | None = None
        self.warnings: list[str] = []
        for name, configured in deps.settings.printers.items():
            if configured.device.startswith("none:") or configured.agent is not None:
                continue
            try:
                printer = Printer(name, printer_settings(deps.settings, name))
            except (AddressError, OSError) as error:
                self.warnings.append(str(error))
                continue
            self._workers[name] = Worker(printer, on_status=self._status_changed)
        self._spool = Spool(
            _Store(deps, asyncio.get_running_loop()),
            self._workers,
            lambda: time.time_ns() // 1_000_000,
            fallbacks={name: p.fallback for name, p in deps.settings.printers.items() if p.fallback},
        )

    # --- what pages and commands ask ---

    def state_for(self, printer: str | None) -> Literal["queued", "none", "unavailable"]:
        """Whether a ticket for this printer gets paper now."""
        if printer is None or not self._known(printer):
            return "none"
        fallback = self._deps.settings.printers[printer].fallback
        workers = [self._workers[name] for name in (printer, fallback) if name in self._workers]
        return "unavailable" if workers and all(worker.in_trouble for worker in workers) else "queued"

    def printer_for(self, site: str, wanted: str | None, kiosk: str | None) -> str | None:
        """The printer of a reprint: the wanted one, else that of the ticket's kiosk, else the site's first."""
        printers = self._deps.settings.printers
        if wanted is not None:
            return wanted if wanted in printers and printers[wanted].site == site else None
        if kiosk is not None:
            found = self._deps.settings.sites[site].kiosks.get(kiosk)
            if found is not None and found.printer is not None and self._known(found.printer):
                return found.printer
        return next((name for name, p in printers.items() if p.site == site and self._known(name)), None)

    def owes(self, site: str, ticket: str) -> bool:
        """Whether paper was promised for the ticket a moment ago and its job is not in the log yet."""
        return self._follower.owes(site, ticket)

    def statuses(self) -> dict[str, Status]:
        """The state of every printer, for staff and metrics."""
        return {name: worker.status for name, worker in self._workers.items()}

    def _known(self, printer: str) -> bool:
        return printer in self._workers or self._deps.settings.printers[printer].agent is not None

    # --- the reader ---

    def plan(self, event: Event, state: SiteState) -> Sequence[Delivery]:
        """What an event owes to paper. Pure but for the configuration, which does not change."""
        rules = state.rules
        if rules is None:
            return ()
        if type(event) is TicketIssued and event.print == "queued":
            kiosk = self._deps.settings.sites[state.site].kiosks.get(event.kiosk or "")
            printer = event.printer or (None if kiosk is None else kiosk.printer)
            return () if printer is None else (self._owe(event, state, printer, "ticket"),)
        if type(event) is TicketReprinted:
            return (self._owe(event, state, event.printer, "reprint"),)
        return ()

    def _owe(
        self,
        event: TicketIssued | TicketReprinted,
        state: SiteState,
        printer: str,
        kind: Literal["ticket", "reprint"],
    ) -> Delivery:
        assert state.rules is not None
        if isinstance(event, TicketIssued):
            paper = self._wording.issued(event, state.rules, printer)
        else:
            paper = self._wording.reprinted(event, state.tickets[event.ticket], state.rules, printer)
        life = self._deps.settings.printers[printer].expires_s * 1000
        return Delivery(
            id=job_id(state.site, event.ticket, kind, event.seq, printer),
            site=state.site,
            seq=event.seq,
            channel=CHANNEL,
            kind=kind,
            address=printer,
            expires_at=event.at + int(life * max(1.0, self._deps.clock.speed)),
            body=msgspec.json.encode(paper).decode(),
            ticket=event.ticket,
        )

    # --- running ---

    async def start(self) -> None:
        """Decide about what a dead process left, then print what is owed."""
        for worker in self._workers.values():
            worker.start()
        await asyncio.to_thread(self._spool.recover)
        await self._follower.start()
        self._spool.start()
        self._feeding = asyncio.create_task(self._feed())

    async def stop(self) -> None:
        """Finish what is in the printers' hands, within a bound."""
        if self._feeding is not None:
            self._feeding.cancel()
        await self._follower.stop()
        await asyncio.to_thread(self._stop_threads)

    def _stop_threads(self) -> None:
        self._spool.stop()
        for worker in self._workers.values():
            worker.stop()

    async def _feed(self) -> None:
        while True:
            await self._deliveries.planned(CHANNEL, 5.0)
            self._spool.wake()

    def _status_changed(self, printer: str, status: Status) -> None:
        logger.info("printer %s: %s %s", printer, status.state, status.reason)
        self._spool.status_changed(printer, status)


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


class _Store:
    """The spool's jobs in the log's deliveries. ``queued`` is ``pending`` there. Called from threads."""

    def __init__(self, deps: Deps, loop: asyncio.AbstractEventLoop) -> None:
        self._deps = deps
        self._loop = loop

    def take(self, now: int, printer: str, limit: int) -> list[PrintJob]:
        """Due jobs, oldest first; the expired too. Taking changes nothing."""
        rows = self._wait(
            self._deps.log.read("deliveries_due", channel=CHANNEL, address=printer, now=now, limit=limit)
        )
        return [job_of(self._deps, row, now) for row in rows]

    def sending(self, printer: str) -> list[PrintJob]:
        """Jobs that a dead process had begun."""
        rows = self._wait(self._deps.log.read("deliveries_open", channel=CHANNEL))
        now = time.time_ns() // 1_000_000
        return [
            job_of(self._deps, row, now)
            for row in rows
            if row["state"] == "sending" and row["address"] == printer
        ]

    def mark(self, job_id: str, state: JobState, reason: str = "", *, next_at: int | None = None) -> bool:
        """Set a job's state, durably; False when it has ended already."""
        values: dict[str, Any] = {
            "id": job_id,
            "state": "pending" if state == "queued" else state,
            "reason": reason or None,
            "next_at": next_at or 0,
            "tried": int(state == "queued"),
            "now": time.time_ns() // 1_000_000,
        }
        return self._wait(self._deps.log.run(lambda tx: tx.execute("mark_delivery", **values))) > 0

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(COMMIT_SECONDS)
