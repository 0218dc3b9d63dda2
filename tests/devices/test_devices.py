"""Addresses, and each kind of device against a fake printer: whole jobs, faults, and no wait without an end."""

import socket
import subprocess
import sys
import time

import pytest
import reading
from emulator import EscPos
from fakes import PtyPrinter
from PIL import Image

from printers import status
from printers.devices import AddressError, DeviceError, WriteFailed, open_device, parse_address
from printers.printer import Printer
from printers.settings import PrinterSettings
from printers.usb import UsbDevice


def device(url):
    made = open_device(parse_address(url))
    made.open()
    return made


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("", "no kind"),
        ("192.168.0.5:9100", "no kind"),
        ("printer:9100", "no known kind"),
        ("http://printer", "no known kind"),
        ("tcp://", "no host"),
        ("tcp://host:99999", "out of range"),
        ("tcp://host?baud=9600", "unknown option 'baud'"),
        ("tcp://host?timeout=0", "not between"),
        ("tcp://host?keep=yes", "neither 0 nor 1"),
        ("serial://ttyUSB0", "no path"),
        ("serial:///", "no path"),
        ("serial:///dev/ttyS0?flow=rts", "none of"),
        ("serial:///dev/ttyS0?baud=fast", "invalid"),
        ("usb://04b8", "invalid"),
        ("draw://tickets/today", "no path"),
        ("draw:///", "no path"),
    ],
)
def test_a_bad_address_names_key_fault_and_remedy(url, what):
    with pytest.raises(AddressError) as error:
        parse_address(url, "printers.kiosk1.device")
    message = str(error.value)
    assert message.startswith("printers.kiosk1.device: ")
    assert what in message
    assert "write tcp://host:9100" in message


def test_good_addresses():
    tcp = parse_address("tcp://printer.local?timeout=2&keep=0")
    assert (tcp.host, tcp.port, tcp.timeout_s, tcp.keep) == ("printer.local", 9100, 2.0, False)
    line = parse_address("serial:///dev/ttyUSB0?baud=19200&flow=xonxoff")
    assert (line.path, line.baud, line.flow) == ("/dev/ttyUSB0", 19200, "xonxoff")
    assert parse_address("usb://04b8:0e28?in=0x81&out=2").product == 0x0E28
    assert parse_address("draw://./var/tickets").path == "./var/tickets"
    assert parse_address("file:///tmp/a%20b").path == "/tmp/a b"
    assert parse_address("none:").kind == "none"


def test_every_mistake_of_the_settings_at_once():
    settings = PrinterSettings(device="nowhere", model="TM-X", width=99, dpi=12, queue=0, expires_s=0)
    _, wrong = settings.check("printers.kiosk1")
    assert len(wrong) == 6
    assert all(sentence.startswith("printers.kiosk1.") for sentence in wrong)
    with pytest.raises(AddressError):
        Printer("kiosk1", settings)
    assert PrinterSettings(device="none:", model="TM-T88V").size() == (512, 180)
    assert PrinterSettings(device="none:", model="TM-T88V", width=420).size() == (420, 180)


