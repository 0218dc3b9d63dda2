"""The role × route table of the contract, walked on every route with every role, without a token, out of scope."""

import re

import pytest

from queue_server.contract import ROUTES, Route
from queue_server.web.tokens import ROLES

HERE = {
    "site": "bench",
    "counter": "1",
    "kiosk": "kiosk1",
    "ticket": "0123456789abcdef01",
    "department": "back-office",
    "handoff": "h0123456789abcdef01",
    "device": "kiosk1",
    "job": "job1",
    "token": "AAAAAAAAAAAAAAAAAAAAAA",
    "number": "1",
}
OPEN = ("all", "holder")


def address(route: Route, **other: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: {**HERE, **other}[found[1]], route.path)


def ask(server, route: Route, path: str | None = None, **principal):
    body = {} if route.method == "POST" else None
    return server.call(route.method, path or address(route), body, **principal)


def named(routes):
    return pytest.mark.parametrize("route", [pytest.param(r, id=r.name) for r in routes])


@named(ROUTES)
def test_every_role_gets_exactly_what_the_table_says(bench_server, route):
    for role in ROLES:
        answer = ask(bench_server, route, role=role)
        if role in route.who or any(who in route.who for who in OPEN):
            # 401 wrong_password is an answer of the handler
            refused = answer.status == 403 or (answer.status == 401 and answer.json["code"] == "sign_in")
            assert not refused, (role, answer)
            assert answer.status != 405
        else:
            assert answer.status == 403, (role, answer)
            assert answer.json["code"] == "forbidden"


@named(ROUTES)
def test_without_a_token_only_what_is_for_all(bench_server, route):
    for principal in ({}, {"token": "mt_unknown"}, {"headers": {"Authorization": "Basic eDp5"}}):
        answer = ask(bench_server, route, **principal)
        if any(who in route.who for who in OPEN):
            assert answer.status not in (403, 405)
            assert answer.status != 401 or answer.json["code"] != "sign_in"
        else:
            assert answer.status == 401, answer
            assert answer.json["code"] == "sign_in"


@named([r for r in ROUTES if "{site}" in r.path and "all" not in r.who])
def test_a_token_of_another_site(bench_server, route):
    for role in route.who:
        token = bench_server.token(role, site="elsewhere")
        assert ask(bench_server, route, token=token).status == 403
        token = bench_server.token(role, site="bench")
        assert ask(bench_server, route, token=token).status not in (401, 403)


@named([r for r in ROUTES if "{counter}" in r.path])
def test_a_token_of_another_counter(bench_server, route):
    token = bench_server.token("staff", site="bench", counter="2")
    assert ask(bench_server, route, token=token).status == 403
    assert ask(bench_server, route, address(route, counter="2"), token=token).status not in (401, 403)
    of_department = bench_server.token("staff", site="bench", department="back-office")
    assert ask(bench_server, route, token=of_department).status == 403


@named([r for r in ROUTES if "{department}" in r.path])
def test_a_token_of_another_department(bench_server, route):
    own = bench_server.token("staff", site="bench", department="back-office")
    assert ask(bench_server, route, token=own).status == 200
    other = bench_server.token("staff", site="bench", department="elsewhere")
    assert ask(bench_server, route, token=other).status == 403
    of_counter = bench_server.token("staff", site="bench", counter="2")
    assert ask(bench_server, route, token=of_counter).status == 403


@named(ROUTES)
def test_every_route_has_somebody_who_answers(bench_server, route):
    """An address that nobody serves would answer 404 `not_found` even for its own site."""
    role = next((who for who in sorted(route.who) if who not in OPEN), None)
    answer = ask(bench_server, route, role=role)
    if answer.status == 404:
        assert answer.json["code"] != "not_found"
