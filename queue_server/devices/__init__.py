"""What hangs on a cable: addresses, the kinds of devices, and how each of them is.

Printers, call buttons and number panels stand on this. Every wait here has an end, and each kind of device is loaded
(with the library it needs) when the first one is opened::

    addresses.py    tcp: serial: usb: file: draw: none:   checked without opening anything
    device.py       what every device can do, and how it fails
    tcp.py, serial_line.py, usb.py, files.py              the kinds
    usb_finding.py  which device on the bus, and which of its interfaces
    faults.py, waiting.py   what the system's errors mean; waiting for bytes
    status.py       how a device is, as staff are told
"""

from .addresses import HOW_TO_WRITE, PRINTER_PORT, Address, AddressError, parse_address
from .device import Device, DeviceError, WriteFailed, open_device
from .status import State, Status

__all__ = [
    "HOW_TO_WRITE",
    "PRINTER_PORT",
    "Address",
    "AddressError",
    "Device",
    "DeviceError",
    "State",
    "Status",
    "WriteFailed",
    "open_device",
    "parse_address",
]
