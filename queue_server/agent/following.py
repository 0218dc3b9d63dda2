"""While one setup holds: a stream and a heartbeat for each device, and a look at whether the setup has changed."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from contextlib import aclosing
from functools import partial

import msgspec

from printers.ticket import TicketPaper
from queue_server import contract

from .jobs import Offer, now_ms
from .lasting import lasting
from .link import SILENT_S, Away, Link, Message, Patience, Refused
from .machine import Device, Machine, Papers
from .outcomes import Outcomes

logger = logging.getLogger("matanai.agent")

STATUS_S = 4.0
"""How each device is, is told so often: the server takes for away what it has not heard of for 10 s."""
SETUP_S = 30.0
"""The setup is asked for again so often, and whenever a line comes back."""
PRESS_S = 2.0
"""Later than this nobody expects any more that a press does something."""
PRESS_AGAIN_S = 0.1
TWICE_S = 5.0
"""Before a stream is opened again that another process has taken over."""
TWICE_AGAIN_S = 3600.0
"""That is said again when it had ended for so long."""


class Left(msgspec.Struct, frozen=True):
    """What an earlier process of this agent was printing when it ended."""

    paper: TicketPaper


class Show(msgspec.Struct, frozen=True):
    """What a counter shows, from the stream of a line."""

    counter: str
    number: str | None
    waiting: bool


class Following:
    """The time in which one setup holds."""

    def __init__(
        self, link: Link, patience: Patience, outcomes: Outcomes, setup: contract.AgentSetup
    ) -> None:
        self._link = link
        self._patience = patience
        self._setup = setup
        self._machine = Machine(setup, link, outcomes, self._status_changed, self._pressed)
        self._news = {device: asyncio.Event() for device in self._machine.states}
        self._connected: set[Device] = set()
        """Whose stream reaches us."""
        self._server_ms: dict[Device, int] = {}
        """What the server's clock is ahead of ours, by the last comment of a stream."""
        self._blanking: dict[Device, asyncio.TimerHandle] = {}
        """Lines that hear nothing: when that becomes too long, nobody knows what they should show."""
        self._is_back = asyncio.Event()
        self._pressing: set[asyncio.Task[None]] = set()
        self._trouble: type[Exception] | None = None
        """What was said last of the line to the server; None: that it is well."""
        self._twice_at = float("-inf")

    async def until_changed(self, torn: Papers) -> tuple[contract.AgentSetup, Papers]:
        """Drive the devices until the server's configuration gives other ones: the new setup.

        ``torn``: the papers that whoever drove the devices before left in the middle, by printer; what is left now
        comes back with the setup.
        """
        self._machine.start(torn)
        tasks = [
            asyncio.create_task(lasting(f"{what} of {device[0]} {device[1]}", partial(work, device)))
            for device in self._machine.states
            for what, work in (("the stream", self._follow), ("the state", self._tell))
        ]
        try:
            setup = await self._changed()
        finally:
            for task in (*tasks, *self._pressing):
                task.cancel()
            await asyncio.gather(*tasks, *self._pressing, return_exceptions=True)
            left = await self._machine.stop()
        return setup, left

    async def _changed(self) -> contract.AgentSetup:
        # an agent without devices has nothing else by which it is heard of
        every = SETUP_S if self._machine.states else STATUS_S
        while True:
            try:
                async with asyncio.timeout(every):
                    await self._is_back.wait()
            except TimeoutError:
                pass
            self._is_back.clear()
            try:
                setup = await self._link.get("/api/v1/agent", contract.AgentSetup)
            except (Away, Refused) as error:
                self._lost(error)
                continue
            if setup.revision != self._setup.revision:
                return setup

    # --- one device ---

    async def _follow(self, device: Device) -> None:
        """Keep the stream of a device open."""
        kind, name = device
        heard = time.monotonic()
        self._blank_at(device, heard + SILENT_S)  # of what an earlier process has shown
        while True:
            path = self._machine.device_path(name, "jobs" if kind == "printer" else "shows")
            is_twice = False
            query = {"holding": ",".join(self._machine.jobs.holding(name))} if kind == "printer" else {}
            try:
                async with aclosing(self._link.stream(path, **query)) as messages:
                    async for message in messages:
                        heard = time.monotonic()
                        if not message.name:
                            self._server_ms[device] = message.server_ms - now_ms()
                        if device not in self._connected:
                            self._through(device)
                        is_twice = message.name == "twice"
                        self._take(device, message)
            except (Away, Refused) as error:
                trouble = error
            finally:
                self._connected.discard(device)
                self._machine.jobs.connect(name, connected=False)
                self._blank_at(device, heard + SILENT_S)
            if is_twice:
                self._say_twice()
                await asyncio.sleep(TWICE_S)
                continue
            self._lost(trouble)
            if isinstance(trouble, Refused):
                self._is_back.set()  # it may hang elsewhere now
            await self._patience.pause()

    def _blank_at(self, device: Device, at: float) -> None:
        """Let a line show nobody from ``at`` (monotonic s), unless its stream is there again by then."""
        line = self._machine.lines.get(device[1]) if device[0] == "buttons" else None
        if line is not None and device not in self._blanking:
            loop = asyncio.get_running_loop()
            self._blanking[device] = loop.call_later(at - time.monotonic(), line.blank)

    def _through(self, device: Device) -> None:
        self._connected.add(device)
        if (blanking := self._blanking.pop(device, None)) is not None:
            blanking.cancel()
        if device[0] == "printer":
            self._machine.jobs.connect(device[1], connected=True)
        self._patience.through()
        self._is_back.set()
        self._news[device].set()

    def _fine(self) -> None:
        """The server has taken something."""
        if self._trouble is not None and len(self._connected) == len(self._news):
            self._trouble = None
            logger.info("connected to %s again", self._link.url)

    def _lost(self, error: Away | Refused) -> None:
        """Say it once, whatever becomes of the attempts that follow."""
        if type(error) is not self._trouble:
            self._trouble = type(error)
            logger.warning("%s; trying again", error)

    def _say_twice(self) -> None:
        if time.monotonic() - self._twice_at > TWICE_AGAIN_S:
            logger.error(
                "another process works as the agent %s too, and each ends the streams of the other: end one of them, "
                "or give that machine an agent and a token of its own",
                self._setup.agent,
            )
        self._twice_at = time.monotonic()

    def _take(self, device: Device, message: Message) -> None:
        try:
            if message.name == "job":
                self._machine.jobs.offer(device[1], msgspec.json.decode(message.data, type=Offer))
                self._machine.spool.wake()
            elif message.name == "left":
                self._machine.interrupted(device[1], msgspec.json.decode(message.data, type=Left).paper)
            elif message.name == "show" and device[1] in self._machine.lines:
                show = msgspec.json.decode(message.data, type=Show)
                self._machine.lines[device[1]].show(show.counter, show.number, show.waiting)
        except ValueError as error:  # msgspec.DecodeError is one
            logger.error("%s %s: the server said what this agent does not know: %s", *device, error)

    async def _tell(self, device: Device) -> None:
        """Tell how the device is: when that changes and every few seconds, as long as its stream reaches us."""
        news = self._news[device]
        while True:
            try:
                async with asyncio.timeout(STATUS_S):
                    await news.wait()
            except TimeoutError:
                pass
            news.clear()
            if device in self._connected:
                try:
                    await self._link.post(
                        self._machine.device_path(device[1], "status"),
                        contract.Nothing,
                        self._machine.status_body(device),
                        within_s=STATUS_S,
                    )
                    self._fine()
                except (Away, Refused) as error:
                    self._lost(error)

    def _status_changed(self, device: Device) -> None:
        self._news[device].set()

    # --- presses ---

    def _pressed(self, line: str, counter: str, action: str, at: float) -> None:
        task = asyncio.create_task(self._press(line, counter, action, at), name=f"press {line}")
        self._pressing.add(task)
        task.add_done_callback(self._pressing.discard)

    async def _press(self, line: str, counter: str, action: str, at: float) -> None:
        """Tell the server while the press is worth something; else the box shows that it was not done."""
        done = False
        key = secrets.token_hex(12)
        path = self._machine.device_path(line, "presses")
        try:
            async with asyncio.timeout(at + PRESS_S - time.monotonic()):
                while ("buttons", line) in self._connected:
                    at_ms = int(at * 1000) + self._server_ms["buttons", line]
                    body = contract.PressBody(counter=counter, action=action, at_ms=at_ms)
                    try:
                        done = (await self._link.post(path, contract.PressAnswer, body, key=key)).done
                        break
                    except Away:
                        await asyncio.sleep(PRESS_AGAIN_S)
        except (Refused, TimeoutError) as error:
            logger.warning("a press at line %s was not done: %s", line, str(error) or "the server is away")
        if not done:
            self._machine.lines[line].refused(counter)
