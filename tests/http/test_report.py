"""The day report: its statistics, its marks, its page and its rows."""

import csv
import io
from datetime import UTC, datetime

import pytest

from queue_server.domain import events as e
from queue_server.domain.state import CounterFacts
from queue_server.hall.day.report_figures import figures, lengths
from queue_server.hall.day.report_marks import marks

MINUTE = 60_000
NINE = 1_795_132_800_000  # 2026-11-20 09:00 +09:00


def ticket(name, *, at=0, state="done", ended=None, services="cert"):
    return {"ticket": name, "number": name, "services": services, "state": state,
            "issued_at": NINE + at * MINUTE, "ended_at": None if ended is None else NINE + ended * MINUTE}  # fmt: skip


def call(name, *, arrived=0, called=0, ended=None, outcome="served", service="cert", counter="1", start=True):
    return {"ticket": name, "number": name, "service": service, "counter": counter,
            "issued_at": NINE + arrived * MINUTE, "called_at": NINE + called * MINUTE,
            "started_at": NINE + called * MINUTE if start else None,
            "ended_at": None if ended is None else NINE + ended * MINUTE, "outcome": outcome,
            "wait_ms": (called - arrived) * MINUTE, "from_call": int(not start),
            "service_ms": (ended - called) * MINUTE if outcome == "served" else None}  # fmt: skip


def day(tickets, stages, **more):
    usual = {"closed_at": None, "received": 0, "outages": [], "open_ms": {}}
    return figures(
        tickets,
        stages,
        hour_of=lambda at: datetime.fromtimestamp(at / 1000, UTC).hour + 9,
        **{**usual, **more},
    )


def test_statistics_of_lengths():
    assert lengths([]) is None
    one = lengths([5])
    assert (one.count, one.mean, one.median, one.p90, one.longest) == (1, 5, 5, 5, 5)
    ten = lengths(range(11))
    assert (ten.count, ten.mean, ten.median, ten.p90, ten.longest) == (11, 5, 5, 9, 10)


def test_a_second_call_is_no_second_wait_and_an_undone_one_is_none():
    found = day(
        [ticket("a", ended=40)],
        [
            call("a", called=10, ended=12, outcome="no_show"),
            call("a", called=30, ended=40),
            call("a", called=5, ended=6, outcome="undone"),
        ],
    )
    assert (found.waits.count, found.waits.longest) == (1, 10 * MINUTE)
    assert (found.absent, found.services[0].served) == (1, 1)
    assert [x.calls for x in found.counters] == [2]
    assert [(x.number, x.called) for x in found.longest] == [("a", NINE + 10 * MINUTE)]


def test_what_an_outage_overlaps_is_left_out_of_the_statistics():
    stages = [call("a", called=5, ended=9), call("b", arrived=4, called=60, ended=61, start=False)]
    found = day([ticket("a"), ticket("b")], stages, outages=[(NINE + 20 * MINUTE, NINE + 50 * MINUTE)])
    assert (found.waits.longest, found.left_out) == (5 * MINUTE, 1)
    assert (found.times.count, found.without_start) == (1, 0)
    assert found.services[0].served == 2


def test_a_ticket_that_ended_on_a_later_day_was_carried_on_this_one():
    tickets = [ticket("a", ended=10), ticket("b", ended=900), ticket("c", state="processing")]
    closed = day(tickets, [], closed_at=NINE + 500 * MINUTE)
    assert (closed.done, closed.carried, closed.left) == (1, 2, 0)
    running = day(tickets[::2], [])
    assert (running.done, running.carried, running.left) == (1, 0, 1)


