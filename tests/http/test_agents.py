"""What the server answers agents: whose devices, leave before the first byte, and what a dead line delivers late."""

import json
import sqlite3
import time
from contextlib import closing

import pytest

SITE = "/api/v1/sites/bench"
PC = (
    *("--set", "agents.pc.site=bench", "--set", "agents.other.site=bench"),
    *("--set", "printers.kiosk1.agent=pc", "--set", "printers.kiosk1.device=tcp://127.0.0.1:9"),
    *("--clock", "2026-11-20T10:00+09:00", "--speed", "0"),
)


@pytest.fixture(scope="module")
def server(module_server):
    return module_server("bench", *PC)


def call(server, method, path, body=None, agent="pc"):
    return server.call(method, path, body, token=server.token("agent", "bench", agent=agent))


def tell(server, job, state, **more):
    return call(server, "POST", f"{SITE}/devices/kiosk1/jobs/{job}", {"state": state, **more})


def row(server, job):
    with closing(sqlite3.connect(server.database.removeprefix("sqlite:///"))) as base:
        return base.execute("SELECT state, reason FROM deliveries WHERE id = ?", [job]).fetchone()


def new_job(server):
    """The id of the paper of a new ticket."""
    body = {"service": "service", "channel": "kiosk", "kiosk": "kiosk1"}
    issued = server.call("POST", f"{SITE}/tickets", body, role="kiosk").json
    assert issued["print"]["state"] == "queued"
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with closing(sqlite3.connect(server.database.removeprefix("sqlite:///"))) as base:
            found = base.execute("SELECT id FROM deliveries WHERE ticket = ?", [issued["id"]]).fetchone()
        if found:
            return found[0]
        time.sleep(0.02)
    raise AssertionError("no paper is owed")


@pytest.fixture
def heard(server):
    """The printer is heard of, so that tickets get paper."""
    body = {"kind": "printer", "state": "ready"}
    assert call(server, "POST", f"{SITE}/devices/kiosk1/status", body).status == 200


def ended(server, words):
    """The log has one line, a warning, of a paper that ended so."""
    end = time.monotonic() + 20
    while not (found := [line for line in lines(server, "printers.ends") if words in line["message"]]):
        assert time.monotonic() < end, lines(server, "printers.ends")
        time.sleep(0.05)
    assert [line["level"] for line in found] == ["warning"]
    assert found[0]["message"].endswith(f"{words}, printer kiosk1")


def lines(server, logger):
    """The lines of the server's log by one of its parts."""
    text = server.log.read_text()
    return [
        line
        for line in map(json.loads, filter(lambda one: one.startswith("{"), text.splitlines()))
        if line["logger"] == logger
    ]


def test_an_agent_that_comes_and_goes_leaves_lines(running_server):
    server = running_server("bench", *PC)
    call(server, "POST", f"{SITE}/devices/kiosk1/status", {"kind": "printer", "state": "ready"})
    told = [
        ("info", "agent pc: ready (was unknown/starting)"),
        ("info", "printer kiosk1: ready (was unknown/starting)"),
        ("warning", "agent pc: offline/agent_away (was ready)"),
        ("warning", "printer kiosk1: offline/agent_away (was ready)"),
        ("info", "agent pc: ready (was offline/agent_away)"),
    ]
    end = time.monotonic() + 30

    def said(count):
        found = []
        while len(found) < count:
            assert time.monotonic() < end, found
            time.sleep(0.1)
            found = [
                (line["level"], line["message"])
                for line in lines(server, "matanai.devices")
                if line["message"].startswith(("agent pc", "printer kiosk1"))
            ]
        return found

    assert said(4) == told[:4]
    assert call(server, "GET", "/api/v1/agent").status == 200
    assert said(5) == told


def open_stream(stream, server, holding=""):
    token = server.token("agent", "bench", agent="pc")
    path = f"{SITE}/devices/kiosk1/jobs?holding={holding}"
    return stream(server, path, {"Authorization": f"Bearer {token}"}, timeout=20)


def test_an_agent_is_given_its_own_devices(server):
    setup = call(server, "GET", "/api/v1/agent").json
    assert (setup["agent"], setup["site"], list(setup["printers"]), setup["buttons"]) == (
        *("pc", "bench", ["kiosk1"], {}),
    )
    assert setup["printers"]["kiosk1"]["device"] == "tcp://127.0.0.1:9"
    assert call(server, "GET", "/api/v1/agent").json["revision"] == setup["revision"]
    assert call(server, "GET", "/api/v1/agent", agent="other").json["printers"] == {}


@pytest.mark.parametrize(
    ("agent", "status", "code"),
    [(None, 409, "no_agent"), ("gone", 404, "unknown_agent"), ("other", 404, "unknown_device")],
)
def test_nobody_else_s(server, agent, status, code):
    for method, path, body in (
        ("GET", f"{SITE}/devices/kiosk1/jobs", None),
        ("POST", f"{SITE}/devices/kiosk1/jobs/x", {"state": "sending"}),
        ("POST", f"{SITE}/devices/kiosk1/status", {"kind": "printer", "state": "ready"}),
    ):
        answer = call(server, method, path, body, agent=agent)
        assert (answer.status, answer.json["code"]) == (status, code)


def test_a_printer_is_no_line(server):
    body = {"kind": "buttons", "state": "ready"}
    assert call(server, "POST", f"{SITE}/devices/kiosk1/status", body).json["code"] == "unknown_device"


