"""The agent before a server, or something in between, that says what no Matanai says."""

import asyncio
import logging

import pytest
from stand_in import SSE, Server

from queue_server import contract
from queue_server.agent import following, lasting, running
from queue_server.agent.link import Link, Refused

GOOD = (SSE, b": 1\n\n")


def paper(folder):
    return f"file://{folder}/paper.prn"


@pytest.mark.parametrize(
    "odd",
    [
        (SSE, b": the time\n\n"),
        (SSE, b"event: \xff\xfe\n\n"),
        ("text/html", b"<h1>: 12</h1>\n: 12\n\n"),
    ],
    ids=["no time", "no text", "a page"],
)
def test_what_is_no_stream_of_matanai_is_tried_again(tmp_path, caplog, odd):
    caplog.set_level(logging.WARNING, "matanai.agent")

    async def told():
        async with Server(paper(tmp_path), odd, GOOD) as server, Link(server.url, "t") as link:
            agent = asyncio.create_task(running.run(link))
            async with asyncio.timeout(20):
                await server.told.wait()
            agent.cancel()
            await asyncio.gather(agent, return_exceptions=True)
            return server.opened

    assert asyncio.run(told()) == 2
    said = [record.getMessage() for record in caplog.records if record.name == "matanai.agent"]
    assert [line.partition(" ")[2] for line in said] == ["does not answer as Matanai does; trying again"]


def test_a_message_that_is_no_text_ends_nothing(tmp_path, caplog):
    async def told():
        data = b': 1\n\nevent: job\ndata: {"id": "\xff"}\n\n'
        async with Server(paper(tmp_path), (SSE, data)) as server, Link(server.url, "t") as link:
            agent = asyncio.create_task(running.run(link))
            async with asyncio.timeout(20):
                await server.told.wait()
                server.told.clear()
                await server.told.wait()
            agent.cancel()
            await asyncio.gather(agent, return_exceptions=True)
            return server.opened

    assert asyncio.run(told()) == 1
    assert "what this agent does not know" in caplog.text


def test_work_that_fails_is_told_and_begins_again(monkeypatch, caplog):
    monkeypatch.setattr(lasting, "AGAIN_S", 0.0)
    mistakes = [KeyError("nobody thought of it"), ZeroDivisionError()]

    async def watched():
        well = asyncio.Event()

        async def work():
            if mistakes:
                raise mistakes.pop()
            well.set()
            await asyncio.sleep(60)

        task = asyncio.create_task(lasting.lasting("the work", work))
        async with asyncio.timeout(10):
            await well.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(watched())
    assert caplog.text.count("the work has failed; trying again") == 2


def test_an_agent_that_runs_twice_says_so_once(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(following, "TWICE_S", 0.05)

    async def opened():
        twice = SSE, b": 1\n\nevent: twice\ndata: {}\n\n"
        async with (
            Server(paper(tmp_path), twice, twice, twice, GOOD) as server,
            Link(server.url, "t") as link,
        ):
            agent = asyncio.create_task(running.run(link))
            async with asyncio.timeout(20):
                while server.opened < 4:
                    server.end_streams.set()
                    await asyncio.sleep(0.05)
            agent.cancel()
            await asyncio.gather(agent, return_exceptions=True)

    asyncio.run(opened())
    said = [record.getMessage() for record in caplog.records if record.name == "matanai.agent"]
    assert [line[:42] for line in said if "another process" in line] == [
        "another process works as the agent pc too,"
    ]


def test_whoever_sets_up_the_agent_is_told_what_to_mend(running_server):
    server = running_server("bench", "--set", "agents.pc.site=bench")
    agent, kiosk = server.token("agent", "bench", agent="pc"), server.token("kiosk", "bench")

    async def refused(address, token):
        async with Link(address, token) as link:
            with pytest.raises(Refused) as error:
                await link.get("/api/v1/agent", contract.AgentSetup)
            return str(error.value)

    told = asyncio.run(refused(server.url, kiosk))
    assert "--role agent" in told
    assert told.endswith("(forbidden, 403)")
    told = asyncio.run(refused(f"{server.url}/matanai", agent))
    assert "without a path" in told
    assert told.endswith("(not_found, 404)")
