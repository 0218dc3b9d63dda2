"""The room put together for the server: its lines, what they show, and what is pressed."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from functools import partial
from itertools import count

from queue_server import contract
from queue_server.log import IdempotencyKey
from queue_server.settings.model_devices import ButtonAction
from queue_server.web import Deps
from queue_server.web.device_book import Note
from queue_server.web.idempotency import idempotency_key

from .following import Following, OnShow
from .line import Line
from .pressing import Pressing
from .settings import settings_of

logger = logging.getLogger(__name__)


class CallButtons:
    """Every line of the configuration; those of an agent's machine are only followed and pressed from there."""

    def __init__(self, deps: Deps) -> None:
        """Opens nothing. After the sites are served."""
        self._deps = deps
        self._loop = asyncio.get_running_loop()
        self._following = Following(deps)
        self._pressing = Pressing(deps)
        self._lines: dict[str, Line] = {}
        self._run = secrets.token_hex(8)
        self._presses = count()
        for name, configured in deps.settings.buttons.items():
            deps.devices.add(
                "buttons", name, site=configured.site, names=configured.names, agent=configured.agent
            )
            if configured.agent is None:
                self._lines[name] = Line(
                    name,
                    settings_of(configured),
                    partial(self._pressed, name),
                    partial(deps.devices.set, "buttons", name),
                    partial(self._unknown, name),
                )

    def start(self) -> None:
        """Open the lines."""
        for name, line in self._lines.items():
            self._following.follow(name, line.show)
            line.start()

    async def run(self) -> None:
        """Keep what is shown true as time goes by."""
        await self._following.run()

    async def stop(self) -> None:
        """Close the lines."""
        await asyncio.gather(*(asyncio.to_thread(line.stop) for line in self._lines.values()))

    def follow(self, device: str, on_show: OnShow) -> Callable[[], None]:
        """See `Following.follow`."""
        return self._following.follow(device, on_show)

    async def press(
        self, device: str, counter: str, action: ButtonAction, *, at: float, key: IdempotencyKey
    ) -> contract.PressAnswer:
        """See `Pressing.press`."""
        site = self._deps.settings.buttons[device].site
        answer = await self._pressing.press(site, device, counter, action, at=at, key=key)
        if not answer.done:
            refused = Note("refused_press", counter=counter, action=action, code=answer.code or "")
            self._deps.devices.note("buttons", device, refused)
        return answer

    # --- from a line's thread ---

    def _unknown(self, name: str, data: str) -> None:
        self._deps.devices.note("buttons", name, Note("unknown_bytes", data=data))

    def _pressed(self, name: str, counter: str, action: ButtonAction, at: float) -> None:
        number = next(self._presses)
        key = idempotency_key(
            f"{self._run}-{number}", f"device:{name}", counter, action, self._deps.keys.secret
        )

        async def act() -> None:
            try:
                answer = await self.press(name, counter, action, at=at, key=key)
            except Exception as error:
                logger.error("a press at line %s failed: %s", name, type(error).__name__, exc_info=error)
                answer = None
            if answer is None or not answer.done:
                self._lines[name].refused(counter)

        asyncio.run_coroutine_threadsafe(act(), self._loop)
