"""Paper for the hall: follows the log, plans tickets, and keeps the printers fed from the log's deliveries.

The spool and its workers are threads, the log lives on the event loop: ``table.Store`` is the bridge. How every
printer is stands in the book of devices, also of those that an agent drives.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

import msgspec

from printers import table
from printers.jobs import job_id
from printers.printer import Printer
from printers.quiet import Quiet
from printers.settings import printer_settings
from printers.spool import Spool, stop_all
from printers.table import CHANNEL
from printers.ticket import TicketPaper
from printers.upkeep import Upkeep
from printers.wording import Wording
from printers.worker import Worker
from queue_server import contract
from queue_server.devices import AddressError, Status
from queue_server.domain.events import Event, TicketIssued, TicketReprinted
from queue_server.domain.state import SiteState
from queue_server.log import Deliveries, Delivery, Follower, LogError
from queue_server.web import Deps

logger = logging.getLogger(__name__)

LOOK_S = 1.0
"""How old the count of waiting papers may be."""


class Printing:
    """The printers of the installation. ``start`` after the sites are served, ``stop`` before the log closes."""

    def __init__(self, deps: Deps) -> None:
        """Opens nothing. Writes every printer into the book of devices; one whose settings cannot work is left out
        of the rest and shown in ``warnings``."""
        self._deps = deps
        self._wording = Wording(deps.settings, deps.texts, deps.zone)
        self._deliveries = Deliveries(deps.log)
        self._follower = Follower(deps.log, "printers", self.plan, self._deliveries)
        self._workers: dict[str, Worker] = {}
        self._waiting: dict[str, int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        driven: dict[str, str] = {}
        """Printers that are this process's, with what takes over for each (empty: nothing does)."""
        self.warnings: list[str] = []
        for name, configured in deps.settings.printers.items():
            if configured.device.startswith("none:"):
                continue
            deps.devices.add(
                "printer",
                name,
                site=configured.site,
                names=configured.names,
                agent=configured.agent,
                fallback=configured.fallback,
            )
            if configured.agent is not None:
                continue
            driven[name] = configured.fallback or ""
            try:
                printer = Printer(name, printer_settings(deps.settings, name))
            except (AddressError, OSError) as error:
                self.warnings.append(str(error))
                deps.devices.set("printer", name, Status("error", "settings", detail=str(error)))
                continue
            self._workers[name] = Worker(printer, on_status=self._status_changed)
        holder = secrets.token_hex(8)
        self._upkeep = Upkeep(deps, self._workers, holder)
        self._spool = Spool(
            table.Store(deps, asyncio.get_running_loop(), holder),
            self._workers,
            deps.clock.real,
            fallbacks={name: other for name, other in driven.items() if other},
        )

    # --- what pages and commands ask ---

    def state_for(self, printer: str | None) -> Literal["queued", "none", "unavailable"]:
        """Whether a ticket for this printer gets paper now."""
        known = None if printer is None else self._deps.devices.get("printer", printer)
        if known is None:
            return "none"
        fallback = self._deps.devices.get("printer", known.fallback or "")
        works = known.status.works or (fallback is not None and fallback.status.works)
        return "queued" if works else "unavailable"

    def printer_for(self, site: str, wanted: str | None, kiosk: str | None) -> str | None:
        """The printer of a reprint: the wanted one, else that of the ticket's kiosk, else the site's first."""
        printers = self._deps.settings.printers
        if wanted is not None:
            return wanted if self._known(wanted) and printers[wanted].site == site else None
        if kiosk is not None:
            found = self._deps.settings.sites[site].kiosks.get(kiosk)
            if found is not None and found.printer is not None and self._known(found.printer):
                return found.printer
        return next((name for name, p in printers.items() if p.site == site and self._known(name)), None)

    def owes(self, site: str, ticket: str) -> bool:
        """Whether paper was promised for the ticket a moment ago and its job is not in the log yet."""
        return self._follower.owes(site, ticket)

    async def unprinted(self, site: str) -> list[contract.UnprintedTicket]:
        """The day's tickets whose last paper did not come out for certain and that have not ended, newest first."""
        return await table.unprinted(self._deps, site)

    def waiting(self, printer: str) -> int:
        """Papers that wait for a printer, a second ago."""
        return self._waiting.get(printer, 0)

    def _known(self, printer: str) -> bool:
        return self._deps.devices.get("printer", printer) is not None

    # --- the reader ---

    def plan(self, event: Event, state: SiteState) -> Sequence[Delivery]:
        """What an event owes to paper. Pure but for the configuration, which does not change."""
        rules = state.rules
        if rules is None:
            return ()
        if type(event) is TicketIssued and event.print != "none":
            kiosk = self._deps.settings.sites[state.site].kiosks.get(event.kiosk or "")
            printer = event.printer or (None if kiosk is None else kiosk.printer)
            if printer is None:
                return ()
            noted = self._note(event, state.site, printer, "ticket")
            if event.print == "unavailable" or not self._known(printer):
                return (noted,)
            return (self._owed(noted, event, self._wording.issued(event, rules, printer)),)
        if type(event) is TicketReprinted:
            noted = self._note(event, state.site, event.printer, "reprint")
            if not self._known(event.printer):
                return (noted,)
            ticket = state.tickets[event.ticket]
            paper = self._wording.reprinted(event, ticket, rules, event.printer)
            return (self._owed(noted, event, paper),)
        return ()

    def _note(
        self,
        event: TicketIssued | TicketReprinted,
        site: str,
        printer: str,
        kind: Literal["ticket", "reprint"],
    ) -> Delivery:
        """A paper that no printer can be asked for: staff are told, and print it when one works again."""
        return Delivery(
            id=job_id(site, event.ticket, kind, event.seq, printer),
            site=site,
            seq=event.seq,
            channel=CHANNEL,
            kind=kind,
            address=printer,
            expires_at=event.at,
            ticket=event.ticket,
            state="unavailable",
        )

    def _owed(self, noted: Delivery, event: TicketIssued | TicketReprinted, paper: TicketPaper) -> Delivery:
        life = self._deps.settings.printers[noted.address].expires_s * 1000
        return msgspec.structs.replace(
            noted,
            state="pending",
            expires_at=event.at + int(life * max(1.0, self._deps.clock.speed)),
            body=msgspec.json.encode(paper).decode(),
        )

    # --- running ---

    async def start(self) -> None:
        """Print what is owed, once it is decided what a dead process left. Raises ``LogError``."""
        self._tasks.append(asyncio.create_task(self._upkeep.run()))
        for worker in self._workers.values():
            worker.start()
        await self._follower.start()
        self._spool.start()
        self._tasks.append(asyncio.create_task(self._feed()))

    async def stop(self) -> None:
        """Finish what is in the printers' hands, within a bound."""
        for task in self._tasks:
            task.cancel()
        await self._follower.stop()
        await asyncio.to_thread(self._stop_threads)

    def _stop_threads(self) -> None:
        self._spool.stop()
        stop_all(self._workers.values())
        with suppress(LogError):  # what the last jobs could not write down; else the next start decides
            self._spool.write_down()

    async def _feed(self) -> None:
        quiet = Quiet(logger, "waiting papers cannot be counted")
        while True:
            await self._deliveries.planned(CHANNEL, LOOK_S)
            self._spool.wake()
            self._deps.agents.wake_all("printer")
            try:
                self._waiting = await table.waiting(self._deps)
                quiet.well()
            except LogError as error:
                quiet.failed(error)

    def _status_changed(self, printer: str, status: Status) -> None:
        self._deps.devices.set("printer", printer, status)
        self._spool.status_changed(printer, status)