def test_nothing_heavy_is_loaded_before_a_device_is_opened():
    code = (
        "import sys, printers.spool, printers.settings, printers.printer;"
        "printers.printer.Printer('k', printers.settings.PrinterSettings(device='tcp://h'));"
        "sys.exit(' '.join({'PIL','serial','escpos','segno','usb'} & set(sys.modules)) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


# --- files ---------------------------------------------------------------------------------------------------


def test_a_file_is_appended_to(tmp_path):
    path = tmp_path / "paper.bin"
    for data in (b"one", b"two"):
        made = device(f"file://{path}")
        made.write(data, "job")
        made.close()
    assert path.read_bytes() == b"onetwo"


def test_a_missing_device_file_is_not_made(tmp_path):
    with pytest.raises(DeviceError, match="unreachable"):
        device("file:///dev/matanai-no-such-printer")
    with pytest.raises(DeviceError, match="unreachable"):
        device(f"file://{tmp_path}/no/such/folder/paper.bin")


def test_a_device_file_that_takes_nothing_is_given_up(tmp_path):
    import os

    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        made = device(f"file://{path}?timeout=0.2")
        started = time.monotonic()
        with pytest.raises(WriteFailed, match="timeout") as error:
            made.write(b"x" * 1_000_000, "job")
        assert time.monotonic() - started < 2
        assert 0 < error.value.written < 1_000_000
        made.close()
    finally:
        os.close(reader)


def test_tickets_drawn_into_a_folder(tmp_path, paper):
    sample = paper("ja")
    printer = Printer("draw", PrinterSettings(device=f"draw://{tmp_path}/tickets"))
    for _ in range(2):  # the same job again is the same file
        printer.look()
        printer.send(printer.encode(sample), f"{sample.number}-0123abcd")
    files = list((tmp_path / "tickets").iterdir())
    assert [file.name for file in files] == ["A012-0123abcd.png"]
    with Image.open(files[0]) as picture:
        assert reading.number(picture)[0] == "A012"
        assert reading.qr_codes(picture) == [sample.qr]
    printer.send(b"x", "../../evil/A1-1")
    assert (tmp_path / "tickets" / ".._.._evil_A1-1.png").exists()


# --- network -------------------------------------------------------------------------------------------------


def test_a_network_printer_gets_every_byte(tcp, paper):
    fake = tcp()
    printer = Printer("net", PrinterSettings(device=fake.url))
    assert printer.look().state == "ready"
    data = printer.encode(paper("ja"))
    printer.send(data, "job")
    assert fake.wait_for(1)
    assert fake.received.endswith(data)
    assert fake.brain.unknown == []
    printer.close()


def test_nobody_there():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        started = time.monotonic()
        with pytest.raises(DeviceError, match="unreachable"):
            device(f"tcp://127.0.0.1:{port}?timeout=0.3")
        assert time.monotonic() - started < 2


def test_a_hung_network_printer_is_given_up(tcp):
    fake = tcp()
    made = device(f"{fake.url}?timeout=0.3")
    fake.hang.set()
    time.sleep(0.05)
    started = time.monotonic()
    with pytest.raises(WriteFailed, match="timeout") as error:
        made.write(b"\x00" * 200_000, "job")
    assert 0.25 < time.monotonic() - started < 2
    assert 0 < error.value.written < 200_000
    made.close()


def test_a_slow_printer_is_no_dead_one(tcp):
    fake = tcp(baud=200_000)
    made = device(f"{fake.url}?timeout=0.5")
    made.write(b" " * 20_000, "job")  # takes twice the time-out, but goes on all the while
    made.close()
    until = time.monotonic() + 3
    while len(fake.received) < 20_000 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(fake.received) == 20_000


def test_a_line_cut_in_the_middle_is_told_with_its_bytes(tcp):
    fake = tcp()
    fake.close_after = 10_000
    made = device(f"{fake.url}?timeout=1")
    with pytest.raises(WriteFailed) as error:
        made.write(b"\x00" * 400_000, "job")
    assert error.value.reason in ("broken", "timeout")
    assert 10_000 <= error.value.written < 400_000
    made.close()


def test_an_idle_connection_closed_by_the_printer_is_noticed(tcp):
    fake = tcp()
    fake.close_after = 1
    made = device(fake.url)
    made.write(b" ", "job")
    until = time.monotonic() + 2
    while made.is_open and time.monotonic() < until:
        time.sleep(0.01)
    assert not made.is_open
    made.open()
    made.write(b"A", "job")
    made.close()
    until = time.monotonic() + 2
    while fake.received != b" A" and time.monotonic() < until:
        time.sleep(0.01)
    assert fake.connections == 2


def test_a_shared_printer_is_let_go_after_each_ticket(tcp):
    made = device(f"{tcp().url}?keep=0")
    made.write(b" ", "job")
    assert not made.is_open


# --- state ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [("", "ready", ""), ("paper_end", "error", "paper_end"), ("cover_open", "error", "cover_open"),
     ("near_end", "ready", "paper_near_end"), ("mute", "unknown", "no_answer")],
)
def test_what_a_printer_says_of_itself(tcp, fault, state, reason):
    brain = EscPos()
    if fault:
        setattr(brain, fault, True)
    printer = Printer("net", PrinterSettings(device=tcp(brain=brain).url))
    told = printer.look()
    assert (told.state, told.reason) == (state, reason)
    if fault == "mute":
        started = time.monotonic()
        assert printer.look(before_job=True).state == "unknown"
        assert time.monotonic() - started < 0.1, "a printer that cannot talk costs a ticket nothing"
    printer.close()


def test_a_printer_that_talked_and_falls_silent_is_in_trouble(tcp):
    fake = tcp()
    printer = Printer("net", PrinterSettings(device=fake.url))
    assert printer.look().state == "ready"
    fake.brain.mute = True
    assert (printer.look().state, printer.look().reason) == ("error", "no_answer")
    printer.close()


def test_a_printer_may_be_left_unasked(tcp):
    fake = tcp()
    printer = Printer("net", PrinterSettings(device=f"{fake.url}?ask=0"))
    assert printer.look().reason == "not_asked"
    assert fake.received == b""
    printer.close()


