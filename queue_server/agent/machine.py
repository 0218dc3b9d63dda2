"""The devices of this machine: the same spool, workers and lines as on the server, with the server as their memory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec

from buttons.line import Line
from buttons.settings import ButtonsSettings
from printers.printer import Printer
from printers.settings import PrinterSettings
from printers.spool import Spool, stop_all
from printers.ticket import TicketPaper
from printers.worker import Worker
from queue_server import contract
from queue_server.contract.devices import LONGEST_S
from queue_server.devices import AddressError, Status
from queue_server.devices.telling import log_change

from .jobs import RemoteJobs, now_ms
from .link import Link
from .outcomes import Outcomes

logger = logging.getLogger("matanai.agent")

STOP_S = 8.0
"""The longest that stopping waits for tickets under way, of all printers together."""
LEAVE_S = 1.0
"""And then for the threads to find their devices closed."""
S = TypeVar("S")
Device = tuple[Literal["printer", "buttons"], str]
"""Kind and id."""
Papers = Mapping[str, TicketPaper]
"""By printer: what was begun and not finished."""


class Machine:
    """What one setup asks for. Made, started and stopped on the event loop; the devices have threads of their own."""

    def __init__(
        self,
        setup: contract.AgentSetup,
        link: Link,
        outcomes: Outcomes,
        on_status: Callable[[Device], None],
        on_press: Callable[[str, str, str, float], None],
    ) -> None:
        """``on_status(device)``, ``on_press(line, counter, action, monotonic s)``: called on the event loop.

        A device whose settings cannot work is left out, and told as an error of that device.
        """
        self.setup = setup
        self.states: dict[Device, tuple[Status, int]] = {}
        """How each device is, and since when (`now_ms`)."""
        self._unknown: dict[Device, tuple[str, int]] = {}
        """The last bytes of a line that stand in no table, and when (`now_ms`)."""
        self._loop = asyncio.get_running_loop()
        self._on_status = on_status
        self._on_press = on_press
        self.jobs = RemoteJobs(setup.site, link, outcomes, self.job_path)
        self.lines: dict[str, Line] = {}
        self._workers: dict[str, Worker] = {}
        for name, keys in setup.printers.items():
            self._status(("printer", name), Status("unknown", "starting"))
            try:
                settings = _settings(keys, PrinterSettings)
                self._workers[name] = Worker(
                    Printer(name, settings),
                    size=settings.queue,
                    now_ms=now_ms,
                    on_status=self._printer_status,
                )
            except (AddressError, msgspec.ValidationError) as error:
                self._left_out(("printer", name), error)
        for name, keys in setup.buttons.items():
            self._status(("buttons", name), Status("unknown", "starting"))
            try:
                self.lines[name] = Line(
                    name,
                    _settings(keys, ButtonsSettings),
                    partial(self._pressed, name),
                    partial(self._line_status, name),
                    partial(self._line_unknown, name),
                )
            except (AddressError, msgspec.ValidationError) as error:
                self._left_out(("buttons", name), error)
        self.spool = Spool(self.jobs, self._workers, now_ms, fallbacks=setup.fallbacks)

    def device_path(self, device: str, what: str) -> str:
        """An address of the API about a device."""
        return f"/api/v1/sites/{self.setup.site}/devices/{device}/{what}"

    def job_path(self, printer: str, job: str) -> str:
        """Where the outcome of a job is told."""
        return self.device_path(printer, f"jobs/{job}")

    def start(self, torn: Papers) -> None:
        """Open the devices, each in its thread. ``torn``: what `stop` gave back last."""
        for name, paper in torn.items():
            self.interrupted(name, paper)
        for worker in self._workers.values():
            worker.start()
        self.spool.start()
        for line in self.lines.values():
            line.start()

    async def stop(self) -> Papers:
        """Finish what is in the printers' hands, within a bound; the papers left in the middle, by printer.

        Afterwards nothing more is written here: the printers may get another owner.
        """
        lines = asyncio.gather(*(asyncio.to_thread(line.stop) for line in self.lines.values()))
        torn = await asyncio.to_thread(self._stop_printing)
        await lines
        return torn

    def _stop_printing(self) -> Papers:
        workers = self._workers.values()
        self.spool.stop(LEAVE_S)
        stop_all(workers, STOP_S)
        torn = {name: worker.leave() for name, worker in self._workers.items()}
        stop_all(workers, LEAVE_S)
        self.jobs.abandon()
        return {name: paper for name, paper in torn.items() if paper is not None}

    def interrupted(self, printer: str, paper: TicketPaper) -> None:
        """An earlier process died while it printed this: the printer may wait for the rest."""
        if (worker := self._workers.get(printer)) is not None:
            worker.interrupted(paper)

    def status_body(self, device: Device) -> contract.DeviceStatusBody:
        """How a device is, for the server."""
        status, since = self.states[device]
        unknown, came = self._unknown.get(device, ("", now_ms()))
        return contract.DeviceStatusBody(
            kind=device[0],
            state=status.state,
            reason=status.reason[:40],
            for_seconds=min((now_ms() - since) / 1000, LONGEST_S),
            unknown_bytes=unknown,
            unknown_seconds=min((now_ms() - came) / 1000, LONGEST_S),
        )

    # --- from the devices' threads ---

    def _printer_status(self, name: str, status: Status) -> None:
        self.spool.status_changed(name, status)
        self._loop.call_soon_threadsafe(self._status, ("printer", name), status)

    def _line_status(self, name: str, status: Status) -> None:
        self._loop.call_soon_threadsafe(self._status, ("buttons", name), status)

    def _line_unknown(self, name: str, data: str) -> None:
        self._loop.call_soon_threadsafe(self._take_unknown, ("buttons", name), data)

    def _pressed(self, name: str, counter: str, action: str, at: float) -> None:
        self._loop.call_soon_threadsafe(self._on_press, name, counter, action, at)

    # --- on the event loop ---

    def _left_out(self, device: Device, error: Exception) -> None:
        logger.error("%s %s is left out: %s", *device, error)
        self._status(device, Status("error", "settings", detail=str(error)))

    def _take_unknown(self, device: Device, data: str) -> None:
        self._unknown[device] = (data, now_ms())
        self._on_status(device)

    def _status(self, device: Device, status: Status) -> None:
        before = self.states.get(device)
        if before is not None and (before[0].state, before[0].reason) == (status.state, status.reason):
            return
        self.states[device] = (status, now_ms())
        if before is not None:
            log_change(logger, f"{device[0]} {device[1]}", before[0], status)
            self._on_status(device)


def _settings(keys: dict[str, Any], type_: type[S]) -> S:
    return msgspec.json.decode(msgspec.json.encode(keys), type=type_)
