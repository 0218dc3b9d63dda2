"""How every device of the installation is: written by whoever drives them, read by pages, health and metrics."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec

from queue_server.devices import Status
from queue_server.devices.telling import log_change

logger = logging.getLogger("matanai.devices")

NOTED_MS = 60_000
SAME_MS = 500
"""Two machines reckon the moment of one thing to within so much."""

DeviceKind = Literal["printer", "buttons", "kiosk", "agent"]


class Gap(msgspec.Struct, frozen=True):
    """A time in which nothing was heard of a device: real time, ms UTC; ``until_ms`` is None while it lasts."""

    since_ms: int
    until_ms: int | None


class Note(msgspec.Struct, frozen=True):
    """Something came from call buttons and led to nothing; see ``contract.DeviceNote``."""

    what: Literal["unknown_bytes", "refused_press"]
    at_ms: int = 0
    """Real time, ms UTC; 0: now."""
    data: str = ""
    counter: str = ""
    action: str = ""
    code: str = ""

    def __str__(self) -> str:
        if self.what == "unknown_bytes":
            return f"bytes that stand in no table: {self.data}"
        return f"{self.action} at counter {self.counter} was refused: {self.code}"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A device and how it is."""

    id: str
    kind: DeviceKind
    site: str
    names: Mapping[str, str]
    agent: str | None = None
    fallback: str | None = None
    status: Status
    gap: Gap | None = None
    """The last one."""
    notes: tuple[Note, ...] = ()
    """The last one of each kind."""


class DeviceBook:
    """The devices by kind and id. May be written and read from any thread; readers get whole records."""

    def __init__(self, real: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        """``real``: real time in ms UTC."""
        self._real = real
        self._lock = threading.Lock()
        self._known: dict[tuple[DeviceKind, str], Known] = {}
        self._noted: dict[tuple[DeviceKind, str, str], int] = {}
        """Device and kind of note → when (ms) the log had a line of it."""

    def add(
        self,
        kind: DeviceKind,
        id: str,  # noqa: A002
        *,
        site: str,
        names: Mapping[str, str],
        agent: str | None = None,
        fallback: str | None = None,
    ) -> None:
        """A device of the configuration, of which nothing is known yet."""
        status = Status("unknown", "starting", self._real())
        with self._lock:
            self._known[kind, id] = Known(
                id=id,
                kind=kind,
                site=site,
                names=names or {"ja": id},
                agent=agent,
                fallback=fallback,
                status=status,
            )

    def set(self, kind: DeviceKind, id: str, status: Status) -> None:  # noqa: A002
        """How a known device is; ``since_ms`` is kept while state and reason stay, and made now where it is 0.

        A change is a line of the log.
        """
        with self._lock:
            known = self._known[kind, id]
            old = known.status
            if (old.state, old.reason) == (status.state, status.reason):
                return
            since = status.since_ms or self._real()
            self._known[kind, id] = msgspec.structs.replace(
                known, status=msgspec.structs.replace(status, since_ms=since)
            )
        log_change(logger, f"{kind} {id}", old, status)

    def gap(self, kind: DeviceKind, id: str, gap: Gap | None) -> None:  # noqa: A002
        """When nothing was heard of it last."""
        with self._lock:
            self._known[kind, id] = msgspec.structs.replace(self._known[kind, id], gap=gap)

    def note(self, kind: DeviceKind, id: str, note: Note) -> None:  # noqa: A002
        """What came of a known device and led to nothing. The log has a line of each kind, at most one in a minute.

        What is told again, as agents do, is no news.
        """
        now = self._real()
        with self._lock:
            known = self._known[kind, id]
            last = next((one for one in known.notes if one.what == note.what), None)
            if last is not None and note.at_ms and note.at_ms - last.at_ms < SAME_MS:
                return
            note = msgspec.structs.replace(note, at_ms=note.at_ms or now)
            others = tuple(one for one in known.notes if one.what != note.what)
            self._known[kind, id] = msgspec.structs.replace(known, notes=(*others, note))
            key = (kind, id, note.what)
            told = now - self._noted.get(key, -NOTED_MS) >= NOTED_MS
            if told:
                self._noted[key] = now
        if told:
            logger.warning("%s %s: %s", kind, id, note)

    def get(self, kind: DeviceKind, id: str) -> Known | None:  # noqa: A002
        """One device."""
        return self._known.get((kind, id))

    def of(self, site: str) -> list[Known]:
        """The devices of a site, in the order in which they were added."""
        return [known for known in self.all() if known.site == site]

    def all(self) -> Iterable[Known]:
        """Every device."""
        with self._lock:
            return list(self._known.values())
