"""The spool's promise: a ticket is printed once or not at all by itself, whatever dies when."""

import time

import pytest
from emulator import EscPos
from scripted import PAPER, WELL, Scripted

from printers.jobs import from_body, job_id, to_body
from printers.printer import Printer


@pytest.fixture
def hall(small_hall):
    return small_hall


def numbers(fake, count):
    """What was printed, once ``count`` papers are out ("sent" is when the printer has the bytes).

    A blank one is what was cut off, to be sure, before the first ticket of a printer that may hold a torn one.
    """
    fake.wait_for(count)
    return [ticket.text[2] for ticket in fake.brain.tickets if ticket.text]


# --- planning ------------------------------------------------------------------------------------------------


def test_planning_again_gives_the_same_job_and_nothing_else_does(job):
    assert job().id == job().id == job_id("hall", "id-A001", "ticket", 1, "kiosk1")
    others = [job("A002"), job(printer="kiosk2"), job(seq=2), job(kind="reprint", reissue="R")]
    assert len({job().id, *(other.id for other in others)}) == 5
    assert job_id("a", "bc", "ticket", 1, "p") != job_id("ab", "c", "ticket", 1, "p")


def test_a_reprint_carries_its_mark_and_a_first_print_never(job):
    assert job(kind="reprint", reissue="R").paper.reissue == "R"
    with pytest.raises(ValueError, match="mark"):
        job(kind="reprint", reissue=" ")
    assert job(reissue="R").paper.reissue == ""


def test_the_table_never_holds_the_ticket_s_token(job):
    one = job(qr="https://example.jp/t/secret-token")
    body = to_body(one)
    assert b"secret-token" not in body
    assert from_body(body, qr="https://example.jp/t/secret-token") == one
    assert from_body(body, qr="", tries=2).tries == 2


# --- printing ------------------------------------------------------------------------------------------------


def test_tickets_are_printed_in_order_and_once(hall, store, tcp, job):
    fake = tcp()
    wanted = [f"A{at:03}" for at in range(12)]
    jobs = [job(number) for number in wanted]
    for one in jobs:
        store.add(one)
        store.add(one)  # the reader planned it twice
    running = hall({"kiosk1": fake.url}).run()
    running.until(lambda: all(store.state(one) == "confirmed" for one in jobs))
    time.sleep(0.15)
    assert numbers(fake, 12) == wanted


def test_sending_is_durable_before_the_first_byte(hall, store, tcp, job, monkeypatch):
    fake = tcp()
    one = job()
    store.add(one)
    seen = []
    send = Printer.send

    def watched(self, data, name):
        seen.append((store.state(one), fake.received.count(b"\x1b@")))
        return send(self, data, name)

    monkeypatch.setattr(Printer, "send", watched)
    running = hall({"kiosk1": fake.url}).run()
    running.until(lambda: store.state(one) == "confirmed")
    assert seen == [("sending", 0)]


def test_a_crash_while_printing_never_prints_twice(hall, store, tcp, job):
    """The process dies after some bytes went out: what it left is found, shown as unknown and left alone."""
    hung, well = tcp(), tcp()
    one, two = job("A001"), job("A002")
    store.add(one)
    store.add(two)
    first = hall({"kiosk1": f"{hung.url}?timeout=2&ask=0"})
    hung.hang.set()
    first.printer("kiosk1").encode = lambda paper: b"\x00" * 200_000  # more than any buffer takes
    first.run()
    first.until(lambda: store.state(one) == "sending")
    time.sleep(0.05)

    found = store.as_found_after_a_crash()
    second = hall({"kiosk1": well.url}, over=found).run()
    second.until(lambda: found.state(two) == "confirmed")
    assert found.state(one) == "unknown"
    assert found.row(one.id)["reason"] == "interrupted"
    second.spool.pump()
    time.sleep(0.1)
    assert numbers(well, 1) == ["A002"]


