"""Which USB device an address means, and which of its interfaces takes the bytes.

Nothing about a printer is taken for granted but the numbers in its address: interface and endpoints differ from maker
to maker and stand in the descriptors (Universal Serial Bus Device Class Definition for Printing Devices 1.1, 4).
"""

from __future__ import annotations

from typing import Any

import msgspec

from .addresses import Address
from .device import DeviceError
from .faults import reason_of

_LIBRARY = "libusb-1.0.so.0"  # by its name, else pyusb starts other programs to look for it
_REMEDY = "install the system's package libusb-1.0-0, or use file:///dev/usb/lp0"
_PRINTER = 0x07
_MAKERS_OWN = 0xFF  # many receipt printers leave the factory so; their bulk endpoints take the same bytes
# Two ways, one way, packets of IEEE 1284.4; 4 is IPP over USB, which does not take a ticket's bytes.
_PROTOCOLS = {2: 0, 1: 1, 3: 2}
_BULK = 0x02
_IN = 0x80


class Interface(msgspec.Struct, frozen=True):
    """Where the bytes go in and come out."""

    number: int
    alternate: int
    has_alternates: bool
    """Whether the alternate setting has to be chosen."""
    out: int
    """The endpoint that takes the bytes."""
    answers: int
    """The endpoint where the device talks; 0: it does not."""
    packet: int
    """Most bytes that come at once."""


def find(address: Address) -> Any:
    """The pyusb device of an address. Looked for anew each time: plugged in again, it has another place on the bus.

    Raises DeviceError: ``no_driver``, ``unplugged``, ``ambiguous``, ``not_allowed``.
    """
    import usb.backend.libusb1
    import usb.core
    import usb.util

    backend = usb.backend.libusb1.get_backend(find_library=lambda _: _LIBRARY)
    if backend is None:
        raise DeviceError("no_driver", f"{_LIBRARY} is missing: {_REMEDY}")
    ids = {"idVendor": address.vendor, "idProduct": address.product}
    name = f"{address.vendor:04x}:{address.product:04x}"
    try:
        found = list(usb.core.find(find_all=True, backend=backend, **ids))
    except usb.core.USBError as error:
        raise DeviceError(reason_of(error), f"looking for {name}: {error}") from None
    numbers = [_serial(device) for device in found] if address.serial or len(found) > 1 else [""] * len(found)
    fitting = [
        device for device, number in zip(found, numbers, strict=True) if address.serial in ("", number)
    ]
    for device in found:
        if len(fitting) != 1 or device is not fitting[0]:
            usb.util.dispose_resources(device)
    if len(fitting) == 1:
        return fitting[0]
    here = ", ".join(numbers) or "none"
    if fitting:
        raise DeviceError("ambiguous", f"several {name}: write usb://{name}/SERIAL, one of: {here}")
    wanted = f"{name} with the serial number {address.serial}" if address.serial else name
    raise DeviceError("unplugged", f"no USB device {wanted}; serial numbers of {name} here: {here}")


def choose(configuration: Any, address: Address) -> Interface:
    """The interface of a pyusb configuration that prints. Raises DeviceError ``not_a_printer``."""
    ranked: list[tuple[tuple[int, bool, int, int], Interface]] = []
    interfaces = list(configuration)
    for each in interfaces:
        outs = [end for end in each if _bulk(end) and not end.bEndpointAddress & _IN]
        ins = [end for end in each if _bulk(end) and end.bEndpointAddress & _IN]
        if address.out_endpoint:
            outs = [end for end in outs if end.bEndpointAddress == address.out_endpoint]
        if address.in_endpoint:
            ins = [end for end in ins if end.bEndpointAddress == address.in_endpoint]
        if each.bInterfaceClass == _PRINTER:
            rank = _PROTOCOLS.get(each.bInterfaceProtocol, -1)
        else:
            rank = 3 if each.bInterfaceClass == _MAKERS_OWN or address.out_endpoint else -1
        if not outs or rank < 0:
            continue
        number, alternate = each.bInterfaceNumber, each.bAlternateSetting
        made = Interface(
            number=number,
            alternate=alternate,
            has_alternates=sum(other.bInterfaceNumber == number for other in interfaces) > 1,
            out=outs[0].bEndpointAddress,
            answers=ins[0].bEndpointAddress if ins else 0,
            packet=ins[0].wMaxPacketSize & 0x7FF if ins else 0,
        )
        ranked.append(((rank, not ins, number, alternate), made))
    if not ranked:
        seen = ", ".join(
            f"{each.bInterfaceNumber} of class {each.bInterfaceClass:#04x}" for each in interfaces
        )
        raise DeviceError("not_a_printer", f"no interface takes a ticket (interfaces: {seen})")
    return min(ranked)[1]


def _bulk(endpoint: Any) -> bool:
    return bool(endpoint.bmAttributes & 0x03 == _BULK)


def _serial(device: Any) -> str:
    """The device's serial number, as it tells it; "" when it has none or does not tell. Raises DeviceError."""
    import usb.core

    try:
        device.get_active_configuration()  # opens it: what is not allowed is told as such here
        return str(device.serial_number or "")
    except usb.core.USBError as error:
        reason = reason_of(error)
        if reason == "not_allowed":
            raise DeviceError(reason, f"{error}; see packaging/udev/70-matanai.rules") from None
        return ""
    except ValueError:  # no languages: it has no strings
        return ""
