"""Lines that hang on an agent's machine: their settings, what they show, and what is pressed there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from hashlib import blake2b
from math import inf
from typing import Any

from aiohttp import web

from queue_server import contract
from queue_server.log import IdempotencyKey
from queue_server.settings.model_devices import ButtonAction, Buttons
from queue_server.web import Call, Deps, ProblemError
from queue_server.web.agents import frame

from .settings import ButtonsSettings, settings_of
from .showing import Shown

LOOK_S = 5.0
_AHEAD_S = 2.0


class AgentLines:
    """What agents ask and tell about their lines."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        deps.agents.setups["buttons"] = self.setup
        self.handlers = {"device.shows": self.shows, "device.press": self.press}

    def setup(self, agent: str) -> Mapping[str, ButtonsSettings]:
        """The settings of the lines that an agent drives."""
        return {
            name: settings_of(configured)
            for name, configured in self._deps.settings.buttons.items()
            if configured.agent == agent and not configured.device.startswith("none:")
        }

    async def shows(self, call: Call[Any]) -> web.StreamResponse:
        """``GET …/devices/{device}/shows``: ``event: show`` for each counter of the line, and when it changes."""
        agents = call.deps.agents
        device = agents.device(call, "buttons")
        changed: dict[str, Shown] = {}

        def on_show(counter: str, number: str | None, waiting: bool) -> None:
            changed[counter] = Shown(number, waiting)
            agents.wake("buttons", device)

        async def more() -> bytes:
            frames = [
                frame("show", {"counter": counter, "number": shown.number, "waiting": shown.waiting})
                for counter, shown in changed.items()
            ]
            changed.clear()
            return b"".join(frames)

        stop = call.deps.buttons.follow(device, on_show)
        try:
            return await agents.serve(call.request, "buttons", device, more, LOOK_S)
        finally:
            stop()

    async def press(self, call: Call[contract.PressBody]) -> contract.PressAnswer:
        """``POST …/devices/{device}/presses``: the same as a button on the server's own line, once a key."""
        device = call.deps.agents.device(call, "buttons")
        body = call.body
        if call.key is None:
            raise ProblemError("key_required")
        action = _action(call.deps.settings.buttons[device], body.counter, body.action)
        # When it was is not part of the press: whoever asks again may reckon it anew.
        same = blake2b(f"{body.counter}\0{action}".encode(), digest_size=16).hexdigest()
        return await call.deps.buttons.press(
            device,
            body.counter,
            action,
            at=time.monotonic() - self._age_s(body.at_ms),
            key=IdempotencyKey(call.key.key, same),
        )

    def _age_s(self, at_ms: int) -> float:
        """How long ago it was pressed. What claims to come from the future is of another clock, and too old."""
        age = (self._deps.clock.real() - at_ms) / 1000
        return max(age, 0.0) if age > -_AHEAD_S else inf


def _action(buttons: Buttons, counter: str, action: str) -> ButtonAction:
    """An agent presses the buttons of its line and nothing else. Raises 404 ``unknown_button``."""
    for key in buttons.keys:
        for known in (key.press, key.long):
            if key.counter == counter and known is not None and known == action:
                return known
    raise ProblemError("unknown_button", counter=counter)
