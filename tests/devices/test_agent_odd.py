"""The agent before a server, or something in between, that says what no Matanai says."""

import asyncio
import logging

import msgspec
import pytest
from aiohttp import web

from queue_server import contract
from queue_server.agent import lasting, running
from queue_server.agent.link import Link

SSE = "text/event-stream"
GOOD = (SSE, b": 1\n\n")


class Server:
    """Answers an agent that drives one printer; the stream's answers come from ``answers``, the last for ever."""

    def __init__(self, folder, *answers):
        self.answers = list(answers)
        self.opened = 0
        self.told = asyncio.Event()
        device = f"file://{folder}/paper.prn"
        self.setup = contract.AgentSetup(
            agent="pc", site="s", printers={"p": {"device": device}}, buttons={}, fallbacks={}, revision="1"
        )

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/api/v1/agent", self._setup)
        app.router.add_get("/api/v1/sites/s/devices/p/jobs", self._jobs)
        app.router.add_post("/api/v1/sites/s/devices/p/status", self._status)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    async def _setup(self, request):
        return web.Response(body=msgspec.json.encode(self.setup), content_type="application/json")

    async def _jobs(self, request):
        kind, data = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.opened += 1
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        await response.write(data)
        await asyncio.sleep(20)
        return response

    async def _status(self, request):
        if not self.answers[1:]:
            self.told.set()
        return web.json_response({})


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
        async with Server(tmp_path, odd, GOOD) as server, Link(server.url, "t") as link:
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
        async with Server(tmp_path, (SSE, data)) as server, Link(server.url, "t") as link:
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
