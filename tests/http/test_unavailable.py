"""When the disk takes nothing more: commands are refused, reading goes on, and it recovers by itself."""

import resource
import time
from pathlib import Path

import pytest

SITE = "/api/v1/sites/bench"
ISSUE = {"channel": "staff", "service": "service"}


@pytest.fixture
def full_disk(running_server):
    """A server whose files cannot grow, until the limit is lifted by the returned function."""
    server = running_server()
    assert server.call("POST", f"{SITE}/tickets", ISSUE, role="staff").status == 201
    server.token("kiosk")
    wal = Path(server.database.removeprefix("sqlite:///") + "-wal")
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (wal.stat().st_size, before[1]))
    return server, lambda: resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


def test_a_full_disk(full_disk):
    server, lift = full_disk
    headers = {"Idempotency-Key": "full"}
    for _ in range(5):
        answer = server.call("POST", f"{SITE}/tickets", ISSUE, role="staff", headers=headers)
        if answer.status == 503:
            break
    assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    health = server.call("GET", "/healthz")
    assert (health.status, health.json) == (503, {"status": "read-only"})
    assert server.call("GET", "/healthz", role="staff").json["details"]["reason"]
    board = server.call("GET", f"{SITE}/board")
    assert board.status == 200
    lift()
    deadline = time.monotonic() + 10
    while server.call("GET", "/healthz").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    issued = server.call("POST", f"{SITE}/tickets", ISSUE, role="staff", headers=headers)
    assert issued.status == 201
    assert server.call("POST", f"{SITE}/tickets", ISSUE, role="staff", headers=headers).body == issued.body
    # nothing half written: as many waiting as were given a number
    waiting = server.call("GET", f"{SITE}/board").json["services"][0]["waiting"]
    assert waiting == board.json["services"][0]["waiting"] + 1
