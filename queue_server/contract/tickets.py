"""Numbers: giving them, and what staff do with any of them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .common import Estimate, Id, In, Names, Out, ShownState, Text


class Written(In, frozen=True, kw_only=True):
    """A number from the emergency pad and the time that stands on it."""

    number: Id
    at: str


class IssueBody(In, frozen=True, kw_only=True):
    """A number, please. ``service`` or ``services``; both may be left out with ``intake``."""

    channel: Literal["kiosk", "staff", "web", "line"]
    service: Id | None = None
    services: Annotated[list[Id], Meta(min_length=1, max_length=20)] | None = None
    kiosk: Id | None = None
    despite: bool = False
    """By staff: though the hours are over, the cap is reached, or the queue would end after closing."""
    printer: Id | None = None
    """Where paper comes instead of the kiosk's own printer."""
    lang: Annotated[str, Meta(max_length=20)] | None = None
    priority: Id | None = None
    needs: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=20)] | None = None
    units: Annotated[int, Meta(ge=1, le=99)] = 1
    intake: Annotated[str, Meta(max_length=64)] | None = None
    written: Written | None = None


class PaperPlace(Out, frozen=True, kw_only=True):
    """A printer."""

    id: str
    names: Names


class PrintProgress(Out, frozen=True, kw_only=True):
    """How far a ticket's last paper is. ``confirmed``: the printer said that it is printed and cut; ``sent``: handed
    to a printer that cannot say so; ``unknown``: it should have said so and did not; ``unavailable``: never tried,
    as nothing could print it when the number was given."""

    state: Literal["none", "queued", "sent", "confirmed", "unknown", "failed", "expired", "unavailable"]
    printer: PaperPlace | None
    """The one that took the paper, which may be another than it was meant for; None while none has."""


class PrintState(Out, frozen=True, kw_only=True):
    """Whether paper comes."""

    state: Literal["queued", "none", "unavailable"]


class IssueAnswer(Out, frozen=True, kw_only=True):
    """The number."""

    id: str
    number: str
    token: str
    url: str
    services: list[str]
    seq: int
    ahead: int
    estimate: Estimate | None
    print: PrintState


class StaffTicket(Out, frozen=True, kw_only=True):
    """A ticket as staff see it."""

    id: str
    number: str
    services: list[str]
    state: ShownState
    counter: str | None
    issued_at: str
    waited_seconds: int
    needs: list[str]
    units: int = 1


class TicketAnswer(Out, frozen=True, kw_only=True):
    """The ticket after the act, or None when nobody waits; ``seq`` of the site after it."""

    ticket: StaffTicket | None
    seq: int


class CancelBody(In, frozen=True, kw_only=True):
    """Give a ticket up."""

    reason: Text | None = None


class NumbersBody(In, frozen=True, kw_only=True):
    """Several numbers at once."""

    numbers: Annotated[list[Id], Meta(min_length=1, max_length=100)]


class CancelManyBody(In, frozen=True, kw_only=True):
    """Give several tickets up: a child has played with the kiosk."""

    numbers: Annotated[list[Id], Meta(min_length=1, max_length=100)]
    reason: Text | None = None


class TicketsAnswer(Out, frozen=True, kw_only=True):
    """Several tickets after one act."""

    tickets: list[StaffTicket]
    seq: int


class ReturnBody(In, frozen=True, kw_only=True):
    """Back into the queue: by the site's rule, or first, last, after k others."""

    place: Literal["front", "end"] | Annotated[int, Meta(ge=0, le=10_000)] | None = None


class ReprintBody(In, frozen=True, kw_only=True):
    """Print again, marked as a reissue; without ``printer`` at the kiosk it came from."""

    printer: Id | None = None
    large: bool = False


class ReopenBody(In, frozen=True, kw_only=True):
    """Bring an ended ticket back, for ``service`` or for what it was served for last."""

    service: Id | None = None


class PrioritiseBody(In, frozen=True, kw_only=True):
    """Give a priority class."""

    priority: Id
    reason: Text | None = None


class ChangeServiceBody(In, frozen=True, kw_only=True):
    """Wait for ``service`` instead of ``instead_of`` (needed only when there are several errands)."""

    service: Id
    instead_of: Id | None = None


class TicketRow(Out, frozen=True, kw_only=True):
    """One ticket of a day, for staff and statistics."""

    id: str
    number: str
    day: str
    services: list[str]
    channel: str
    state: ShownState
    issued_at: str
    called_at: str | None
    started_at: str | None
    ended_at: str | None
    counter: str | None
    waited_seconds: int | None
    service_seconds: int | None


class TicketRows(Out, frozen=True, kw_only=True):
    """The tickets of a day."""

    tickets: list[TicketRow]
