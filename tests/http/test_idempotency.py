"""The same key is the same act: done once, with the same answer, also after a crash."""

from hashlib import blake2b
from itertools import product

import msgspec
import pytest

from queue_server.contract import PinCancelBody
from queue_server.web.idempotency import idempotency_key

TICKETS = "/api/v1/sites/bench/tickets"
ISSUE = {"channel": "staff", "service": "service"}


def key(value: str) -> dict[str, str]:
    return {"Idempotency-Key": value}


def test_once(bench_server):
    first = bench_server.call("POST", TICKETS, ISSUE, role="staff", headers=key("once"))
    again = bench_server.call("POST", TICKETS, ISSUE, role="staff", headers=key("once"))
    assert first.status == again.status == 201
    assert first.body == again.body
    assert (
        bench_server.call("POST", TICKETS, ISSUE, role="staff", headers=key("twice")).json["id"]
        != first.json["id"]
    )


def test_the_decoded_body_counts_not_its_spelling(bench_server):
    first = bench_server.call("POST", TICKETS, ISSUE, role="staff", headers=key("spelling"))
    spaced = b' {"service" : "service",\n"channel":"staff", "units": 1} '
    assert (
        bench_server.call("POST", TICKETS, spaced, role="staff", headers=key("spelling")).body == first.body
    )


def test_another_body_is_refused(bench_server):
    assert bench_server.call("POST", TICKETS, ISSUE, role="staff", headers=key("body")).status == 201
    answer = bench_server.call("POST", TICKETS, {**ISSUE, "units": 2}, role="staff", headers=key("body"))
    assert (answer.status, answer.json["code"]) == (422, "key_reused")


def test_keys_of_others_and_of_other_addresses_are_their_own(bench_server):
    staff = bench_server.call("POST", TICKETS, ISSUE, role="staff", headers=key("own"))
    kiosk = bench_server.call("POST", TICKETS, ISSUE, role="kiosk", headers=key("own"))
    assert kiosk.status == 201
    assert kiosk.json["id"] != staff.json["id"]
    for counter in ("1", "2"):
        path = f"/api/v1/sites/bench/counters/{counter}/open"
        assert bench_server.call("POST", path, {}, role="staff", headers=key("own")).status == 200


@pytest.mark.parametrize("value", ["", "x" * 201, "schlüssel", "a\tb"])
def test_keys_that_are_none(bench_server, value):
    headers = {"Idempotency-Key": value.encode().decode("latin-1")}
    answer = bench_server.call("POST", TICKETS, ISSUE, role="staff", headers=headers)
    assert (answer.status, answer.json["code"]) == (422, "invalid_key")
    assert bench_server.call("POST", TICKETS, ISSUE, role="staff", headers=key("x" * 200)).status == 201


def test_a_refusal_is_not_remembered(bench_server):
    path = "/api/v1/sites/bench/counters/4/call-next"
    refused = bench_server.call("POST", path, {}, role="staff", headers=key("refused"))
    assert refused.json["code"] == "counter_closed"
    assert bench_server.call("POST", "/api/v1/sites/bench/counters/4/open", {}, role="staff").status == 200
    assert bench_server.call("POST", path, {}, role="staff", headers=key("refused")).status == 200


def test_the_same_answer_after_a_crash(running_server):
    server = running_server()
    issued = server.call("POST", TICKETS, ISSUE, role="staff", headers=key("crash"))
    opened = server.call("POST", "/api/v1/sites/bench/counters/1/open", {}, role="staff", headers=key("o"))
    called = server.call(
        "POST", "/api/v1/sites/bench/counters/1/call-next", {}, role="staff", headers=key("c")
    )
    assert called.json["ticket"]["number"] == issued.json["number"]
    server.kill()
    server.restart()
    assert server.call("POST", TICKETS, ISSUE, role="staff", headers=key("crash")).body == issued.body
    path = "/api/v1/sites/bench/counters/1/"
    assert server.call("POST", path + "call-next", {}, role="staff", headers=key("c")).body == called.body
    assert (
        server.call("POST", path + "open", {}, role="staff", headers=key("o")).json["seq"]
        == opened.json["seq"]
    )
    board = server.call("GET", "/api/v1/sites/bench/board").json
    assert [call["number"] for call in board["calls"]] == [issued.json["number"]]
    answer = server.call("POST", TICKETS, {**ISSUE, "units": 3}, role="staff", headers=key("crash"))
    assert answer.json["code"] == "key_reused"


def test_a_pin_cannot_be_guessed_from_what_the_log_remembers():
    body = PinCancelBody(pin="4711", numbers=["A1"])
    secret = bytes(32)
    remembered = idempotency_key("key", "token:1", "/cancel", body, secret).body
    assert remembered == idempotency_key("key", "token:1", "/cancel", body, secret).body
    assert remembered != idempotency_key("key", "token:1", "/cancel", body, bytes([1]) * 32).body
    encode = msgspec.json.Encoder(order="deterministic").encode
    for digits in product("0123456789", repeat=4):
        guess = encode(PinCancelBody(pin="".join(digits), numbers=["A1"]))
        assert blake2b(guess, digest_size=16).hexdigest() != remembered
