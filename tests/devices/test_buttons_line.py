"""One line by itself: a converter on the network, and a display that takes nothing."""

import os
import socket
import threading
import tty
from contextlib import closing

import pytest
from boxes import until

from buttons import line as lines
from buttons.line import Line
from buttons.settings import ButtonsSettings
from queue_server.devices import files
from queue_server.settings.model_devices import ButtonKey, ButtonShow

KEYS = (ButtonKey(sends="41", counter="1", press="call-next"),)
SHOWS = {"1": ButtonShow(number="{digits:2}", empty="2D 2D", refused="45")}


@pytest.fixture
def run():
    """Starts a line; (line, presses, statuses)."""
    started = []

    def start(device, shows=SHOWS):
        presses, statuses = [], []
        settings = ButtonsSettings(device=device, keys=KEYS, shows=shows, debounce_ms=0)
        made = Line("line", settings, lambda *press: presses.append(press[:2]), statuses.append)
        made.start()
        started.append(made)
        return made, presses, statuses

    yield start
    for made in started:
        made.stop()


def test_a_converter_on_the_network(run, monkeypatch):
    monkeypatch.setattr(lines, "SETTLE_S", 1.0)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(20)
        made, presses, statuses = run(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        made.show("1", "A012", True)
        first, _ = listener.accept()
        with first:
            first.sendall(b"A")  # the converter kept it from before
            first.settimeout(20)
            assert first.recv(2) == b"12"
            first.sendall(b"A")
            until(lambda: presses == [("1", "call-next")])
        until(lambda: statuses[-1].state == "offline")
        second, _ = listener.accept()
        with second:
            second.settimeout(20)
            assert second.recv(2) == b"12", "shown again on the new line"
            second.sendall(b"A")
            until(lambda: len(presses) == 2)
            made.refused("1")
            assert second.recv(1) == b"E"
            assert second.recv(2) == b"12", "and the number after the refusal"
            made.stop()
            assert len(presses) == 2


def test_a_display_that_takes_nothing_leaves_the_buttons_alone(run, monkeypatch):
    monkeypatch.setattr(lines, "WRITE_S", 0.2)
    monkeypatch.setattr(lines, "BLOCKED_S", 0.5)
    master, slave = os.openpty()
    tty.setraw(slave)
    more_than_a_buffer = {"1": ButtonShow(number="00" * 200_000 + "{digits:2}")}
    made, presses, statuses = run(f"serial://{os.ttyname(slave)}?flow=none", more_than_a_buffer)
    made.show("1", "7", False)  # nobody reads it
    until(lambda: [status.state for status in statuses] == ["ready", "error"])
    assert statuses[-1].reason == "timeout"
    os.write(master, b"A")
    until(lambda: presses == [("1", "call-next")])
    got = b""

    def read():
        nonlocal got
        while not got.endswith(b"!"):
            got += os.read(master, 65536)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    until(lambda: statuses[-1].state == "ready" and b"07" in got)
    made.stop()
    os.write(slave, b"!")
    reader.join()
    os.close(master)
    os.close(slave)


def test_a_line_without_a_device_is_not_asked(run):
    made, _, statuses = run("none:")
    assert [(status.state, status.reason) for status in statuses] == [("unknown", "not_asked")]
    made.stop()


def test_a_port_that_hangs_in_the_system_holds_nobody_up(run, monkeypatch, tmp_path):
    """Starting and stopping return, and what comes back after that is closed."""
    hangs, comes_back, opened = threading.Event(), threading.Event(), []
    real = os.open

    def hanging(path, *rest):
        if path != str(tmp_path / "port"):
            return real(path, *rest)
        hangs.set()
        comes_back.wait(60)
        opened.append(real(path, *rest))
        return opened[-1]

    monkeypatch.setattr(files.os, "open", hanging)
    made, _, _ = run(f"file://{tmp_path}/port")
    assert hangs.wait(20)
    made.stop()
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "line-line"]
    assert thread.daemon, "the process can end"
    comes_back.set()
    thread.join(20)
    assert not thread.is_alive()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])
