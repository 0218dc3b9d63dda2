"""The public event stream."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .common import Out, ShownState

PUBLIC_EVENT_NAMES: tuple[str, ...] = (
    "ticket.issued",
    "ticket.called",
    "ticket.recalled",
    "ticket.started",
    "ticket.finished",
    "ticket.held",
    "ticket.no-show",
    "ticket.restored",
    "ticket.transferred",
    "ticket.undone",
    "ticket.processing",
    "ticket.ready",
    "ticket.cancelled",
    "ticket.expired",
    "counter.opened",
    "counter.paused",
    "counter.closed",
    "day.opened",
    "day.closed",
    "notice",
)


class PublicTicketEvent(Out, frozen=True, kw_only=True, omit_defaults=True):
    """``ticket.*``: what screens and phones may know."""

    seq: int
    at: str
    number: str
    service: str
    state: ShownState
    counter: str | None = None


class PublicCounterEvent(Out, frozen=True, kw_only=True):
    """``counter.*``"""

    seq: int
    at: str
    counter: str
    state: Literal["open", "paused", "closed"]


class PublicDayEvent(Out, frozen=True, kw_only=True):
    """``day.*``"""

    seq: int
    at: str
    day: str
    state: Literal["open", "closed"]


class PublicNotice(Out, frozen=True, kw_only=True):
    """``notice``: the id of a text of the configuration, or None."""

    seq: int
    at: str
    notice: str | None


PublicEvent = PublicTicketEvent | PublicCounterEvent | PublicDayEvent | PublicNotice


STREAMED: tuple[type, ...] = (PublicTicketEvent, PublicCounterEvent, PublicDayEvent, PublicNotice)
"""The shapes that streams carry; the OpenAPI document lists them beside the routes'."""


HistoryDays = Annotated[int, Meta(ge=1, le=62)]
"""How far a history goes back."""


class Tick(Out, frozen=True, kw_only=True):
    """``tick`` every 5 s: hall time, its speed, and the last seq."""

    now: str
    speed: float
    seq: int
