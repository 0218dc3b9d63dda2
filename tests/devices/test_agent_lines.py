"""Call buttons on an agent's machine whose line to the server is cut."""

import pytest
from bench_hall import BASE, SITE, at_counter, events, issue, state
from boxes import button, city, until
from branch import Agent, Wire

pytestmark = pytest.mark.real_process


@pytest.fixture
def branch(box, tmp_path, running_server):
    """A server, the line to it, and an agent with a box of two counters' buttons."""
    agents = '[agents.pc]\nsite = "bench"'
    device = f"serial://{box.path}?flow=none"
    config = city(tmp_path / "city", BASE, device, counters="12", more='agent = "pc"', keys=agents)
    server = running_server(config)
    for counter in "12":
        assert server.call("POST", f"{SITE}/counters/{counter}/open", {}, role="staff").status == 200
    wire = Wire(server.port)
    agent = Agent(tmp_path, wire.url, server.token("agent", "bench", agent="pc")).start()
    until(lambda: state(server)["state"] == "ready")
    yield server, wire, box, agent
    agent.kill()
    wire.end()


def test_what_was_pressed_while_the_line_was_cut_is_never_done(branch):
    """Not even when the network delivers it afterwards: it says when it was."""
    server, wire, box, _ = branch
    first, second = issue(server, 2)
    box.send(button("1", "N"))
    until(lambda: box.shown("1") == f"{int(first):03}")
    wire.cut()
    box.send(button("2", "N"))
    until(lambda: box.refusals("2") == 1, "the box says that it was not done")
    assert wire.kept.count(b"/presses") == 2, "the press is under way"
    wire.mend()
    until(lambda: wire.sent.count(b"/presses") == 2, "it is delivered")
    box.send(button("2", "R"))
    until(lambda: box.refusals("2") == 2, "the line works again, and nobody was called there")
    assert at_counter(server, "2") == ("open", [])
    assert len(events(server, "TicketCalled")) == 1
    box.send(button("2", "N"))
    until(lambda: box.shown("2") == f"{int(second):03}")


def test_no_panel_shows_what_nobody_knows(branch):
    server, wire, box, agent = branch
    (first,) = issue(server)
    box.send(button("1", "N"))
    until(lambda: box.shown("1") == f"{int(first):03}")
    wire.cut()
    until(lambda: box.shown("1") == "---", "the server may have called another one meanwhile")
    box.frames.clear()
    wire.mend()
    until(lambda: box.shown("1") == f"{int(first):03}", "it tells everything again")
    assert box.frames.count(("1", "---")) == 0
    agent.stop()
    until(lambda: box.shown("1") == "---", "whoever ends leaves no number behind")
