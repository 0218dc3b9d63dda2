"""Absent by the clock, back by the paper; a scanned code is the proof that somebody holds the ticket."""

import time

import pytest

SITE = "/api/v1/sites/city-hall"
FRIDAY = "2026-11-20T"


@pytest.fixture(scope="module")
def hall(module_server, tmp_path_factory):
    papers = tmp_path_factory.mktemp("tickets")
    printers = [f"printers.{name}.device=draw://{papers}/{name}" for name in ("kiosk1", "reception")]
    sets = [part for line in printers for part in ("--set", line)]
    server = module_server("aobahama", "--clock", f"{FRIDAY}11:50+09:00", "--speed", "0", *sets)
    server.papers = papers
    for key in ("1", "3", "5"):
        staff(server, f"counters/{key}/open")
    return server


def staff(server, path, body=None, status=200, method="POST"):
    answer = server.call(method, f"{SITE}/{path}", body if method == "POST" else None, role="staff")
    assert answer.status == status, answer.json
    return answer.json


def kiosk(server, path, body, status=200):
    answer = server.call("POST", f"{SITE}/{path}", body, role="kiosk")
    assert answer.status == status, answer.json
    return answer.json


def step(server, to):
    assert server.call("POST", "/api/v1/clock", {"to": f"{FRIDAY}{to}+09:00"}, role="staff").status == 200


def issue(server, service="koseki", **more):
    return staff(server, "tickets", {"service": service, "channel": "staff", **more}, 201)


def until(found, seconds=5):
    """What ``found`` gives as soon as it is something."""
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
    return value


def state(server, ticket):
    return server.call("GET", f"/api/v1/tickets/{ticket['token']}").json["state"]


def absent(server):
    """A ticket that was called, recalled and not found."""
    ticket = issue(server)
    staff(server, "counters/3/call", {"number": ticket["number"]})
    staff(server, "counters/3/no-show")
    return ticket


def test_the_rule_marks_whoever_was_recalled_and_did_not_come(hall):
    ticket = issue(hall)
    staff(hall, "counters/3/call", {"number": ticket["number"]})
    staff(hall, "counters/3/recall")
    staff(hall, "counters/3/recall")
    assert state(hall, ticket) == "called"
    step(hall, "11:52")
    until(lambda: state(hall, ticket) == "no_show")


def test_the_paper_brings_an_absent_ticket_back(hall):
    ticket = absent(hall)
    scanned = kiosk(hall, "scan", {"code": ticket["url"]})
    assert "back" in scanned["may"]
    after = kiosk(hall, "scan/back", {"code": ticket["url"]})
    assert (after["ticket"]["number"], after["ticket"]["state"]) == (ticket["number"], "waiting")
    assert "back" not in after["may"]


def test_staff_bring_it_back_without_a_counter(hall):
    ticket = absent(hall)
    after = staff(hall, f"tickets/{ticket['id']}/return", {"place": "front"})
    assert after["ticket"]["state"] == "waiting"
    assert state(hall, ticket) == "waiting"


def test_a_little_late_frees_the_counter(hall):
    ticket = issue(hall)
    staff(hall, "counters/3/call", {"number": ticket["number"]})
    answer = hall.call("POST", f"/api/v1/tickets/{ticket['token']}/late", {})
    assert (answer.status, answer.json["state"]) == (200, "waiting")
    board = hall.call("GET", f"{SITE}/board").json
    assert next(x["numbers"] for x in board["counters"] if x["id"] == "3") == []


def test_the_paper_mends_a_wrong_purpose_and_a_language_and_gives_the_ticket_up(hall):
    code = issue(hall)["url"]
    after = kiosk(hall, "scan/wrong-service", {"code": code, "service": "moving"})
    assert after["ticket"]["services"] == ["moving"]
    kiosk(hall, "scan/language", {"code": code, "lang": "vi"})
    assert kiosk(hall, "scan/language", {"code": code, "lang": "tlh"}, 422)["code"] == "unknown_language"
    assert kiosk(hall, "scan/cancel", {"code": code})["ticket"]["state"] == "cancelled"
    assert kiosk(hall, "scan/back", {"code": code}, 409)["code"] == "not_held"


@pytest.mark.parametrize("code", ["101", "https://city.example/t/AAAAAAAAAAAAAAAAAAAAAA"])
def test_a_bare_number_or_a_made_up_code_is_no_proof(hall, code):
    issue(hall)
    assert kiosk(hall, "scan/cancel", {"code": code}, 404)["code"] == "unknown_ticket"


