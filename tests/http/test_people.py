"""People who sign in: added, given a new password and disabled beside a running server."""

import os
import pty
import sqlite3
import subprocess
import sys
import time
from http.cookies import SimpleCookie

import pytest

SESSION = "/api/v1/session"
TICKETS = "/api/v1/sites/bench/tickets"
ISSUE = {"channel": "staff", "service": "service"}
PASSWORD = "numbers and letters 7"
GIVEN = {"MATANAI_PASSWORD": PASSWORD}


def sign_in(server, login, password=PASSWORD):
    return server.call("POST", SESSION, {"login": login, "password": password})


def of_session(answer, press="press-1"):
    cookie = SimpleCookie(answer.headers["set-cookie"])["matanai_session"].value
    return {"Cookie": f"matanai_session={cookie}", "Idempotency-Key": press}


def ends_soon(server, headers):
    deadline = time.monotonic() + 10
    while server.call("GET", SESSION, headers=headers).status != 401:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def person(matanai):
    """``person(server or address, "add", …)``: the command line, with the password from the environment."""

    def run(database, action, *arguments, env=GIVEN):
        url = getattr(database, "database", database)
        return matanai("person", action, "--database", url, *arguments, env=env)

    return run


def refused(finished, *parts, status=1):
    assert finished.returncode == status, finished
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr
    for part in parts:
        assert part in finished.stderr, finished.stderr


def test_a_person_signs_in_with_role_and_scope(running_server, person):
    server = running_server()
    made = person(server, "add", "--login", "hanako", "--role", "staff", "--site", "bench", "--counter", "2")
    assert (made.returncode, made.stderr) == (0, "")
    answer = sign_in(server, "hanako")
    assert answer.json == {"login": "hanako", "role": "staff", "site": "bench"}
    headers = of_session(answer)
    assert server.call("POST", TICKETS, ISSUE, headers=headers).status == 201
    for counter, status in (("2", 200), ("1", 403)):
        path = f"/api/v1/sites/bench/counters/{counter}/open"
        assert server.call("POST", path, {}, headers=headers).status == status
    assert server.call("POST", "/api/v1/sites/bench/day/close", {}, headers=headers).status != 403

    assert person(server, "add", "--login", "leader", "--role", "admin").returncode == 0
    answer = sign_in(server, "leader")
    assert answer.json == {"login": "leader", "role": "admin", "site": None}
    assert server.call("POST", TICKETS, ISSUE, headers=of_session(answer)).status == 403

    listed = person(server, "list").stdout.splitlines()
    assert [line.split()[:3] for line in listed] == [
        ["admin", "admin", "*"],
        ["hanako", "staff", "bench/2"],
        ["leader", "admin", "*"],
    ]
    assert all(line.endswith("active") for line in listed)


def test_a_disabled_person_is_out(running_server, person):
    server = running_server()
    assert person(server, "add", "--login", "hanako", "--role", "staff").returncode == 0
    headers = of_session(sign_in(server, "hanako"))
    assert server.call("POST", TICKETS, ISSUE, headers=headers).status == 201
    assert person(server, "disable", "--login", "hanako").returncode == 0
    answer = sign_in(server, "hanako")
    assert (answer.status, answer.json["code"]) == (401, "wrong_password")
    ends_soon(server, headers)
    assert server.call("POST", TICKETS, ISSUE, headers=headers).status == 401
    assert sign_in(server, "admin", "open-sesame-test").status == 200
    assert "disabled" in person(server, "list").stdout.splitlines()[1]
    for action in ("disable", "password"):
        refused(person(server, action, "--login", "hanako"), "'hanako'", "matanai person list")
    refused(person(server, "add", "--login", "hanako", "--role", "staff"), "'hanako' is taken")


def test_a_new_password_ends_what_the_old_one_began(running_server, person):
    server = running_server()
    assert person(server, "add", "--login", "hanako", "--role", "staff").returncode == 0
    headers = of_session(sign_in(server, "hanako"))
    other = of_session(sign_in(server, "admin", "open-sesame-test"))
    made = person(server, "password", "--login", "hanako", "--generate")
    assert (made.returncode, made.stderr) == (0, "")
    password = made.stdout.strip()
    assert made.stdout == f"{password}\n"
    assert len(password) >= 16
    assert sign_in(server, "hanako").status == 401
    assert sign_in(server, "hanako", password).status == 200
    ends_soon(server, headers)
    assert server.call("GET", SESSION, headers=other).status == 200


