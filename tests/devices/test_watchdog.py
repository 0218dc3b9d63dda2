"""Threads that hang in the system or end by a mistake of ours: no job without a result, no harm when they wake."""

import threading
from typing import ClassVar

import pytest
from desk import Desk
from scripted import WELL, until

from printers import printer as module
from printers.guard import Guard
from printers.hand import Hand
from printers.printer import Printer
from printers.settings import PrinterSettings
from printers.worker import Worker
from queue_server.devices import Device


class Stuck(Device):
    """A device whose first write hangs in the system until it is let go."""

    writes: ClassVar[list[tuple[int, bytes]]] = []
    made = 0
    free = threading.Event()
    two_way = False

    def __init__(self, address):
        super().__init__(address)
        type(self).made += 1
        self.number = self.made
        self._open = False

    @property
    def is_open(self):
        return self._open

    def open(self):
        self._open = True

    def write(self, data, name):
        if self.number == 1:
            self.free.wait(60)
        self.writes.append((self.number, data))

    def close(self):
        self._open = False


@pytest.fixture
def stuck(monkeypatch):
    monkeypatch.setattr(Stuck, "writes", [])
    monkeypatch.setattr(Stuck, "made", 0)
    monkeypatch.setattr(Stuck, "free", threading.Event())
    monkeypatch.setattr(module, "open_device", Stuck)
    monkeypatch.setattr(module, "_SPARE_S", 0.1)
    monkeypatch.setattr(Printer, "encode", lambda self, paper: b"<" + paper.number.encode() + b">")
    yield Stuck
    Stuck.free.set()


def test_a_thread_that_hangs_in_the_system_is_given_up_and_does_no_harm_when_it_wakes(stuck, paper):
    one = Desk("tcp://127.0.0.1:1?timeout=0.1", paper)
    del one.worker._hand.printer.encode
    one.print("A1")
    first = one.worker._hand
    assert until(lambda: first.guard.stuck)
    assert one.results == {}
    one.worker.watch()
    assert one.results == {"A1": ("unknown", "stuck")}
    assert ("error", "stuck") in one.told
    assert until(lambda: not one.worker.in_trouble)
    one.print("A2")
    assert until(lambda: one.results.get("A2") == ("sent", ""))
    torn = b"\0\0\0\0\x1b@\x1dVB\0"
    assert stuck.writes == [(2, torn), (2, b"<A2>")], (
        "a part of the first may lie in the printer: it is cut off"
    )

    told = list(one.told)
    stuck.free.set()
    assert until(lambda: not first.thread.is_alive())
    assert one.results == {"A1": ("unknown", "stuck"), "A2": ("sent", "")}
    assert one.told == told
    assert stuck.writes[2:] == [(1, b"<A1>")], "nothing but what the call had in hand"
    assert one.worker.stop(5)


def test_only_so_many_threads_may_hang(monkeypatch, paper):
    one = Desk("tcp://127.0.0.1:1?ask=0&timeout=0.1", paper)
    monkeypatch.setattr(Guard, "stuck", property(lambda self: True))
    hang = threading.Event()
    monkeypatch.setattr(Hand, "_run", lambda self: hang.wait(60))
    for _ in range(6):
        one.worker.watch()
    hung = [thread for thread in one.worker._stuck if thread.is_alive()]
    assert len(hung) <= 3
    hang.set()
    one.worker.stop(5)


def test_with_too_many_hung_threads_no_job_is_left_without_a_result(stuck, paper):
    one = Desk("tcp://127.0.0.1:1?timeout=0.1", paper)
    one.worker._stuck = [hung := threading.Thread(target=stuck.free.wait, args=(60,), daemon=True)] * 3
    hung.start()
    one.print("A1")
    hand = one.worker._hand
    assert until(lambda: hand.guard.stuck)
    one.print("A2")
    one.worker.watch()
    assert one.results == {"A1": ("unknown", "stuck"), "A2": ("failed", "stuck")}
    assert one.worker._hand is hand, "no further thread is risked"
    stuck.free.set()
    hung.join(5)
    hand.thread.join(5)
    one.worker.watch()
    assert until(lambda: not one.worker.in_trouble), "another one took over"
    assert one.worker.stop(5)


@pytest.mark.parametrize("call", ["hear", "release", "close"])
def test_a_mistake_of_ours_between_jobs_ends_no_thread(fake, desk, monkeypatch, call):
    one = desk("?keep=0") if call == "release" else desk()
    assert until(lambda: one.state == "ready")
    with monkeypatch.context() as broken:

        def fail(*_):
            raise RuntimeError("ours")

        broken.setattr(Printer, call, fail)
        if call == "close":
            fake.state = {}
        one.worker.next_look = 0.0
        one.print("A0")  # wakes it
        assert until(lambda: one.state == "error")
    fake.state = WELL
    one.worker.watch()
    assert until(lambda: one.results)
    one.results.clear()
    assert until(lambda: one.state == "ready")
    one.print("A1")
    assert until(lambda: one.results == {"A1": ("confirmed", "")})


def test_a_thread_that_ended_is_replaced(fake, desk, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Hand, "_run", lambda self: None)
        one = desk()
        assert until(lambda: one.worker._hand.ended)
    one.worker.watch()
    assert until(lambda: one.state == "ready")
    one._short(one.worker)
    one.print("A1")
    assert until(lambda: one.results == {"A1": ("confirmed", "")})


def test_mending_takes_as_long_as_what_is_torn(paper):
    """62 kB at 9,600 baud are 65 s."""
    limits = []
    printer = Printer("p", PrinterSettings(device="serial:///dev/none?baud=9600", mode="text"))
    worker = Worker(printer)
    ending = worker._hand._ending
    ending._guard.do = lambda limit_s, call, *args: limits.append(limit_s)
    printer.encode = lambda paper: b"x" * 62_000
    printer.interrupted(paper("ja"))
    ending.before_job()
    assert limits[0] > 65
