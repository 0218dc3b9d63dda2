"""What is so now: the state of one site, folded from its log.

``SiteState`` changes in place, only in ``evolve``. The changing part of a ticket or a counter is one frozen
record (``TicketFacts``, ``CounterFacts``), replaced as a whole, so an image for undo costs a reference.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from .rules import Rules

Place = Literal["none", "called", "serving", "held", "no_show"]
ShownState = Literal[
    "waiting", "called", "serving", "held", "no_show", "processing", "done", "cancelled", "expired"
]


class Estimate(msgspec.Struct, frozen=True):
    """A wait to be told: a range in whole minutes."""

    low_minutes: int
    high_minutes: int


class Errand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One service of a ticket, and where it stands in that service's queue."""

    service: str
    arrival: int
    due: int
    rank: float
    """Breaks ties of ``due``: the seq that made the place, or a value between two others."""
    open: bool = True
    lane: Literal["plain", "boosted", "slot"] = "plain"
    callable_from: int = 0
    """An appointment is not called before this time (ms UTC)."""
    priority: str | None = None
    boost: int = 0
    """Milliseconds that the priority class took off ``due``."""
    slot: int | None = None
    pickup: bool = False
    note: str | None = None
    """Reference to a private row: what the counter that passed it on wrote."""


class Handoff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One department's part of the work."""

    id: str
    department: str
    awaited: bool
    opened: int
    state: Literal["open", "accepted", "done", "returned"] = "open"
    title: str | None = None
    procedure: str | None = None
    note: str | None = None
    identity_checked: bool = False
    explained: bool = False
    service: str = ""
    """The service whose counter asked for the work."""


