"""Agents: programs on other machines that drive the devices on their cables. Who is heard of, and their streams.

An agent tells how each of its devices is every few seconds, and only while that device's stream reaches it: so what
is told proves both ways. A device that was not heard of for ``AWAY_S`` is ``offline``/``agent_away`` in the book of
devices, with the gap's beginning, until it is heard of again. An agent that runs twice is ``error``/``twice``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

import msgspec
from aiohttp import web

from queue_server import contract
from queue_server.clock import wall_ms
from queue_server.devices import Status
from queue_server.settings import Settings

from .agent_runs import Runs
from .call import Call
from .device_book import DeviceBook, Gap, Note
from .problems import ProblemError, unavailable
from .streams import HEADERS

AgentDevice = Literal["printer", "buttons"]
Key = tuple[Literal["printer", "buttons", "agent"], str]

TWICE = "twice"
AWAY_S = 10.0
COMMENT_S = 5.0
"""A comment with the server's real time (ms UTC) goes out so often, and with everything else. An agent that gets no
byte for three times as long takes its line for dead; by the time it reckons when a button was pressed."""
WRITE_S = 10.0
"""A stream whose reader takes nothing for so long is ended."""


class _Stream:
    """The stream of a device, and what ends it."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.ended = asyncio.Event()
        self.wake = asyncio.Event()
        self.is_twice = False
        """It was ended for the stream of another process that has the same token."""

    def end(self) -> None:
        self.ended.set()
        self.wake.set()


class Agents:
    """The agents of the configuration. One for the process, used on the event loop."""

    def __init__(
        self,
        settings: Settings,
        devices: DeviceBook,
        *,
        real: Callable[[], int] = wall_ms,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``real``: ms UTC; ``monotonic``: seconds. Adds the agents to the book; the parts add their devices."""
        self._settings = settings
        self._devices = devices
        self._real = real
        self._monotonic = monotonic
        self._closing = False
        self._streams: dict[Key, _Stream] = {}
        self._runs = Runs(monotonic)
        self._away: dict[Key, int] = {}
        """Since when (ms UTC) who is away has not been heard of."""
        self.setups: dict[str, Callable[[str], Mapping[str, msgspec.Struct]]] = {}
        """Field of ``contract.AgentSetup`` → settings of an agent's devices by id; put in by the parts."""
        for name, agent in settings.agents.items():
            devices.add("agent", name, site=agent.site, names=agent.names)
        now = monotonic()
        self._heard: dict[Key, float] = {("agent", name): now for name in settings.agents}
        kinds: tuple[tuple[AgentDevice, Mapping[str, Any]], ...] = (
            ("printer", settings.printers),
            ("buttons", settings.buttons),
        )
        self._owner: dict[Key, str] = {
            (kind, name): device.agent
            for kind, table in kinds
            for name, device in table.items()
            if device.agent is not None and not device.device.startswith("none:")
        }
        self._heard.update(dict.fromkeys(self._owner, now))

    # --- who asks ---

    def of(self, call: Call[Any]) -> str:
        """The agent that calls. Raises 409 ``no_agent`` for a token without one, 404 ``unknown_agent``."""
        name = call.principal.agent
        if name is None:
            raise ProblemError("no_agent")
        agent = self._settings.agents.get(name)
        if agent is None or call.principal.site not in (None, agent.site):
            raise ProblemError("unknown_agent", agent=name)
        return name

    def device(self, call: Call[Any], kind: AgentDevice) -> str:
        """The device of the route. Raises as ``of``, and 404 for one that hangs on another machine or site."""
        agent, name = self.of(call), call.params["device"]
        if self._owner.get((kind, name)) != agent or self._settings.agents[agent].site != call.site:
            raise ProblemError("unknown_device", 404, device=name)
        return name

    # --- how they are ---

    def heard(self, agent: str, kind: AgentDevice | None = None, device: str = "") -> None:
        """Something came from an agent, about one of its devices where ``kind`` says so."""
        keys: list[Key] = [("agent", agent)]
        if kind is not None:
            keys.append((kind, device))
        for key in keys:
            self._heard[key] = self._monotonic()
            since = self._away.pop(key, None)
            if since is not None:
                self._devices.gap(*key, Gap(since, self._real()))
        self._devices.set(
            "agent", agent, Status("error", TWICE) if self._runs.twice(agent) else Status("ready")
        )

    def told(self, agent: str, kind: AgentDevice, device: str, body: contract.DeviceStatusBody) -> None:
        """An agent told how a device of its own is."""
        self.heard(agent, kind, device)
        since = self._real() - int(body.for_seconds * 1000)
        self._devices.set(kind, device, Status(body.state, body.reason, since))
        if body.unknown_bytes:
            came = self._real() - int(body.unknown_seconds * 1000)
            self._devices.note(kind, device, Note("unknown_bytes", came, data=body.unknown_bytes))

    def look(self) -> None:
        """Mark as away who was not heard of for too long."""
        now = self._monotonic()
        for key, at in self._heard.items():
            if key not in self._away and now - at > AWAY_S and self._devices.get(*key) is not None:
                since = self._away[key] = self._real() - int((now - at) * 1000)
                self._devices.set(*key, Status("offline", "agent_away", since))
                self._devices.gap(*key, Gap(since, None))

    async def run(self) -> None:
        """Look every second until cancelled."""
        while True:
            await asyncio.sleep(1.0)
            self.look()

    # --- their streams ---

    def wake_all(self, kind: AgentDevice) -> None:
        """There may be something new on the streams of the devices of a kind."""
        for (of, _), stream in self._streams.items():
            if of == kind:
                stream.wake.set()

    def wake(self, kind: AgentDevice, device: str) -> None:
        """There may be something new on the stream of a device."""
        if (stream := self._streams.get((kind, device))) is not None:
            stream.wake.set()

    async def serve(
        self,
        request: web.Request,
        kind: AgentDevice,
        device: str,
        more: Callable[[], Awaitable[bytes]],
        look_s: float,
    ) -> web.StreamResponse:
        """A device's stream: what ``more()`` gives, asked at once, when woken and every ``look_s`` seconds.

        A device has one: a new stream ends the one before, which belongs to a line that is dead, or to another process
        with the same token, which is told so (``event: twice``).
        """
        if self._closing:
            raise unavailable()
        key: Key = (kind, device)
        stream = _Stream(request.query.get("run", ""))
        self._runs.came(self._owner[key], stream.run)
        if (before := self._streams.get(key)) is not None:
            before.is_twice = bool(before.run and stream.run) and before.run != stream.run
            before.end()
        self._streams[key] = stream
        response = web.StreamResponse(headers=HEADERS)
        try:
            await response.prepare(request)
            quiet_since = float("-inf")
            while not stream.ended.is_set():
                stream.wake.clear()
                data = await more()
                now = self._monotonic()
                if data or now - quiet_since >= COMMENT_S:
                    async with asyncio.timeout(WRITE_S):
                        await response.write(b": %d\n\n%b" % (self._real(), data))
                    quiet_since = now
                try:
                    async with asyncio.timeout(look_s):
                        await stream.wake.wait()
                except TimeoutError:
                    pass
            if stream.is_twice:
                async with asyncio.timeout(WRITE_S):
                    await response.write(frame("twice", {}))
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
        finally:
            if self._streams.get(key) is stream:
                del self._streams[key]
        return response

    def close(self) -> None:
        """End every stream; no new ones are taken."""
        self._closing = True
        for stream in self._streams.values():
            stream.end()


def frame(name: str, data: object) -> bytes:
    """One message of a device's stream."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(data))
