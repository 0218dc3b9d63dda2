"""USB printers through pyusb: found by their numbers, whatever their descriptors look like and wherever they are."""

import threading
import time

import pytest
import reading
import usb.backend.libusb1
from usb_bus import BULK, INTERRUPT, Bus, UsbPrinter, alternate, ends

from printers.printer import Printer
from printers.settings import PrinterSettings
from queue_server.devices import DeviceError, WriteFailed, open_device, parse_address, usb_finding

ASK = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
WELL = b"\x12\x12\x12\x12"


@pytest.fixture
def bus(monkeypatch):
    made = Bus()
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda **_: made)
    yield made
    assert made.opened == 0, "a device was left open"
    for printer in made.printers:
        assert printer.drivers == {each.bInterfaceNumber for each in printer.interfaces}, "not given back"


@pytest.fixture
def device():
    """Makes devices of an address, closed at the end."""
    made = []

    def make(url="usb://04b8:0e28?timeout=0.3"):
        made.append(one := open_device(parse_address(url)))
        return one

    yield make
    for one in made:
        one.close()


def test_a_ticket_and_the_printers_word(bus, paper):
    usb_printer = bus.plug(UsbPrinter())
    printer = Printer("usb", PrinterSettings(device="usb://04b8:0e28"))
    try:
        assert printer.look().state == "ready"
        printer.send(printer.encode(paper("ja")), "job")
    finally:
        printer.close()
    assert reading.qr_codes(usb_printer.brain.tickets[0].picture()) == [paper("ja").qr]
    assert usb_printer.brain.unknown == []


def test_the_interface_is_found_in_the_descriptors(bus, device):
    """A scanner before it, an alternate that speaks IPP, one that only listens: the printer's own is taken."""
    usb_printer = bus.plug(
        UsbPrinter(
            interfaces=[
                alternate(0, kind=0xFF, protocol=255, endpoints=ends(0x01, 0x81)),
                alternate(1, 0, protocol=1, endpoints=ends(0x03, 0)),
                alternate(1, 1, protocol=4, endpoints=ends(0x05, 0x85)),
                alternate(1, 2, protocol=2, endpoints=[(0x86, INTERRUPT, 8), *ends(0x04, 0x84)]),
            ]
        )
    )
    made = device()
    made.open()
    assert usb_printer.claimed == {1}
    assert usb_printer.settings == {1: 2}
    assert usb_printer.drivers == {0}, "only the interface that prints is taken from the kernel"
    made.write(b"A012\n", "job")
    assert made.ask(ASK, 4, 1) == WELL
    assert usb_printer.received == b"A012\n" + ASK


def test_a_makers_own_class_takes_bytes_as_well(bus, device):
    usb_printer = bus.plug(
        UsbPrinter(interfaces=[alternate(kind=0xFF, protocol=0, endpoints=ends(0x02, 0x81))])
    )
    made = device()
    made.open()
    made.write(b"A", "job")
    assert usb_printer.received == b"A"


def test_endpoints_may_be_named(bus, device):
    endpoints = [(0x01, BULK, 64), (0x02, BULK, 64), (0x81, BULK, 64), (0x82, BULK, 64)]
    usb_printer = bus.plug(UsbPrinter(interfaces=[alternate(endpoints=endpoints)]))
    made = device("usb://04b8:0e28?out=0x02&in=0x82&timeout=0.3")
    made.open()
    assert (made._interface.out, made._interface.answers) == (0x02, 0x82)
    made.write(b"A", "job")
    assert usb_printer.received == b"A"


def test_what_is_no_printer(bus, device):
    bus.plug(UsbPrinter(interfaces=[alternate(kind=0x03, endpoints=[(0x81, INTERRUPT, 8)])]))
    with pytest.raises(DeviceError, match=r"not_a_printer: .*class 0x03"):
        device().open()


def test_a_device_that_linux_left_unconfigured(bus, device):
    usb_printer = bus.plug(UsbPrinter())
    usb_printer.configured = False
    made = device()
    made.open()
    made.write(b"A", "job")
    assert usb_printer.received == b"A"


def test_short_writes_are_completed(bus, device):
    usb_printer = bus.plug(UsbPrinter(most=100))
    made = device()
    made.open()
    data = b"\x00" * 999 + b"\n"
    made.write(data, "job")
    assert usb_printer.received == data


