"""People sign in, devices are enrolled: sessions in a cookie that no script and no other site can use."""

import time
from http.cookies import SimpleCookie

import pytest

SESSION = "/api/v1/session"
TICKETS = "/api/v1/sites/bench/tickets"
PASSWORD = "open-sesame-test"


def cookie_of(answer):
    return SimpleCookie(answer.headers["set-cookie"])["matanai_session"]


def sent(cookie, **more):
    return {"Cookie": f"matanai_session={cookie.value}", **more}


@pytest.fixture
def signed_in(bench_server):
    answer = bench_server.call("POST", SESSION, {"login": "admin", "password": PASSWORD})
    assert answer.status == 200, answer
    return cookie_of(answer)


def test_the_first_admin(bench_server, signed_in):
    assert signed_in["httponly"]
    assert signed_in["samesite"] == "Strict"
    assert not signed_in["secure"]
    assert len(signed_in.value) >= 32
    answer = bench_server.call("GET", SESSION, headers=sent(signed_in))
    assert answer.json == {"login": "admin", "role": "admin", "site": None}


@pytest.mark.parametrize(
    ("login", "password"), [("admin", "wrong"), ("nobody", PASSWORD), ("nobody", "wrong")]
)
def test_what_is_wrong_is_not_said(bench_server, login, password):
    answer = bench_server.call("POST", SESSION, {"login": login, "password": password})
    assert (answer.status, answer.json["code"]) == (401, "wrong_password")
    assert "set-cookie" not in answer.headers


def test_a_cookie_is_no_token_and_a_made_up_one_is_nobody(bench_server, signed_in):
    assert bench_server.call("GET", SESSION, token=signed_in.value).status == 401
    assert bench_server.call("GET", SESSION, headers={"Cookie": "matanai_session=made-up"}).status == 401
    assert bench_server.call("GET", SESSION).status == 401


def test_posts_with_a_cookie_need_a_key(bench_server, signed_in):
    path = "/api/v1/sites/bench/notice"
    answer = bench_server.call("POST", path, {"notice": None}, headers=sent(signed_in))
    assert (answer.status, answer.json["code"]) == (422, "key_required")
    headers = sent(signed_in, **{"Idempotency-Key": "press-1"})
    assert bench_server.call("POST", path, {"notice": None}, headers=headers).status == 200


def test_signing_out(bench_server):
    cookie = cookie_of(bench_server.call("POST", SESSION, {"login": "admin", "password": PASSWORD}))
    answer = bench_server.call("DELETE", SESSION, headers=sent(cookie))
    assert answer.status == 200
    assert cookie_of(answer).value == ""
    assert bench_server.call("GET", SESSION, headers=sent(cookie)).status == 401


def test_a_session_outlives_a_restart(running_server):
    server = running_server()
    cookie = cookie_of(server.call("POST", SESSION, {"login": "admin", "password": PASSWORD}))
    server.kill()
    server.restart()
    assert server.call("GET", SESSION, headers=sent(cookie)).status == 200
    assert server.call("POST", SESSION, {"login": "admin", "password": PASSWORD}).status == 200


def test_the_cookie_is_secure_behind_https(running_server):
    server = running_server("bench", "--set", "public_url=https://queue.example.jp")
    assert cookie_of(server.call("POST", SESSION, {"login": "admin", "password": PASSWORD}))["secure"]


def test_the_password_is_shown_once(running_server):
    server = running_server("bench", env={"MATANAI_ADMIN_PASSWORD": ""})
    said = next(line for line in server.said if "sign in as" in line)
    password = said.split("password ")[1].split(" ")[0]
    assert server.call("POST", SESSION, {"login": "admin", "password": password}).status == 200
    assert password not in server.log.read_text()
    server.stop()
    server.restart()
    assert not any("password" in line for line in server.said)


@pytest.mark.parametrize(
    ("page", "role"), [("/kiosk/bench/kiosk1", "kiosk"), ("/display/bench/hall1", "display")]
)
def test_enrolling_a_device(bench_server, page, role):
    token = bench_server.token(role)
    answer = bench_server.call("GET", f"{page}?lang=en&token={token}")
    assert answer.status == 303
    assert answer.headers["location"] == f"{page}?lang=en"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    cookie = cookie_of(answer)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert token not in answer.headers["set-cookie"]
    shown = bench_server.call("GET", page, headers=sent(cookie))
    assert shown.status == 200
    assert token.encode() not in shown.body
    assert bench_server.call("GET", page).status == 401
    assert bench_server.call("GET", f"{page}?token=made-up").status == 401
    wrong = bench_server.token("agent")
    assert bench_server.call("GET", f"{page}?token={wrong}").status == 403
    elsewhere = bench_server.token(role, site="elsewhere")
    assert bench_server.call("GET", f"{page}?token={elsewhere}").status == 403


def test_a_device_ends_with_its_token(running_server, matanai):
    server = running_server()
    token = matanai("token", "create", "--database", server.database, "--role", "kiosk", "--name", "kiosk 1")
    answer = server.call("GET", f"/kiosk/bench/kiosk1?token={token.stdout.strip()}")
    headers = sent(cookie_of(answer), **{"Idempotency-Key": "screen-1"})
    body = {"channel": "kiosk", "kiosk": "kiosk1", "service": "service"}
    assert server.call("POST", TICKETS, body, headers=headers).status == 201
    listed = matanai("token", "list", "--database", server.database).stdout.split()
    assert matanai("token", "revoke", listed[0], "--database", server.database).returncode == 0
    deadline = time.monotonic() + 10
    while server.call("POST", TICKETS, body, headers=headers).status != 401:
        assert time.monotonic() < deadline
        time.sleep(0.1)
