"""What somebody wants. Imperative, frozen. ``decide`` turns a command into events or a refusal.

``by`` is an opaque reference to the principal. Ids, token hashes and references to private rows are made at
the edge and come in as arguments: the core has no randomness.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from .rules import Rules


class _Command(msgspec.Struct, frozen=True, kw_only=True):
    by: str = ""


class SetRules(_Command, frozen=True, kw_only=True):
    """Take these rules from now on (nothing happens when they are the same)."""

    rules: Rules


class OpenDay(_Command, frozen=True, kw_only=True):
    """Begin a business day with what the last one left.

    ``hours`` are resolved spans (ms UTC) by service; None means always open.
    """

    day: str
    starts: int
    rules: Rules
    hours: dict[str, tuple[tuple[int, int], ...]] | None = None


class CloseDay(_Command, frozen=True, kw_only=True):
    """End the day. Without ``force`` only when the hours are over and nobody waits (R-46)."""

    force: bool = False


class MarkOutage(_Command, frozen=True, kw_only=True):
    """Note that the server was away."""

    since: int
    until: int


class ApplyPreset(_Command, frozen=True, kw_only=True):
    """Counters at work take the services of a preset, or with None their own again."""

    preset: str | None


class MarkAbsent(_Command, frozen=True, kw_only=True):
    """Whoever was called and recalled and has not come in the time of the site's rule is absent (R-15)."""


class PostNotice(_Command, frozen=True, kw_only=True):
    """Show a notice of the configuration, or take it down."""

    notice: str | None


class StepHallTime(_Command, frozen=True, kw_only=True):
    """Let hall time follow the wall clock after a step."""

    milliseconds: int


class IssueTicket(_Command, frozen=True, kw_only=True):
    """Give a number for one or more services."""

    ticket: str
    token_hash: str
    services: tuple[str, ...]
    channel: Literal["kiosk", "staff", "web", "line"]
    kiosk: str | None = None
    lang: str | None = None
    priority: str | None = None
    needs: str | None = None
    intake: str | None = None
    units: int = 1
    slot: int | None = None
    written_number: str | None = None
    written_at: int | None = None
    despite: bool = False
    """Staff give it though the hours are over, the cap is reached, or the queue would end too late."""
    printer: str | None = None
    """Where paper comes instead of the kiosk's own printer."""
    print: Literal["queued", "none", "unavailable"] = "none"


class CancelTicket(_Command, frozen=True, kw_only=True):
    """Give a ticket up."""

    ticket: str
    reason: str | None = None


class CancelTickets(_Command, frozen=True, kw_only=True):
    """Give several waiting numbers up, all or none."""

    numbers: tuple[str, ...]
    reason: str | None = None


class ReturnTicket(_Command, frozen=True, kw_only=True):
    """Somebody held or absent is back: by the site's rule, or first, last, after ``place`` others (R-15)."""

    ticket: str
    place: Literal["front", "end"] | int | None = None


class CarryTicket(_Command, frozen=True, kw_only=True):
    """Not today any more: held for the next day, where it comes first."""

    ticket: str


class ExpireTicket(_Command, frozen=True, kw_only=True):
    """Ended by staff at the end of the day."""

    ticket: str


class ReprintTicket(_Command, frozen=True, kw_only=True):
    """Print the paper again."""

    ticket: str
    printer: str
    large: bool = False


class ReopenTicket(_Command, frozen=True, kw_only=True):
    """Bring back a ticket that ended by mistake; with ``service``, for that one, else for its last errand."""

    ticket: str
    service: str | None = None


class PrioritiseTicket(_Command, frozen=True, kw_only=True):
    """Give a waiting ticket a priority class."""

    ticket: str
    priority: str
    reason: str | None = None


class ChangeService(_Command, frozen=True, kw_only=True):
    """Turn a waiting errand (``service``; may be left out when there is one) into another."""

    ticket: str
    to: str
    service: str | None = None


class SetLanguage(_Command, frozen=True, kw_only=True):
    """The holder reads this language."""

    ticket: str
    lang: str


class DelayTicket(_Command, frozen=True, kw_only=True):
    """「少し遅れます」: the holder moves back some places, once; called or absent, into the queue again."""

    ticket: str


class _AtCounter(_Command, frozen=True, kw_only=True):
    counter: str


class OpenCounter(_AtCounter, frozen=True, kw_only=True):
    """Take people for ``services``, or those of ``preset``; without either those that hold now.

    By somebody else: take over.
    """

    services: tuple[str, ...] | None = None
    preset: str | None = None


