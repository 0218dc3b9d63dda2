"""What a hall had begun goes on after its server was killed, or could not write: presets, and tickets for tomorrow."""

import json
import resource
import time
from pathlib import Path

SITE = "/api/v1/sites/city-hall"


def act(server, path, body=None, *, role="staff", status=200, key=None):
    headers = {"Idempotency-Key": key} if key else None
    answer = server.call("POST", path, body or {}, role=role, headers=headers)
    assert answer.status == status, answer.body
    return answer


def step(server, to):
    act(server, "/api/v1/clock", {"to": f"2026-11-{to}+09:00"})


def until(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def board(server):
    return server.call("GET", f"{SITE}/board").json


def attended(server, service):
    return next(x["attended"] for x in board(server)["services"] if x["id"] == service)


def killed(server):
    server.kill()
    return server.restart()


def test_a_preset_whose_hour_came_while_the_disk_was_full_is_applied_afterwards(running_server):
    server = running_server("aobahama", "--clock", "2026-11-20T11:50+09:00", "--speed", "0")
    act(server, f"{SITE}/counters/1/open", {"services": ["seal"]})
    assert not attended(server, "koseki-certificates")
    wal = Path(server.database.removeprefix("sqlite:///") + "-wal")
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (wal.stat().st_size, before[1]))
    answer = server.call("POST", f"{SITE}/counters/3/open", {}, role="staff")
    for _ in range(9):
        if answer.status == 503:
            break
        answer = server.call("POST", f"{SITE}/counters/3/pause", {}, role="staff")
        answer = server.call("POST", f"{SITE}/counters/3/open", {}, role="staff")
    assert answer.status == 503
    step(server, "20T12:00")
    until(lambda: server.log.read_text().count("could not write") >= 2)  # the day's end is asked for first
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
    until(lambda: attended(server, "koseki-certificates"))


def test_a_ticket_for_tomorrow_survives_every_kill_and_comes_first(running_server):
    server = running_server("aobahama", "--clock", "2026-11-20T16:50+09:00", "--speed", "0")
    kept = act(server, f"{SITE}/tickets", {"service": "koseki", "channel": "staff"}, status=201).json
    carry = f"{SITE}/tickets/{kept['id']}/carry"
    said = act(server, carry, key="carry").body
    killed(server)
    assert act(server, carry, key="carry").body == said
    holder = f"/api/v1/tickets/{kept['token']}"
    assert server.call("GET", holder).json["carried"] is True

    closed = act(server, f"{SITE}/day/close", {"force": True}, key="close").body
    killed(server)
    assert act(server, f"{SITE}/day/close", {"force": True}, key="close").body == closed
    assert board(server)["day"] is None
    step(server, "24T08:30")
    until(lambda: board(server)["day"] == "2026-11-24")
    killed(server)
    assert board(server)["day"] == "2026-11-24"
    ticket = server.call("GET", holder).json
    assert (ticket["state"], ticket["carried"], ticket["number"]) == ("held", False, kept["number"])

    step(server, "24T09:00")
    new = act(server, f"{SITE}/tickets", {"service": "koseki", "channel": "staff"}, status=201).json
    assert new["number"] != kept["number"]
    back = act(server, f"{SITE}/scan/back", {"code": kept["url"]}, role="kiosk", key="back").json
    assert (back["ticket"]["state"], back["ahead"]) == ("waiting", 0)
    act(server, f"{SITE}/counters/3/open")
    first = act(server, f"{SITE}/counters/3/call-next", key="next").body
    assert json.loads(first)["ticket"]["number"] == kept["number"]
    killed(server)
    assert act(server, f"{SITE}/counters/3/call-next", key="next").body == first
