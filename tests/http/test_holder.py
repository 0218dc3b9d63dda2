"""What the holder of a ticket is told over HTTP: errands, the wait that does not drift, a visit that goes on."""

from datetime import datetime, timedelta

import pytest

SITE = "/api/v1/sites/city-hall"
COUNTER = f"{SITE}/counters/12"
SERVICE = "child-allowance"


@pytest.fixture(scope="module")
def hall(module_server):
    """Aobahama on a Friday at ten; its clock stands, and is stepped."""
    server = module_server("aobahama", "--clock", "2026-11-20T10:00+09:00", "--speed", "0")
    do(server, f"{COUNTER}/open")
    return server


def do(server, path, body=None):
    answer = server.call("POST", path, body or {}, role="staff")
    assert answer.status in (200, 201), answer.body
    return answer.json


def issue(server, *services):
    return do(server, f"{SITE}/tickets", {"services": list(services), "channel": "staff"})


def holder(server, ticket):
    return server.call("GET", f"/api/v1/tickets/{ticket['token']}").json


def wait(server, minutes):
    """Hall time goes on."""
    now = datetime.fromisoformat(server.call("GET", "/api/v1/clock").json["now"])
    do(server, "/api/v1/clock", {"to": (now + timedelta(minutes=minutes)).isoformat()})


def clear(server):
    """Nobody waits at counter 12."""
    while do(server, f"{COUNTER}/call-next")["ticket"] is not None:
        pass


def test_the_wait_counts_down_and_says_once_that_it_is_late(hall, stream):
    tickets = [issue(hall, SERVICE) for _ in range(5)]
    do(hall, f"{COUNTER}/call-next")
    last = tickets[-1]
    promised = holder(hall, last)["estimate"]["high_minutes"]
    assert promised <= last["estimate"]["high_minutes"], "no more than stands on the paper"
    wait(hall, 4)
    assert holder(hall, last)["estimate"]["high_minutes"] == promised - 4
    assert not holder(hall, last)["late"]

    phone = stream(hall, f"/api/v1/tickets/{last['token']}/events", timeout=25)
    assert not phone.next().data["late"]
    wait(hall, promised - 10)
    told = phone.next().data
    assert told["late"], "the clock alone moves the minutes, without anybody being called"
    assert told["estimate"]["high_minutes"] > 6
    wait(hall, 3)
    assert holder(hall, last)["estimate"] == told["estimate"], "while it is late the range stands still"
    clear(hall)


def test_errands_in_their_order_with_the_place_in_each(hall):
    before = issue(hall, "water")
    family = issue(hall, SERVICE, "water", "okuyami")
    seen = holder(hall, family)
    assert [(x["id"], x["state"], x["ahead"], x["counter"]) for x in seen["errands"]] == [
        (SERVICE, "waiting", 0, None),
        ("water", "waiting", 1, None),
        (None, "waiting", 0, None),
    ]
    assert seen["errands"][2]["names"] == {}
    do(hall, f"{COUNTER}/call", {"number": family["number"]})
    now = holder(hall, family)
    assert [x["state"] for x in now["errands"]] == ["now", "waiting", "waiting"]
    assert now["errands"][0]["counter"] == "12"
    assert now["errands"][1]["ahead"] == 1, "it keeps its place in the others"
    do(hall, f"{COUNTER}/finish")
    do(hall, f"{SITE}/tickets/{before['id']}/cancel")
    after = holder(hall, family)
    assert [(x["state"], x["ahead"]) for x in after["errands"]] == [
        ("done", 0),
        ("waiting", 0),
        ("waiting", 0),
    ]
    assert [service["id"] for service in after["services"]] == ["water", None]


def test_ready_is_told_apart_from_waiting(hall):
    visit = issue(hall, SERVICE)
    do(hall, f"{COUNTER}/call", {"number": visit["number"]})
    do(hall, f"{COUNTER}/await-pickup")
    assert (holder(hall, visit)["state"], holder(hall, visit)["ready"]) == ("processing", False)
    handoffs = hall.call("GET", f"{SITE}/departments/KODOMO/handoffs", role="staff").json["handoffs"]
    [mine] = [x["id"] for x in handoffs if x["ticket"]["number"] == visit["number"]]
    do(hall, f"{SITE}/handoffs/{mine}/done")
    seen = holder(hall, visit)
    assert (seen["state"], seen["ready"]) == ("waiting", True)
    assert [x["state"] for x in seen["errands"]] == ["done", "waiting"]


def test_a_little_late_is_offered_once_where_it_helps(hall):
    visit = issue(hall, SERVICE)
    assert holder(hall, visit)["may_delay"]
    do(hall, f"{COUNTER}/call", {"number": visit["number"]})
    assert holder(hall, visit)["may_delay"]
    do(hall, f"{COUNTER}/start")
    assert not holder(hall, visit)["may_delay"]
    do(hall, f"{COUNTER}/finish")

    absent = issue(hall, SERVICE)
    do(hall, f"{COUNTER}/call", {"number": absent["number"]})
    do(hall, f"{COUNTER}/no-show")
    late = f"/api/v1/tickets/{absent['token']}/late"
    answer = hall.call("POST", late, {})
    assert (answer.status, answer.json["state"], answer.json["may_delay"]) == (200, "waiting", False)
    assert hall.call("POST", late, {}).status == 409


def test_what_goes_on_tomorrow_says_so(hall):
    visit = issue(hall, "housing")
    do(hall, f"{SITE}/tickets/{visit['id']}/carry")
    seen = holder(hall, visit)
    assert (seen["state"], seen["carried"], seen["may_delay"]) == ("held", True, False)
