"""A USB bus for pyusb: a backend with printers behind it that keep the rules of libusb on Linux.

What the kernel or libusb would refuse is refused with their own error numbers; what would wait for ever, or take a
printer off the bus (a reset, a configuration set again), fails the test.
"""

import threading
import time
from types import SimpleNamespace

import usb.backend
from emulator import EscPos
from usb.backend import libusb1

BULK, INTERRUPT = 2, 3


def ends(out=0x01, answers=0x82, packet=64):
    """The endpoints of an interface: a bulk one each way (none where 0)."""
    return [(address, BULK, packet) for address in (out, answers) if address]


def alternate(number=0, setting=0, kind=0x07, protocol=2, endpoints=None):
    """One alternate setting of an interface; by default of a printer that talks."""
    return SimpleNamespace(
        bLength=9,
        bDescriptorType=4,
        bInterfaceNumber=number,
        bAlternateSetting=setting,
        bInterfaceClass=kind,
        bInterfaceSubClass=1,
        bInterfaceProtocol=protocol,
        iInterface=0,
        extra_descriptors=[],
        endpoints=ends() if endpoints is None else endpoints,
        bNumEndpoints=len(ends() if endpoints is None else endpoints),
    )


class UsbPrinter:
    """One printer. ``room``: bytes its buffer still takes; ``most``: bytes it takes in one transfer."""

    def __init__(self, serial="", *, vendor=0x04B8, product=0x0E28, interfaces=None, room=10**9, most=10**9):
        self.serial, self.vendor, self.product = serial, vendor, product
        self.interfaces = interfaces or [alternate()]
        self.brain = EscPos()
        self.received = b""
        self.room, self.most = room, most
        self.unplug_after = 10**9
        self.answers_nothing = False  # answers a read at once, with nothing, as many do
        self.tells_strings = True
        self.allowed = True
        self.taken = set()  # interfaces that another program holds
        self.drivers = {
            each.bInterfaceNumber for each in self.interfaces
        }  # those with a driver of the kernel
        self.claims, self.settings, self.stalled = {}, {}, set()  # claims: the handle that holds an interface
        self.configured = True
        self.said = b""
        self.plugs = 0
        self.address = 0
        self.changed = threading.Condition()

    @property
    def claimed(self):
        return set(self.claims)

    def say(self, data):
        """Talk unasked."""
        with self.changed:
            self.said += data
            self.changed.notify_all()

    def out_endpoints(self, number):
        return [
            end[0]
            for each in self.interfaces
            if (each.bInterfaceNumber, each.bAlternateSetting) == (number, self.settings.get(number, 0))
            for end in each.endpoints
        ]


