"""One configured printer: makes the bytes of a ticket, asks the printer how it is, hands the bytes over.

Belongs to its worker's thread; only there are Pillow and the device's library loaded.
"""

from __future__ import annotations

import time

from printers import escpos
from printers.encoding import encode
from printers.settings import PrinterSettings
from printers.status import ASK, Status, read
from printers.ticket import TicketPaper
from queue_server.devices import Device, WriteFailed, open_device

_ANSWER_S = 0.3  # a printer answers in a few milliseconds; one that cannot would cost this once
_FRESH_S = 1.0  # an answer so young is believed without asking again


class Printer:
    """Settings, encoder and device together."""

    def __init__(self, name: str, settings: PrinterSettings) -> None:
        """Opens nothing and loads nothing. Raises AddressError for settings that cannot work."""
        self.name = name
        self._settings = settings
        self._address = settings.address(name)
        self._device: Device | None = None
        self._talks = False  # has answered once: silence then means trouble
        self._silent_since_open = False
        self._fresh_until = 0.0
        self._fresh = Status("unknown")
        self._torn = 0  # length of a job that went out in part

    def encode(self, paper: TicketPaper) -> bytes:
        """The bytes that print this ticket (a PNG for draw:, nothing for none:)."""
        return encode(self._settings, paper)

    def look(self, *, before_job: bool = False) -> Status:
        """Open the device if need be and ask the printer how it is. Raises DeviceError when it is out of reach.

        ``before_job``: do not ask again what was answered a moment ago, nor one that did not answer.
        """
        if self._device is None:
            self._device = open_device(self._address)
        device = self._device
        if not device.is_open:
            self._silent_since_open = False
            self._fresh_until = 0.0
            device.open()
        if not device.two_way:
            return Status("ready")
        if not self._address.ask:
            return Status("unknown", "not_asked")
        if before_job and time.monotonic() < self._fresh_until:
            return self._fresh
        if before_job and self._silent_since_open and not self._talks:
            return Status("unknown", "no_answer")
        status = read(device.ask(b"".join(ASK), len(ASK), _ANSWER_S))
        if status.reason == "no_answer":
            self._silent_since_open = True
            return Status("error", "no_answer") if self._talks else status
        self._talks = True
        if status.state == "ready":
            self._fresh, self._fresh_until = status, time.monotonic() + _FRESH_S
        return status

    def mend(self) -> None:
        """Before a job: finish what a failed one left in the printer. Raises DeviceError; no job has begun then.

        A printer cut off inside a picture takes the next ticket's first bytes for dots. So it is fed as many empty
        bytes as could be missing (outside of a picture they mean nothing), reset, and the torn paper is cut off.
        """
        if self._torn and self._device is not None:
            self._device.write(bytes(self._torn) + escpos.RESET + escpos.CUT_OFF, "mend")
        self._torn = 0

    def send(self, data: bytes, name: str) -> None:
        """Hand the bytes of the job ``name`` to the open device. Raises WriteFailed."""
        assert self._device is not None, "look() opens it"
        try:
            self._device.write(data, name)
        except WriteFailed as error:
            if error.written and self._address.kind != "draw":
                self._torn = len(data)
            raise

    def close(self) -> None:
        """Let go of the device; the next `look` opens it again."""
        if self._device is not None:
            self._device.close()
