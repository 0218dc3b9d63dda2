"""Why later numbers went first."""

from __future__ import annotations

from typing import Any

import msgspec

from .common import Out, ShownState


class WhyStep(Out, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a ticket. ``what`` is named like the public events; ``facts`` say more of it."""

    at: str
    what: str
    service: str | None = None
    counter: str | None = None
    facts: dict[str, Any] = msgspec.field(default_factory=dict)


class WhyReason(Out, frozen=True, kw_only=True, omit_defaults=True):
    """Why a later number went first: a code, and ids, times and minutes of its sentence."""

    code: str
    facts: dict[str, Any] = msgspec.field(default_factory=dict)


class WhyPassed(Out, frozen=True, kw_only=True, omit_defaults=True):
    """A later number that was called first. ``undone_at``: when that call was taken back."""

    seq: int
    number: str
    service: str
    counter: str
    issued_at: str
    at: str
    reason: WhyReason
    undone_at: str | None = None


class WhyBearer(Out, frozen=True, kw_only=True):
    """A ticket of the day that bears the number."""

    id: str
    issued_at: str


class Why(Out, frozen=True, kw_only=True):
    """The story of a number on a day, and every later number that was called before its turn."""

    id: str
    number: str
    day: str
    services: list[str]
    state: ShownState
    issued_at: str
    steps: list[WhyStep]
    passed: list[WhyPassed]
    bearers: list[WhyBearer]
    """All tickets of the day with this number, oldest first; told is the last one unless ``ticket`` asked."""
    seq: int