def test_passwords_are_kept_as_hashes(running_server, person):
    server = running_server()
    made = person(server, "add", "--login", "taro", "--role", "admin", "--generate", env={})
    password = made.stdout.strip()
    assert sign_in(server, "taro", password).status == 200
    assert password not in person(server, "list").stdout
    server.stop()
    with sqlite3.connect(server.database.removeprefix("sqlite:///")) as database:
        text = "\n".join(database.iterdump())
    database.close()
    assert "taro" in text
    assert password not in text


def test_people_may_be_there_before_the_first_start(running_server, person, tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    longest = {"MATANAI_PASSWORD": "x" * 200}
    assert person(url, "add", "--login", "leader", "--role", "admin", env=longest).returncode == 0
    server = running_server("bench", database=url)
    assert not any("sign in as" in line for line in server.said)
    assert sign_in(server, "leader", "x" * 200).status == 200
    assert sign_in(server, "admin", "open-sesame-test").status == 401


ADD = ("add", "--login", "hanako", "--role", "staff")


@pytest.mark.parametrize(
    ("arguments", "env", "status", "message"),
    [
        (ADD, {"MATANAI_PASSWORD": "seven77"}, 1, "too short: it needs at least 8"),
        (ADD, {"MATANAI_PASSWORD": "x" * 201}, 1, "too long"),
        (ADD, {}, 1, "no terminal to ask for the password: set MATANAI_PASSWORD, or use --generate"),
        ((*ADD, "--counter", "1"), GIVEN, 2, "need --site"),
        (("add", "--login", "hanako", "--role", "kiosk"), GIVEN, 2, "invalid choice"),
        (("add", "--login", "hana ko", "--role", "staff"), GIVEN, 2, "without spaces"),
        (("add", "--login", "", "--role", "staff"), GIVEN, 2, "--login"),
        (("add", "--login", "x" * 101, "--role", "staff"), GIVEN, 2, "1 to 100"),
        (("password", "--login", "nobody"), GIVEN, 1, "'nobody'"),
        (("disable", "--login", "nobody"), GIVEN, 1, "'nobody'"),
    ],
)
def test_what_cannot_be(tmp_path, person, arguments, env, status, message):
    url = f"sqlite:///{tmp_path}/x.db"
    assert person(url, "add", "--login", "admin", "--role", "admin").returncode == 0
    refused(person(url, *arguments, env=env), message, status=status)
    assert len(person(url, "list").stdout.splitlines()) == 1


def test_a_login_that_is_taken_keeps_its_password(running_server, person):
    server = running_server()
    made = person(server, "add", "--login", "admin", "--role", "staff")
    refused(made, "'admin' is taken", "matanai person password")
    assert sign_in(server, "admin").status == 401
    assert sign_in(server, "admin", "open-sesame-test").json["role"] == "admin"


def test_a_site_that_is_not_there_is_noted(running_server, person):
    made = person(running_server(), *ADD, "--site", "bnech")
    assert made.returncode == 0
    assert "'bnech'" in made.stderr


@pytest.mark.parametrize("action", [("list",), ("password", "--login", "x"), ("disable", "--login", "x")])
def test_a_misspelt_database_is_not_made(tmp_path, person, action):
    refused(person(f"sqlite:///{tmp_path}/x.db", *action), "no such database")
    assert not list(tmp_path.iterdir())


def asked(url, *answers):
    """Add a person at a terminal, answering each question; exit code and everything that the terminal showed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MATANAI_")}
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "queue_server.cli", "person", *ADD, "--database", url],
            stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        shown = b""
        for answer in answers:
            before = len(shown)
            while not shown[before:].rstrip(b" ").endswith(b":"):
                shown += os.read(ours, 1024)
            os.write(ours, answer)
        while True:
            try:
                part = os.read(ours, 1024)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        return process.wait(timeout=20), shown.decode()
    finally:
        os.close(ours)


def test_the_terminal_asks_twice_and_shows_nothing(tmp_path, person, running_server):
    url = f"sqlite:///{tmp_path}/x.db"
    status, shown = asked(url, b"first-try-1\n", b"first-try-2\n")
    assert status == 1
    assert "differ" in shown
    status, shown = asked(url, b"\x04")
    assert status == 1
    assert "no password was given" in shown
    status, shown = asked(url, b"short\n", b"short\n")
    assert status == 1
    assert "too short" in shown
    assert person(url, "list").stdout == ""
    status, shown = asked(url, PASSWORD.encode() + b"\n", PASSWORD.encode() + b"\n")
    assert status == 0
    assert "Password for hanako: " in shown
    assert PASSWORD not in shown
    server = running_server("bench", database=url)
    assert sign_in(server, "hanako").json["role"] == "staff"
