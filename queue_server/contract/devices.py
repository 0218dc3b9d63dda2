"""Printers, call buttons, kiosks and agents: how they are, and what an agent fetches and tells."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from .common import Id, In, Names, Out

DeviceState = Literal[
    "ready", "paper_near_end", "paper_out", "cover_open", "offline", "error", "unplugged", "unknown"
]
PaperEnd = Literal["failed", "expired", "unknown", "unavailable"]

LONGEST_S = 1e8


class Away(Out, frozen=True, kw_only=True):
    """A time in which nothing was heard of a device; ``until`` is None while it lasts."""

    since: str
    until: str | None


class DeviceNote(Out, frozen=True, kw_only=True):
    """The last time that something came from call buttons and led to nothing."""

    what: Literal["unknown_bytes", "refused_press"]
    at: str
    data: str = ""
    """Of unknown bytes: hexadecimal, the first of them."""
    counter: str = ""
    action: str = ""
    """The name of a counter's action in this API."""
    code: str = ""
    """Why a press was not done, as in ``PressAnswer``."""


class DeviceInfo(Out, frozen=True, kw_only=True):
    """One device of a site, as staff see it."""

    id: str
    kind: Literal["printer", "buttons", "kiosk", "agent"]
    names: Names
    state: DeviceState
    reason: str
    """A code that says more than the state; often empty."""
    since: str
    """When this state began."""
    agent: str | None
    """The agent whose machine it hangs on."""
    fallback: str | None
    """The printer that takes over."""
    waiting: int
    """Papers that wait for this printer."""
    away: Away | None
    """The last time that nothing was heard of it (agents and what hangs on them, kiosks)."""
    notes: list[DeviceNote]
    """At most one of each kind."""


class UnprintedTicket(Out, frozen=True, kw_only=True):
    """A ticket of the day whose last paper did not come out for certain."""

    ticket: str
    number: str
    printer: str
    state: PaperEnd
    """``unknown``: it may have been printed, in part or whole; ``unavailable``: never tried, as nothing could print it
    when the number was given."""
    reason: str
    at: str
    """When that was found."""


class Devices(Out, frozen=True, kw_only=True):
    """The devices of a site and the papers that they owe, newest first."""

    devices: list[DeviceInfo]
    unprinted: list[UnprintedTicket]


class KioskNow(Out, frozen=True, kw_only=True):
    """What a kiosk should know before it gives a number. Asking tells the server that the kiosk is alive."""

    prints: bool
    """A number drawn now gets paper."""
    state: DeviceState | Literal["none"]
    """Of the kiosk's own printer."""
    elsewhere: Names | None
    """The printer that takes over meanwhile, by language; None when the kiosk's own prints."""


class AgentSetup(Out, frozen=True, kw_only=True):
    """What an agent drives: the devices of the configuration that name it, with their settings."""

    agent: str
    site: str
    printers: dict[str, dict[str, Any]]
    buttons: dict[str, dict[str, Any]]
    fallbacks: dict[str, str]
    """Printer → the one that takes over when it cannot print."""
    revision: str
    """Changes whenever the rest does."""


class JobOutcomeBody(In, frozen=True, kw_only=True):
    """What became of a job of a device.

    ``sending`` asks for leave: the first byte goes out after the answer. ``queued`` gives the leave back: certainly no
    byte went out, also when the answer did not arrive; the job is owed again.
    """

    state: Literal["sending", "queued", "sent", "confirmed", "failed", "unknown", "expired"]
    reason: Annotated[str, Meta(max_length=40)] = ""
    leave: Annotated[str, Meta(max_length=40)] = ""
    """With ``sending`` and ``queued``: a random name of this leave, so that what was under way in a dead line cannot
    be taken for something newer."""
    printer: Id | None = None
    """With ``sending``: the printer of the same machine that takes the job instead; none: the job's own."""


class JobAnswer(Out, frozen=True, kw_only=True):
    """Whether the state was taken: no for ``sending`` means that the job must not be printed."""

    taken: bool


class DeviceStatusBody(In, frozen=True, kw_only=True):
    """How a device is."""

    kind: Literal["printer", "buttons"]
    state: DeviceState
    reason: Annotated[str, Meta(max_length=40)] = ""
    for_seconds: Annotated[float, Meta(ge=0, le=LONGEST_S)] = 0.0
    """How long it has been so: the clocks of two machines need not agree. At most three years."""
    unknown_bytes: Annotated[str, Meta(max_length=60)] = ""
    """The last bytes of a line that stand in no table, in hexadecimal."""
    unknown_seconds: Annotated[float, Meta(ge=0, le=LONGEST_S)] = 0.0
    """How long ago they came."""


class PressBody(In, frozen=True, kw_only=True):
    """A button was pressed. The request's idempotency key makes it count once."""

    counter: Id
    action: Id
    """The name of a counter's action in this API."""
    at_ms: Annotated[int, Meta(ge=0)]
    """When: the server's own time (ms UTC), reckoned on from what the comments of the line's stream last told, so that
    what a network kept back is known to be late. A press that comes too late is not done."""


class PressAnswer(Out, frozen=True, kw_only=True):
    """What the press did."""

    done: bool
    code: str | None
    """Why not: the code of a refusal, or ``nobody_waits``, ``double_press``, ``too_late``, ``unavailable``,
    ``internal``."""
