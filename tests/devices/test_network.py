"""Network printers: whole jobs, faults, their own word about their state, and no wait without an end."""

import socket
import struct
import threading
import time

import pytest
from emulator import EscPos

from printers.printer import Printer
from printers.settings import PrinterSettings
from queue_server.devices import DeviceError, WriteFailed, open_device, parse_address
from queue_server.devices.waiting import readable

OPENED = b"\x38\x00\x00\x00"  # unasked: off line, the cover is open


def device(url):
    made = open_device(parse_address(url))
    made.open()
    return made


def test_a_network_printer_gets_every_byte(tcp, paper):
    fake = tcp()
    printer = Printer("net", PrinterSettings(device=fake.url))
    assert printer.look().state == "ready"
    while not printer.in_step():
        printer.hear(0.1)
    data = printer.encode(paper("ja"))
    assert printer.send(data, "job")
    assert fake.wait_for(1)
    # Changes are to be told again after the reset, and the end of the ticket.
    assert fake.received.endswith(data[:2] + b"\x1da\x0e" + data[2:] + b"\x1dr\x01")
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


def test_bytes_in_our_own_buffer_are_not_printed(tcp):
    """A job small enough to vanish into the system's buffers is still seen to hang."""
    fake = tcp()
    made = device(f"{fake.url}?timeout=0.3")
    fake.hang.set()
    time.sleep(0.05)
    with pytest.raises(WriteFailed, match="timeout") as error:
        made.write(b"\x00" * 12_000, "job")
    assert error.value.written > 0
    made.close()


def test_a_slow_printer_is_no_dead_one(tcp):
    fake = tcp(baud=200_000)
    made = device(f"{fake.url}?timeout=0.3")
    made.write(b" " * 12_000, "job")  # takes twice the time-out, but goes on all the while
    made.close()
    until = time.monotonic() + 3
    while len(fake.received) < 12_000 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(fake.received) == 12_000


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


@pytest.mark.parametrize(("keep", "connections"), [(0, 2), (1, 1)])
def test_a_shared_printer_is_let_go_between_tickets(tcp, keep, connections):
    fake = tcp()
    printer = Printer("net", PrinterSettings(device=f"{fake.url}?keep={keep}"))
    for _ in range(2):
        assert printer.look().state == "ready"
        printer.release()
    assert fake.connections == connections
    printer.close()


@pytest.fixture
def line():
    """An open device and the printer's end of its line, to speak and hang up by hand."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = device(f"tcp://127.0.0.1:{listener.getsockname()[1]}?timeout=0.5")
        theirs, _ = listener.accept()
    with theirs:
        yield made, theirs
        made.close()


def test_what_a_printer_says_is_heard_at_once(line):
    made, theirs = line
    assert made.listen(0.01) == b""
    threading.Timer(0.05, theirs.send, (OPENED,)).start()
    assert made.listen(30) == OPENED


def test_what_came_before_anybody_listened_is_kept(line):
    made, theirs = line
    theirs.send(OPENED)
    for _ in range(100):
        assert made.is_open
        time.sleep(0.001)
    started = time.monotonic()
    assert made.listen(30) == OPENED
    assert time.monotonic() - started < 15, "there was nothing to wait for"
    theirs.send(OPENED)
    readable(made._socket.fileno(), 5)
    threading.Timer(0.05, theirs.send, (b"\x12",)).start()
    assert made.ask(b"\x10\x04\x01", 1, 30) == OPENED + b"\x12", (
        "it stands before the answer and counts for none"
    )


def test_a_line_hung_up_is_noticed_after_its_last_words(line):
    made, theirs = line
    theirs.send(OPENED)
    theirs.shutdown(socket.SHUT_WR)
    readable(made._socket.fileno(), 5)
    until = time.monotonic() + 5
    while made.is_open and time.monotonic() < until:
        time.sleep(0.001)
    assert not made.is_open
    assert made.listen(30) == OPENED
    for _ in range(2):
        with pytest.raises(DeviceError, match="broken"):
            made.listen(30)
    with pytest.raises(DeviceError, match="broken"):
        made.ask(b"\x10\x04\x01", 1, 1)


def test_a_line_torn_while_it_is_listened_to(line):
    made, theirs = line
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    threading.Timer(0.05, theirs.close).start()
    with pytest.raises(DeviceError, match="broken"):
        made.listen(30)
    assert not made.is_open


def test_a_printer_that_babbles_fills_no_memory_and_holds_nobody(line):
    made, theirs = line
    ending = threading.Event()

    def babble():
        while not ending.is_set():
            try:
                theirs.send(bytes(4096))
            except OSError:
                return

    babbler = threading.Thread(target=babble, daemon=True)
    babbler.start()
    for _ in range(200):
        assert made.is_open
    assert len(made.listen(1)) <= 4096
    ending.set()
    made.close()
    babbler.join(5)


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ("", "ready", ""),
        ("paper_end", "paper_out", ""),
        ("cover_open", "cover_open", ""),
        ("near_end", "paper_near_end", ""),
        ("mute", "unknown", "no_answer"),
    ],
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
    told = printer.look()
    assert (told.state, told.reason) == ("offline", "no_answer")
    printer.close()


def test_a_printer_may_be_left_unasked(tcp):
    fake = tcp()
    printer = Printer("net", PrinterSettings(device=f"{fake.url}?ask=0"))
    assert printer.look().reason == "not_asked"
    assert fake.received == b""
    printer.close()