@pytest.mark.parametrize("room", [0, 300, 6000])
def test_a_printer_without_paper_is_given_up_and_heard(bus, device, room):
    """Its buffer is full and it takes nothing more; what it says of itself still comes in."""
    usb_printer = bus.plug(UsbPrinter(room=room))
    made = device()
    made.open()
    started = time.monotonic()
    with pytest.raises(WriteFailed, match="timeout") as error:
        made.write(b"\x00" * 10_000, "job")
    assert time.monotonic() - started < 5
    assert max(1, room) <= error.value.written <= 10_000, "the first piece too may have gone in part"
    assert made.is_open, "it is there, and may go on by itself"
    usb_printer.say(b"\x18\x00\x0c\x0f")
    assert made.listen(30) == b"\x18\x00\x0c\x0f"
    with pytest.raises(DeviceError, match="timeout"):
        made.ask(ASK, 4, 0.05)


def test_a_slow_printer_is_no_dead_one_but_has_an_end(bus, device):
    usb_printer = bus.plug(UsbPrinter(room=0))
    going = threading.Event()

    def print_slowly():
        while not going.wait(0.02):
            with usb_printer.changed:
                usb_printer.room += 1000
                usb_printer.changed.notify_all()

    threading.Thread(target=print_slowly, daemon=True).start()
    made = device("usb://04b8:0e28?timeout=0.1")
    made.open()
    made.write(b"\x00" * 10_000, "job")  # longer than the time-out, but going on all the while
    with pytest.raises(WriteFailed, match="too slow"):
        made.write(b"\x00" * 1_000_000, "job")
    going.set()


def test_unplugged_in_the_middle_and_plugged_in_elsewhere(bus, device):
    usb_printer = bus.plug(UsbPrinter("X4EP000001"))
    usb_printer.unplug_after = 5000
    made = device("usb://04b8:0e28/X4EP000001?timeout=0.3")
    made.open()
    with pytest.raises(WriteFailed, match="unplugged") as error:
        made.write(b"\x00" * 20_000, "job")
    assert 5000 <= error.value.written < 20_000
    assert not made.is_open
    for _ in range(2):
        with pytest.raises(DeviceError, match="unplugged: no USB device 04b8:0e28"):
            made.open()
    usb_printer.unplug_after = 10**9
    old = usb_printer.address
    bus.plug(usb_printer)
    assert usb_printer.address != old
    made.open()
    usb_printer.received = b""
    made.write(b"A013\n", "job")
    assert usb_printer.received == b"A013\n"


def test_switched_off_and_on_between_two_tickets(bus, device):
    """The old handle is dead although a printer with the same numbers is there."""
    usb_printer = bus.plug(UsbPrinter())
    made = device()
    made.open()
    bus.unplug(usb_printer)
    bus.plug(usb_printer)
    with pytest.raises(WriteFailed, match="unplugged"):
        made.write(b"A", "job")
    made.open()
    made.write(b"A", "job")
    assert usb_printer.received == b"A"


def test_equal_printers_are_told_apart_by_their_serial_numbers(bus, device):
    first, second = bus.plug(UsbPrinter("X4EP000001")), bus.plug(UsbPrinter("X4EP000002"))
    one = device("usb://04b8:0e28/X4EP000002")
    two = device("usb://04b8:0e28/X4EP000001")
    one.open()
    two.open()
    one.write(b"to the second", "job")
    two.write(b"to the first", "job")
    assert (first.received, second.received) == (b"to the first", b"to the second")
    with pytest.raises(DeviceError, match=r"ambiguous: .*one of: X4EP000001, X4EP000002") as error:
        device().open()
    assert bus.opened == 2, f"what was only looked at is let go: {error.value}"
    with pytest.raises(DeviceError, match=r"unplugged: .*X4EP000009; .*: X4EP000001, X4EP000002"):
        device("usb://04b8:0e28/X4EP000009").open()


