"""What became of a paper reaches the table, whatever the table, the clock or the stop does meanwhile."""

import asyncio
import logging
import time

import pytest
from scripted import PAPER, Scripted

from printers import table
from printers.quiet import Quiet
from printers.spool import stop_all
from queue_server.log import LogUnavailable


@pytest.fixture
def hall(small_hall):
    return small_hall


def test_an_outcome_that_is_refused_is_written_before_the_printer_gets_another(hall, store, job):
    fake = Scripted()
    first, one, two = job("A000"), job("A001"), job("A002")
    store.add(first)
    running = hall({"kiosk1": fake.url})
    running.printer("kiosk1").encode = lambda paper: b"\x1b@<" + paper.number.encode() + b">"
    running.run()
    running.until(lambda: store.state(first) == "confirmed")
    fake.confirms = False
    store.fail_on = {"unknown"}
    store.add(one)
    running.until(lambda: fake.unanswered == 1)
    fake.trouble(PAPER, "paper")
    running.until(lambda: running.workers["kiosk1"].status.state == "paper_out")
    time.sleep(0.3)
    assert store.state(one) == "sending", "it cannot be written just now"
    store.add(two)
    store.fail_on = set()
    running.until(lambda: store.state(one) == "unknown")
    assert [entry for entry in store.history if entry[0] == "A001"][-1] == ("A001", "unknown", "paper_out")
    assert store.state(two) == "queued"
    fake.end()


def test_what_the_last_jobs_could_not_write_is_written_when_it_stops(hall, store, tcp, job):
    fake = tcp()
    one = job()
    store.add(one)
    store.fail_on = {"confirmed"}
    running = hall({"kiosk1": fake.url}).run()
    assert fake.wait_for(1)
    running.until(lambda: running.spool._unwritten)
    running.stop()
    store.fail_on = set()
    running.spool.write_down()
    assert store.state(one) == "confirmed"


def test_the_printer_that_took_it_stands_in_its_row(hall, store, tcp, job):
    dead, well = tcp(), tcp()
    dead.end()
    one = job()
    store.add(one)
    running = hall({"kiosk1": dead.url, "kiosk2": well.url}, fallbacks={"kiosk1": "kiosk2"}).run()
    running.until(lambda: store.state(one) == "confirmed")
    row = store.row(one.id)
    assert (row["address"], row["via"]) == ("kiosk1", "kiosk2")


def test_the_printer_that_had_it_when_the_process_died_is_mended(hall, store, tcp, job):
    one = job()
    store.add(one)
    assert store.begin(one.id, "kiosk2"), "the fallback had it"
    found = store.as_found_after_a_crash()
    first, second = tcp(), tcp()
    urls = {"kiosk1": first.url, "kiosk2": second.url}
    running = hall(urls, over=found, fallbacks={"kiosk1": "kiosk2"})
    running.keep_up()
    assert (found.state(one), found.row(one.id)["via"]) == ("unknown", "kiosk2")
    interrupted = [running.printer(name)._interrupted is not None for name in urls]
    assert interrupted == [False, True]


def test_a_printer_that_could_not_be_set_up_prints_at_its_fallback(hall, store, tcp, job):
    fake = tcp()
    one = job()
    store.add(one)
    running = hall({"kiosk2": fake.url}, fallbacks={"kiosk1": "kiosk2"}).run()
    running.until(lambda: store.state(one) == "confirmed")
    assert running.spool.available("kiosk1")


def test_a_clock_set_back_hides_no_paper(hall, store, tcp, job):
    """The pause after a failed try counts by the wall clock."""
    fake = tcp()
    one = job()
    store.add(one)
    now = store.clock.real()
    assert store.mark(one.id, "queued", "paper_out", next_at=now + 2_000)
    store.clock.real_skip_ms = -3_600_000
    running = hall({"kiosk1": fake.url}).run()
    running.until(lambda: store.state(one) == "confirmed")


def test_workers_are_stopped_at_once_and_waited_for_within_one_bound(hall, store, tcp, job):
    names = [f"kiosk{at}" for at in range(1, 5)]
    hung = {name: tcp() for name in names}
    running = hall({name: f"{fake.url}?timeout=60&ask=0" for name, fake in hung.items()})
    for name in names:
        hung[name].hang.set()
        running.printer(name).encode = lambda paper: b"\x00" * 200_000
        store.add(job(f"A{name}", printer=name))
    running.run()
    running.until(lambda: all(row["state"] == "sending" for row in rows(store)) and len(rows(store)) == 4)
    began = time.monotonic()
    assert not stop_all(running.workers.values(), 0.5)
    assert time.monotonic() - began < 1.9, "four bounds of half a second, one after another"
    assert all(worker.stopping for worker in running.workers.values())
    for fake in hung.values():
        fake.hang.clear()


def rows(store):
    return store.read("deliveries_open", channel=table.CHANNEL)


def test_a_table_that_does_not_answer_in_time_is_an_error_of_the_log(store, monkeypatch):
    monkeypatch.setattr(table, "COMMIT_SECONDS", 0.05)
    with pytest.raises(LogUnavailable):
        store._wait(asyncio.sleep(5))


def test_a_store_that_is_away_is_asked_less_and_less_and_told_once(hall, store, tcp, monkeypatch, caplog):
    asked = []

    def away(now, printer, limit):
        asked.append(time.monotonic())
        raise LogUnavailable("connection_lost")

    monkeypatch.setattr(store, "take", away)
    running = hall({name: tcp().url for name in ("kiosk1", "kiosk2")})
    with caplog.at_level(logging.INFO, "printers.spool"):
        running.run()
        running.until(lambda: len(asked) == 3)
    assert asked[1] - asked[0] > 0.9
    assert asked[2] - asked[1] > 1.9
    told = [record for record in caplog.records if "store of papers" in record.message]
    assert len(told) == 1


def test_what_goes_on_is_told_when_it_begins_changes_and_every_hour(caplog):
    now = [0.0]
    quiet = Quiet(logging.getLogger("quiet"), "it cannot be done", lambda: now[0])
    with caplog.at_level(logging.INFO, "quiet"):
        for _ in range(3600):
            quiet.failed(OSError("gone"))
            now[0] += 1
        quiet.failed(OSError("full"))
        quiet.failed(OSError("gone"))
        quiet.well()
        quiet.well()
    assert [record.message for record in caplog.records] == [
        "it cannot be done: OSError: gone",
        "it cannot be done: OSError: full",
        "it cannot be done: OSError: gone",
        "over: it cannot be done",
    ]
