"""A thread a printer: order, faults that stay where they are, states, and the end."""

import threading
import time

import pytest
import reading
from emulator import EscPos

from printers import fonts
from printers import printer as module
from printers.printer import Printer
from printers.settings import PrinterSettings
from printers.worker import Result, Task, Worker

BACK_OFF = (0.1, 0.1)


class Desk:
    """Submits jobs and collects what became of them."""

    def __init__(self) -> None:
        self.results: list[tuple[str, Result]] = []
        self.started: list[str] = []
        self._news = threading.Condition()

    def task(self, job, paper, *, start=True):
        def done(result):
            with self._news:
                self.results.append((job, result))
                self._news.notify_all()

        def go():
            self.started.append(job)
            if isinstance(start, Exception):
                raise start
            return start

        return Task(job, paper, go, done)

    def wait(self, count, within=30.0):
        with self._news:
            assert self._news.wait_for(lambda: len(self.results) >= count, within), self.results
        return [(job, result.state, result.reason) for job, result in self.results]


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def worker():
    """Makes started workers and stops them with the test."""
    made: list[Worker] = []

    def make(url, *, size=64, **settings):
        printer = Printer(f"p{len(made)}", PrinterSettings(device=url, **settings))
        told = []
        new = Worker(
            printer,
            size=size,
            poll_s=0.2,
            back_off_s=BACK_OFF,
            on_status=lambda name, status: told.append((status.state, status.reason)),
        )
        new.told = told
        made.append(new)
        new.start()
        return new

    yield make
    for one in made:
        assert one.stop(3)


def until(condition, within=20.0):
    end = time.monotonic() + within
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def test_jobs_in_order(tcp, worker, desk, paper):
    fake = tcp()
    one = worker(fake.url, mode="text")
    numbers = [f"A{at:03}" for at in range(20)]
    for number in numbers:
        assert one.submit(desk.task(number, paper("ja", number=number)))
    assert [state for _, state, _ in desk.wait(20)] == ["confirmed"] * 20
    assert fake.wait_for(20)
    assert [ticket.text[2] for ticket in fake.brain.tickets] == numbers
    assert one.status.state == "ready"


def test_a_hung_printer_hangs_alone(tcp, worker, desk, paper):
    hung, well = tcp(), tcp()
    first = worker(f"{hung.url}?timeout=0.4&ask=0")
    second = worker(well.url)
    hung.hang.set()
    other = Desk()
    for at in range(5):
        assert first.submit(desk.task(f"h{at}", paper("ja")))
        assert second.submit(other.task(f"w{at}", paper("ja")))
    assert [state for _, state, _ in other.wait(5)] == ["confirmed"] * 5
    assert well.wait_for(5)
    results = desk.wait(5)
    assert results[0] == ("h0", "unknown", "timeout")
    # Those behind it did not wait for the time-out each, and no byte of theirs went out.
    assert all(result.retry for _, result in desk.results[1:])
    assert desk.started == ["h0"]
    assert ("error", "timeout") in first.told


def test_a_full_queue_says_no_at_once(tcp, worker, desk, paper):
    one = worker(f"{tcp().url}?ask=0", size=2)
    go_on = threading.Event()
    assert one.submit(Task("held", paper("ja"), lambda: go_on.wait(5), lambda result: None))
    assert until(lambda: one.room() == 2), "the first is in the thread's hands"
    assert [one.submit(desk.task(str(at), paper("ja"))) for at in range(4)] == [True, True, False, False]
    assert one.room() == 0
    go_on.set()
    assert [state for _, state, _ in desk.wait(2)] == ["sent", "sent"]


def test_paper_out_is_told_before_a_byte_and_mended(tcp, worker, desk, paper):
    brain = EscPos()
    brain.paper_end = True
    fake = tcp(brain=brain)
    one = worker(fake.url)
    assert until(lambda: one.status.state == "paper_out")
    one.submit(desk.task("a", paper("ja")))
    desk.wait(1)
    assert desk.results[0][1].retry
    assert desk.started == []
    assert fake.brain.tickets == []
    brain.paper_end = False
    assert until(lambda: one.status.state == "ready")
    one.submit(desk.task("b", paper("ja")))
    assert desk.wait(2)[1][1] == "confirmed"
    assert fake.wait_for(1)


def test_a_printer_switched_on_later_is_found(worker, desk, paper, tcp):
    fake = tcp()
    fake.end()
    one = worker(fake.url)
    assert until(lambda: one.status.state == "offline")
    assert one.submit(desk.task("a", paper("ja")))
    desk.wait(1)
    assert desk.results[0][1].retry
    assert desk.results[0][1].reason == "unreachable"


