"""Keeps what every counter shows true: after each command, and as time goes by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from queue_server.domain.events import Event
from queue_server.domain.state import SiteState
from queue_server.log import UnknownSite
from queue_server.settings.model_devices import Buttons
from queue_server.web import Deps

from .showing import Shown, shown

OnShow = Callable[[str, str | None, bool], None]
"""``on_show(counter, number, waiting)``."""

TOGETHER_S = 0.01
"""Commands that come this close together are looked at once."""
LOOK_S = 5.0
"""An appointment may be called from a certain time on: no command tells."""


class Following:
    """On the event loop."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._followers: list[_Follower] = []
        self._due: set[str] = set()
        """Sites that will be looked at in a moment."""
        deps.log.listen(self._happened)

    def follow(self, device: str, on_show: OnShow) -> Callable[[], None]:
        """Tell what each counter of a line shows, now and whenever it changes; call the result to end that."""
        follower = _Follower(self._deps.settings.buttons[device], on_show)
        self._followers.append(follower)
        self._look(follower.buttons.site)
        return lambda: self._followers.remove(follower)

    async def run(self) -> None:
        """Look again from time to time."""
        while True:
            await asyncio.sleep(LOOK_S)
            for site in {follower.buttons.site for follower in self._followers}:
                self._look(site)

    def _happened(self, site: str, events: Sequence[Event], state: SiteState) -> None:
        if site in self._due or not any(follower.buttons.site == site for follower in self._followers):
            return
        self._due.add(site)
        asyncio.get_running_loop().call_later(TOGETHER_S, self._look, site)

    def _look(self, site: str) -> None:
        self._due.discard(site)
        try:
            state = self._deps.log.view(site)
        except UnknownSite:  # it is on its way back
            return
        now = self._deps.clock.now()
        seen: dict[str, Shown] = {}
        for follower in self._followers:
            if follower.buttons.site != site:
                continue
            for counter in follower.buttons.shows:
                if counter not in seen:
                    seen[counter] = shown(state, counter, now)
            follower.tell(seen)


class _Follower:
    """One who is told, and what it was told last."""

    def __init__(self, buttons: Buttons, on_show: OnShow) -> None:
        self.buttons = buttons
        self._on_show = on_show
        self._told: dict[str, Shown] = {}

    def tell(self, seen: Mapping[str, Shown]) -> None:
        for counter in self.buttons.shows:
            if self._told.get(counter) != seen[counter]:
                self._told[counter] = seen[counter]
                self._on_show(counter, *seen[counter])
