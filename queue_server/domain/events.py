"""What happened. Past tense, frozen, only ever added to.

Every event carries ``seq`` (gap-free per site), ``at`` (hall time, ms UTC), ``cmd`` (the seq of the first
event of its command) and ``by`` (an opaque reference to who did it, never a name). Ticket events also carry
the facts that answers and the public stream need, so that both are pure functions of the event.

Fields are only added, with defaults. When a meaning changes, raise ``VERSIONS`` and write an upcaster.
"""

from __future__ import annotations

import msgspec

from .rules import Rules
from .state import CounterFacts, Estimate, ShownState, Ticket, TicketFacts


class _Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag=True):
    seq: int
    at: int
    cmd: int
    by: str = ""


class _TicketEvent(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """Common to everything that happens to one ticket."""

    ticket: str
    number: str
    service: str
    """The service of the errand concerned."""
    state: ShownState
    """The shown state of the ticket after the event."""
    counter: str | None = None
    services: tuple[str, ...] = ()
    """The services of the open errands after the event (with the one being served)."""
    issued_at: int = 0
    waited: int = 0
    """Milliseconds from the errand's arrival to its call; for a ticket not yet called, to now."""


# --- the rules and the day -------------------------------------------------------------------------


class RulesSet(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """The site's rules are these from now on."""

    rules: Rules


class DayOpened(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """A day began. It carries everything that crosses, so that a start folds one day."""

    day: str
    """ISO date of the business day in the site's time zone."""
    starts: int
    """Midnight of the day in the site's time zone, ms UTC: minutes of the day count from here."""
    rules: Rules
    hours: dict[str, tuple[tuple[int, int], ...]] | None = None
    """Open spans (ms UTC) by service id, resolved by the edge from the calendar; None: always open."""
    carried: tuple[Ticket, ...] = ()
    notice: str | None = None
    """The notice that stands on the screens."""
    numbers: dict[str, tuple[int, int]] = {}
    """Band → (last number, lap) where a day that was closed is opened again: its numbers go on."""


class DayClosed(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """The day ended. What is carried stands here until the next ``DayOpened``."""

    day: str
    carried: tuple[Ticket, ...] = ()


class OutageMarked(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """The server was away from ``since`` to ``until`` (ms UTC): left out of statistics."""

    since: int
    until: int


class NoticePosted(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """A text of the configuration (by id) is shown on the screens, or taken down with ``notice=None``."""

    notice: str | None


class PresetApplied(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """Counters at work took the services of a preset, or with ``preset=None`` their own again."""

    preset: str | None
    services: dict[str, tuple[str, ...]]
    """By counter."""


class HallTimeStepped(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """A leader let hall time follow a wall clock that had stepped by ``milliseconds``."""

    milliseconds: int


# --- tickets ---------------------------------------------------------------------------------------


class TicketIssued(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A number was given."""

    facts: TicketFacts
    token_hash: str
    """SHA-256 (hex) of the ticket's token."""
    channel: str
    band: str
    value: int
    """The number within its band."""
    lap: int
    kiosk: str | None = None
    lang: str | None = None
    ahead: int = 0
    estimate: Estimate | None = None
    print: str = "none"
    """``queued`` (a reader prints it), ``none`` or ``unavailable``."""
    needs: str | None = None
    """Reference to a private row, never the needs themselves."""
    intake: str | None = None
    """Reference to a case."""
    units: int = 1
    """How many (cards, copies)."""
    despite: bool = False
    """Staff gave it although none was to be given any more."""
    printer: str | None = None
    """Where the paper comes out instead of the kiosk's own printer."""


class TicketCalled(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket was sent to a counter."""

    errand: int
    """Index of the errand in the ticket."""
    due: int
    rule: str
    """Why this one: ``due``, ``fairness`` (a boosted one had to wait), ``chosen`` (any number)."""


class TicketRecalled(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Called once more to the same counter."""

    recalls: int


class ServiceStarted(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The resident is at the counter."""


class TicketFinished(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The errand at the counter is done. ``from_call``: without a start, the time counts from the call."""

    from_call: bool = False


class TicketHeld(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Put aside by staff; belongs to the service."""

    reason: str | None = None


class TicketNoShow(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Called and did not come."""


class TicketRestored(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Back into the queue from held or absent; ``due`` and ``rank`` are its new place."""

    errand: int
    due: int
    rank: float


class TicketTransferred(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The errand at the counter goes on as an errand of another service."""

    to: str
    arrival: int
    due: int
    rank: float
    note: str | None = None
    """Reference to a private row."""


class ServiceChanged(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A waiting errand became one of another service (wrong button)."""

    errand: int
    to: str
    due: int
    rank: float


class TicketPrioritised(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A waiting ticket got a priority class."""

    priority: str
    boost: int
    """Milliseconds off the due time."""
    reason: str | None = None
    """Reference to a private row."""


class TicketDelayed(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """「少し遅れます」: moved back some places, once. Its call, if it was called, ended with that (``counter``)."""

    errand: int
    due: int
    rank: float
    places: int
    returned: bool = False
    """It had been called, or was absent, and waits again."""


class TicketCarried(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Put aside for the next day."""

    errand: int


class TicketReprinted(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Staff printed the paper again; it carries 再発行."""

    printer: str
    large: bool = False


class TicketLanguageSet(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The holder reads another language from now on."""

    lang: str


class TicketCancelled(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Given up by the holder or by staff. Hand-offs stay."""

    reason: str | None = None


class TicketExpired(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Ended with the day."""


class TicketReopened(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Brought back within the day after it had ended by mistake; ``errand`` opens again, if any must."""

    errand: int | None = None


class PickupOpened(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Every awaited hand-off is done: the pick-up errand opens (交付できます)."""

    due: int
    rank: float


class PickupWithdrawn(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A returned hand-off took the uncalled pick-up back."""


class HandoffOpened(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A department got a part of the work."""

    handoff: str
    department: str
    awaited: bool
    title: str | None = None
    """Reference to a private row."""
    procedure: str | None = None
    """Reference to a private row."""


class HandoffAccepted(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The department began."""

    handoff: str
    note: str | None = None


class HandoffDone(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The department finished its part."""

    handoff: str
    note: str | None = None
    identity_checked: bool = False
    explained: bool = False


class HandoffReturned(_TicketEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The department gave it back: it is owed again."""

    handoff: str
    note: str | None = None


class CommandUndone(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """One ticket (or, with ``ticket=None``, only the counter) is again as before the command ``undone``.

    One event per ticket of the undone command, so that screens, phones and voice each get theirs.
    """

    counter: str
    undone: int
    counter_facts: CounterFacts
    ticket: str | None = None
    number: str = ""
    service: str = ""
    state: ShownState = "waiting"
    facts: TicketFacts | None = None
    services: tuple[str, ...] = ()
    issued_at: int = 0
    waited: int = 0
    was_called: bool = False
    """True when a call to this counter was taken back."""


# --- counters --------------------------------------------------------------------------------------


class CounterOpened(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """A counter takes people for ``services``; with another ``by`` than before it was taken over."""

    counter: str
    services: tuple[str, ...]


class CounterPaused(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """A counter rests."""

    counter: str
    reason: str | None = None
    """Reference to a private row, or an id of the configuration."""


class CounterClosed(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """A counter takes nobody any more."""

    counter: str


TicketEvent = (
    TicketIssued
    | TicketCalled
    | TicketRecalled
    | ServiceStarted
    | TicketFinished
    | TicketHeld
    | TicketNoShow
    | TicketRestored
    | TicketTransferred
    | ServiceChanged
    | TicketPrioritised
    | TicketDelayed
    | TicketCarried
    | TicketReprinted
    | TicketLanguageSet
    | TicketCancelled
    | TicketExpired
    | TicketReopened
    | PickupOpened
    | PickupWithdrawn
    | HandoffOpened
    | HandoffAccepted
    | HandoffDone
    | HandoffReturned
)
CounterEvent = CounterOpened | CounterPaused | CounterClosed
DayEvent = RulesSet | DayOpened | DayClosed | OutageMarked | NoticePosted | HallTimeStepped | PresetApplied
Event = TicketEvent | CounterEvent | DayEvent | CommandUndone

VERSIONS: dict[str, int] = {}
"""Kinds whose version is not 1."""


def kind_of(event: Event) -> str:
    """The stored name of an event's type, e.g. ``TicketCalled``."""
    return type(event).__name__


def version_of(event: Event) -> int:
    """The version an event is written with."""
    return VERSIONS.get(kind_of(event), 1)


encode = msgspec.json.Encoder().encode
"""Event → JSON bytes (with its ``kind``)."""
decode = msgspec.json.Decoder(Event).decode
"""JSON bytes → Event. Raises ``msgspec.ValidationError`` for what no version of ours wrote."""
