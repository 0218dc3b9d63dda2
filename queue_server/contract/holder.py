"""A ticket as its holder sees it."""

from __future__ import annotations

from typing import Literal

import msgspec

from .common import Estimate, Names, Out, ShownState


class HolderErrand(Out, frozen=True, kw_only=True):
    """One errand of the visit; a sensitive one shows neither id nor name."""

    id: str | None
    names: Names
    state: Literal["waiting", "now", "done"]
    ahead: int
    estimate: Estimate | None
    counter: str | None
    """Where it is, or was last, called to."""


class HolderService(Out, frozen=True, kw_only=True):
    """A service on the holder's phone; a sensitive one shows neither id nor name."""

    id: str | None
    names: Names


class HolderCall(Out, frozen=True, kw_only=True):
    """A call of the ticket."""

    counter: str
    at: str


class HolderHandoffs(Out, frozen=True, kw_only=True):
    """How far the departments are, without saying which."""

    done: int
    total: int


class HolderTicket(Out, frozen=True, kw_only=True):
    """A ticket as its holder sees it."""

    number: str
    state: ShownState
    services: list[HolderService]
    ahead: int
    estimate: Estimate | None
    counter: str | None
    calls: list[HolderCall]
    handoffs: HolderHandoffs
    seq: int
    may_delay: bool
    errands: list[HolderErrand] = msgspec.field(default_factory=list)
    """In the order the resident chose them, the pick-up last."""
    late: bool = False
    """The wait is longer than what was told before."""
    ready: bool = False
    """Everything is done and waits to be collected."""
    carried: bool = False
    """Goes on at the next business day, where it comes first."""