class Bus(usb.backend.IBackend):
    """What pyusb sees in place of libusb."""

    def __init__(self):
        self.printers = []
        self.opened = 0  # handles that are open
        self._next = 1

    def plug(self, printer):
        """Plug it in: each time it gets another address, and the kernel's drivers take it."""
        with printer.changed:
            printer.address, self._next = self._next, self._next + 1
            printer.plugs += 1
            printer.drivers = {each.bInterfaceNumber for each in printer.interfaces}
            printer.claims, printer.settings, printer.said = {}, {}, b""
            self.printers.append(printer)
        return printer

    def unplug(self, printer):
        with printer.changed:
            self.printers.remove(printer)
            printer.changed.notify_all()

    # --- descriptors: the system keeps them, so they need no right to open the device ---

    def enumerate_devices(self):
        return iter([(printer, printer.plugs) for printer in self.printers])

    def get_device_descriptor(self, dev):
        printer, _ = dev
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=printer.vendor, idProduct=printer.product, bcdDevice=0x100,
            iManufacturer=0, iProduct=0, iSerialNumber=3 if printer.serial else 0, bNumConfigurations=1,
            address=printer.address, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError
        numbers = {each.bInterfaceNumber for each in dev[0].interfaces}
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=len(numbers), bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev, intf, alt, config):
        alternates = [each for each in dev[0].interfaces if each.bInterfaceNumber == intf]
        return alternates[alt]

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        address, kind, packet = self.get_interface_descriptor(dev, intf, alt, config).endpoints[ep]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=packet,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    # --- the device ---

    def open_device(self, dev):
        if not self._there(dev):
            fail(libusb1.LIBUSB_ERROR_NO_DEVICE)
        if not dev[0].allowed:
            fail(libusb1.LIBUSB_ERROR_ACCESS)
        self.opened += 1
        return (*dev, object())

    def close_device(self, handle):
        self.opened -= 1
        printer = handle[0]
        printer.claims = {intf: held for intf, held in printer.claims.items() if held is not handle[2]}

    def get_configuration(self, handle):
        return int(self._printer(handle).configured)

    def set_configuration(self, handle, config):
        printer = self._printer(handle)
        assert not printer.configured, "setting the configuration again resets the device"
        printer.configured = True

    def reset_device(self, handle):
        raise AssertionError("a reset takes the printer off the bus")

    def is_kernel_driver_active(self, handle, intf):
        return intf in self._printer(handle).drivers

    def detach_kernel_driver(self, handle, intf):
        self._printer(handle).drivers.remove(intf)

    def attach_kernel_driver(self, handle, intf):
        printer = self._printer(handle)
        if intf in printer.claims:
            fail(libusb1.LIBUSB_ERROR_BUSY)
        printer.drivers.add(intf)

    def claim_interface(self, handle, intf):
        printer = self._printer(handle)
        if intf in printer.taken | printer.drivers | printer.claimed:
            fail(libusb1.LIBUSB_ERROR_BUSY)
        printer.claims[intf] = handle[2]

    def release_interface(self, handle, intf):
        assert self._printer(handle).claims.pop(intf) is handle[2]

    def set_interface_altsetting(self, handle, intf, altsetting):
        printer = self._printer(handle)
        assert printer.claims[intf] is handle[2]
        printer.settings[intf] = altsetting

    def clear_halt(self, handle, ep):
        self._printer(handle).stalled.discard(ep)

    def ctrl_transfer(self, handle, bmRequestType, bRequest, wValue, wIndex, data, timeout):  # noqa: N803
        assert timeout > 0
        printer = self._printer(handle)
        if bRequest == 0:  # GET_STATUS
            answer = b"\x01\x00"
        else:
            assert (bRequest, wValue >> 8) == (6, 3), "only strings are asked for"
            if not printer.tells_strings:
                fail(libusb1.LIBUSB_ERROR_PIPE)
            text = {0: b"\x09\x04", 3: printer.serial.encode("utf-16-le")}[wValue & 0xFF]
            answer = bytes([len(text) + 2, 3]) + text
        for at, byte in enumerate(answer[: len(data)]):
            data[at] = byte
        return min(len(answer), len(data))

    def bulk_write(self, handle, ep, intf, data, timeout):
        printer = self._ready(handle, ep, intf, timeout)
        piece = data.tobytes()[: printer.most]
        gone = 0
        until = time.monotonic() + timeout / 1000
        with printer.changed:
            while gone < len(piece):
                took = piece[
                    gone : gone + max(0, min(printer.room, printer.unplug_after - len(printer.received)))
                ]
                printer.room -= len(took)
                printer.received += took
                printer.said += printer.brain.feed(took)
                gone += len(took)
                if len(printer.received) >= printer.unplug_after:
                    self.unplug(printer)
                printer.changed.notify_all()
                if not self._there(handle):
                    fail(libusb1.LIBUSB_ERROR_NO_DEVICE)
                if gone < len(piece) and not printer.changed.wait(until - time.monotonic()):
                    break
        return gone or fail(libusb1.LIBUSB_ERROR_TIMEOUT)

    def bulk_read(self, handle, ep, intf, buff, timeout):
        printer = self._ready(handle, ep, intf, timeout)
        until = time.monotonic() + timeout / 1000
        with printer.changed:
            while not printer.said:
                if printer.answers_nothing:
                    return 0
                if not printer.changed.wait(until - time.monotonic()):
                    fail(libusb1.LIBUSB_ERROR_TIMEOUT)
                if not self._there(handle):
                    fail(libusb1.LIBUSB_ERROR_IO)  # what a transfer under way ends with
            packet, printer.said = printer.said[:64], printer.said[64:]
        if len(packet) > len(buff):
            fail(libusb1.LIBUSB_ERROR_OVERFLOW)
        buff[: len(packet)] = type(buff)("B", packet)
        return len(packet)

    def _there(self, dev):
        return dev[0] in self.printers and dev[0].plugs == dev[1]

    def _printer(self, handle):
        """Raises as for a device that is gone, also when it was plugged in again meanwhile."""
        if not self._there(handle):
            fail(libusb1.LIBUSB_ERROR_NO_DEVICE)
        return handle[0]

    def _ready(self, handle, ep, intf, timeout):
        assert timeout > 0, "0 would wait for ever"
        printer = self._printer(handle)
        assert printer.claims[intf] is handle[2]
        assert ep in printer.out_endpoints(intf), "an endpoint of another alternate setting"
        if ep in printer.stalled:
            fail(libusb1.LIBUSB_ERROR_PIPE)
        return printer


def fail(code):
    """Raise what pyusb makes of an error of libusb."""
    libusb1._check(code)
