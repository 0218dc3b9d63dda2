"""Printers on a serial line: the pace of the wire, the ready line, faults."""

import contextlib
import itertools
import os
import resource
import threading
import time
import tty

import pytest
from fakes import PtyPrinter

from printers.printer import Printer
from printers.settings import PrinterSettings
from queue_server.devices import DeviceError, WriteFailed, open_device, parse_address
from queue_server.devices.serial_line import SerialDevice


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
    """A pseudo-terminal with what it lacks: a ready line, a queue that stays full, a closing that takes its time."""

    def __init__(self, *, ready=10**9, drained=10**9, stuck=0):
        self.ready, self.drained, self.stuck = ready, drained, stuck
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        os.set_blocking(self._slave, False)
        self._got = b""
        self.may_close, self.closed = threading.Event(), threading.Event()

    @property
    def got(self):
        try:
            while part := os.read(self.master, 4096):
                self._got += part
        except OSError:
            pass
        return self._got

    @property
    def dsr(self):
        return len(self.got) < self.ready

    @property
    def out_waiting(self):
        return self.stuck or max(0, len(self.got) - self.drained)

    def fileno(self):
        return self._slave

    def close(self):
        if self.stuck:
            self.may_close.wait(5)
        os.close(self._slave)
        self.closed.set()


@pytest.fixture
def on_port(monkeypatch):
    numbers = itertools.count()

    def make(port, flow="dsrdtr", name=""):
        monkeypatch.setattr("serial.Serial", lambda *a, **o: port)
        return device(f"serial:///dev/fake{name or next(numbers)}?timeout=0.1&flow={flow}")

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


def test_an_adapter_that_dies_under_the_ready_line(on_port):
    """An error of the line that is no "there is no such line": the ticket has not begun, and the adapter is gone."""

    class Dying(FakePort):
        dsr = property(lambda self: os.stat("/dev/matanai-no-such-port"))

    with pytest.raises(WriteFailed, match="unplugged") as error:
        on_port(Dying()).write(b"x" * 500, "job")
    assert error.value.written == 0


def test_a_question_goes_past_a_ready_line_held_down(on_port):
    """A printer off line holds it down, and answers DLE EOT all the same."""
    port = FakePort(ready=0)
    made = on_port(port)
    threading.Timer(0.05, os.write, (port.master, b"\x1a")).start()
    assert made.ask(b"\x10\x04\x01", 1, 30) == b"\x1a"
    assert port.got == b"\x10\x04\x01"


def test_what_waits_in_the_systems_queue_is_not_printed(on_port):
    port = FakePort(drained=200)
    made = on_port(port)
    with pytest.raises(WriteFailed, match="timeout") as error:
        made.write(b"x" * 5000, "job")
    assert 200 < error.value.written == len(port.got) < 350
    made.close()
    short = FakePort(drained=20)
    with pytest.raises(WriteFailed, match="timeout"):
        on_port(short).write(b"x" * 30, "job")


def test_what_is_queued_is_dropped_at_closing():
    """Else closing would wait up to half a minute for the printer, or print half a ticket after all."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    made = device(f"serial://{os.ttyname(slave)}?flow=none")
    queued = received = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            queued += os.write(made._port.fileno(), b"left over")
    made.close()
    with contextlib.suppress(BlockingIOError):
        while True:
            received += len(os.read(master, 4096))
    assert received < queued
    os.close(master)
    os.close(slave)


def test_an_adapter_that_holds_its_bytes_does_not_hold_us_up(on_port):
    port = FakePort(stuck=40)
    made = on_port(port, name="-port")
    made.close()
    assert not made.is_open
    assert not port.closed.is_set(), "the system is still waiting, we are not"
    with pytest.raises(DeviceError, match="busy"):
        on_port(FakePort(), name="-port")
    port.may_close.set()
    assert port.closed.wait(5)
    for thread in threading.enumerate():
        if thread.name == "serial-close":
            thread.join(5)
    assert on_port(FakePort(), name="-port").is_open


def test_no_such_port():
    with pytest.raises(DeviceError, match="unplugged"):
        device("serial:///dev/matanai-no-such-port")


def test_a_port_that_another_program_has(pty):
    fake = pty()
    first = device(f"serial://{fake.path}")
    with pytest.raises(DeviceError, match="busy"):
        device(f"serial://{fake.path}")
    first.close()
    device(f"serial://{fake.path}").close()


def test_what_is_no_terminal(tmp_path):
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(DeviceError, match="broken"):
        device(f"serial://{path}")


def test_what_comes_in_is_heard_at_once(pty):
    fake = pty()
    made = device(f"serial://{fake.path}")
    assert made.listen(0.01) == b""
    threading.Timer(0.05, os.write, (fake._master, b"\x10\x00\x00\x00")).start()
    assert made.listen(30) == b"\x10\x00\x00\x00"
    made.close()


def test_what_lies_in_the_line_at_opening_is_old(pty):
    fake = pty()
    first = device(f"serial://{fake.path}")
    os.write(fake._master, b"old")
    first.close()
    os.write(fake._master, b"older")
    made = device(f"serial://{fake.path}")
    assert made.listen(0.05) == b""
    made.close()


def test_an_unplugged_port(pty, printers):
    fake = pty()
    made = device(f"serial://{fake.path}?timeout=0.3")
    made.write(b"A", "job")
    os.write(fake._master, b"last words")
    threading.Timer(0.1, lambda: (printers.remove(fake), fake.end())).start()
    assert made.listen(30) == b"last words"
    with pytest.raises(DeviceError, match="unplugged"):
        made.listen(30)
    with pytest.raises(DeviceError, match="unplugged"):
        made.ask(b"\x10\x04\x01", 1, 0.2)
    with pytest.raises(WriteFailed, match="unplugged"):
        made.write(b"B" * 10_000, "job")
    assert not made.is_open
    with pytest.raises(DeviceError, match="unplugged"):
        made.open()


def test_descriptors_beyond_a_thousand(pty):
    """A server with many open pages: select() would refuse the port that is opened then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    fake, held = pty(), []
    try:
        while not held or held[-1] < 1100:
            held.append(os.open("/dev/null", os.O_RDONLY))
        made = device(f"serial://{fake.path}")
        made.write(b"A012\n", "job")
        assert made.ask(b"\x10\x04\x01", 1, 5) == b"\x12"
        made.close()
    finally:
        for fd in held:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_ready_line_that_stays_down_is_not_forgotten_when_the_printer_answers(pty, paper, monkeypatch):
    """A cable without DSR: it answers every question, and takes no ticket."""
    fake = pty()
    printer = Printer("line", PrinterSettings(device=f"serial://{fake.path}?timeout=0.2"))
    assert printer.look().state == "ready"
    with monkeypatch.context() as cable:
        cable.setattr(SerialDevice, "_ready", lambda self, port: False)
        with pytest.raises(WriteFailed) as failed:
            printer.send(printer.encode(paper("ja")), "job")
        assert (failed.value.reason, failed.value.written) == ("not_ready", 0)
        printer.close()
        for _ in range(2):
            status = printer.look()
            assert (status.state, status.reason) == ("offline", "not_ready")
        assert "flow=none" in status.detail
    assert printer.look().state == "ready"
    printer.close()