def test_by_hour_and_in_the_order_of_the_site():
    found = day(
        [ticket("a"), ticket("b", at=125, services="move")],
        [call("b", arrived=125, called=130, ended=140, service="move", counter="2")],
        open_ms={"2": 5, "1": 7},
        order=("move", "cert", "1", "2"),
    )
    assert [(x.hour, x.issued, x.called) for x in found.hours] == [(9, 1, 0), (10, 0, 0), (11, 1, 1)]
    assert [x.service for x in found.services] == ["move", "cert"]
    assert [(x.counter, x.open_ms) for x in found.counters] == [("1", 7), ("2", 5)]


def test_a_counter_is_open_between_its_opening_and_its_pause():
    def event(kind, minutes, **fields):
        return kind(seq=1, cmd=1, at=NINE + minutes * MINUTE, **fields)

    found = marks(
        [
            event(e.CounterOpened, 0, counter="1", services=()),
            event(e.CounterOpened, 5, counter="1", services=("cert",)),
            event(e.CounterPaused, 10, counter="1"),
            event(e.CommandUndone, 11, counter="1", undone=3, counter_facts=CounterFacts(status="open")),
            event(e.CounterOpened, 20, counter="2", services=()),
            event(e.OutageMarked, 21, since=NINE, until=NINE + 1),
            event(e.DayClosed, 31, day="2026-11-20"),
        ],
        NINE + 99 * MINUTE,
    )
    assert found.open_ms == {"1": 30 * MINUTE, "2": 11 * MINUTE}
    assert (found.closed_at, found.outages) == (NINE + 31 * MINUTE, [(NINE, NINE + 1)])
    still = marks([event(e.CounterOpened, 0, counter="1", services=())], NINE + 7 * MINUTE)
    assert still.open_ms == {"1": 7 * MINUTE}


@pytest.fixture(scope="module")
def server(module_server):
    """One served, one waiting."""
    server = module_server("bench", "--clock", "2026-11-20T09:00+09:00", "--speed", "0")
    site = "/api/v1/sites/bench"
    for path, body in (
        ("/tickets", {"service": "service", "channel": "staff"}),
        ("/tickets", {"service": "service", "channel": "staff"}),
        ("/counters/1/open", {}),
        ("/counters/1/call-next", {}),
        ("/counters/1/finish", {}),
    ):
        assert server.call("POST", site + path, body, role="staff").status < 300
    return server


def test_the_page_shows_the_day_and_an_empty_one(server):
    page = server.call("GET", "/staff/bench/report?date=2026-11-20", role="admin")
    assert page.status == 200
    text = page.body.decode()
    for key, number in (("発行", 2), ("終了", 1), ("残り", 1)):
        assert f"<dt>{key}</dt><dd>{number}</dd>" in text
    empty = server.call("GET", "/staff/bench/report?date=2026-11-19", role="admin").body.decode()
    assert "この日に発行した番号札はありません。" in empty
    assert server.call("GET", "/staff/bench/report?date=soon", role="admin").status == 422
    assert server.call("GET", "/staff/bench/report", role="kiosk").status == 403


@pytest.mark.parametrize(("encoding", "codec"), [("utf-8", "utf-8-sig"), ("cp932", "cp932")])
def test_the_rows_open_in_a_spreadsheet(server, encoding, codec):
    for table, lines in (("tickets", 2), ("calls", 1)):
        answer = server.call("GET", f"/staff/bench/report/{table}.csv?encoding={encoding}", role="staff")
        assert (answer.status, "attachment" in answer.headers["content-disposition"]) == (200, True)
        [head, *rows] = csv.reader(io.StringIO(answer.body.decode(codec)))
        assert head[:2] == ["業務日", "番号"]
        assert len(rows) == lines
        assert all(len(row) == len(head) for row in rows)
    assert server.call("GET", "/staff/bench/report/people.csv", role="staff").status == 404


def test_a_day_is_one_however_it_is_written(server):
    for day in ("2026-11-20", "20261120"):
        rows = server.call("GET", f"/api/v1/sites/bench/tickets?date={day}", role="staff").json["tickets"]
        assert [row["day"] for row in rows] == ["2026-11-20"] * 2
