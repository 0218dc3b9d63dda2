"""What everybody may see: sites, boards, past hours, health."""

from __future__ import annotations

from typing import Any, Literal

from .common import Estimate, Named, Names, Out


class ServiceInfo(Out, frozen=True, kw_only=True):
    """A service of a site."""

    id: str
    names: Names
    open: bool


class CounterInfo(Out, frozen=True, kw_only=True):
    """A counter of a site."""

    id: str
    names: Names
    kind: Literal["desk", "pickup"]
    services: list[str]


class SiteInfo(Out, frozen=True, kw_only=True):
    """A building with its own queues."""

    id: str
    names: Names
    services: list[ServiceInfo]
    counters: list[CounterInfo]
    departments: list[Named]
    flows: list[Named]


class Sites(Out, frozen=True, kw_only=True):
    """Every site of the installation."""

    sites: list[SiteInfo]


class BoardService(Out, frozen=True, kw_only=True):
    """How it is at a service now."""

    id: str
    waiting: int
    estimate: Estimate | None
    open: bool
    attended: bool
    """Whether any open counter calls for it: with people waiting and none, the queue rests."""
    closes_at: str | None = None
    """When the span of hours that runs now ends."""
    stopped: Literal["hours", "estimate", "cap"] | None = None
    """Why no number is given now: outside the hours; whoever took one would come after closing; enough were given."""
    last_called: str | None = None
    """The number that was called last for it."""


class BoardCounter(Out, frozen=True, kw_only=True):
    """A counter and the numbers that are called to it or served at it."""

    id: str
    status: Literal["open", "paused", "closed"]
    numbers: list[str]


class BoardCall(Out, frozen=True, kw_only=True):
    """One of the last calls."""

    seq: int
    number: str
    counter: str
    at: str


class Board(Out, frozen=True, kw_only=True):
    """The public state of a site. ``day`` is None between days; calls newest first."""

    seq: int
    day: str | None
    services: list[BoardService]
    counters: list[BoardCounter]
    calls: list[BoardCall]
    notice: Names | None = None


class HistoryHour(Out, frozen=True, kw_only=True):
    """An hour of a past day at a service: who took a number in it, and how long they waited for their first call."""

    day: str
    hour: int
    issued: int
    mean_wait_minutes: int | None
    """None when fewer than three were called: it would tell of one person."""


class HistoryService(Out, frozen=True, kw_only=True):
    """The past hours of a service, oldest first; hours without a number are left out."""

    id: str
    hours: list[HistoryHour]


class History(Out, frozen=True, kw_only=True):
    """How full it was on past days."""

    services: list[HistoryService]


class Health(Out, frozen=True, kw_only=True, omit_defaults=True):
    """Alive: the log is open and commands are taken. ``details`` only for staff."""

    status: Literal["ok", "read-only"]
    details: dict[str, Any] | None = None