class Call(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call of a ticket and what became of it: one row of ``stages``."""

    seq: int
    service: str
    counter: str
    arrival: int
    called: int
    started: int | None = None
    ended: int | None = None
    outcome: Literal[
        "open", "served", "no_show", "held", "delayed", "transferred", "cancelled", "expired", "undone"
    ] = "open"
    recalls: int = 0
    recalled: int | None = None
    """When it was recalled last."""
    from_call: bool = False
    pickup: bool = False


class TicketFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The changing part of a ticket. The three facts are ``place``, ``errands`` and ``handoffs``."""

    place: Place = "none"
    counter: str | None = None
    """The counter of a called or serving ticket."""
    errand: int | None = None
    """The index of the errand that is called, served, held or absent."""
    errands: tuple[Errand, ...] = ()
    handoffs: tuple[Handoff, ...] = ()
    calls: tuple[Call, ...] = ()
    pickup_owed: bool = False
    """An awaited hand-off was opened and its pick-up has not been finished yet."""
    ended: Literal["done", "cancelled", "expired"] | None = None
    ended_at: int | None = None
    delayed: bool = False
    carried: bool = False
    """Put aside for the next day, where it comes first."""
    touched: int = 0
    """The ``cmd`` of the last command that changed the ticket."""


class Ticket(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A number and its whole visit. Only ``facts``, ``lang`` and ``told`` change."""

    id: str
    number: str
    band: str
    value: int
    lap: int
    token_hash: str
    issued_at: int
    day: str
    channel: str
    facts: TicketFacts
    kiosk: str | None = None
    lang: str | None = None
    needs: str | None = None
    intake: str | None = None
    units: int = 1
    told: int | None = None
    """ms UTC: the latest end of the wait as it was told with the number; None when that holds no more."""


class CounterFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The changing part of a counter."""

    status: Literal["closed", "open", "paused"] = "closed"
    services: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    """Ids of the tickets called to or served at it: at most one at a desk."""
    reason: str | None = None
    by: str = ""
    """Who opened it."""


class UndoRecord(msgspec.Struct, kw_only=True):
    """What a counter's last command changed, with the images from before."""

    cmd: int
    at: int
    counter_before: CounterFacts
    tickets_before: dict[str, TicketFacts]


class CounterState(msgspec.Struct, kw_only=True):
    """A counter of the site."""

    id: str
    facts: CounterFacts
    last: UndoRecord | None = None


class BandState(msgspec.Struct, kw_only=True):
    """Where a number series stands."""

    value: int = 0
    """The last number given; 0 before the first."""
    lap: int = 1
    live: set[int] = msgspec.field(default_factory=set)
    """Numbers borne by a ticket that has not ended."""


QueueKey = tuple[int, float, str, int]
"""(due, rank, ticket id, errand index)."""


class ServiceState(msgspec.Struct, kw_only=True):
    """The queue of a service, in three lanes sorted by (due, rank), and its figures of the day."""

    plain: list[QueueKey] = msgspec.field(default_factory=list)
    boosted: list[QueueKey] = msgspec.field(default_factory=list)
    slot: list[QueueKey] = msgspec.field(default_factory=list)
    turns: list[int] = msgspec.field(default_factory=list)
    """The last calls by order, oldest first: their seqs, negative when class-boosted. Undone ones are taken out."""
    issued: int = 0
    issued_at: list[int] = msgspec.field(default_factory=list)
    """Issue times of the day, sorted."""
    service_ms: float = 0.0
    """Running mean of the time at a counter; 0 before the first."""


class ShownCall(msgspec.Struct, frozen=True):
    """A call as the boards list it."""

    seq: int
    ticket: str
    number: str
    counter: str
    at: int
    service: str


class SiteState(msgspec.Struct, kw_only=True):
    """One site now. ``day`` is None between days."""

    site: str
    seq: int = 0
    last_at: int = 0
    rules: Rules | None = None
    day: str | None = None
    last_day: str | None = None
    """Between days: the one that was closed last."""
    closed_cmd: int = 0
    """The ``cmd`` that closed it."""
    starts: int = 0
    hours: dict[str, tuple[tuple[int, int], ...]] | None = None
    opened_seq: int = 0
    tickets: dict[str, Ticket] = msgspec.field(default_factory=dict)
    by_number: dict[str, str] = msgspec.field(default_factory=dict)
    """Printed number → id of the latest ticket of the day that bears it."""
    by_token: dict[str, str] = msgspec.field(default_factory=dict)
    by_handoff: dict[str, str] = msgspec.field(default_factory=dict)
    counters: dict[str, CounterState] = msgspec.field(default_factory=dict)
    services: dict[str, ServiceState] = msgspec.field(default_factory=dict)
    bands: dict[str, BandState] = msgspec.field(default_factory=dict)
    calls: list[ShownCall] = msgspec.field(default_factory=list)
    """The last calls, oldest first, at most ``SHOWN_CALLS``."""
    notice: str | None = None
    preset: str | None = None
    """The preset that the counters follow."""
    given: dict[str, list[int]] = msgspec.field(default_factory=dict)
    """Kiosk → the times of its last numbers, oldest first, as many as its limit needs."""
    carried: tuple[Ticket, ...] = ()
    """What the last ``DayClosed`` left for the next day."""
    keys: dict[str, tuple[str, int, int]] = msgspec.field(default_factory=dict)
    """Idempotency: key hash → (body hash, first seq, last seq); filled by the log from its rows."""


SHOWN_CALLS = 30


def pending(facts: TicketFacts) -> bool:
    """True while an awaited hand-off is not done."""
    return any(h.awaited and h.state != "done" for h in facts.handoffs)


def shown(facts: TicketFacts) -> ShownState:
    """The shown state, derived from the three facts (place, open errands, awaited hand-offs)."""
    if facts.ended is not None and facts.ended != "done":
        return facts.ended
    if facts.place != "none":
        return facts.place
    for errand in facts.errands:
        if errand.open:
            return "waiting"
    if facts.pickup_owed or pending(facts):
        return "processing"
    return "done"


def open_services(facts: TicketFacts) -> tuple[str, ...]:
    """Services of the open errands, in the order the resident chose them."""
    if facts.ended is not None:
        return ()
    return tuple([e.service for e in facts.errands if e.open])
