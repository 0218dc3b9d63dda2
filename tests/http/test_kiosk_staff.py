"""The staff mode of a kiosk over HTTP: the PIN is checked with every call."""

import pytest

from queue_server.web.pins import LOCKED_SECONDS, MOST_WRONG, PinLocks
from queue_server.web.problems import ProblemError

KIOSK = "/api/v1/sites/bench/kiosks/kiosk1/staff"
PIN = {"pin": "4711"}


@pytest.fixture(scope="module")
def server(module_server):
    pin = "sites.bench.kiosks.kiosk1.staff_pin=env:BENCH_PIN"
    return module_server("bench", "--set", pin, env={"BENCH_PIN": PIN["pin"]})


def given(server, kiosk="kiosk1"):
    body = {"service": "service", "channel": "kiosk", "kiosk": kiosk}
    return server.call("POST", "/api/v1/sites/bench/tickets", body, role="kiosk").json["number"]


def test_what_staff_see_and_take_back(server):
    numbers = [given(server) for _ in range(3)]
    seen = server.call("POST", f"{KIOSK}/look", PIN, role="kiosk").json
    assert [row["number"] for row in seen["tickets"]] == numbers[::-1]
    assert {row["print"] for row in seen["tickets"]} == {"none"}
    assert [(row["service"], row["waiting"]) for row in seen["queues"]] == [("service", 3)]
    assert seen["printer"] == "none"
    after = server.call("POST", f"{KIOSK}/cancel", {**PIN, "numbers": numbers[:2]}, role="kiosk").json
    assert [row["state"] for row in after["tickets"]] == ["waiting", "cancelled", "cancelled"]
    again = server.call("POST", f"{KIOSK}/cancel", {**PIN, "numbers": numbers}, role="kiosk")
    assert (again.status, again.json["code"]) == (409, "numbers_not_waiting")
    assert server.call("POST", f"{KIOSK}/look", PIN, role="kiosk").json["queues"][0]["waiting"] == 1


def test_a_reprint_needs_a_number_and_a_printer(server):
    for number, code in (("999", "unknown_number"), (given(server), "no_printer")):
        answer = server.call("POST", f"{KIOSK}/reprint", {**PIN, "number": number}, role="kiosk")
        assert answer.json["code"] == code


def test_without_the_pin_nothing_is_told(server):
    for action, more in (("look", {}), ("cancel", {"numbers": ["1"]}), ("reprint", {"number": "1"})):
        answer = server.call("POST", f"{KIOSK}/{action}", {"pin": "471", **more}, role="staff")
        assert (answer.status, answer.json["code"]) == (403, "wrong_pin")
        assert server.call("POST", f"{KIOSK}/look", PIN, role="staff").status == 200


@pytest.mark.parametrize("env", [{}, {"BENCH_PIN": ""}, {"BENCH_PIN": "sesame"}])
def test_without_a_usable_pin_there_is_no_staff_mode(running_server, env):
    sets = ("--set", "sites.bench.kiosks.kiosk1.staff_pin=env:BENCH_PIN") if env else ()
    server = running_server("bench", *sets, env=env)
    for pin in ("", "sesame", "4711"):
        answer = server.call("POST", f"{KIOSK}/look", {"pin": pin or "0"}, role="staff")
        assert (answer.status, answer.json["code"]) == (409, "no_staff_mode")
    details = server.call("GET", "/healthz", role="staff").json["details"]
    assert ("kiosk bench/kiosk1" in details["warnings"]) is bool(env)


def refusal(locks, given, place="hall/kiosk1"):
    try:
        locks.check(place, given, "4711")
    except ProblemError as problem:
        return problem.code
    return None


def test_wrong_pins_in_a_row_lock_the_place_for_a_while():
    now = [0.0]
    locks = PinLocks(lambda: now[0])
    for _ in range(3):  # the right one in between begins the count again
        assert [refusal(locks, "0000") for _ in range(MOST_WRONG - 1)] == ["wrong_pin"] * (MOST_WRONG - 1)
        assert refusal(locks, "4711") is None
    assert [refusal(locks, "0000") for _ in range(MOST_WRONG)][-1] == "pin_locked"
    assert refusal(locks, "4711") == "pin_locked"
    assert refusal(locks, "4711", "hall/kiosk2") is None
    now[0] = LOCKED_SECONDS - 1
    assert refusal(locks, "4711") == "pin_locked"
    now[0] = LOCKED_SECONDS
    assert refusal(locks, "4711") is None
