"""What goes into the log and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from queue_server.domain.events import Event
from queue_server.domain.refusal import Refused


class IdempotencyKey(NamedTuple):
    """``key``: hash of site, principal, route and header value; ``body``: hash of the decoded body."""

    key: str
    body: str


class PrivateRow(NamedTuple):
    """Personal data that an event refers to by ``ref``. ``data`` is clear; the log encrypts it."""

    ref: str
    kind: str
    data: bytes
    erase_after_days: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command.

    ``events`` are durable; empty when it was refused or when there was nothing to do. ``seq`` is that of the
    last event, or of the site's log when there is none. ``repeated``: the key was known, these are the
    events of the first time.
    """

    events: list[Event]
    seq: int
    refused: Refused | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class LogStatus:
    """``writable`` is False while commands are answered with ``LogUnavailable(reason)``.

    ``since``: when that began (ms UTC, real time). ``queued``: commands and closures waiting for the writer.
    ``commands`` and ``commits`` count since the start, ``commit_seconds`` is the time spent in commits.
    """

    writable: bool
    reason: str | None
    since: int | None
    queued: int
    commands: int
    commits: int
    commit_seconds: float
