"""The departments' parts of the work."""

from __future__ import annotations

from typing import Literal

from .common import In, Out, ShownState, Text


class HandoffTicket(Out, frozen=True, kw_only=True):
    """Whose work it is."""

    id: str
    number: str
    state: ShownState


class HandoffInfo(Out, frozen=True, kw_only=True):
    """One department's part of the work."""

    id: str
    ticket: HandoffTicket
    procedure: str | None
    title: str
    department: str
    state: Literal["open", "accepted", "done", "returned"]
    awaited: bool
    note: str | None
    identity_checked: bool = False
    explained: bool = False


class Handoffs(Out, frozen=True, kw_only=True):
    """The board of a department, oldest first."""

    handoffs: list[HandoffInfo]


class HandoffBody(In, frozen=True, kw_only=True):
    """A note for the chain, and what was checked."""

    note: Text | None = None
    identity_checked: bool = False
    explained: bool = False


class HandoffAnswer(Out, frozen=True, kw_only=True):
    """The hand-off after the act."""

    handoff: HandoffInfo
    seq: int
