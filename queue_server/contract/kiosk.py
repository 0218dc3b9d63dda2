"""A scanned paper, and the staff mode of a kiosk."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .common import Estimate, Id, In, Out, ShownState
from .devices import DeviceState
from .tickets import StaffTicket


class ScanBody(In, frozen=True, kw_only=True):
    """What a scanner read from paper: the ticket's URL or token."""

    code: Annotated[str, Meta(min_length=1, max_length=500)]


class ScanAnswer(Out, frozen=True, kw_only=True):
    """What the paper is and what may be done with it at a kiosk."""

    ticket: StaffTicket
    ahead: int
    estimate: Estimate | None
    may: list[Literal["back", "wrong-service", "cancel", "language", "large-reprint"]]


class WrongServiceBody(ScanBody, frozen=True, kw_only=True):
    """The wrong purpose: wait for ``service`` instead of ``instead_of`` (needed only with several errands)."""

    service: Id
    instead_of: Id | None = None


class ScanLanguageBody(ScanBody, frozen=True, kw_only=True):
    """The holder reads ``lang``."""

    lang: Annotated[str, Meta(max_length=20)]


class ScanReprintBody(ScanBody, frozen=True, kw_only=True):
    """The paper again, in large letters, at ``kiosk``."""

    kiosk: Id | None = None


class PinBody(In, frozen=True, kw_only=True):
    """Opens the staff mode of a kiosk."""

    pin: Annotated[str, Meta(min_length=1, max_length=20)]


class PinCancelBody(PinBody, frozen=True, kw_only=True):
    """Give numbers up at the kiosk."""

    numbers: Annotated[list[Id], Meta(min_length=1, max_length=100)]


class PinReprintBody(PinBody, frozen=True, kw_only=True):
    """Print a number again at the kiosk."""

    number: Id
    large: bool = False


class KioskLoad(Out, frozen=True, kw_only=True):
    """A queue as the staff mode of a kiosk shows it."""

    service: str
    waiting: int
    longest_seconds: int
    """How long the first has waited; 0 when nobody waits."""


class KioskTicket(Out, frozen=True, kw_only=True):
    """One of the last numbers given at a kiosk, and its paper."""

    id: str
    number: str
    services: list[str]
    state: ShownState
    issued_at: str
    print: Literal["none", "queued", "sent", "confirmed", "unknown", "failed", "expired", "unavailable"]


class KioskStaff(Out, frozen=True, kw_only=True):
    """What the staff mode of a kiosk shows (R-07): the queues, and the last numbers given there, newest first."""

    queues: list[KioskLoad]
    tickets: list[KioskTicket]
    printer: DeviceState | Literal["none"]
    printer_reason: str
    """A code that says more than the state; often empty."""
    printer_since: str | None
    """When the state began; None without a printer."""
