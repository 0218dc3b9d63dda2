"""A configuration that no longer names what tickets of the day are about: every page still opens."""

from pathlib import Path

import pytest

SITE = "/api/v1/sites/bench"
FORMER = """
[sites.bench.bands.former]
first = 1
last = 99
prefix = "F"
[sites.bench.services.former]
names = { ja = "旧業務", en = "Former" }
band = "former"
department = "former"
[sites.bench.departments.former]
names = { ja = "旧課", en = "Former department" }
[sites.bench.priorities.former]
names = { ja = "旧優先", en = "Former class" }
boost_minutes = 30
[sites.bench.kiosks.former]
names = { ja = "旧発券機", en = "Former kiosk" }
[sites.bench.presets.former]
names = { ja = "旧当番", en = "Former preset" }
counters.1 = ["former"]
[sites.bench.pause_reasons.former]
names = { ja = "旧理由", en = "Former reason" }
[sites.bench.counters.former]
names = { ja = "旧窓口", en = "Former counter" }
services = ["former", "service"]
"""


@pytest.fixture
def changed(running_server, tmp_path):
    """(server, tickets): its configuration has lost all that is called "former"; its day goes on."""
    plain = Path(__file__).parents[2] / "config" / "bench" / "city.toml"
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.toml").write_text(plain.read_text() + FORMER)
    server = running_server(folder, "--clock", "2026-11-20T09:00+09:00", "--speed", "0")

    def act(path, body=None, role="staff"):
        answer = server.call("POST", f"{SITE}/{path}", body or {}, role=role)
        assert answer.status < 300, answer.body
        return answer.json

    def issue(*services, **more):
        return act("tickets", {"services": list(services), "channel": "staff", **more})

    names = ("waiting", "both", "boosted", "called", "held", "absent", "handed", "kept", "kiosk", "paused")
    tickets = {
        name: issue(
            *(("former", "service") if name == "both" else ("former",)),
            **({"priority": "former"} if name == "boosted" else {}),
            **({"channel": "kiosk", "kiosk": "former"} if name == "kiosk" else {}),
        )
        for name in names
    }
    number = {name: ticket["number"] for name, ticket in tickets.items()}
    act("counters/former/open")
    act("preset", {"preset": "former"})
    act("counters/1/open")
    for name in ("held", "absent", "handed", "called"):
        act("counters/1/call", {"number": number[name]})
        if name == "held":
            act("counters/1/hold", {"number": number[name]})
        elif name == "absent":
            act("counters/1/no-show")
        elif name == "handed":
            act("counters/1/await-pickup")
    act("counters/former/call", {"number": number["paused"]})
    act("counters/former/start")
    act("counters/2/open", {"services": ["former"]})
    act("counters/2/pause", {"reason": "former"})
    act(f"tickets/{tickets['kept']['id']}/carry")
    server.kill()
    server.config = plain.parent
    server.restart()
    return server, tickets


def pages(tickets):
    site = "/staff/bench"
    yield from ("/", "/bench/", "/bench/embed", "/bench/share", "/display/bench/hall1", "/kiosk/bench/kiosk1")
    yield from (f"{site}/{x}" for x in ("reception", "today", "report", "why", "reception/pad", "counter/1"))
    yield from (f"{site}/{x}" for x in ("reception/pad/sheets", "reception/now", "today/now"))
    yield from (f"{site}/counter/{x}/now" for x in (1, 2, 3))
    yield f"{site}/report/tickets.csv"
    yield f"{site}/department/back-office"
    for ticket in tickets.values():
        yield f"/t/{ticket['token']}"
        yield f"/api/v1/tickets/{ticket['token']}"
        yield f"{site}/why/{ticket['number']}"
        yield f"{site}/reception/ticket/{ticket['number']}"
        yield f"{SITE}/why/{ticket['number']}"


def opens(server, tickets):
    faults = {}
    for path in [*pages(tickets), *(f"{SITE}/{x}" for x in ("board", "queue", "queue?counter=1", "tickets"))]:
        answer = server.call("GET", path, role="staff" if not path.startswith("/display") else "display")
        if answer.status != 200:
            faults[path] = answer.status
    return faults


def test_every_page_opens_and_everybody_can_be_served(changed):
    server, tickets = changed
    assert b"former" not in server.call("GET", "/api/v1/sites").body
    assert opens(server, tickets) == {}
    faults = {}
    for name, ticket in tickets.items():
        for action in ("back", "language"):
            body = {"code": ticket["url"], **({"lang": "en"} if action == "language" else {})}
            answer = server.call("POST", f"{SITE}/scan/{action}", body, role="kiosk")
            if answer.status >= 500:
                faults[name, action] = answer.json
    for path in ("preset", "counters/1/undo", "counters/1/open", "counters/1/call-next", "counters/2/open"):
        body = {"preset": None} if path == "preset" else {}
        answer = server.call("POST", f"{SITE}/{path}", body, role="staff")
        if answer.status >= 500:
            faults[path] = answer.json
    for name, ticket in tickets.items():
        for path, body in (
            ("counters/1/call", {"number": ticket["number"]}),
            ("counters/1/finish", {}),
            (f"tickets/{ticket['id']}/reopen", {}),
            (f"tickets/{ticket['id']}/change-service", {"service": "service", "instead_of": "former"}),
        ):
            answer = server.call("POST", f"{SITE}/{path}", body, role="staff")
            if answer.status >= 500:
                faults[name, path] = answer.json
    assert faults == {}
    assert opens(server, tickets) == {}
    assert server.call("POST", f"{SITE}/day/close", {"force": True}, role="staff").status == 200
    assert opens(server, tickets) == {}
    server.call("POST", f"{SITE}/day/open", {}, role="staff")
    assert opens(server, tickets) == {}