def test_answers_with_noise_or_parts_missing_are_unknown():
    assert status.read(b"\x12\x12\x12\x12").state == "ready"
    assert status.read(b"\x12\x12\x12").state == "unknown"
    assert status.read(b"\x00\xff\x12\x12\x12\x12").state == "ready"
    assert status.read(b"\x12\x12\x1a\x12").reason == "printer_error"
    assert status.read(b"\x1a\x12\x12\x12").reason == "not_ready"


# --- serial --------------------------------------------------------------------------------------------------


def test_a_serial_ticket_in_the_time_of_the_wire(pty, paper):
    fake: PtyPrinter = pty(baud=9600)
    printer = Printer("line", PrinterSettings(device=f"serial://{fake.path}?baud=9600&flow=dsrdtr"))
    assert printer.look().state == "ready"
    data = printer.encode(paper("ja"))
    assert len(data) < 450, "a serial line gets text by itself"
    started = time.monotonic()
    printer.send(data, "job")
    assert fake.wait_for(1)
    spent = time.monotonic() - started
    assert spent < len(data) * 10 / 9600 + 0.3
    assert paper("ja").title in fake.brain.tickets[0].text
    assert fake.brain.unknown == []
    printer.close()


def test_what_the_rom_cannot_print_goes_as_a_picture(pty, paper):
    printer = Printer("line", PrinterSettings(device=f"serial://{pty().path}"))
    assert b"\x1dv0" in printer.encode(paper("vi"))
    forced = Printer("line", PrinterSettings(device=f"serial://{pty().path}", mode="text"))
    assert b"\x1dv0" not in forced.encode(paper("vi"))
    network = Printer("net", PrinterSettings(device="tcp://h", mode="auto"))
    assert b"\x1dv0" not in network.encode(paper("ja"))


def test_a_hung_serial_printer_is_given_up(pty):
    fake = pty()
    made = device(f"serial://{fake.path}?timeout=0.3&flow=none")
    fake.hang.set()
    time.sleep(0.05)
    started = time.monotonic()
    with pytest.raises(WriteFailed, match="timeout"):
        made.write(b" " * 100_000, "job")
    made.close()
    assert time.monotonic() - started < 3


def test_no_such_port():
    with pytest.raises(DeviceError, match="unreachable"):
        device("serial:///dev/matanai-no-such-port")


def test_an_unplugged_port(pty, printers):
    fake = pty()
    made = device(f"serial://{fake.path}?timeout=0.3")
    made.write(b"A", "job")
    printers.remove(fake)
    fake.end()
    with pytest.raises(DeviceError):
        made.write(b"B" * 10_000, "job")
    made.close()


# --- USB -----------------------------------------------------------------------------------------------------


class FakeUsb:
    """As much of python-escpos' Usb class as is used."""

    usable = True
    broken_after = 10**9

    def __init__(self, vendor, product, timeout, in_ep, out_ep):
        self.timeout, self.got = timeout, b""
        self.device = self

    @classmethod
    def is_usable(cls):
        return cls.usable

    def open(self):
        assert self.timeout > 0, "0 would wait for ever"

    def close(self):
        pass

    def write(self, endpoint, data, timeout):
        if len(self.got) >= self.broken_after:
            raise TimeoutError(110, "timed out")
        self.got += data[:100]  # short writes happen
        return len(data[:100])

    def read(self, endpoint, count, timeout):
        return b"\x12" * count


@pytest.fixture
def usb(monkeypatch):
    import escpos.printer

    monkeypatch.setattr(escpos.printer, "Usb", FakeUsb)
    monkeypatch.setattr(FakeUsb, "usable", True)
    return UsbDevice(parse_address("usb://04b8:0e28"))


def test_short_usb_writes_are_completed(usb):
    usb.open()
    usb.write(bytes(range(250)) * 4, "job")
    assert usb._printer.got == bytes(range(250)) * 4
    assert usb.ask(b"?", 4, 0.1) == b"\x12" * 4
    usb.close()


def test_a_usb_time_out_tells_that_bytes_went_out(usb, monkeypatch):
    monkeypatch.setattr(FakeUsb, "broken_after", 300)
    usb.open()
    with pytest.raises(WriteFailed, match="timeout") as error:
        usb.write(b"x" * 1000, "job")
    assert error.value.written > 0


def test_usb_without_its_driver_names_the_remedy(usb, monkeypatch):
    monkeypatch.setattr(FakeUsb, "usable", False)
    with pytest.raises(DeviceError, match=r"python-escpos\[usb\]"):
        usb.open()
