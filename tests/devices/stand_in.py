"""A stand-in for the server, for agents in the test's own process: says what a real one would only say by mistake."""

import asyncio

import msgspec
from aiohttp import web

from queue_server import contract

SSE = "text/event-stream"


class Server:
    """Has an agent drive printers, ``p`` and those after it; what their streams bring comes from ``answers``
    (content type and bytes), the last for ever."""

    def __init__(self, device, *answers, more=()):
        self.answers = list(answers)
        self.opened = 0
        self.told = asyncio.Event()
        """The state of a printer was told while the last of the answers is on its stream."""
        self.outcomes = []
        self.end_streams = asyncio.Event()
        printers = {name: {"device": at} for name, at in zip("pqrs", (device, *more), strict=False)}
        self.setup = contract.AgentSetup(
            agent="pc", site="s", printers=printers, buttons={}, fallbacks={}, revision="1"
        )

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/api/v1/agent", self._setup)
        app.router.add_get("/api/v1/sites/s/devices/{device}/jobs", self._jobs)
        app.router.add_post("/api/v1/sites/s/devices/{device}/jobs/{job}", self._job)
        app.router.add_post("/api/v1/sites/s/devices/{device}/status", self._status)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    def change(self):
        """Another configuration, of which the agent hears as its streams come back."""
        self.setup = msgspec.structs.replace(self.setup, revision=self.setup.revision + "+")
        self.end_streams.set()
        self.end_streams = asyncio.Event()

    async def _setup(self, request):
        return web.Response(body=msgspec.json.encode(self.setup), content_type="application/json")

    async def _jobs(self, request):
        kind, data = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.opened += 1
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        await response.write(data.replace(b"DEVICE", request.match_info["device"].encode()))
        await self.end_streams.wait()
        return response

    async def _job(self, request):
        body = await request.json()
        self.outcomes.append((request.match_info["job"], body["state"], body["reason"]))
        return web.json_response({"taken": True})

    async def _status(self, request):
        if not self.answers[1:]:
            self.told.set()
        return web.json_response({})