def test_reopened_after_the_line_was_cut(tcp, worker, desk, paper):
    fake = tcp()
    fake.close_after = 5000
    one = worker(f"{fake.url}?timeout=1&ask=0")
    one.submit(desk.task("a", paper("ja")))
    desk.wait(1)
    assert desk.results[0][1].state == "unknown"
    assert until(lambda: not one.in_trouble)
    one.submit(desk.task("b", paper("ja")))
    assert desk.wait(2)[1][1] == "sent"


def test_paper_out_since_the_last_question(tcp, desk, paper, monkeypatch):
    """Asked before the job, not only now and then."""
    monkeypatch.setattr(module, "_FRESH_S", 0.0)
    fake = tcp()
    one = Worker(Printer("p", PrinterSettings(device=fake.url)), poll_s=60)
    one.start()
    assert until(lambda: one.status.state == "ready")
    fake.brain.cover_open = True
    one.submit(desk.task("a", paper("ja")))
    assert desk.wait(1) == [("a", "failed", "cover_open")]
    assert desk.results[0][1].retry
    assert desk.started == []
    assert one.stop(3)


def test_a_torn_ticket_does_not_spoil_the_next(tcp, worker, desk, paper):
    """Cut off inside a picture, the printer waits for dots; the next ticket must not become them."""
    fake = tcp(baud=200_000)
    one = worker(f"{fake.url}?timeout=0.3&ask=0")
    one.submit(desk.task("torn", paper("ja", number="A111")))
    assert until(lambda: len(fake.received) > 6000)
    fake.hang.set()
    desk.wait(1)
    assert desk.results[0][1].state == "unknown"
    fake.baud = 0
    fake.hang.clear()
    assert until(lambda: not one.in_trouble)
    sample = paper("ja", number="A222")
    one.submit(desk.task("whole", sample))
    assert desk.wait(2)[1][1] == "sent"
    assert fake.wait_for(2)
    assert fake.connections == 2
    assert fake.brain.cuts == 2, "the torn paper is cut off by itself"
    picture = fake.brain.tickets[1].picture()
    assert reading.number(picture)[0] == "A222"
    assert reading.qr_codes(picture) == [sample.qr]
    assert fake.brain.unknown == []


def test_a_job_not_wanted_any_more_sends_nothing(tcp, worker, desk, paper):
    fake = tcp()
    one = worker(f"{fake.url}?ask=0")
    one.submit(desk.task("gone", paper("ja"), start=False))
    one.submit(desk.task("unwritten", paper("ja"), start=OSError("disk full")))
    assert [(job, state) for job, state, _ in desk.wait(2)] == [("gone", "dropped"), ("unwritten", "failed")]
    assert desk.results[1][1].retry
    assert fake.received == b""


def test_a_ticket_that_cannot_be_drawn_stops_nobody(tmp_path, worker, desk, paper):
    one = worker(f"draw://{tmp_path}")
    one.submit(desk.task("bad", paper("ja", qr="x" * 5000)))
    one.submit(desk.task("good", paper("ja")))
    assert [(job, state) for job, state, _ in desk.wait(2)] == [("bad", "failed"), ("good", "sent")]
    assert not desk.results[0][1].retry


def test_missing_fonts_are_shown_as_the_printers_trouble(tmp_path, worker, desk, paper, monkeypatch):
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
    one = worker(f"draw://{tmp_path}/tickets", fonts=str(tmp_path))
    assert until(lambda: one.status.state == "ready")
    one.submit(desk.task("a", paper("ja")))
    assert desk.wait(1) == [("a", "failed", "fonts_missing")]
    assert (one.status.state, one.status.reason) == ("error", "fonts_missing")
    assert "apt install" in one.status.detail


def test_an_error_in_our_own_callback_stops_nobody(tmp_path, worker, desk, paper):
    one = worker(f"draw://{tmp_path}")

    def fail(result):
        raise RuntimeError("ours")

    one.submit(Task("a", paper("ja"), lambda: True, fail))
    one.submit(desk.task("b", paper("ja")))
    assert desk.wait(1)[0][1] == "sent"


def test_stopping_waits_only_so_long(tcp, desk, paper):
    fake = tcp()
    fake.hang.set()
    one = Worker(Printer("p", PrinterSettings(device=f"{fake.url}?timeout=0.6&ask=0")))
    one.start()
    one.submit(desk.task("a", paper("ja")))
    assert until(lambda: desk.started == ["a"])
    started = time.monotonic()
    assert not one.stop(0.1)
    assert time.monotonic() - started < 0.5
    assert not one.submit(desk.task("b", paper("ja")))
    assert one.stop(5)
    assert desk.started == ["a"]


def test_status_is_told_with_its_time(tmp_path, desk, paper):
    told = []
    one = Worker(
        Printer("p", PrinterSettings(device=f"draw://{tmp_path}")),
        now_ms=lambda: 42,
        on_status=lambda name, status: told.append((name, status.state, status.since_ms)),
    )
    assert one.status.state == "unknown"
    one.start()
    assert until(lambda: told)
    assert told == [("p", "ready", 42)]
    assert one.stop(2)
