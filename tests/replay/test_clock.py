"""Hall time over the API: anybody reads it; a simulated one is stepped, only forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.real_process
CLOCK = "/api/v1/clock"


def test_a_standing_clock_goes_where_it_is_told(running_server: Callable[..., Any]) -> None:
    server = running_server("bench", "--clock", "2027-03-01T09:00+09:00", "--speed", "0")
    assert server.call("GET", CLOCK).json == {
        "now": "2027-03-01T09:00:00.000+09:00",
        "speed": 0.0,
        "simulated": True,
    }
    answer = server.call("POST", CLOCK, {"to": "2027-03-01T09:00:30.500+09:00"}, role="staff")
    assert (answer.status, answer.json["now"]) == (200, "2027-03-01T09:00:30.500+09:00")
    ticket = server.call(
        "POST", "/api/v1/sites/bench/tickets", {"service": "service", "channel": "staff"}, role="staff"
    )
    assert ticket.status == 201
    rows = server.call("GET", "/api/v1/sites/bench/tickets", role="staff").json["tickets"]
    assert rows[0]["issued_at"] == "2027-03-01T09:00:30+09:00"
    for to, status, code in (
        ("2027-03-01T09:00:00+09:00", 409, "clock_not_back"),
        ("2037-03-01T09:00:00+09:00", 422, "invalid_time"),
        ("2027-03-01T10:00:00", 422, "invalid_time"),
        ("9999-12-31T23:59:59+00:00", 422, "invalid_time"),
        ("soon", 422, "invalid_time"),
    ):
        answer = server.call("POST", CLOCK, {"to": to}, role="admin")
        assert (answer.status, answer.json["code"]) == (status, code)
    assert server.call("POST", CLOCK, {"to": "2027-03-02T09:00:00+09:00"}, role="kiosk").status == 403
    assert server.call("GET", CLOCK).json["now"] == "2027-03-01T09:00:30.500+09:00"


def test_the_real_time_is_not_touched(running_server: Callable[..., Any]) -> None:
    server = running_server("bench")
    answer = server.call("POST", CLOCK, {"to": "2037-03-01T09:00:00+09:00"}, role="admin")
    assert (answer.status, answer.json["code"]) == (409, "clock_is_real")
    assert server.call("GET", CLOCK).json["simulated"] is False