def test_a_crash_between_the_last_byte_and_sent_never_prints_twice(hall, store, tcp, job):
    fake = tcp()
    one = job()
    store.add(one)
    store.fail_on = {"confirmed"}  # the disk is full just then: the outcome cannot be written
    running = hall({"kiosk1": fake.url}).run()
    assert fake.wait_for(1)
    running.until(lambda: store.state(one) == "sending")
    for _ in range(5):
        running.spool.wake()
        time.sleep(0.03)
    found = store.as_found_after_a_crash()
    again = hall({"kiosk1": fake.url}, over=found).run()
    again.until(lambda: found.state(one) == "unknown")
    time.sleep(0.1)
    assert numbers(fake, 1) == ["A001"]


def test_what_cannot_be_written_down_is_not_printed(hall, store, tcp, job):
    fake = tcp()
    one = job()
    store.add(one)
    store.fail_on = {"sending"}
    running = hall({"kiosk1": f"{fake.url}?ask=0"}).run()
    time.sleep(0.3)
    assert fake.received == b""
    store.fail_on = set()
    store.clock.skip_ms += 3000  # it is due again after its pause
    running.until(lambda: store.state(one) == "sent")
    assert numbers(fake, 1) == ["A001"]


def test_bytes_that_went_out_make_a_ticket_unknown_and_the_next_goes_on(hall, store, tcp, job):
    fake = tcp()
    one, two = job("A001"), job("A002")
    store.add(one)
    store.add(two)
    fake.close_after = 60
    fake.baud = 20_000  # slow, so that the line is cut while bytes are still to come
    running = hall({"kiosk1": f"{fake.url}?timeout=1&ask=0"})
    encode = running.printer("kiosk1").encode
    pictures = [b"\x1b@" + b" " * 300_000]
    running.printer("kiosk1").encode = lambda paper: pictures.pop() if pictures else encode(paper)
    running.run()
    running.until(lambda: store.state(one) == "unknown")
    fake.baud = 0
    running.until(lambda: store.state(two) == "sent")
    assert [number for number, state, _ in store.history if state == "sent"] == ["A002"]
    assert store.state(one) == "unknown"


def test_paper_out_keeps_the_order_and_prints_when_it_is_back(hall, store, tcp, job):
    brain = EscPos()
    brain.paper_end = True
    fake = tcp(brain=brain)
    jobs = [job(f"A00{at}") for at in range(4)]
    for one in jobs:
        store.add(one)
    running = hall({"kiosk1": fake.url}).run()
    running.until(lambda: running.workers["kiosk1"].status.state == "paper_out")
    assert not running.spool.available("kiosk1")
    time.sleep(0.25)
    assert {store.state(one) for one in jobs} == {"queued"}
    brain.paper_end = False
    running.until(lambda: all(store.state(one) == "confirmed" for one in jobs))
    assert numbers(fake, 4) == [one.number for one in jobs]


def test_a_ticket_too_old_is_not_printed_any_more(hall, store, tcp, job):
    brain = EscPos()
    brain.paper_end = True
    fake = tcp(brain=brain)
    old, young = job("A001", life_s=180), job("A002", life_s=400)
    store.add(old)
    store.add(young)
    running = hall({"kiosk1": fake.url}).run()
    running.until(
        lambda: (
            ("A001", "queued", "paper_out") in store.history
            or running.workers["kiosk1"].status.state == "paper_out"
        )
    )
    store.clock.skip_ms = 181_000
    brain.paper_end = False
    running.until(lambda: store.state(young) == "confirmed")
    assert store.state(old) == "expired"
    assert ("A001", "expired", "too_old") in running.told
    assert numbers(fake, 1) == ["A002"]


def test_a_ticket_that_grew_too_old_in_the_worker_s_hands(hall, store, tcp, job):
    fake = tcp()
    one = job()
    store.add(one)
    running = hall({"kiosk1": f"{fake.url}?ask=0"})
    encode = running.printer("kiosk1").encode

    def slow(paper):
        store.clock.skip_ms = 200_000
        return encode(paper)

    running.printer("kiosk1").encode = slow
    running.run()
    running.until(lambda: store.state(one) == "expired")
    assert fake.received == b""


def test_what_cannot_be_drawn_fails_for_good(hall, store, tcp, job):
    one = job(qr="x" * 5000)
    store.add(one)
    running = hall({"kiosk1": f"{tcp().url}?ask=0"}).run()
    running.until(lambda: store.state(one) == "failed")
    assert [entry for entry in store.history if entry[1] == "failed"] == [("A001", "failed", "layout")]


