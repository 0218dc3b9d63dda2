"""The agent in its own process, with its printers, behind a line that is cut."""

from contextlib import ExitStack

import pytest
from branch import Agent, Wire
from scene import Scene
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


def device(scene, kind, name):
    return next(d for d in scene.staff_see()["devices"] if (d["kind"], d["id"]) == (kind, name))


def test_tickets_are_printed_and_confirmed_on_the_agents_machine(branch):
    scene, agent, _, printer = branch()
    assert device(scene, "agent", "pc")["state"] == "ready"
    assert device(scene, "printer", "kiosk1")["agent"] == "pc"
    numbers = scene.issue(5)
    scene.reprint(numbers[0])
    scene.settled()
    assert [row.state for row in scene.rows()] == ["confirmed"] * 6
    scene.wait(lambda: len(printer.papers) == 6, "papers")
    scene.judge()
    assert agent.stop() == 0
