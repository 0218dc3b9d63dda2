"""Tokens of devices and programs: made and ended beside a running server, shown once, kept as a hash."""

import sqlite3
import time

import pytest

from queue_server.web.keys import Keys, installation_secret, key_file

TICKETS = "/api/v1/sites/bench/tickets"
ISSUE = {"channel": "staff", "service": "service"}


def test_a_token_works_at_once_until_it_is_revoked(running_server, matanai):
    server = running_server()
    made = matanai("token", "create", "--database", server.database, "--role", "staff", "--name", "counter 1")
    assert made.returncode == 0
    token = made.stdout.strip()
    assert made.stdout == f"{token}\n"
    assert made.stderr == ""
    assert server.call("POST", TICKETS, ISSUE, token=token).status == 201
    listed = matanai("token", "list", "--database", server.database)
    assert "counter 1" in listed.stdout
    assert "staff" in listed.stdout
    assert token not in listed.stdout
    ended = matanai("token", "revoke", listed.stdout.split()[0], "--database", server.database)
    assert ended.returncode == 0
    deadline = time.monotonic() + 10
    while server.call("POST", TICKETS, ISSUE, token=token).status != 401:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    again = matanai("token", "revoke", listed.stdout.split()[0], "--database", server.database)
    assert again.returncode == 1
    assert "no valid token" in again.stderr
    assert "revoked" in matanai("token", "list", "--database", server.database).stdout


def test_only_hashes_are_kept(running_server):
    server = running_server()
    token = server.token("staff")
    ticket = server.call("POST", TICKETS, ISSUE, token=token).json
    assert (
        server.call("POST", "/api/v1/session", {"login": "admin", "password": "open-sesame-test"}).status
        == 200
    )
    server.stop()
    with sqlite3.connect(server.database.removeprefix("sqlite:///")) as database:
        text = "\n".join(database.iterdump())
    database.close()
    for secret in (token, ticket["token"], "open-sesame-test"):
        assert secret not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--role", "king", "--name", "x"), "invalid choice"),
        (("--role", "staff"), "--name"),
        (("--role", "staff", "--name", " "), "what it is for"),
        (("--role", "staff", "--name", "x", "--counter", "1"), "need --site"),
        (("--role", "kiosk", "--name", "x", "--agent", "pc"), "--role agent"),
    ],
)
def test_tokens_that_cannot_be(tmp_path, matanai, arguments, message):
    made = matanai("token", "create", "--database", f"sqlite:///{tmp_path}/x.db", *arguments)
    assert made.returncode == 2
    assert message in made.stderr
    assert made.stdout == ""


def test_a_site_that_is_not_there_is_noted(running_server, matanai):
    server = running_server()
    command = ("token", "create", "--database", server.database, "--role", "staff", "--name", "x", "--site")
    assert matanai(*command, "bench").stderr == ""
    assert "'bnech'" in matanai(*command, "bnech").stderr


def test_the_token_of_an_agent_names_it(tmp_path, matanai):
    database = f"sqlite:///{tmp_path}/x.db"
    command = ("token", "create", "--database", database, "--role", "agent", "--site", "s", "--name", "x")
    assert matanai(*command, "--agent", "pc").stderr == ""
    assert "without --agent" in matanai(*command).stderr
    assert "s/pc" in matanai("token", "list", "--database", database).stdout


def test_ticket_tokens_are_derived(running_server):
    secret = "ab" * 32
    server = running_server("bench", env={"MATANAI_SECRET_KEY": secret})
    ticket = server.call("POST", TICKETS, ISSUE, role="staff").json
    assert ticket["token"] == Keys(bytes.fromhex(secret)).ticket_token("bench", ticket["id"])
    assert len(ticket["token"]) == 22
    assert ticket["url"] == f"{server.url}/t/{ticket['token']}"
    assert not key_file(server.database).exists()


def test_the_key_file(running_server):
    server = running_server()
    file = key_file(server.database)
    assert file.stat().st_mode & 0o777 == 0o600
    assert installation_secret(server.database) == bytes.fromhex(file.read_text().strip())
    token = server.call("POST", TICKETS, ISSUE, role="staff").json["token"]
    server.kill()
    server.restart()
    assert server.call("GET", f"/api/v1/tickets/{token}").status == 200