def test_the_fallback_takes_over(hall, store, tcp, job):
    dead, well = tcp(), tcp()
    dead.end()
    jobs = [job(f"A00{at}") for at in range(3)]
    for one in jobs:
        store.add(one)
    running = hall({"kiosk1": dead.url, "kiosk2": well.url}, fallbacks={"kiosk1": "kiosk2"}).run()
    running.until(lambda: all(store.state(one) == "confirmed" for one in jobs))
    assert sorted(numbers(well, 3)) == [one.number for one in jobs]
    assert running.spool.available("kiosk1")


def test_a_hung_printer_holds_up_no_other(hall, store, tcp, job):
    hung, well = tcp(), tcp()
    running = hall({"kiosk1": f"{hung.url}?timeout=60&ask=0", "kiosk2": well.url})
    hung.hang.set()
    running.printer("kiosk1").encode = lambda paper: b"\x00" * 200_000
    stuck = job("A001")
    others = [job(f"B00{at}", printer="kiosk2") for at in range(5)]
    for one in (stuck, *others):
        store.add(one)
    running.run()
    running.until(lambda: all(store.state(one) == "confirmed" for one in others))
    assert store.state(stuck) == "sending", "the others were printed while it hung"
    hung.hang.clear()
    running.until(lambda: store.state(stuck) == "sent")


def test_a_job_ended_by_somebody_else_is_not_printed(hall, store, tcp, job):
    fake = tcp()
    one = job()
    store.add(one)
    running = hall({"kiosk1": f"{fake.url}?ask=0"})
    encode = running.printer("kiosk1").encode

    def cancelled_meanwhile(paper):
        store.mark(one.id, "failed", "cancelled")
        return encode(paper)

    running.printer("kiosk1").encode = cancelled_meanwhile
    running.run()
    time.sleep(0.3)
    assert fake.received == b""
    assert store.state(one) == "failed"


def test_a_store_that_fails_stops_nothing(hall, store, tcp, job, monkeypatch):
    fake = tcp()
    one = job()
    store.add(one)
    take = store.take
    failures = iter([True, True, False])

    def sometimes(now, printer, limit):
        if next(failures, False):
            raise OSError("database is locked")
        return take(now, printer, limit)

    monkeypatch.setattr(store, "take", sometimes)
    running = hall({"kiosk1": fake.url}).run()
    running.until(lambda: store.state(one) == "confirmed")


def test_a_ticket_expires_while_its_printer_is_in_trouble(hall, store, tcp, job):
    """Staff must learn of it then, not when the printer is well again."""
    dead = tcp()
    dead.end()
    one, two = job("A001", life_s=100), job("A002", life_s=400)
    store.add(one)
    store.add(two)
    running = hall({"kiosk1": dead.url}).run()
    running.until(lambda: running.workers["kiosk1"].status.state == "offline")
    store.clock.skip_ms = 101_000
    running.until(lambda: store.state(one) == "expired")
    assert store.state(two) == "queued"
    assert running.workers["kiosk1"].in_trouble
    assert ("A001", "expired", "too_old") in running.told


def test_a_ticket_that_the_printer_finishes_later_is_confirmed_then(hall, store, job):
    fake = Scripted()
    one, two = job("A001"), job("A002")
    store.add(one)
    running = hall({"kiosk1": fake.url})
    running.printer("kiosk1").encode = lambda paper: b"\x1b@<" + paper.number.encode() + b">"
    running.run()
    running.until(
        lambda: running.workers["kiosk1"].status.state == "ready" or store.state(one) == "confirmed"
    )
    running.until(lambda: store.state(one) == "confirmed")
    fake.confirms = False
    store.add(two)
    running.until(lambda: fake.unanswered == 1)
    fake.trouble(PAPER, "paper")
    running.until(lambda: store.state(two) == "unknown")
    fake.trouble(WELL, "well")
    fake.confirm()
    running.until(lambda: store.state(two) == "confirmed")
    assert fake.tickets == ["A001", "A002"]
    assert running.told[-2:] == [("A002", "unknown", "paper_out"), ("A002", "confirmed", "")]
    fake.end()
