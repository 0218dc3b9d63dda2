"""The queues, and what staff do at a counter."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .common import Id, In, Out, ShownState, Text


class QueueRow(Out, frozen=True, kw_only=True):
    """One place in a queue, as staff see it. ``needs``: whether the ticket carries any."""

    id: str
    number: str
    service: str
    state: ShownState
    issued_at: str
    waited_seconds: int
    due_at: str
    priority: str | None
    needs: bool
    units: int


class Alarm(Out, frozen=True, kw_only=True):
    """What staff should know: ``subject`` is a band (its free numbers) or a service (people whom nobody serves)."""

    code: Literal["band_exhausted", "band_low", "service_unattended"]
    subject: str
    count: int


class StaffQueue(Out, frozen=True, kw_only=True):
    """Who waits, in the order of due times; who is put aside, absent, or in the departments' hands."""

    waiting: list[QueueRow]
    held: list[QueueRow]
    no_show: list[QueueRow]
    processing: list[QueueRow]
    alarms: list[Alarm]
    seq: int


class OpenBody(In, frozen=True, kw_only=True):
    """Open, come back, or take over: for ``services``, or those of a ``preset``, else those that hold now."""

    services: Annotated[list[Id], Meta(max_length=100)] | None = None
    preset: Id | None = None


class ReasonBody(In, frozen=True, kw_only=True):
    """Why, if there is something to say."""

    reason: Text | None = None


_Seen = Annotated[list[Id], Meta(max_length=100)] | None


class CallNextBody(In, frozen=True, kw_only=True):
    """``seen``: who stood at the counter when it was asked; refused when that has changed since."""

    seen: _Seen = None


class CallBody(In, frozen=True, kw_only=True):
    """One number; ``seen`` as for the next one."""

    number: Id
    seen: _Seen = None


class WhichBody(In, frozen=True, kw_only=True):
    """Which of several tickets at a pick-up counter."""

    number: Id | None = None


class HoldBody(In, frozen=True, kw_only=True):
    """Put aside who is here, or a waiting ``number``."""

    number: Id | None = None
    reason: Text | None = None


class RestoreBody(In, frozen=True, kw_only=True):
    """Back into the queue: first, last, or after k others."""

    number: Id
    place: Literal["front", "end"] | Annotated[int, Meta(ge=0, le=10_000)]


class TransferBody(In, frozen=True, kw_only=True):
    """Go on at another service."""

    service: Id
    keep_place: bool
    number: Id | None = None
    note: Text | None = None


class HandOffBody(In, frozen=True, kw_only=True):
    """A part of the work: ``procedures`` of the ticket's case, or ``department`` and ``title``."""

    procedures: Annotated[list[Id], Meta(min_length=1, max_length=100)] | None = None
    department: Id | None = None
    title: Text | None = None
    awaited: bool = True
    number: Id | None = None
