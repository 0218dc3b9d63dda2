"""Alarms reach staff, and what browsers ask for unasked is no miss."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.real_process


def test_staff_see_that_numbers_ran_out_and_that_nobody_serves(running_server):
    server = running_server("bench", "--set", "sites.bench.bands.main.last=1")
    issue = {"service": "service", "channel": "staff"}
    path = "/api/v1/sites/bench/tickets"
    assert server.call("POST", path, issue, role="staff").status == 201
    refused = server.call("POST", path, issue, role="staff")
    assert (refused.status, refused.json["code"]) == (409, "band_exhausted")
    codes = {
        alarm["code"]
        for alarm in server.call("GET", "/api/v1/sites/bench/queue", role="staff").json["alarms"]
    }
    assert codes == {"band_exhausted", "service_unattended"}
    health = server.call("GET", "/healthz", role="staff").json
    assert {alarm["code"] for alarm in health["details"]["alarms"]["bench"]} == codes
    board = server.call("GET", "/api/v1/sites/bench/board").json
    assert board["services"][0]["attended"] is False


def test_icons_and_robots_are_no_misses(running_server):
    server = running_server("bench", "--set", "limits.misses_per_minute=2")
    for _ in range(4):
        assert server.call("GET", "/favicon.ico").status == 204
        assert server.call("GET", "/robots.txt").status == 200
