"""The agent in its own process, with its printers, behind a line that is cut."""

from contextlib import ExitStack

import pytest
from branch import Agent, Wire
from scene import ON_PAPER, Scene
from simulator import Simulator
from simulator_tcp import TcpPlug

pytestmark = pytest.mark.real_process
CLOCK = ("--clock", "2026-11-20T10:00+09:00", "--speed", "0")


@pytest.fixture
def branch(running_server, tmp_path):
    """``branch(…) -> (scene, agent, wire, machine)``: a server, an agent's process, the line between, its printer."""
    with ExitStack() as stack:

        def make(*options, settings=(), start=True, **machine):
            printer = Simulator(**machine)
            stack.callback(printer.end)
            plug = TcpPlug(printer)
            stack.callback(plug.end)
            settings = (
                "agents.pc.site=bench",
                "printers.kiosk1.agent=pc",
                f"printers.kiosk1.device={plug.url}?timeout=1",
                *settings,
            )
            server = running_server("bench", *(part for one in settings for part in ("--set", one)), *options)
            wire = Wire(server.port)
            stack.callback(wire.end)
            agent = Agent(tmp_path, wire.url, server.token("agent", "bench", agent="pc"))
            stack.callback(agent.kill)
            scene = Scene(server, {"kiosk1": printer})
            if start:
                agent.start()
                stack.enter_context(scene)
            return scene, agent, wire, printer

        yield make


def settled(scene):
    """Until every paper that was promised has come to an end."""
    promised = sum(answer["print"]["state"] == "queued" for answer in scene.given.values())
    scene.wait(lambda: len(scene.rows()) == promised + scene.reprints.total(), "every paper is written down")
    scene.settled()


def device(scene, kind, name):
    return next(d for d in scene.staff_see()["devices"] if (d["kind"], d["id"]) == (kind, name))


def test_tickets_are_printed_and_confirmed_on_the_agents_machine(branch):
    scene, agent, _, printer = branch()
    assert device(scene, "agent", "pc")["state"] == "ready"
    assert device(scene, "printer", "kiosk1")["agent"] == "pc"
    numbers = scene.issue(5)
    scene.reprint(numbers[0])
    settled(scene)
    assert [row.state for row in scene.rows()] == ["confirmed"] * 6
    scene.wait(lambda: len(printer.papers) == 6, "papers")
    scene.judge()
    assert agent.stop() == 0


def step(scene, to):
    answer = scene.server.call("POST", "/api/v1/clock", {"to": f"2026-11-20T{to}+09:00"}, role="staff")
    assert answer.status == 200, answer


def state_of(scene, number):
    """What the kiosk was told about the paper when the number was given."""
    return scene.given[number]["print"]["state"]


def test_a_line_cut_for_an_hour(branch):
    """Tickets of the first moments are owed: printed if the line is back in time, else expired and listed. Later
    ones are told at once that there is no paper. Staff see since when nothing was heard."""
    scene, agent, wire, printer = branch(*CLOCK)
    (before,) = scene.issue()
    settled(scene)
    wire.cut()
    owed = scene.issue(3)
    assert {state_of(scene, number) for number in owed} == {"queued"}
    scene.wait(lambda: device(scene, "printer", "kiosk1")["state"] == "offline", "the printer is away")
    away = device(scene, "printer", "kiosk1")
    assert (away["reason"], away["away"]["until"], away["agent"]) == ("agent_away", None, "pc")
    assert device(scene, "agent", "pc")["away"]["until"] is None
    (without,) = scene.issue()
    assert state_of(scene, without) == "unavailable"
    step(scene, "10:02")
    scene.wait(lambda: {scene.states(number)[0] for number in owed} == {"pending"}, "still owed")
    step(scene, "11:00")
    scene.wait(lambda: {scene.states(number)[0] for number in owed} == {"expired"}, "expired while away")
    assert scene.unprinted() >= set(owed)
    wire.mend()
    scene.wait_told("ready")
    back = device(scene, "printer", "kiosk1")
    assert back["away"]["until"] is not None
    assert device(scene, "agent", "pc")["state"] == "ready"
    (after,) = scene.issue()
    assert state_of(scene, after) == "queued"
    settled(scene)
    scene.wait(lambda: len(printer.papers) == 2, "papers")
    assert [scene.states(number) for number in (before, *owed, without, after)] == [
        ["confirmed"], ["expired"], ["expired"], ["expired"], [], ["confirmed"],
    ]  # fmt: skip
    scene.judge()
    scene.wait(lambda: "connected" in agent.said[-1], "it says so")
    assert sum("trying again" in line for line in agent.said) == 1


