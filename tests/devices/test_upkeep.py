"""The table of papers is kept in order, for every printer and beside other processes."""

import time

import pytest
from spooling import TableStore

from bench.postgres import Postgres
from printers import upkeep
from printers.upkeep import KEPT_MS, Upkeep
from queue_server.domain import commands as c
from queue_server.domain.rules import Band, Counter, Rules, Service

SITE = "hall"


def look(store):
    """What a process without printers does."""
    keeper = Upkeep(store.deps, {}, store.holder)
    store.wait(keeper.look())


@pytest.fixture(scope="module")
def postgres():
    with Postgres() as server:
        yield server


@pytest.fixture
def two(postgres):
    """Two processes on one PostgreSQL."""
    url = postgres.database()
    made = [TableStore(url, "one"), TableStore(url, "two")]
    yield made
    for store in made:
        store.close()


# --- rows of printers that nobody drives ------------------------------------------------------------------


def test_what_is_too_late_expires_whoever_should_have_printed_it(store, job):
    gone, hidden, young = job("A001", printer="gone"), job("A002"), job("A003", printer="gone", life_s=900)
    for one in (gone, hidden, young):
        store.add(one)
    assert store.mark(hidden.id, "queued", "paper_out", next_at=store.clock.real() + 9_000_000)
    store.clock.skip_ms += 181_000
    look(store)
    assert [store.state(one) for one in (gone, hidden, young)] == ["expired", "expired", "queued"]
    assert store.row(gone.id)["reason"] == "too_old"


def test_what_a_dead_process_had_begun_is_doubtful_whoever_should_have_printed_it(store, job):
    one = job(printer="gone")
    store.add(one)
    assert store.begin(one.id, "gone")
    look(store)
    assert store.state(one) == "sending", "this process is at it"
    found = store.as_found_after_a_crash()
    look(found)
    assert (found.state(one), found.row(one.id)["reason"]) == ("unknown", "interrupted")
    found.close()


def test_what_an_agent_has_begun_is_the_agents(tmp_path, job):
    store = TableStore(f"sqlite:///{tmp_path}/agent.db", agents=["kiosk1"])
    one, orphan = job("A001"), job("A002", printer="was the agent's")
    for each in (one, orphan):
        store.add(each)
        keys = {"id": each.id, "leave": "x", "via": each.printer, "now": 1, "hall": 1}
        assert store.wait(store.log.run(lambda tx, keys=keys: tx.execute("grant_delivery", **keys)))
    look(store)
    assert [store.state(each) for each in (one, orphan)] == ["sending", "unknown"]
    store.close()


# --- several processes --------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_job_is_begun_by_one_process_only(two, job):
    jobs = [job(f"A{at:03}", printer=f"kiosk{at}") for at in range(20)]
    for one in jobs:
        two[0].add(one)
    for one in jobs:
        begun = [store.begin(one.id, one.printer) for store in two]
        assert begun == [True, False]
    assert two[1].mark(jobs[0].id, "queued") is False, "nor given back by the other"
    assert two[1].mark(jobs[0].id, "failed") is False
    assert two[0].mark(jobs[0].id, "unknown")
    assert two[1].mark(jobs[0].id, "confirmed")


@pytest.mark.postgres
def test_a_printer_that_another_process_is_at_gets_nothing_meanwhile(two, job):
    first, second = job("A001"), job("A002")
    for one in (first, second):
        two[0].add(one)
    assert two[0].begin(first.id, "kiosk1")
    now = two[0].clock.real()
    assert two[1].take(now, "kiosk1", 9) == []
    assert not two[1].begin(second.id, "kiosk1")
    assert [one.id for one in two[0].take(now, "kiosk1", 9)] == [second.id]
    assert two[0].mark(first.id, "confirmed")
    assert [one.id for one in two[1].take(now, "kiosk1", 9)] == [second.id]
    assert two[1].begin(second.id, "kiosk1")


@pytest.mark.postgres
def test_a_living_process_keeps_what_it_has_begun_and_a_dead_ones_is_doubtful(two, job, monkeypatch):
    monkeypatch.setattr(upkeep, "BEAT_S", 0.1)
    monkeypatch.setattr(upkeep, "DEAD_S", 0.6)
    one = job()
    two[0].add(one)
    assert two[0].begin(one.id, "kiosk1")
    keepers = [Upkeep(store.deps, {}, store.holder) for store in two]
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        for store, keeper in zip(two, keepers, strict=True):
            store.wait(keeper.look())
        time.sleep(0.05)
    assert two[1].state(one) == "sending", "it lives"
    until = time.monotonic() + 20
    while two[1].state(one) == "sending":
        assert time.monotonic() < until
        two[1].wait(keepers[1].look())
        time.sleep(0.05)
    assert two[1].row(one.id)["reason"] == "interrupted"
    assert not two[0].mark(one.id, "failed"), "what it was taken from is not told otherwise"


# --- what is old --------------------------------------------------------------------------------------------


def test_what_ended_a_month_ago_is_dropped_but_nothing_of_an_open_day(store, job):
    rules = Rules(
        site=SITE,
        names={"ja": SITE},
        bands={"a": Band(id="a", first=1, last=99)},
        services={"s": Service(id="s", names={"ja": "s"}, band="a")},
        counters={"1": Counter(id="1", names={"ja": "1"}, services=("s",))},
    )
    store.wait(store.log.ensure_site(SITE))
    opened = c.OpenDay(day="2026-11-20", starts=store.clock.now(), rules=rules)
    store.wait(store.log.execute(SITE, opened))
    assert store.log.view(SITE).opened_seq == 1
    store.order["of the day's opening"] = 0  # the papers come after it
    done, waiting = job("A001"), job("A002")
    for one in (done, waiting):
        store.add(one)
    assert store.begin(done.id, "kiosk1")
    assert store.mark(done.id, "confirmed")
    keeper = Upkeep(store.deps, {}, store.holder)
    store.clock.skip_ms += KEPT_MS - 60_000
    assert store.wait(keeper.drop_old()) == 0
    store.clock.skip_ms += 120_000
    assert store.wait(keeper.drop_old()) == 0, "the day is open"
    store.wait(store.log.execute(SITE, c.CloseDay(force=True)))
    assert store.wait(keeper.drop_old()) == 1
    left = [row["id"] for row in store.read("deliveries_open", channel="print")]
    assert left == [waiting.id], "what has no end stays"
