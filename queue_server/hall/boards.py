"""The boards of all sites as bytes, encoded once for everybody who asks."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from queue_server.clock import HallClock
from queue_server.hall.board import board
from queue_server.log import Log
from queue_server.settings import Settings

FRESH_MS = 1_000
"""Hall time after which estimates and opening hours are looked at again."""


class Boards:
    """``encoded`` answers from memory while nothing has happened at the site."""

    def __init__(self, log: Log, settings: Settings, clock: HallClock, zone: ZoneInfo) -> None:
        self._log = log
        self._clock = clock
        self._zone = zone
        self._notices = {key: notice.text for key, notice in settings.notices.items()}
        self._encode = msgspec.json.Encoder().encode
        self._kept: dict[str, tuple[int, int, bytes]] = {}

    def encoded(self, site: str) -> bytes:
        """The board of a site as JSON."""
        state, now = self._log.view(site), self._clock.now()
        seq, made, data = self._kept.get(site, (-1, 0, b""))
        if seq != state.seq or not made <= now < made + FRESH_MS:
            data = self._encode(board(state, now, self._zone, self._notices))
            self._kept[site] = (state.seq, now, data)
        return data
