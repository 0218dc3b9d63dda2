"""Addresses are limited on misses only, tokens on hits; honest people behind the same address go on."""

from ipaddress import ip_address

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from queue_server.web.limits import Limits, Window

TICKETS = "/api/v1/sites/bench/tickets"
ISSUE = {"channel": "staff", "service": "service"}


@pytest.fixture
def strict_server(running_server):
    return running_server("bench", "--set", "limits.misses_per_minute=5")


def misses(server, path, count):
    return [server.call("GET", path).status for _ in range(count)]


def test_unknown_ticket_tokens(strict_server):
    issued = strict_server.call("POST", TICKETS, ISSUE, role="kiosk").json
    guesses = [f"/api/v1/tickets/{n:022d}" for n in range(8)]
    assert [strict_server.call("GET", path).status for path in guesses] == [404] * 5 + [429] * 3
    answer = strict_server.call("GET", guesses[0])
    assert answer.json["code"] == "too_many_misses"
    assert 1 <= int(answer.headers["retry-after"]) <= 61
    # who knows a ticket or has a token is served as before, from the same address
    assert strict_server.call("GET", f"/api/v1/tickets/{issued['token']}").status == 200
    assert strict_server.call("POST", TICKETS, ISSUE, role="kiosk").status == 201
    assert strict_server.call("GET", "/api/v1/sites/bench/board").status == 200
    # and a mistake of somebody known is no miss
    assert strict_server.call("POST", TICKETS, {}, role="kiosk").status == 422


def test_every_refusal_of_somebody_unknown_counts(strict_server):
    assert misses(strict_server, "/api/v1/nothing", 2) == [404, 404]
    assert misses(strict_server, "/nothing/at/all", 1) == [404]
    assert strict_server.call("POST", TICKETS, ISSUE).status == 401
    assert strict_server.call("POST", TICKETS, ISSUE, token="mt_guessed").status == 401
    assert strict_server.call("POST", TICKETS, ISSUE, token="mt_guessed").status == 429
    assert misses(strict_server, "/api/v1/sites/nowhere/board", 1) == [429]


def test_guessing_a_token_where_none_is_needed_is_a_miss_too(strict_server):
    for _ in range(5):
        assert strict_server.call("GET", "/healthz", token="mt_guessed").status == 200
    assert misses(strict_server, "/api/v1/nothing", 1) == [429]


def test_passwords_are_not_even_looked_at(strict_server):
    body = {"login": "admin", "password": "wrong"}
    assert [strict_server.call("POST", "/api/v1/session", body).status for _ in range(6)] == [401] * 5 + [429]
    before = strict_server.cpu_seconds()
    assert {strict_server.call("POST", "/api/v1/session", body).status for _ in range(20)} == {429}
    assert strict_server.cpu_seconds() - before < 0.5


def test_hits_are_limited_by_token(running_server):
    server = running_server("bench", "--set", "limits.hits_per_minute=10")
    statuses = [server.call("POST", TICKETS, ISSUE, role="staff").status for _ in range(12)]
    assert statuses == [201] * 10 + [429] * 2
    assert server.call("POST", TICKETS, ISSUE, role="kiosk").status == 201


def test_a_window_ends():
    now = [0.0]
    window = Window(2, lambda: now[0])
    assert [window.count("a"), window.count("a"), window.count("a")] == [True, True, False]
    assert window.full("a")
    assert not window.full("b")
    assert window.retry_after() in (60, 61)
    now[0] = 60.0
    assert window.count("a")


def request(remote: str, forwarded: str | None = None) -> web.Request:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return make_mocked_request("GET", "/", headers=headers).clone(remote=remote)


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "address"),
    [
        ((), "192.0.2.7", None, "192.0.2.7"),
        ((), "192.0.2.7", "198.51.100.1", "192.0.2.7"),
        (("192.0.2.0/24",), "192.0.2.7", "198.51.100.1", "198.51.100.1"),
        (("192.0.2.0/24",), "192.0.2.7", "198.51.100.9, 198.51.100.1, 192.0.2.8", "198.51.100.1"),
        (("192.0.2.0/24",), "203.0.113.1", "198.51.100.1", "203.0.113.1"),
        (("192.0.2.0/24",), "192.0.2.7", None, "192.0.2.7"),
        (("192.0.2.7",), "192.0.2.7", "nonsense", "nonsense"),
        ((), "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        ((), "::ffff:192.0.2.7", None, "192.0.2.7"),
    ],
)
def test_whose_address_it_is(trusted, remote, forwarded, address):
    found = Limits(misses=1, hits=1, trusted=trusted).address(request(remote, forwarded))
    assert found == address
    assert address == "nonsense" or ip_address(found)