def test_the_others_on_the_bus_are_left_alone(bus, device):
    other = bus.plug(UsbPrinter("X4EP000001", vendor=0x0519, product=0x0003))
    other.allowed = False
    usb_printer = bus.plug(UsbPrinter())
    made = device()
    made.open()
    assert (usb_printer.claimed, other.claimed) == ({0}, set())
    with pytest.raises(DeviceError, match=r"unplugged: .*1234; .*none"):
        device("usb://04b8:0e28/1234").open()  # it has no serial number


def test_one_that_tells_no_serial_number_hides_no_other(bus, device):
    silent, wanted = bus.plug(UsbPrinter("X4EP000001")), bus.plug(UsbPrinter("X4EP000002"))
    silent.tells_strings = False
    made = device("usb://04b8:0e28/X4EP000002")
    made.open()
    assert (silent.claimed, wanted.claimed) == (set(), {0})


def test_what_may_not_be_opened_names_the_rules(bus, device):
    usb_printer = bus.plug(UsbPrinter("X4EP000001"))
    usb_printer.allowed = False
    for url in ("usb://04b8:0e28", "usb://04b8:0e28/X4EP000001"):
        with pytest.raises(DeviceError, match=r"not_allowed: .*70-matanai\.rules"):
            device(url).open()


def test_what_another_program_holds(bus, device):
    usb_printer = bus.plug(UsbPrinter())
    usb_printer.taken = {0}
    made = device()
    with pytest.raises(DeviceError, match="busy"):
        made.open()
    assert not made.is_open
    assert usb_printer.drivers == {0}, "what was taken from the kernel for nothing goes back"
    usb_printer.taken = set()
    made.open()


def test_a_stalled_endpoint_is_freed(bus, device):
    usb_printer = bus.plug(UsbPrinter())
    made = device()
    for endpoint in (0x01, 0x82):
        made.open()
        usb_printer.stalled = {endpoint}
        with pytest.raises(DeviceError, match="broken"):
            made.ask(ASK, 4, 0.2)
        assert not made.is_open
    made.open()
    assert made.ask(ASK, 4, 1) == WELL


def test_what_it_says_is_heard_at_once(bus, device):
    usb_printer = bus.plug(UsbPrinter())
    made = device()
    made.open()
    assert made.listen(0.01) == b""
    threading.Timer(0.05, usb_printer.say, (b"\x10\x00\x00\x00",)).start()
    assert made.listen(30) == b"\x10\x00\x00\x00"
    usb_printer.say(b"\x14\x00\x00\x00")
    assert made.ask(ASK, 4, 1) == b"\x14\x00\x00\x00" + WELL, "what came unasked stands before the answers"
    usb_printer.say(bytes(200))
    assert b"".join(made.listen(1) for _ in range(4)) == bytes(200)


def test_unplugged_while_it_is_listened_to(bus, device):
    usb_printer = bus.plug(UsbPrinter())
    made = device()
    made.open()
    threading.Timer(0.05, bus.unplug, (usb_printer,)).start()
    with pytest.raises(DeviceError, match="unplugged"):
        made.listen(30)
    assert not made.is_open


def test_a_printer_that_answers_nothing_at_once_costs_no_processor(bus, device):
    usb_printer = bus.plug(UsbPrinter())
    usb_printer.answers_nothing = True
    made = device()
    made.open()
    busy = time.thread_time()
    assert made.listen(0.3) == b""
    assert time.thread_time() - busy < 0.15
    usb_printer.say(b"\x10")
    assert made.listen(1) == b"\x10"


def test_a_printer_that_only_listens(bus, device):
    usb_printer = bus.plug(UsbPrinter(interfaces=[alternate(protocol=1, endpoints=ends(0x01, 0))]))
    made = device()
    made.open()
    assert not made.two_way
    assert made.ask(ASK, 4, 1) == made.listen(1) == b""
    made.write(b"A", "job")
    assert usb_printer.received == b"A"
    bus.unplug(usb_printer)
    with pytest.raises(DeviceError, match="unplugged"):
        made.listen(1)


def test_without_libusb_the_message_names_the_package(monkeypatch):
    monkeypatch.setattr(usb.backend.libusb1, "_lib_object", None)
    monkeypatch.setattr(usb_finding, "_LIBRARY", "libusb-no-such.so.0")
    with pytest.raises(DeviceError, match=r"no_driver: .*libusb-1\.0-0"):
        open_device(parse_address("usb://04b8:0e28")).open()
