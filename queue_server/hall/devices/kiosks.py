"""Ticket machines that are alive: their pages ask every five seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from queue_server.devices import Status
from queue_server.settings import Settings
from queue_server.web.device_book import DeviceBook, Gap

AWAY_SECONDS = 60.0
"""A kiosk that has not asked for so long is away."""
NOT_SEEN = "not_seen"
"""The reason of a kiosk that is away."""


def kiosk_key(site: str, kiosk: str) -> str:
    """The id of a kiosk in the book of devices: two sites may call theirs the same."""
    return f"{site}/{kiosk}"


class Kiosks:
    """Writes every kiosk of the configuration into the book; ``watch`` has to be called every few seconds."""

    def __init__(
        self,
        settings: Settings,
        book: DeviceBook,
        real: Callable[[], int],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``real``: real time, ms UTC; ``monotonic``: seconds."""
        self._book, self._real, self._monotonic = book, real, monotonic
        self._seen: dict[str, tuple[float, int]] = {}
        for site, about in settings.sites.items():
            for kiosk, configured in about.kiosks.items():
                book.add("kiosk", kiosk_key(site, kiosk), site=site, names=configured.names)

    def seen(self, site: str, kiosk: str) -> None:
        """A known kiosk has asked for something. Raises ``KeyError`` for an unknown one."""
        key = kiosk_key(site, kiosk)
        self._seen[key] = (self._monotonic(), self._real())
        known = self._book.get("kiosk", key)
        if known is not None and known.gap is not None and known.gap.until_ms is None:
            self._book.gap("kiosk", key, Gap(known.gap.since_ms, self._real()))
        self._book.set("kiosk", key, Status("ready"))

    def watch(self) -> None:
        """Notice who has gone silent. A kiosk that was never seen stays unknown: it may not be used today."""
        for key, (at, real) in list(self._seen.items()):
            if self._monotonic() - at < AWAY_SECONDS:
                continue
            del self._seen[key]
            self._book.set("kiosk", key, Status("offline", NOT_SEEN, real))
            self._book.gap("kiosk", key, Gap(real, None))
