"""The simulated printer itself, by raw bytes: what the scenarios stand on must be true to the real ones."""

import os
import random
import select
import socket
import time

import pytest
from simulator import Simulator
from simulator_pty import XOFF, XON, PtyPlug
from simulator_tcp import TcpPlug

CUT = b"\x1dVB\x10"
ASK = b"\x10\x04"
TELL_ALL = b"\x1da\x4e"
DONE = b"\x1dr\x01"
LINES = 20
TEXT = b"".join(b"line %02d\n" % at for at in range(LINES))
ROWS = LINES * 30 + 8
BAND = 200
"""A picture 8 bytes wide with this many rows, every byte of it a question to the printer."""
PICTURE = (
    b"\x1dv0\0" + (8).to_bytes(2, "little") + BAND.to_bytes(2, "little") + (b"\x10\x04\x01\xff" * 2) * BAND
)


@pytest.fixture
def make():
    machines, plugs = [], []

    def machine(plug, *arguments, options=None, **more):
        machines.append(made := Simulator(**{"rows_per_s": 20_000.0, "cut_s": 0.01, **more}))
        plugs.append(plugged := plug(made, *arguments, **(options or {})))
        return made, plugged

    yield machine
    for plug in plugs:
        plug.end()
    for one in machines:
        one.end()


