"""What every kind of device can do, and how it fails.

Opening, writing and reading all end in finite time, and a failed write tells how many bytes had gone out, because
that decides whether a ticket may be printed again. Where only the kernel decides how long a call takes (opening or
closing a port whose adapter is dying: up to half a minute), the caller's watchdog has to look on.
"""

from __future__ import annotations

import importlib
import time
from abc import ABC, abstractmethod

from .addresses import Address

_CLASSES = {
    "tcp": "queue_server.devices.tcp:TcpDevice",
    "serial": "queue_server.devices.serial_line:SerialDevice",
    "file": "queue_server.devices.files:FileDevice",
    "usb": "queue_server.devices.usb:UsbDevice",
    "draw": "queue_server.devices.files:DrawDevice",
    "none": "queue_server.devices.files:NoDevice",
}

SLOWEST = 6
"""A whole ticket may take this many time-outs where no wire sets the pace: a slow printer makes progress, a dead one
does not."""


class DeviceError(Exception):
    """A device did not do what was asked. ``reason`` is a code for the catalogues, ``detail`` is for the log.

    ``unplugged`` (its port, file or USB device is not there), ``unreachable`` (nobody answers at its network address),
    ``broken`` (the line was cut), ``timeout`` (no progress), ``not_ready`` (it holds its ready line down),
    ``not_allowed`` (this user may not open it), ``busy`` (another program has it), ``ambiguous`` (several USB devices
    fit the address), ``not_a_printer`` (none of its interfaces takes bytes), ``no_driver`` (libusb is missing).
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class WriteFailed(DeviceError):
    """Writing ended early. ``written`` bytes may have reached the device; 0 means certainly none."""

    def __init__(self, reason: str, written: int, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.written = written


class Device(ABC):
    """A way to one printer. Used by one thread only: that of its worker."""

    two_way = True
    """Whether the printer can be asked anything."""

    def __init__(self, address: Address) -> None:
        self.address = address

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether it was opened and not seen to be gone."""

    @abstractmethod
    def open(self) -> None:
        """Open it, within the time-out. Raises DeviceError. Does nothing when it is open."""

    @property
    def ready(self) -> bool:
        """Whether it does not hold tickets back by a line of its own (DSR). Raises DeviceError when it is gone."""
        return True

    @abstractmethod
    def write(self, data: bytes, name: str) -> None:
        """Hand over all bytes of the job ``name`` in order, or raise WriteFailed. Finite."""

    def ask(self, question: bytes, count: int, within_s: float) -> bytes:
        """Send a question and give back everything that came in, in order, what nobody had listened to yet first.

        Ends when ``count`` bytes came after the question, at most ``within_s`` seconds later. A device that also talks
        unasked may fill the count with that: whoever reads tells the answers apart, and finds the rest by `listen`.
        Raises DeviceError when the device is gone.
        """
        if not self.two_way:
            return b""
        before = self.listen(0)
        self._say(question, within_s)
        until = time.monotonic() + within_s
        answer = b""
        while len(answer) < count and (left := until - time.monotonic()) > 0:
            answer += self.listen(left)
        return before + answer

    def listen(self, within_s: float) -> bytes:
        """What comes in unasked, as soon as something does and at most ``within_s`` seconds later (maybe nothing).

        Raises DeviceError when the device is gone. Answers at once, with nothing, where the device is not `two_way`.
        """
        return b""

    def _say(self, question: bytes, within_s: float) -> None:
        """Send a short question past whatever holds tickets back, within ``within_s`` seconds. Raises DeviceError."""
        self.write(question, "ask")

    @abstractmethod
    def close(self) -> None:
        """Let go of it. Never raises, never waits for the printer."""


def open_device(address: Address) -> Device:
    """The (still closed) device of an address. Loads the library its kind needs."""
    module, _, name = _CLASSES[address.kind].partition(":")
    device: Device = getattr(importlib.import_module(module), name)(address)
    return device
