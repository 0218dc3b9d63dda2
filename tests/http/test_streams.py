"""The public event stream: the same events for everybody, in order, none lost and none twice."""

import socket
import time

import pytest

SITE = "/api/v1/sites/bench"
EVENTS = SITE + "/events"


def issue(server):
    return server.call(
        "POST", f"{SITE}/tickets", {"channel": "staff", "service": "service"}, role="staff"
    ).json


def act(server, action, body=None):
    answer = server.call("POST", f"{SITE}/counters/1/{action}", body or {}, role="staff")
    assert answer.status == 200, answer
    return answer.json


def test_the_board_first_then_what_happens(bench_server, stream):
    act(bench_server, "open")
    viewer = stream(bench_server, EVENTS)
    reset = viewer.next()
    assert reset.name == "reset"
    assert reset.data["seq"] == reset.id
    assert [service["id"] for service in reset.data["services"]] == ["service"]
    ticket = issue(bench_server)
    event = viewer.next()
    assert event.name == "ticket.issued"
    assert event.id == event.data["seq"] == ticket["seq"]
    assert event.data["number"] == ticket["number"]
    assert event.data["state"] == "waiting"
    assert set(event.data) == {"seq", "at", "number", "service", "state"}
    called = act(bench_server, "call-next")["ticket"]
    event = viewer.next()
    while event.name == "ticket.finished":
        event = viewer.next()
    assert (event.name, event.data["number"], event.data["counter"]) == (
        "ticket.called",
        called["number"],
        "1",
    )
    act(bench_server, "undo")
    assert viewer.next().name == "ticket.undone"


def test_everybody_gets_the_same_bytes(bench_server, stream):
    viewers = [stream(bench_server, EVENTS) for _ in range(20)]
    for viewer in viewers:
        viewer.next()
    seqs = [issue(bench_server)["seq"] for _ in range(5)]
    for viewer in viewers:
        assert [viewer.next().id for _ in seqs] == seqs


@pytest.mark.parametrize("how", ["header", "query", "both"])
def test_resuming(bench_server, stream, how):
    first = issue(bench_server)["seq"]
    missed = [issue(bench_server)["seq"] for _ in range(3)]
    headers = {} if how == "query" else {"Last-Event-ID": str(first)}
    # a browser that comes back repeats the address it began with: the header says more
    path = EVENTS if how == "header" else f"{EVENTS}?after={first if how == 'query' else 1}"
    viewer = stream(bench_server, path, headers)
    assert [viewer.next().id for _ in missed] == missed
    live = issue(bench_server)["seq"]
    assert viewer.next().id == live


@pytest.mark.parametrize("after", ["0", "-5", "999999999", "not a number"])
def test_a_place_that_cannot_be_resumed_gets_the_board(bench_server, stream, after):
    viewer = stream(bench_server, EVENTS, {"Last-Event-ID": after})
    assert viewer.next().name == "reset"


def test_nothing_missed_nothing_sent(bench_server, stream):
    last = issue(bench_server)["seq"]
    viewer = stream(bench_server, f"{EVENTS}?after={last}")
    seq = issue(bench_server)["seq"]
    assert viewer.next().id == seq


def test_ticks_say_the_hall_time_and_move_nobody(bench_server, stream):
    viewer = stream(bench_server, EVENTS)
    viewer.next()
    tick = viewer.next(ticks=True)
    assert tick.name == "tick"
    assert tick.id is None
    assert tick.data["speed"] == 1.0
    assert tick.data["seq"] == bench_server.call("GET", f"{SITE}/board").json["seq"]
    assert tick.data["now"].endswith("+09:00")


def test_resuming_after_a_crash(running_server, stream):
    server = running_server()
    first = issue(server)["seq"]
    missed = [issue(server)["seq"] for _ in range(3)]
    server.kill()
    server.restart()
    viewer = stream(server, EVENTS, {"Last-Event-ID": str(first)})
    assert [viewer.next().id for _ in missed] == missed
    again = stream(server, EVENTS, {"Last-Event-ID": str(missed[0])})
    assert [again.next().id for _ in missed[1:]] == missed[1:]
    live = issue(server)["seq"]
    assert viewer.next().id == again.next().id == live


def test_a_gap_of_more_than_a_thousand_events(running_server, stream):
    server = running_server()
    first = issue(server)["seq"]
    numbers = [issue(server)["seq"] for _ in range(1_000)]
    viewer = stream(server, EVENTS, {"Last-Event-ID": str(first)})
    assert viewer.next().id == numbers[0]
    issue(server)
    viewer = stream(server, EVENTS, {"Last-Event-ID": str(first)})
    assert viewer.next().name == "reset"


def test_a_ceiling(running_server, stream):
    server = running_server("bench", "--set", "limits.streams=2")
    one, _two = stream(server, EVENTS), stream(server, EVENTS)
    answer = server.call("GET", EVENTS)
    assert (answer.status, answer.json["code"]) == (503, "too_many_streams")
    assert int(answer.headers["retry-after"]) >= 1
    one.close()
    deadline = time.monotonic() + 12
    while (answer := server.call("GET", EVENTS)).status != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert answer.status == 200  # a viewer that has gone is noticed with the next tick


def test_a_stop_ends_every_stream_at_once(running_server, stream):
    server = running_server()
    viewers = [stream(server, EVENTS) for _ in range(5)]
    for viewer in viewers:
        viewer.next()
    started = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - started < 5
    for viewer in viewers:
        with pytest.raises(EOFError):
            viewer.next()


def test_an_old_proxy_gets_plain_bytes(bench_server):
    with socket.create_connection(("127.0.0.1", bench_server.port), timeout=10) as connection:
        connection.sendall(f"GET {EVENTS} HTTP/1.0\r\n\r\n".encode())
        received = b""
        while b"event: reset" not in received:
            received += connection.recv(65_536)
        head, _, body = received.partition(b"\r\n\r\n")
        assert b"chunked" not in head.lower()
        assert body.startswith(b"retry: ")


def test_a_ticket_of_its_own(bench_server, stream):
    act(bench_server, "open")
    ticket = issue(bench_server)
    viewer = stream(bench_server, f"/api/v1/tickets/{ticket['token']}/events")
    assert viewer.next().data["state"] == "waiting"
    act(bench_server, "call", {"number": ticket["number"]})
    assert viewer.next().data["state"] == "called"
    issue(bench_server)  # concerns somebody else
    act(bench_server, "start")
    assert viewer.next().data["state"] == "serving"


def test_a_second_phone_does_not_keep_the_news_from_the_first(running_server, stream):
    server = running_server()
    server.call("POST", f"{SITE}/counters/1/open", {}, role="staff")
    issue = {"service": "service", "channel": "staff"}
    *_, ticket = [server.call("POST", f"{SITE}/tickets", issue, role="staff").json for _ in range(3)]
    path = f"/api/v1/tickets/{ticket['token']}/events"
    first = stream(server, path, timeout=5)
    assert first.next().data["ahead"] == 2
    server.call("POST", f"{SITE}/counters/1/call-next", {}, role="staff")
    assert stream(server, path).next().data["ahead"] == 1
    assert first.next().data["ahead"] == 1
