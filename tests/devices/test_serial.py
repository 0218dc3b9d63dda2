"""Printers on a serial line: the pace of the wire, the ready line, faults."""

import time

import pytest
from fakes import PtyPrinter

from printers.printer import Printer
from printers.settings import PrinterSettings
from queue_server.devices import DeviceError, WriteFailed, open_device, parse_address


def device(url):
    made = open_device(parse_address(url))
    made.open()
    return made


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


class FakePort:
    """A serial port whose printer takes what it is told to: modem lines and queue, which a pty lacks."""

    def __init__(self, *, ready=10**9, drained=10**9):
        self.ready, self.drained = ready, drained
        self.got = b""
        self.calls = []

    @property
    def dsr(self):
        return len(self.got) < self.ready

    @property
    def out_waiting(self):
        return max(0, len(self.got) - self.drained)

    def write(self, data):
        self.got += data

    def reset_output_buffer(self):
        self.calls.append("reset")

    def close(self):
        self.calls.append("close")


@pytest.fixture
def on_port(monkeypatch):
    def make(port, flow="dsrdtr"):
        monkeypatch.setattr("serial.Serial", lambda *a, **o: port)
        return device(f"serial:///dev/fake?timeout=0.1&flow={flow}")

    return make


def test_a_printer_not_ready_gets_no_byte(on_port):
    port = FakePort(ready=0)
    with pytest.raises(WriteFailed, match="not_ready") as error:
        on_port(port).write(b"x" * 500, "job")
    assert (error.value.written, port.got) == (0, b"")
    on_port(FakePort(ready=0), flow="none").write(b"x" * 500, "job")


def test_a_printer_that_gets_busy_is_not_overrun(on_port):
    port = FakePort(ready=200)
    with pytest.raises(WriteFailed, match="not_ready") as error:
        on_port(port).write(b"x" * 5000, "job")
    assert error.value.written == len(port.got)
    assert 200 <= len(port.got) < 300


def test_what_waits_in_the_systems_queue_is_not_printed(on_port):
    port = FakePort(drained=200)
    made = on_port(port)
    with pytest.raises(WriteFailed, match="timeout") as error:
        made.write(b"x" * 5000, "job")
    assert 200 < error.value.written == len(port.got) < 350
    made.close()
    assert port.calls == ["reset", "close"], "closing with bytes in the queue can wait for half a minute"
    short = FakePort(drained=20)
    with pytest.raises(WriteFailed, match="timeout"):
        on_port(short).write(b"x" * 30, "job")


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