class Line:
    """A raw connection to a network printer."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)

    def write(self, data):
        self.socket.sendall(data)

    def close(self):
        self.socket.close()

    def read(self, count, within=3.0):
        got, until = b"", time.monotonic() + within
        while len(got) < count and (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                part = self.socket.recv(count - len(got))
            except TimeoutError:
                break
            if not part:
                break
            got += part
        return got

    def nothing(self, within=0.15):
        return self.read(1, within) == b""


@pytest.fixture
def connect():
    """``connect(port) -> Line``"""
    made = []

    def line(port):
        made.append(Line(port))
        return made[-1]

    yield line
    for one in made:
        one.close()


@pytest.fixture
def network(make, connect):
    def one(**more):
        machine, plug = make(TcpPlug, **more)
        return machine, plug, connect(plug.port)

    return one


def until(condition, within=5.0):
    end = time.monotonic() + within
    while not condition() and time.monotonic() < end:
        time.sleep(0.003)
    return condition()


def test_it_tells_when_the_paper_is_cut_and_not_before(network):
    machine, _, line = network(rows_per_s=4000.0, cut_s=0.05)
    began = time.monotonic()
    line.write(TEXT + CUT + DONE)
    assert line.nothing(0.05)
    assert line.read(1) == b"\0"
    told = time.monotonic()
    assert machine.cut_at
    assert machine.cut_at[0] <= told
    assert told - began >= ROWS / 4000 + 0.05, "paper and blade take their time"
    assert machine.papers[0].text == [f"line {at:02}" for at in range(LINES)]
    assert machine.papers[0].whole


def test_an_open_cover_keeps_everything_in_the_buffer(network):
    machine, _, line = network()
    machine.open_cover()
    line.write(TEXT + CUT + DONE + ASK + b"\x01" + ASK + b"\x02" + ASK + b"\x03" + ASK + b"\x04")
    assert line.read(4) == b"\x1a\x16\x12\x12", "asked at once, off line, with things before it in the buffer"
    assert line.nothing()
    assert not machine.papers
    machine.close_cover()
    assert line.read(1) == b"\0"
    assert machine.papers[0].whole


def test_a_full_buffer_holds_the_sender_back(network):
    machine, _, line = network(buffer=4096)
    machine.open_cover()
    line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    line.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        line.socket.sendall(TEXT * 2000)
    assert machine.free() == 0
    assert machine.lost == 0
    machine.close_cover()
    assert until(lambda: machine.free() > 0)


def test_paper_that_ends_in_the_middle(network):
    machine, _, line = network(roll=300, near_end=200)
    line.write(TELL_ALL)
    assert line.read(4) == b"\x10\0\0\0"
    line.write(TEXT + CUT + DONE)
    assert line.read(4) == b"\x10\0\x03\0", "near its end first"
    assert line.read(4) == b"\x18\0\x0f\0"
    assert line.nothing()
    assert machine.in_slot is not None
    assert machine.in_slot.breaks == [(300, "paper")]
    machine.new_roll()
    assert line.read(13) == b"\x38\0\x0f\0\x38\0\0\0\x10\0\0\0\0", "cover, paper, cover; then done"
    assert machine.wait_papers(1)
    assert machine.papers[0].cut
    assert not machine.papers[0].whole
    assert machine.papers[0].text[-1] == f"line {LINES - 1:02}", "it goes on where it stopped"


def test_a_cover_opened_while_it_prints(network):
    machine, _, line = network(rows_per_s=2000.0)
    line.write(TELL_ALL + TEXT + CUT + DONE)
    assert line.read(4) == b"\x10\0\0\0"
    assert machine.wait_rows(100)
    machine.open_cover()
    assert line.read(4) == b"\x38\x40\0\0"
    height = machine.brain.paper.height
    assert line.nothing()
    assert machine.brain.paper.height == height, "no paper moves under an open cover"
    machine.close_cover()
    assert line.read(5) == b"\x10\0\0\0\0"
    assert [why for _, why in machine.papers[0].breaks] == ["cover"]


def refused(port):
    try:
        Line(port).close()
    except ConnectionRefusedError:
        return True
    return False


def test_without_power_it_forgets_but_the_paper_stays(network, connect):
    machine, plug, line = network(rows_per_s=1000.0)
    line.write(TELL_ALL + TEXT + CUT + DONE)
    assert line.read(4) == b"\x10\0\0\0"
    assert machine.wait_rows(60)
    machine.switch_off()
    assert until(lambda: refused(plug.port))
    printed = machine.in_slot.height
    assert printed < ROWS
    machine.switch_on()
    assert until(lambda: not refused(plug.port))
    with pytest.raises(ConnectionResetError):
        line.read(1)
    again = connect(plug.port)
    assert again.nothing(), "it tells nothing unasked any more"
    again.write(b"new\n" + CUT + DONE)
    assert again.read(1) == b"\0"
    (paper,) = machine.papers
    assert paper.breaks == [(printed, "power")]
    assert paper.text[-1] == "new"
    assert paper.height >= printed + 30


def test_a_picture_is_printed_as_it_comes_and_may_hold_any_byte(network):
    machine, _, line = network()
    line.write(PICTURE[: 8 + 8 * 100])
    assert machine.wait_rows(100)
    line.write(PICTURE[8 + 8 * 100 :] + CUT + DONE)
    answers = line.read(2 * BAND + 1)
    assert answers == b"\x12" * (2 * BAND) + b"\0", "a question inside a picture is answered too"
    picture = machine.papers[0].picture().crop((0, 0, 64, BAND))
    dots = bytes(255 - byte for byte in PICTURE[8:])
    assert picture.convert("1", dither=0).tobytes() == dots
    assert machine.brain.unknown == []


def test_silent_hung_and_noisy_ones(network):
    machine, _, line = network()
    machine.silent = True
    line.write(ASK + b"\x01" + TEXT + CUT + DONE)
    assert machine.wait_papers(1)
    assert line.nothing()
    machine.silent, machine.noise = False, random.Random(1)
    line.write((ASK + b"\x01") * 20)
    assert line.read(20) != b"\x12" * 20
    machine.noise = None
    machine.hang()
    time.sleep(0.05)
    before = machine.received
    line.write(TEXT + CUT + DONE)
    assert line.nothing()
    assert machine.received == before
    machine.hang(False)
    assert machine.wait_papers(2)


def test_a_kicked_cable_leaves_the_machine_what_it_has(network, connect):
    machine, plug, line = network(rows_per_s=2000.0)
    line.write(TEXT + CUT)
    assert machine.wait_rows(30)
    plug.kick()
    assert machine.wait_papers(1)
    again = connect(plug.port)
    again.write(ASK + b"\x01")
    assert again.read(1) == b"\x12"


# --- the serial plug ---


@pytest.fixture
def opened():
    """``opened(path) -> int``: a terminal, closed with the test."""
    made = []

    def terminal(path):
        made.append(os.open(path, os.O_RDWR | os.O_NOCTTY))
        return made[-1]

    yield terminal
    for one in made:
        os.close(one)


@pytest.fixture
def serial(make, opened, tmp_path):
    def one(**options):
        more = {name: options.pop(name) for name in ("buffer", "rows_per_s") if name in options}
        machine, plug = make(PtyPlug, tmp_path, options=options, **more)
        return machine, plug, opened(plug.path)

    return one


def heard(line, count, within=3.0):
    got, end = b"", time.monotonic() + within
    while len(got) < count and (left := end - time.monotonic()) > 0:
        if select.select([line], [], [], left)[0]:
            got += os.read(line, count - len(got))
    return got


def test_a_serial_line_takes_the_time_of_its_bits(serial):
    machine, _, line = serial(paced=9600)
    began = time.monotonic()
    os.write(line, b"x" * 190 + b"\n" + CUT + ASK + b"\x01")
    assert heard(line, 1) == b"\x12"
    assert time.monotonic() - began >= 199 * 10 / 9600, "197 bytes there and one back"
    assert machine.wait_papers(1)


def test_xoff_and_xon(serial):
    machine, _, line = serial(paced=2_000_000, buffer=1024)
    machine.open_cover()
    for _ in range(8):
        os.write(line, TEXT[:112])
    assert heard(line, 1) == XOFF
    assert machine.lost == 0
    machine.close_cover()
    assert heard(line, 1) == XON


def test_a_line_that_is_not_ready_keeps_what_is_sent(serial):
    machine, _, line = serial(paced=2_000_000, buffer=256, flow="lines")
    machine.open_cover()
    os.write(line, TEXT * 4)
    assert until(lambda: machine.free() < 32)
    time.sleep(0.1)
    assert machine.received <= 256
    machine.close_cover()
    assert until(lambda: machine.received == len(TEXT) * 4)
    assert machine.lost == 0


def test_without_a_hand_shake_bytes_are_lost(serial):
    machine, _, line = serial(paced=2_000_000, buffer=256, flow="none")
    machine.open_cover()
    os.write(line, TEXT * 4)
    assert until(lambda: machine.received == len(TEXT) * 4)
    assert machine.lost == len(TEXT) * 4 - 256


def test_unplugged_and_plugged_in_again(serial, opened):
    machine, plug, line = serial()
    os.write(line, TEXT + CUT)
    assert machine.wait_papers(1)
    plug.unplug()
    assert not plug.path.exists()
    with pytest.raises(OSError, match="Input/output"):
        os.write(line, b"x")
    plug.plug()
    again = opened(plug.path)
    os.write(again, TEXT + CUT)
    assert machine.wait_papers(2)
