"""「なぜ？」 over HTTP: as data, as a page, on a past day."""

import re
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from queue_server.domain.evolve import EVOLVERS
from queue_server.domain.why_reasons import Code
from queue_server.hall.day.why_story import NAMES
from queue_server.hall.day.why_view import ELSEWHERE

SITE = "/api/v1/sites/bench"
HALL = Path(__file__).parents[2] / "queue_server/hall/locales"
SILENT = {
    "RulesSet", "DayClosed", "OutageMarked", "NoticePosted", "HallTimeStepped", "PresetApplied",
    "TicketLanguageSet", "CounterOpened", "CounterPaused", "CounterClosed",
}  # fmt: skip
"""Events that no timeline tells."""


@pytest.fixture(scope="module")
def server(module_server):
    """A hall on a Friday, closed in the evening; the next day is open."""
    server = module_server("bench", "--clock", "2026-11-20T09:00+09:00", "--speed", "0")

    def post(path, body=None):
        answer = server.call("POST", SITE + path, body or {}, role="staff")
        assert answer.status < 300, answer.body
        return answer.json

    server.first, server.second = (
        post("/tickets", {"service": "service", "channel": "staff"})["number"] for _ in range(2)
    )
    post("/counters/1/open")
    post("/counters/1/call", {"number": server.second})
    post("/counters/1/call-next")
    post("/day/close", {"force": True})
    server.call("POST", "/api/v1/clock", {"to": "2026-11-21T09:00+09:00"}, role="admin")
    return server


def test_a_later_number_that_staff_chose(server):
    told = server.call("GET", f"{SITE}/why/{server.first}?date=2026-11-20", role="staff").json
    [one] = told["passed"]
    assert (one["number"], one["counter"], one["reason"]) == (server.second, "1", {"code": "chosen"})
    assert [step["what"] for step in told["steps"]] == ["issued", "called", "expired"]
    assert told["day"] == "2026-11-20"
    assert [x["id"] for x in told["bearers"]] == [told["id"]]


def test_the_page_says_it_in_a_sentence(server):
    cookie = {"Authorization": f"Bearer {server.token('staff')}", "Accept-Language": "ja"}
    page = server.call("GET", f"/staff/bench/why/{server.first}?date=2026-11-20", headers=cookie)
    assert page.status == 200
    text = page.body.decode()
    assert "職員がその番号を選んでお呼びしました。" in text
    assert "2026年11月20日金曜日" in text


def test_two_equal_times_of_the_order_are_said_to_be_equal(server):
    def post(path, body=None):
        return server.call("POST", SITE + path, body or {}, role="staff").json

    def seconds(count):
        server.call("POST", "/api/v1/clock", {"to": f"2026-11-21T10:00:{count:02}+09:00"}, role="admin")

    post("/day/open")
    numbers = []
    for count in (5, 7):
        seconds(count)
        numbers.append(post("/tickets", {"service": "service", "channel": "staff"})["number"])
    post("/counters/1/open")
    post("/counters/1/call-next")
    post("/counters/1/hold")
    post("/counters/1/restore", {"number": numbers[0], "place": "end"})
    post("/counters/1/call-next")
    page = server.call("GET", f"/staff/bench/why/{numbers[0]}", role="staff").body.decode()
    assert "順番の時刻はどちらも 10:15:07 で、その番号が列の前にいました。" in page


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/why/77777?date=2026-11-20", 404, "unknown_number"),
        ("/why/1?date=2026-11-19", 404, "unknown_number"),
        ("/why/1?date=yesterday", 422, "invalid_date"),
        ("/why/1?date=2026-11-20&ticket=other", 404, "unknown_number"),
    ],
)
def test_what_is_not_there(server, path, status, code):
    answer = server.call("GET", SITE + path, role="staff")
    assert (answer.status, answer.json["code"]) == (status, code)


def test_the_field_leads_to_the_page_and_an_unknown_number_is_said_beside_it(server):
    asked = server.call("GET", "/staff/bench/why?number=A%2F1&date=2026-11-20", role="staff")
    assert (asked.status, asked.headers["location"]) == (303, "/staff/bench/why/A%2F1?date=2026-11-20")
    page = server.call("GET", asked.headers["location"], role="staff")
    assert page.status == 404
    assert b'role="alert"' in page.body


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_reason_and_every_step_has_its_words(lang):
    with (HALL / f"{lang}.po").open("rb") as file:
        known = {message.id for message in read_po(file) if message.string}
    wanted = {f"why.reason.{code}" for code in get_args(Code)}
    wanted |= {f"why.step.{what}" for what in (*NAMES.values(), "written", "call-undone")}
    assert wanted - known == set()
    assert f"why.reason.{ELSEWHERE}" in wanted
    assert {kind.__name__ for kind in EVOLVERS} == {kind.__name__ for kind in NAMES} | SILENT
    reasons = {key for key in known if key.startswith("why.reason.")}
    assert reasons == {f"why.reason.{code}" for code in get_args(Code)}


def test_no_sentence_asks_for_a_fact_that_nobody_gives():
    with (HALL / "ja.po").open("rb") as file:
        texts = {m.id: m.string for m in read_po(file) if str(m.id).startswith("why.reason.")}
    given = {
        "mine",
        "your_counter",
        "how",
        "slot",
        "from",
        "every",
        "minutes",
        "your_minutes",
        "since",
        "your_since",
    }
    assert {fact for text in texts.values() for fact in re.findall(r"\{(\w+)\}", text)} <= given