class PauseCounter(_AtCounter, frozen=True, kw_only=True):
    """The counter rests; who is there may still be finished."""

    reason: str | None = None


class CloseCounter(_AtCounter, frozen=True, kw_only=True):
    """Take nobody any more; refused with a ticket at the counter."""


class _Calls(_AtCounter, frozen=True, kw_only=True):
    seen: tuple[str, ...] | None = None
    """The numbers that stood at the counter when somebody asked; None: asked without looking."""


class CallNext(_Calls, frozen=True, kw_only=True):
    """Finish who is here (at a desk) and call who is next; refused when the counter is not as it was seen."""


class CallNumber(_Calls, frozen=True, kw_only=True):
    """Call this number, whatever its place in the queue; else as ``CallNext``."""

    number: str


class CallNumbers(_AtCounter, frozen=True, kw_only=True):
    """Call these numbers together to a pick-up counter, all or none (R-18).

    What ``AwaitPickup`` handed off and the back office has not ticked off yet is done with it.
    """

    numbers: tuple[str, ...]


class _OfTicketHere(_AtCounter, frozen=True, kw_only=True):
    number: str | None = None
    """Which of several tickets at a pick-up counter; may be left out when there is one."""


class Recall(_OfTicketHere, frozen=True, kw_only=True):
    """Call once more."""


class StartService(_OfTicketHere, frozen=True, kw_only=True):
    """The resident is here."""


class FinishService(_OfTicketHere, frozen=True, kw_only=True):
    """The errand at the counter is done."""


class HoldTicket(_OfTicketHere, frozen=True, kw_only=True):
    """Put aside who is at the counter; with ``number`` also a waiting ticket."""

    reason: str | None = None


class MarkNoShow(_OfTicketHere, frozen=True, kw_only=True):
    """Called and did not come."""


class RestoreTicket(_AtCounter, frozen=True, kw_only=True):
    """Back into the queue: ``front``, ``end`` or after ``k`` others (R-15)."""

    number: str
    place: Literal["front", "end"] | int


class TransferTicket(_OfTicketHere, frozen=True, kw_only=True):
    """Go on at another service, keeping the arrival or as newly arrived (R-16)."""

    service: str
    keep_place: bool
    note: str | None = None


class HandoffItem(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the work for one department."""

    handoff: str
    department: str
    awaited: bool = True
    title: str | None = None
    procedure: str | None = None


class HandOff(_OfTicketHere, frozen=True, kw_only=True):
    """Give parts of the work to departments; the resident stays at the counter until finish."""

    items: tuple[HandoffItem, ...]


class AwaitPickup(_OfTicketHere, frozen=True, kw_only=True):
    """交付待ちへ: hand off to the service's back office and let the resident sit down."""

    handoff: str


class Undo(_AtCounter, frozen=True, kw_only=True):
    """Take back the whole last command of this counter."""


class _OfHandoff(_Command, frozen=True, kw_only=True):
    handoff: str
    note: str | None = None


class AcceptHandoff(_OfHandoff, frozen=True, kw_only=True):
    """The department begins."""


class FinishHandoff(_OfHandoff, frozen=True, kw_only=True):
    """The department's part is done."""

    identity_checked: bool = False
    explained: bool = False


class ReturnHandoff(_OfHandoff, frozen=True, kw_only=True):
    """The department gives its part back: it is owed again."""


CounterCommand = (
    OpenCounter
    | PauseCounter
    | CloseCounter
    | CallNext
    | CallNumber
    | CallNumbers
    | Recall
    | StartService
    | FinishService
    | HoldTicket
    | MarkNoShow
    | RestoreTicket
    | TransferTicket
    | HandOff
    | AwaitPickup
    | Undo
)
TicketCommand = (
    IssueTicket
    | CancelTicket
    | CancelTickets
    | ReturnTicket
    | CarryTicket
    | ExpireTicket
    | ReprintTicket
    | ReopenTicket
    | PrioritiseTicket
    | ChangeService
    | SetLanguage
    | DelayTicket
)
HandoffCommand = AcceptHandoff | FinishHandoff | ReturnHandoff
DayCommand = SetRules | OpenDay | CloseDay | MarkOutage | PostNotice | StepHallTime | ApplyPreset | MarkAbsent
Command = CounterCommand | TicketCommand | HandoffCommand | DayCommand