def test_leave_is_given_once(server, heard):
    job = new_job(server)
    assert tell(server, job, "sending", leave="a").json == {"taken": True}
    assert row(server, job) == ("sending", "a")
    assert tell(server, job, "sending", leave="a").json == {"taken": True}, "the answer was lost"
    assert tell(server, job, "sending", leave="b").json == {"taken": False}
    assert tell(server, job, "confirmed").json == {"taken": True}
    assert tell(server, job, "sending", leave="a").json == {"taken": False}
    assert tell(server, job, "unknown", reason="interrupted").json == {"taken": False}
    assert row(server, job)[0] == "confirmed"


def test_a_leave_given_back_is_owed_again_and_its_own_question_comes_too_late(server, heard):
    job = new_job(server)
    assert tell(server, job, "queued", leave="a").json == {"taken": False}
    assert tell(server, job, "sending", leave="a").json == {"taken": False}, "the question came after it"
    assert tell(server, job, "sending", leave="b").json == {"taken": True}
    assert tell(server, job, "queued", leave="a").json == {"taken": False}, "of another leave"
    assert row(server, job) == ("sending", "b")
    assert tell(server, job, "queued", leave="b").json == {"taken": True}
    assert row(server, job)[0] == "pending"
    tell(server, job, "failed", reason="layout")


def test_unknown_may_be_confirmed_later_and_nothing_else(server, heard):
    job = new_job(server)
    tell(server, job, "sending", leave="a")
    assert tell(server, job, "unknown", reason="paper_out").json == {"taken": True}
    ended(server, "unknown/paper_out")
    assert tell(server, job, "sent").json == {"taken": False}
    assert tell(server, job, "confirmed").json == {"taken": True}
    assert tell(server, "nothing", "sent").json["code"] == "unknown_job"


def test_what_nobody_holds_any_more_is_unknown(server, heard, stream):
    held, lost = new_job(server), new_job(server)
    for job in (held, lost):
        tell(server, job, "sending", leave=job)
    first = open_stream(stream, server, holding=held).next()
    assert (first.name, row(server, lost)) == ("left", ("unknown", "interrupted"))
    assert row(server, held) == ("sending", held)
    again = open_stream(stream, server, holding=held)
    assert again.next().name == "left", "until a paper begins"
    tell(server, held, "confirmed")
    job = new_job(server)
    offered = again.next()
    assert (offered.name, offered.data["id"]) == ("job", job)
    assert 0 < offered.data["seconds"] <= 180
    tell(server, job, "sending", leave="c")
    tell(server, job, "confirmed")
    last = new_job(server)
    assert open_stream(stream, server).next().data["id"] == last
    tell(server, last, "expired", reason="too_old")


def test_what_cannot_have_lasted_so_long_is_refused(server, heard):
    """It would be a time before the calendar, for as long as the state stays."""
    body = {"kind": "printer", "state": "paper_out"}
    path = f"{SITE}/devices/kiosk1/status"
    assert call(server, "POST", path, {**body, "for_seconds": 1e14}).json["code"] == "invalid_body"
    assert call(server, "POST", path, {**body, "for_seconds": 1e8}).status == 200
    assert server.call("GET", f"{SITE}/devices", role="staff").status == 200
    assert server.call("GET", "/staff/bench/devices", role="staff").status == 200


def test_a_new_stream_ends_the_one_before(server, stream):
    before = open_stream(stream, server)
    open_stream(stream, server)
    with pytest.raises(EOFError):
        before.next()


def test_no_leave_for_what_is_too_old(running_server):
    server = running_server("bench", *PC)
    call(server, "POST", f"{SITE}/devices/kiosk1/status", {"kind": "printer", "state": "ready"})
    job = new_job(server)
    server.call("POST", "/api/v1/clock", {"to": "2026-11-20T10:03+09:00"}, role="staff")
    assert tell(server, job, "sending", leave="a").json == {"taken": False}
    end = time.monotonic() + 20
    while row(server, job)[0] != "expired":
        assert time.monotonic() < end
        time.sleep(0.05)
    ended(server, "1: expired/too_old")


def test_a_server_that_stops_ends_the_streams_of_agents(running_server, stream):
    """Else it would wait for them, and cut them off in the end."""
    server = running_server("bench", *PC)
    opened = open_stream(stream, server)
    assert server.stop() == 0
    assert opened.response.read().startswith(b": "), "to its last chunk"


def test_two_processes_with_one_token_are_told_apart_from_one_that_began_again(running_server, stream):
    server = running_server("bench", *PC)
    token = {"Authorization": f"Bearer {server.token('agent', 'bench', agent='pc')}"}

    def opened(run):
        made = stream(server, f"{SITE}/devices/kiosk1/jobs?run={run}", token, timeout=20)
        call(server, "POST", f"{SITE}/devices/kiosk1/status", {"kind": "printer", "state": "ready"})
        return made

    def agent():
        devices = server.call("GET", f"{SITE}/devices", role="staff").json["devices"]
        return next((d["state"], d["reason"]) for d in devices if d["kind"] == "agent" and d["id"] == "pc")

    first = opened("a")
    opened("a")
    with pytest.raises(EOFError):
        first.next()
    second = opened("b")
    opened("c")
    assert second.next().name == "twice"
    assert agent() == ("ready", ""), "each of them may have begun anew"
    opened("b")
    assert agent() == ("error", "twice")
    assert "agent pc: error/twice (was ready)" in [
        line["message"] for line in lines(server, "matanai.devices")
    ]