def test_a_short_cut_delays_papers_and_loses_none(branch):
    scene, _, wire, printer = branch()
    wire.cut()
    numbers = scene.issue(4)
    wire.mend()
    settled(scene)
    assert {row.state for row in scene.rows()} == {"confirmed"}
    scene.wait(lambda: len(printer.papers) == len(numbers), "papers")
    scene.judge()


def test_a_line_that_breaks_at_a_bad_moment(branch):
    """Leave that was granted and did not arrive is given back; outcomes that did not arrive are told again."""
    scene, _, wire, printer = branch()
    for state in (b"sending", b"confirmed"):
        for what in ("question", "answer"):
            wire.lose(what, b'"state":"' + state + b'"')
            scene.issue(2)
            scene.wait(lambda: wire.lost, f"the {what} of {state!r} is lost")
            settled(scene)
    assert {row.state for row in scene.rows()} == {"confirmed"}, scene.rows()
    scene.wait(lambda: len(printer.papers) == len(scene.given), "papers")
    scene.judge()


def test_the_agent_killed_while_a_ticket_is_printed(branch):
    scene, agent, _, printer = branch(rows_per_s=600.0)
    (first,) = scene.issue()
    (second,) = scene.issue()
    scene.wait(lambda: "sending" in scene.states(first), "the first has begun")
    scene.wait(lambda: printer.received > 0, "bytes")
    agent.kill()
    printer.rows_per_s = 6000.0
    scene.issue()
    agent.start()
    scene.wait(lambda: scene.states(first) == ["unknown"], "the first is unknown")
    assert first in scene.unprinted()
    scene.reprint(first)
    settled(scene)
    assert scene.states(first)[0] == "unknown"
    assert {scene.states(first)[1], *scene.states(second)} <= set(ON_PAPER)
    scene.judge()


def test_the_server_killed_while_a_ticket_is_printed(branch):
    """The agent finishes the ticket and tells so when the server is back: it is neither lost nor doubtful."""
    scene, _, _, printer = branch(rows_per_s=600.0)
    (number,) = scene.issue()
    scene.wait(lambda: "sending" in scene.states(number), "it has begun")
    scene.server.kill()
    printer.rows_per_s = 6000.0
    assert scene.states(number) == ["sending"]
    assert printer.wait_papers(1)
    scene.server.restart()
    scene.wait(lambda: scene.states(number) == ["confirmed"], "told late")
    scene.issue(2)
    settled(scene)
    scene.wait(lambda: len(printer.papers) == 3, "papers")
    scene.judge()


def test_what_the_printer_says_is_what_staff_see(branch):
    scene, _, _, printer = branch()
    printer.open_cover()
    scene.wait_told("cover_open")
    (number,) = scene.issue()
    assert state_of(scene, number) == "unavailable"
    printer.close_cover()
    scene.wait_told("ready")
    scene.judge()


def test_the_agent_waits_for_the_server_and_for_its_token(branch):
    scene, agent, _, _ = branch(start=False)
    good = agent.token_file.read_text()
    port = scene.server.port
    scene.server.stop()
    agent.token_file.write_text("mt_wrong\n")
    agent.start()
    scene.wait(lambda: any("trying again" in line for line in agent.said), "it waits for the server")
    scene.server.start(port)
    scene.wait(lambda: any("sign_in" in line for line in agent.said), "it tells of its token")
    agent.token_file.write_text(good)
    scene.wait(lambda: any("printer kiosk1" in line for line in agent.said), "it has begun")
    with scene:
        scene.issue()
        settled(scene)
        assert scene.rows()[0].state == "confirmed"


def test_a_changed_configuration_needs_no_visit(branch):
    scene, agent, _, _ = branch()
    other = Simulator()
    plug = TcpPlug(other)
    scene.server.stop()
    scene.server.options[1::2] = [
        f"printers.kiosk1.device={plug.url}" if "kiosk1.device" in option else option
        for option in scene.server.options[1::2]
    ]
    scene.server.restart()
    scene.wait(lambda: any("configuration has changed" in line for line in agent.said), "it knows")
    scene.wait_told("ready")
    scene.issue()
    scene.wait(lambda: other.papers, "paper")
    plug.end()
    other.end()