def test_paper_comes_where_staff_want_it_and_tells_how_far_it_is(hall):
    ticket = issue(hall, printer="reception")
    assert ticket["print"]["state"] == "queued"
    paper = f"tickets/{ticket['id']}/print"
    until(lambda: staff(hall, paper, method="GET")["state"] == "sent")
    printer = staff(hall, paper, method="GET")["printer"]
    assert (printer["id"], printer["names"]["ja"]) == ("reception", "総合案内のプリンター")
    assert len(list((hall.papers / "reception").glob("*.png"))) == 1
    kiosk(hall, "scan/large-reprint", {"code": ticket["url"], "kiosk": "kiosk1"})
    until(lambda: list((hall.papers / "kiosk1").glob("*.png")))
    wrong = {"service": "koseki", "channel": "staff", "printer": "nowhere"}
    assert staff(hall, "tickets", wrong, 409)["code"] == "no_printer"
    without = issue(hall)
    none = staff(hall, f"tickets/{without['id']}/print", method="GET")
    assert none == {"state": "none", "printer": None}


def test_paper_that_was_promised_is_never_told_to_be_none(hall):
    for _ in range(5):
        ticket = issue(hall, printer="reception")
        assert staff(hall, f"tickets/{ticket['id']}/print", method="GET")["state"] in ("queued", "sent")


def test_several_papers_are_picked_up_in_one_call(hall):
    tickets = [issue(hall, "certificates") for _ in range(3)]
    for ticket in tickets:
        staff(hall, "counters/1/call", {"number": ticket["number"]})
        staff(hall, "counters/1/await-pickup")
    numbers = [ticket["number"] for ticket in tickets]
    called = staff(hall, "counters/5/call-many", {"numbers": numbers})
    assert [ticket["number"] for ticket in called["tickets"]] == numbers
    refused = staff(hall, "counters/5/call-many", {"numbers": ["Z9", *numbers]}, 409)
    assert refused["code"] == "numbers_not_ready"
    assert "Z9" in refused["detail"]


def test_a_resting_kiosk_says_for_how_long(hall):
    body = {"service": "koseki", "channel": "kiosk", "kiosk": "kiosk2"}
    numbers = [kiosk(hall, "tickets", body, 201)["number"] for _ in range(4)]
    refused = kiosk(hall, "tickets", body, 429)
    assert (refused["code"], refused["facts"]["seconds"]) == ("kiosk_resting", 20)
    cancelled = staff(hall, "tickets/cancel", {"numbers": numbers, "reason": "a child"})
    assert [ticket["state"] for ticket in cancelled["tickets"]] == ["cancelled"] * 4


def test_staff_may_give_a_number_after_hours_a_kiosk_may_not(hall):
    body = {"service": "single-parent", "channel": "staff", "despite": True}
    assert staff(hall, "tickets", {**body, "despite": False}, 409)["code"] == "service_closed"
    assert staff(hall, "tickets", body, 201)["number"]
    assert kiosk(hall, "tickets", {**body, "channel": "kiosk"}, 403)["code"] == "forbidden"


def test_a_pause_says_why(hall):
    staff(hall, "counters/1/pause", {"reason": "lunch"})
    staff(hall, "counters/1/open")


def test_lunch_begins_and_ends_by_the_clock(hall):
    """Last: it moves the clock past noon."""

    def attended(service):
        board = hall.call("GET", f"{SITE}/board").json
        return next(x["attended"] for x in board["services"] if x["id"] == service)

    staff(hall, "counters/3/close") if state_of(hall, "3") != "closed" else None
    assert not attended("seal")
    step(hall, "12:00")
    until(lambda: attended("seal"))
    step(hall, "13:00")
    until(lambda: not attended("seal"))


def state_of(server, counter):
    board = server.call("GET", f"{SITE}/board").json
    return next(x["status"] for x in board["counters"] if x["id"] == counter)


def test_found_paper_tells_a_kiosk_nothing_of_what_its_holder_needs(hall):
    code = {"code": issue(hall, needs=["wheelchair"])["url"]}
    assert staff(hall, "scan", code)["ticket"]["needs"] == ["wheelchair"]
    assert kiosk(hall, "scan", code)["ticket"]["needs"] == []
    assert kiosk(hall, "scan/language", {**code, "lang": "en"})["ticket"]["needs"] == []
