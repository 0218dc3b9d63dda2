"""A USB printer without a kernel driver, by pyusb and the system's libusb-1.0.

Where Linux shows the printer as ``/dev/usb/lp0``, ``file:///dev/usb/lp0`` needs neither, but cannot tell two equal
printers apart. The device is never reset: that would take a printer off the bus for seconds and lose its buffer.
"""

from __future__ import annotations

import time
from typing import Any

from .addresses import Address
from .device import SLOWEST, Device, DeviceError, WriteFailed
from .faults import reason_of
from .usb_finding import Interface, choose, find

_CHUNK = 4096
_PAUSE_S = 0.01


class UsbDevice(Device):
    """Finds the printer by its numbers and writes piece by piece, with a time-out and counted bytes."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._device: Any = None
        self._interface = Interface(0, 0, False, 0, 0, 0)
        self._took_over = False  # the kernel's driver gave way to us and gets the interface back

    @property
    def is_open(self) -> bool:
        """Whether it was opened and did not fail since."""
        return self._device is not None

    def open(self) -> None:
        """Find the printer, take its interface over from the kernel's driver, and hold it."""
        if self._device is not None:
            return
        device = find(self.address)
        import usb.core
        import usb.util

        try:
            interface = choose(_configuration(device), self.address)
            self._device, self._interface = device, interface
            self._take_over(device, interface.number)
            usb.util.claim_interface(device, interface.number)
            if interface.has_alternates:
                device.set_interface_altsetting(interface.number, interface.alternate)
        except DeviceError:
            usb.util.dispose_resources(device)
            raise
        except usb.core.USBError as error:
            self._device = device
            self.close()
            raise _failed(error) from None
        self.two_way = bool(interface.answers)

    def write(self, data: bytes, name: str) -> None:
        """See `Device.write`. A piece that failed may have gone in part, so it is counted."""
        device = self._device
        if device is None:
            raise WriteFailed("unplugged", 0, "not open")
        import usb.core

        until = time.monotonic() + SLOWEST * self.address.timeout_s
        written = begun = 0
        try:
            while written < len(data):
                if time.monotonic() > until:
                    raise TimeoutError("too slow")
                piece = data[written : written + _CHUNK]
                begun = written + len(piece)
                written += int(device.write(self._interface.out, piece, _ms(self.address.timeout_s)))
        except (usb.core.USBError, TimeoutError) as error:
            failed = self._given_up(error, self._interface.out)
            raise WriteFailed(failed.reason, begun, f"{written} of {len(data)} bytes: {error}") from None

    def listen(self, within_s: float) -> bytes:
        """See `Device.listen`."""
        if self._device is None:
            raise DeviceError("unplugged", "not open")
        import usb.control
        import usb.core

        until = time.monotonic() + within_s
        try:
            if not self.two_way:
                # It says nothing by itself, but this fails when it is gone.
                usb.control.get_status(self._device)
                return b""
            while True:
                left = max(0.0, until - time.monotonic())
                if came := self._device.read(self._interface.answers, self._interface.packet, _ms(left)):
                    return bytes(came)
                if left <= 0:
                    return b""
                time.sleep(min(left, _PAUSE_S))  # many printers answer "nothing" at once instead of waiting
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise self._given_up(error, self._interface.answers) from None

    def close(self) -> None:
        """Let go of the interface and give it back to the kernel's driver."""
        device, self._device = self._device, None
        took_over, self._took_over = self._took_over, False
        if device is None:
            return
        import usb.core
        import usb.util

        number = self._interface.number
        try:
            usb.util.release_interface(device, number)
            if took_over:
                device.attach_kernel_driver(number)
        except usb.core.USBError:
            pass  # it is gone, and with it whatever we held
        usb.util.dispose_resources(device)

    def _say(self, question: bytes, within_s: float) -> None:
        """See `Device._say`."""
        import usb.core

        if self._device is None:
            raise DeviceError("unplugged", "not open")
        try:
            self._device.write(self._interface.out, question, _ms(within_s))
        except usb.core.USBError as error:
            raise self._given_up(error, self._interface.out) from None

    def _take_over(self, device: Any, number: int) -> None:
        try:
            if device.is_kernel_driver_active(number):
                device.detach_kernel_driver(number)
                self._took_over = True
        except NotImplementedError:  # a system whose libusb knows no kernel drivers
            pass

    def _given_up(self, error: OSError, endpoint: int) -> DeviceError:
        """What a failed transfer means; a stalled endpoint is freed, and a device that is gone is closed."""
        failed = _failed(error)
        if failed.reason == "broken":
            try:
                self._device.clear_halt(endpoint)
            except OSError:
                pass
        if failed.reason != "timeout":
            self.close()
        return failed


def _configuration(device: Any) -> Any:
    """The configuration in force. Linux chose one when the device was plugged in; setting it again would reset it."""
    import usb.core

    try:
        return device.get_active_configuration()
    except usb.core.USBError as error:
        if error.errno is not None:
            raise
        device.set_configuration()
        return device.get_active_configuration()


def _failed(error: OSError) -> DeviceError:
    reason = reason_of(error)
    hint = "; see packaging/udev/70-matanai.rules" if reason == "not_allowed" else ""
    return DeviceError(reason, f"{error}{hint}")


def _ms(seconds: float) -> int:
    return max(1, int(seconds * 1000))  # 0 would mean to wait for ever
