"""Requests that are not what they should be: each gets a problem answer that says what is wrong."""

import json
import socket

import pytest

TICKETS = "/api/v1/sites/bench/tickets"
ISSUE = {"channel": "staff", "service": "service"}


def problem(answer, status, code):
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json
    assert (found["status"], found["code"]) == (status, code)
    assert found["type"] == f"urn:matanai:problem:{code}"
    assert found["title"]
    assert not found["title"].startswith("problem.")
    assert "{" not in found["detail"]
    return found


def test_a_ticket(bench_server):
    answer = bench_server.call("POST", TICKETS, ISSUE, role="staff")
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["number"].isdigit()


@pytest.mark.parametrize(
    "body", [b"{", b"nothing", b'{"channel":"\xff"}', b"[1", b'{"a":' + b"[" * 30_000, b"{} {}"]
)
def test_what_is_not_json(bench_server, body):
    problem(bench_server.call("POST", TICKETS, body, role="staff"), 400, "malformed_json")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "$"),
        ([], "$"),
        ({**ISSUE, "channel": "smoke signals"}, "$.channel"),
        ({**ISSUE, "service": 7}, "$.service"),
        ({**ISSUE, "service": ""}, "$.service"),
        ({**ISSUE, "service": "x" * 65}, "$.service"),
        ({**ISSUE, "services": []}, "$.services"),
        ({**ISSUE, "units": 0}, "$.units"),
        ({**ISSUE, "sevrice": "service"}, "$"),
        ({**ISSUE, "written": {"number": "Z001"}}, "$.written"),
        ({**ISSUE, "lang": "\0"}, "$"),
    ],
)
def test_a_body_of_the_wrong_shape(bench_server, body, where):
    found = problem(bench_server.call("POST", TICKETS, body, role="staff"), 422, "invalid_body")
    assert found["facts"]["where"] == where
    assert found["facts"]["reason"]


def test_no_body_is_an_empty_object(bench_server):
    assert bench_server.call("POST", "/api/v1/sites/bench/counters/5/open", role="staff").status == 200


def test_a_huge_body_is_not_read(bench_server):
    before = bench_server.cpu_seconds()
    for _ in range(3):
        answer = bench_server.call("POST", TICKETS, b" " * 10_000_000, role="staff")
        problem(answer, 413, "body_too_large")
    answer = bench_server.call("POST", TICKETS, b"[" + b" " * 65_600 + b"]", role="staff")
    problem(answer, 413, "body_too_large")
    assert bench_server.cpu_seconds() - before < 1.0


def test_a_huge_body_in_chunks(bench_server):
    """Without an announced length it is read only until it is too long."""
    with socket.create_connection(("127.0.0.1", bench_server.port), timeout=10) as connection:
        head = (
            f"POST {TICKETS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bench_server.token('staff')}\r\n"
        )
        connection.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(8):
            connection.sendall(b"%x\r\n%b\r\n" % (16_384, b" " * 16_384))
        connection.sendall(b"0\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


def test_compressed_bodies_are_not_unpacked(bench_server):
    import gzip

    body = gzip.compress(json.dumps(ISSUE).encode())
    answer = bench_server.call("POST", TICKETS, body, role="staff", headers={"Content-Encoding": "gzip"})
    problem(answer, 400, "malformed_json")


def test_unknown_addresses(bench_server):
    problem(bench_server.call("GET", "/api/v1/nothing"), 404, "not_found")
    problem(bench_server.call("GET", "/api/v1/sites/nowhere/board"), 404, "not_found")
    problem(bench_server.call("POST", "/api/v1/sites/nowhere/tickets", ISSUE, role="staff"), 404, "not_found")
    problem(bench_server.call("GET", "/api/v1/sites/%2e%2e/board"), 404, "not_found")
    problem(bench_server.call("GET", "/static/hall/../../app.py"), 404, "not_found")
    problem(bench_server.call("GET", "/static/nobody/x.js"), 404, "not_found")


def test_escaped_addresses_find_the_same_route(bench_server):
    assert bench_server.call("GET", "/api/v1/sites/%62ench/board").status == 200


def test_the_wrong_method(bench_server):
    answer = bench_server.call("PUT", TICKETS, ISSUE, role="staff")
    problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["allow"].split(",")) == {"GET", "HEAD", "POST"}


def test_head_is_get_without_its_body(bench_server):
    for path in ("/healthz", "/api/v1/sites", "/api/v1/sites/bench/board", "/bench/"):
        answer, whole = bench_server.call("HEAD", path), bench_server.call("GET", path)
        assert answer.status == 200, path
        assert answer.body == b""
        for header in ("content-type", "cache-control", "content-length"):
            assert answer.headers[header] == whole.headers[header], (path, header)
    assert bench_server.call("HEAD", "/api/v1/sites/bench/events").status == 405


def test_who_is_not_signed_in_is_told_how(bench_server):
    answer = bench_server.call("POST", TICKETS, ISSUE)
    problem(answer, 401, "sign_in")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_health_tells_details_to_staff_only(bench_server):
    assert "details" not in bench_server.call("GET", "/healthz").json
    for role in ("kiosk", "display", "agent"):
        assert "details" not in bench_server.call("GET", "/healthz", role=role).json
    for role in ("staff", "admin"):
        assert "details" in bench_server.call("GET", "/healthz", role=role).json


def test_a_page_of_staff_asked_with_a_wrong_token_is_not_stored(bench_server):
    answer = bench_server.call("GET", "/staff/bench/counter/1?token=wrong")
    assert answer.status == 303
    assert "wrong" not in answer.headers["location"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_query(bench_server):
    problem(bench_server.call("GET", "/api/v1/sites/bench/events?after=soon"), 422, "invalid_query")


@pytest.mark.parametrize(
    ("lang", "header", "expected"),
    [
        (None, None, "ja"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "fr, en;q=0.5, ja;q=0.1", "en"),
        (None, "fr", "ja"),
        (None, "en;q=x, ,;,", "ja"),
        ("en", "ja", "en"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_of_a_problem(bench_server, lang, header, expected):
    path = "/api/v1/sites/nowhere/board" + ("" if lang is None else f"?lang={lang}")
    answer = bench_server.call("GET", path, headers={} if header is None else {"Accept-Language": header})
    assert answer.headers["content-language"] == expected
    assert answer.json["title"].isascii() is (expected == "en")


def test_a_refusal_tells_names_not_ids(bench_server):
    answer = bench_server.call("POST", "/api/v1/sites/bench/counters/6/recall?lang=en", role="staff")
    found = problem(answer, 409, "counter_closed")
    assert found["facts"] == {"counter": "6"}
    assert "Counter 6" in found["detail"]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01 hello\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
    ],
)
def test_not_even_http(bench_server, sent):
    with socket.create_connection(("127.0.0.1", bench_server.port), timeout=10) as connection:
        connection.sendall(sent)
        received = b""
        while part := connection.recv(65_536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "bad_request"
    assert "127.0.0.1" not in bench_server.log.read_text()


def test_an_old_proxy_that_closes_every_connection(bench_server):
    with socket.create_connection(("127.0.0.1", bench_server.port), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        received = b""
        while part := connection.recv(65_536):
            received += part
    assert received.startswith(b"HTTP/1.0 200 ")
    assert received.endswith(b'{"status":"ok"}')


def test_several_requests_at_once_on_one_connection(bench_server):
    with socket.create_connection(("127.0.0.1", bench_server.port), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        received = b""
        while received.count(b'{"status":"ok"}') < 3:
            part = connection.recv(65_536)
            assert part
            received += part
    assert received.count(b"HTTP/1.1 200 OK") == 3
