"""Call buttons whose presses cannot be durable, come late, come twice, or come through an agent's machine."""

import http.client
import json
import resource
import time

import pytest
from bench_hall import BASE, SITE, at_counter, events, issue, noted, state
from boxes import button, city, until
from branch import Agent

pytestmark = pytest.mark.real_process
PRESSES = f"{SITE}/devices/box/presses"


@pytest.fixture
def branch(box, tmp_path, running_server):
    """A server whose line hangs on the agent's machine ``pc``, with two open counters."""
    device = f"serial://{box.path}?flow=none"
    agents = '[agents.pc]\nsite = "bench"\n[agents.other]\nsite = "bench"'
    config = city(tmp_path / "city", BASE, device, counters="12", more='agent = "pc"', keys=agents)
    server = running_server(config)
    for counter in "12":
        assert server.call("POST", f"{SITE}/counters/{counter}/open", {}, role="staff").status == 200
    return server


def press(server, counter, action, *, key, ago=0.0, agent="pc"):
    body = {"counter": counter, "action": action, "at_ms": int((time.time() - ago) * 1000)}
    token = server.token("agent", "bench", agent=agent)
    headers = {"Idempotency-Key": key} if key else {}
    return server.call("POST", PRESSES, body, token=token, headers=headers)


def test_a_press_given_again_counts_once(branch):
    first, *_ = issue(branch, 3)
    answers = [press(branch, "1", "call-next", key="p1", ago=ago) for ago in (0.1, 0.7)]
    assert [answer.json for answer in answers] == [{"done": True, "code": None}] * 2
    assert at_counter(branch, "1") == ("open", [first])
    assert press(branch, "1", "call-next", key="p2").json == {"done": False, "code": "double_press"}
    assert press(branch, "1", "finish", key="p1").json["code"] == "key_reused"
    assert len(events(branch, "TicketCalled")) == 1


def test_a_press_that_comes_late_is_not_done(branch):
    issue(branch)
    assert press(branch, "1", "call-next", key="old", ago=2.5).json == {"done": False, "code": "too_late"}
    assert press(branch, "1", "call-next", key="old", ago=0.0).json["code"] == "too_late", (
        "nor when told anew"
    )
    assert events(branch, "TicketCalled") == []


def test_an_agent_presses_the_buttons_of_its_own_line_only(branch):
    assert press(branch, "1", "hold", key="a").json["code"] == "unknown_button"
    assert press(branch, "3", "call-next", key="b").json["code"] == "unknown_button"
    assert press(branch, "1", "call-next", key="c", agent="other").json["code"] == "unknown_device"
    assert press(branch, "1", "call-next", key=None).json["code"] == "key_required"
    assert press(branch, "1", "call-next", key="d").json == {"done": False, "code": "nobody_waits"}


def test_the_stream_tells_what_each_counter_shows(branch):
    issue(branch)
    connection = http.client.HTTPConnection("127.0.0.1", branch.port, timeout=20)
    token = branch.token("agent", "bench", agent="pc")
    connection.request("GET", f"{SITE}/devices/box/shows", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()

    def shown(count):
        found = {}
        while count:
            line = answer.readline()
            assert line
            if line.startswith(b"data: "):
                data = json.loads(line[6:])
                found[data["counter"]] = (data["number"], data["waiting"])
                count -= 1
        return found

    assert shown(2) == {"1": (None, True), "2": (None, True)}
    assert press(branch, "2", "call-next", key="p").json["done"]
    assert shown(2) == {"1": (None, False), "2": ("1", False)}
    connection.close()


def test_one_behaviour_on_the_agents_machine(branch, box, tmp_path):
    first, _ = issue(branch, 2)
    agent = Agent(tmp_path, branch.url, branch.token("agent", "bench", agent="pc"))
    try:
        agent.start()
        until(lambda: box.shown("1") == "---" and box.lamp("1"))
        until(lambda: state(branch)["state"] == "ready")
        box.send(button("1", "N"), 3)
        until(lambda: box.shown("1") == f"{int(first):03}")
        box.send(button("1", "N"))
        until(lambda: box.refusals("1") == 1)
        assert [by for _, _, by in events(branch, "TicketCalled")] == ["device:box"]
        until(lambda: noted(branch).get("refused_press", {}).get("code") == "double_press")
        box.send("FF 00 99")
        until(lambda: "unknown_bytes" in noted(branch))
        assert noted(branch)["unknown_bytes"]["data"] == "FF 00 99"
    finally:
        agent.kill()


def test_what_cannot_be_made_durable_is_dropped(box, tmp_path, running_server):
    config = city(tmp_path / "city", BASE, f"serial://{box.path}?flow=none", counters="1")
    server = running_server(config)
    server.call("POST", f"{SITE}/counters/1/open", {}, role="staff")
    issue(server, 2)
    until(lambda: state(server)["state"] == "ready")
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, before[1]))  # not a byte into any file
    ticket = {"channel": "staff", "service": "service"}
    until(lambda: server.call("POST", f"{SITE}/tickets", ticket, role="staff").status == 503)
    box.send(button("1", "N"))
    pressed = time.monotonic()
    until(lambda: box.refusals("1") == 1)
    assert time.monotonic() - pressed > 1.5, "it was tried for as long as it was worth it"
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
    until(lambda: server.call("GET", "/healthz").status == 200)
    box.send(button("1", "R"))
    until(lambda: box.refusals("1") == 2)
    assert events(server, "TicketCalled") == [], "nor was it done when the disk was well again"
    box.send(button("1", "N"))
    until(lambda: box.shown("1") == "001")
