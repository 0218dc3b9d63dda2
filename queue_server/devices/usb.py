"""A USB printer without a kernel driver, by python-escpos and pyusb (the ``usb`` extra of python-escpos).

Where Linux shows the printer as ``/dev/usb/lp0``, ``file:///dev/usb/lp0`` needs neither.
"""

from __future__ import annotations

from typing import Any

from .addresses import Address
from .device import Device, DeviceError, WriteFailed

_CHUNK = 4096


class UsbDevice(Device):
    """python-escpos finds and opens the printer; writing goes piece by piece with a time-out and counted bytes."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._printer: Any = None

    @property
    def is_open(self) -> bool:
        """Whether it was opened and did not fail since."""
        return self._printer is not None

    def open(self) -> None:
        """Find the printer by its ids; found anew after it was switched off and on."""
        if self._printer is not None:
            return
        from escpos.printer import Usb

        if not Usb.is_usable():
            remedy = "pip install 'python-escpos[usb]', or use file:///dev/usb/lp0"
            raise DeviceError("no_driver", f"pyusb is missing: {remedy}")
        address = self.address
        printer = Usb(
            address.vendor,
            address.product,
            timeout=self._milliseconds,
            in_ep=address.in_endpoint,
            out_ep=address.out_endpoint,
        )
        try:
            printer.open()
        except Exception as error:
            raise DeviceError("unreachable", str(error)) from None
        self._printer = printer

    def write(self, data: bytes, name: str) -> None:
        """See `Device.write`."""
        if self._printer is None:
            raise WriteFailed("unreachable", 0, "not open")
        written = 0
        try:
            while written < len(data):
                piece = data[written : written + _CHUNK]
                written += int(
                    self._printer.device.write(self.address.out_endpoint, piece, self._milliseconds)
                )
        except Exception as error:
            # A piece that failed may have gone in part: count it.
            raise WriteFailed(
                _reason(error), written + 1, f"{written} of {len(data)} bytes: {error}"
            ) from None

    def ask(self, question: bytes, count: int, within_s: float) -> bytes:
        """See `Device.ask`."""
        if self._printer is None:
            raise DeviceError("unreachable", "not open")
        try:
            self._printer.device.write(self.address.out_endpoint, question, self._milliseconds)
            return bytes(self._printer.device.read(self.address.in_endpoint, count, int(within_s * 1000)))[
                :count
            ]
        except Exception as error:
            if _reason(error) == "timeout":
                return b""
            raise DeviceError("broken", str(error)) from None

    def close(self) -> None:
        """See `Device.close`."""
        printer, self._printer = self._printer, None
        try:
            if printer is not None:
                printer.close()
        except Exception:  # noqa: S110 - nothing can be done about a device that is gone
            pass

    @property
    def _milliseconds(self) -> int:
        return int(self.address.timeout_s * 1000)


def _reason(error: Exception) -> str:
    """``timeout`` or ``broken``; pyusb names its time-out class so."""
    return (
        "timeout" if "Timeout" in type(error).__name__ or getattr(error, "errno", None) == 110 else "broken"
    )
