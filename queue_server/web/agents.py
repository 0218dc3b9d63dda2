"""Agents: programs on other machines that drive the devices on their cables. Who is heard of, and their streams.

An agent tells how each of its devices is every few seconds, and only while that device's stream reaches it: so what
is told proves both ways. A device that was not heard of for ``AWAY_S`` is ``offline``/``agent_away`` in the book of
devices, with the gap's beginning, until it is heard of again.
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

from .call import Call
from .device_book import DeviceBook, Gap, Note
from .problems import ProblemError, unavailable
from .streams import HEADERS

AgentDevice = Literal["printer", "buttons"]
Key = tuple[Literal["printer", "buttons", "agent"], str]

AWAY_S = 10.0
COMMENT_S = 5.0
"""A comment with the server's real time (ms UTC) goes out so often, and with everything else. An agent that gets no
byte for three times as long takes its line for dead; by the time it reckons when a button was pressed."""
WRITE_S = 10.0
"""A stream whose reader takes nothing for so long is ended."""


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
        self._streams: dict[Key, asyncio.Event] = {}
        """The stream of each device; setting the event ends it."""
        self._wakes: dict[Key, asyncio.Event] = {}
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
        self._devices.set("agent", agent, Status("ready"))

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
        for (of, _), wake in self._wakes.items():
            if of == kind:
                wake.set()

    def wake(self, kind: AgentDevice, device: str) -> None:
        """There may be something new on the stream of a device."""
        if (wake := self._wakes.get((kind, device))) is not None:
            wake.set()

    async def serve(
        self,
        request: web.Request,
        kind: AgentDevice,
        device: str,
        more: Callable[[], Awaitable[bytes]],
        look_s: float,
    ) -> web.StreamResponse:
        """A device's stream: what ``more()`` gives, asked at once, when woken and every ``look_s`` seconds.

        A device has one: a new stream ends the one before, which belongs to a line that is dead.
        """
        if self._closing:
            raise unavailable()
        key: Key = (kind, device)
        if (before := self._streams.get(key)) is not None:
            before.set()
            self.wake(kind, device)
        ended = self._streams[key] = asyncio.Event()
        wake = self._wakes[key] = asyncio.Event()
        response = web.StreamResponse(headers=HEADERS)
        try:
            await response.prepare(request)
            quiet_since = float("-inf")
            while not ended.is_set():
                wake.clear()
                data = await more()
                now = self._monotonic()
                if data or now - quiet_since >= COMMENT_S:
                    async with asyncio.timeout(WRITE_S):
                        await response.write(b": %d\n\n%b" % (self._real(), data))
                    quiet_since = now
                try:
                    async with asyncio.timeout(look_s):
                        await wake.wait()
                except TimeoutError:
                    pass
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
        finally:
            if self._streams.get(key) is ended:
                del self._streams[key], self._wakes[key]
        return response

    def close(self) -> None:
        """End every stream; no new ones are taken."""
        self._closing = True
        for ended in self._streams.values():
            ended.set()
        for wake in self._wakes.values():
            wake.set()


def frame(name: str, data: object) -> bytes:
    """One message of a device's stream."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(data))
