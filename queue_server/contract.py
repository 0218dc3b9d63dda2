"""The HTTP contract, version 1, as types: requests, answers, public events, and the role × route table.

Everything else follows from here: validation on the way in, JSON on the way out, the OpenAPI document
(``web/openapi.py``), the tests. Extend it, do not bend it. Times are RFC 3339 texts with offset.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=1000)]
Names = dict[str, str]
"""A name by language tag."""
Role = Literal["kiosk", "display", "staff", "agent", "admin"]
Who = Literal["all", "holder", "kiosk", "display", "staff", "agent", "admin"]
ShownState = Literal[
    "waiting", "called", "serving", "held", "no_show", "processing", "done", "cancelled", "expired"
]


class _In(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request's body. Unknown fields are refused: a misspelt one must not be ignored."""


class _Out(msgspec.Struct, frozen=True, kw_only=True):
    """An answer."""


class Problem(_Out, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. ``code`` is stable for programs; ``title`` and ``detail`` are in the reader's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    facts: dict[str, Any] = {}


class Nothing(_In, frozen=True, kw_only=True):
    """An empty body (``{}``, or none at all)."""


# --- what everybody may see ------------------------------------------------------------------------


class Estimate(_Out, frozen=True, kw_only=True):
    """The wait that is told, in minutes."""

    low_minutes: int
    high_minutes: int


class Named(_Out, frozen=True, kw_only=True):
    """A department or a flow."""

    id: str
    names: Names


class ServiceInfo(_Out, frozen=True, kw_only=True):
    """A service of a site."""

    id: str
    names: Names
    open: bool


class CounterInfo(_Out, frozen=True, kw_only=True):
    """A counter of a site."""

    id: str
    names: Names
    kind: Literal["desk", "pickup"]
    services: list[str]


class SiteInfo(_Out, frozen=True, kw_only=True):
    """A building with its own queues."""

    id: str
    names: Names
    services: list[ServiceInfo]
    counters: list[CounterInfo]
    departments: list[Named]
    flows: list[Named]


class Sites(_Out, frozen=True, kw_only=True):
    """Every site of the installation."""

    sites: list[SiteInfo]


class BoardService(_Out, frozen=True, kw_only=True):
    """How it is at a service now."""

    id: str
    waiting: int
    estimate: Estimate | None
    open: bool
    attended: bool
    """Whether any open counter calls for it: with people waiting and none, the queue rests."""
    closes_at: str | None = None
    """When the span of hours that runs now ends."""
    stopped: Literal["hours", "estimate", "cap"] | None = None
    """Why no number is given now: outside the hours; whoever took one would come after closing; enough were given."""
    last_called: str | None = None
    """The number that was called last for it."""


class BoardCounter(_Out, frozen=True, kw_only=True):
    """A counter and the numbers that are called to it or served at it."""

    id: str
    status: Literal["open", "paused", "closed"]
    numbers: list[str]


class BoardCall(_Out, frozen=True, kw_only=True):
    """One of the last calls."""

    seq: int
    number: str
    counter: str
    at: str


class Board(_Out, frozen=True, kw_only=True):
    """The public state of a site. ``day`` is None between days; calls newest first."""

    seq: int
    day: str | None
    services: list[BoardService]
    counters: list[BoardCounter]
    calls: list[BoardCall]
    notice: Names | None = None


class HistoryHour(_Out, frozen=True, kw_only=True):
    """An hour of a past day at a service: who took a number in it, and how long they waited for their first call."""

    day: str
    hour: int
    issued: int
    mean_wait_minutes: int | None
    """None when fewer than three were called: it would tell of one person."""


class HistoryService(_Out, frozen=True, kw_only=True):
    """The past hours of a service, oldest first; hours without a number are left out."""

    id: str
    hours: list[HistoryHour]


class History(_Out, frozen=True, kw_only=True):
    """How full it was on past days."""

    services: list[HistoryService]


class Health(_Out, frozen=True, kw_only=True, omit_defaults=True):
    """Alive: the log is open and commands are taken. ``details`` only for staff."""

    status: Literal["ok", "read-only"]
    details: dict[str, Any] | None = None


# --- tickets ---------------------------------------------------------------------------------------


class Written(_In, frozen=True, kw_only=True):
    """A number from the emergency pad and the time that stands on it."""

    number: Id
    at: str


class IssueBody(_In, frozen=True, kw_only=True):
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


class PrintProgress(_Out, frozen=True, kw_only=True):
    """How far a ticket's last paper is. ``unknown``: sent, but the printer did not say that it came out."""

    state: Literal["none", "queued", "sent", "unknown", "failed", "expired"]


class PrintState(_Out, frozen=True, kw_only=True):
    """Whether paper comes."""

    state: Literal["queued", "none", "unavailable"]


class IssueAnswer(_Out, frozen=True, kw_only=True):
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


class StaffTicket(_Out, frozen=True, kw_only=True):
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


class TicketAnswer(_Out, frozen=True, kw_only=True):
    """The ticket after the act, or None when nobody waits; ``seq`` of the site after it."""

    ticket: StaffTicket | None
    seq: int


class CancelBody(_In, frozen=True, kw_only=True):
    """Give a ticket up."""

    reason: Text | None = None


class NumbersBody(_In, frozen=True, kw_only=True):
    """Several numbers at once."""

    numbers: Annotated[list[Id], Meta(min_length=1, max_length=100)]


class CancelManyBody(_In, frozen=True, kw_only=True):
    """Give several tickets up: a child has played with the kiosk."""

    numbers: Annotated[list[Id], Meta(min_length=1, max_length=100)]
    reason: Text | None = None


class TicketsAnswer(_Out, frozen=True, kw_only=True):
    """Several tickets after one act."""

    tickets: list[StaffTicket]
    seq: int


class ReturnBody(_In, frozen=True, kw_only=True):
    """Back into the queue: by the site's rule, or first, last, after k others."""

    place: Literal["front", "end"] | Annotated[int, Meta(ge=0, le=10_000)] | None = None


class ReprintBody(_In, frozen=True, kw_only=True):
    """Print again, marked as a reissue; without ``printer`` at the kiosk it came from."""

    printer: Id | None = None
    large: bool = False


class ReopenBody(_In, frozen=True, kw_only=True):
    """Bring an ended ticket back, for ``service`` or for what it was served for last."""

    service: Id | None = None


class PrioritiseBody(_In, frozen=True, kw_only=True):
    """Give a priority class."""

    priority: Id
    reason: Text | None = None


class ChangeServiceBody(_In, frozen=True, kw_only=True):
    """Wait for ``service`` instead of ``instead_of`` (needed only when there are several errands)."""

    service: Id
    instead_of: Id | None = None


class ScanBody(_In, frozen=True, kw_only=True):
    """What a scanner read from paper: the ticket's URL or token."""

    code: Annotated[str, Meta(min_length=1, max_length=500)]


class ScanAnswer(_Out, frozen=True, kw_only=True):
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


class PinBody(_In, frozen=True, kw_only=True):
    """Opens the staff mode of a kiosk."""

    pin: Annotated[str, Meta(min_length=1, max_length=20)]


class PinCancelBody(PinBody, frozen=True, kw_only=True):
    """Give numbers up at the kiosk."""

    numbers: Annotated[list[Id], Meta(min_length=1, max_length=100)]


class PinReprintBody(PinBody, frozen=True, kw_only=True):
    """Print a number again at the kiosk."""

    number: Id
    large: bool = False


class KioskLoad(_Out, frozen=True, kw_only=True):
    """A queue as the staff mode of a kiosk shows it."""

    service: str
    waiting: int
    longest_seconds: int
    """How long the first has waited; 0 when nobody waits."""


class KioskTicket(_Out, frozen=True, kw_only=True):
    """One of the last numbers given at a kiosk, and its paper."""

    id: str
    number: str
    services: list[str]
    state: ShownState
    issued_at: str
    print: Literal["none", "queued", "sent", "unknown", "failed", "expired"]


class KioskStaff(_Out, frozen=True, kw_only=True):
    """What the staff mode of a kiosk shows (R-07): the queues, and the last numbers given there, newest first."""

    queues: list[KioskLoad]
    tickets: list[KioskTicket]
    printer: str
    """The printer's state in one word, as ``/healthz`` tells it; ``none`` without one."""


class HolderErrand(_Out, frozen=True, kw_only=True):
    """One errand of the visit; a sensitive one shows neither id nor name."""

    id: str | None
    names: Names
    state: Literal["waiting", "now", "done"]
    ahead: int
    estimate: Estimate | None
    counter: str | None
    """Where it is, or was last, called to."""


class HolderService(_Out, frozen=True, kw_only=True):
    """A service on the holder's phone; a sensitive one shows neither id nor name."""

    id: str | None
    names: Names


class HolderCall(_Out, frozen=True, kw_only=True):
    """A call of the ticket."""

    counter: str
    at: str


class HolderHandoffs(_Out, frozen=True, kw_only=True):
    """How far the departments are, without saying which."""

    done: int
    total: int


class HolderTicket(_Out, frozen=True, kw_only=True):
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
    errands: list[HolderErrand] = []
    """In the order the resident chose them, the pick-up last."""
    late: bool = False
    """The wait is longer than what was told before."""
    ready: bool = False
    """Everything is done and waits to be collected."""
    carried: bool = False
    """Goes on at the next business day, where it comes first."""


class TicketRow(_Out, frozen=True, kw_only=True):
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


class TicketRows(_Out, frozen=True, kw_only=True):
    """The tickets of a day."""

    tickets: list[TicketRow]


class WhyStep(_Out, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a ticket. ``what`` is named like the public events; ``facts`` say more of it."""

    at: str
    what: str
    service: str | None = None
    counter: str | None = None
    facts: dict[str, Any] = {}


class WhyReason(_Out, frozen=True, kw_only=True, omit_defaults=True):
    """Why a later number went first: a code, and ids, times and minutes of its sentence."""

    code: str
    facts: dict[str, Any] = {}


class WhyPassed(_Out, frozen=True, kw_only=True, omit_defaults=True):
    """A later number that was called first. ``undone_at``: when that call was taken back."""

    seq: int
    number: str
    service: str
    counter: str
    issued_at: str
    at: str
    reason: WhyReason
    undone_at: str | None = None


class WhyBearer(_Out, frozen=True, kw_only=True):
    """A ticket of the day that bears the number."""

    id: str
    issued_at: str


class Why(_Out, frozen=True, kw_only=True):
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


class QueueRow(_Out, frozen=True, kw_only=True):
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


class Alarm(_Out, frozen=True, kw_only=True):
    """What staff should know: ``subject`` is a band (its free numbers) or a service (people whom nobody serves)."""

    code: Literal["band_exhausted", "band_low", "service_unattended"]
    subject: str
    count: int


class StaffQueue(_Out, frozen=True, kw_only=True):
    """Who waits, in the order of due times; who is put aside, absent, or in the departments' hands."""

    waiting: list[QueueRow]
    held: list[QueueRow]
    no_show: list[QueueRow]
    processing: list[QueueRow]
    alarms: list[Alarm]
    seq: int


# --- counters --------------------------------------------------------------------------------------


class OpenBody(_In, frozen=True, kw_only=True):
    """Open, come back, or take over: for ``services``, or those of a ``preset``, else those that hold now."""

    services: Annotated[list[Id], Meta(max_length=100)] | None = None
    preset: Id | None = None


class ReasonBody(_In, frozen=True, kw_only=True):
    """Why, if there is something to say."""

    reason: Text | None = None


class NumberBody(_In, frozen=True, kw_only=True):
    """One number."""

    number: Id


class WhichBody(_In, frozen=True, kw_only=True):
    """Which of several tickets at a pick-up counter."""

    number: Id | None = None


class HoldBody(_In, frozen=True, kw_only=True):
    """Put aside who is here, or a waiting ``number``."""

    number: Id | None = None
    reason: Text | None = None


class RestoreBody(_In, frozen=True, kw_only=True):
    """Back into the queue: first, last, or after k others."""

    number: Id
    place: Literal["front", "end"] | Annotated[int, Meta(ge=0, le=10_000)]


class TransferBody(_In, frozen=True, kw_only=True):
    """Go on at another service."""

    service: Id
    keep_place: bool
    number: Id | None = None
    note: Text | None = None


class HandOffBody(_In, frozen=True, kw_only=True):
    """A part of the work: ``procedures`` of the ticket's case, or ``department`` and ``title``."""

    procedures: Annotated[list[Id], Meta(min_length=1, max_length=100)] | None = None
    department: Id | None = None
    title: Text | None = None
    awaited: bool = True
    number: Id | None = None


# --- hand-offs -------------------------------------------------------------------------------------


class HandoffTicket(_Out, frozen=True, kw_only=True):
    """Whose work it is."""

    id: str
    number: str
    state: ShownState


class HandoffInfo(_Out, frozen=True, kw_only=True):
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


class Handoffs(_Out, frozen=True, kw_only=True):
    """The board of a department, oldest first."""

    handoffs: list[HandoffInfo]


class HandoffBody(_In, frozen=True, kw_only=True):
    """A note for the chain, and what was checked."""

    note: Text | None = None
    identity_checked: bool = False
    explained: bool = False


class HandoffAnswer(_Out, frozen=True, kw_only=True):
    """The hand-off after the act."""

    handoff: HandoffInfo
    seq: int


# --- people, devices, the day ----------------------------------------------------------------------


class SignInBody(_In, frozen=True, kw_only=True):
    """A person signs in."""

    login: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class SessionAnswer(_Out, frozen=True, kw_only=True):
    """Who is signed in."""

    login: str
    role: Role
    site: str | None


class CloseDayBody(_In, frozen=True, kw_only=True):
    """``force`` closes with people waiting: they expire or are carried over by the site's rule."""

    force: bool = False


class PresetBody(_In, frozen=True, kw_only=True):
    """The open counters take the services of a preset of the configuration; None: their own again."""

    preset: Id | None


class NoticeBody(_In, frozen=True, kw_only=True):
    """A notice of the configuration, or None to take it down."""

    notice: Id | None


class ClockBody(_In, frozen=True, kw_only=True):
    """Step a simulated hall time forward to ``to``. In real time without ``to``, by an admin: hall time follows
    the wall clock, which has stepped."""

    to: Annotated[str, Meta(max_length=40)] | None = None


class ClockAnswer(_Out, frozen=True, kw_only=True):
    """Hall time to the millisecond, how fast it runs (0: it stands, and only steps), and whether it is simulated."""

    now: str
    speed: float
    simulated: bool


class SeqAnswer(_Out, frozen=True, kw_only=True):
    """Done; ``seq`` of the site after it."""

    seq: int


class JobOutcomeBody(_In, frozen=True, kw_only=True):
    """What became of a job of a device."""

    state: Literal["sent", "failed", "unknown"]
    reason: Text | None = None


# --- public events ---------------------------------------------------------------------------------

PUBLIC_EVENT_NAMES: tuple[str, ...] = (
    "ticket.issued",
    "ticket.called",
    "ticket.recalled",
    "ticket.started",
    "ticket.finished",
    "ticket.held",
    "ticket.no-show",
    "ticket.restored",
    "ticket.transferred",
    "ticket.undone",
    "ticket.processing",
    "ticket.ready",
    "ticket.cancelled",
    "ticket.expired",
    "counter.opened",
    "counter.paused",
    "counter.closed",
    "day.opened",
    "day.closed",
    "notice",
)


class PublicTicketEvent(_Out, frozen=True, kw_only=True, omit_defaults=True):
    """``ticket.*``: what screens and phones may know."""

    seq: int
    at: str
    number: str
    service: str
    state: ShownState
    counter: str | None = None


class PublicCounterEvent(_Out, frozen=True, kw_only=True):
    """``counter.*``"""

    seq: int
    at: str
    counter: str
    state: Literal["open", "paused", "closed"]


class PublicDayEvent(_Out, frozen=True, kw_only=True):
    """``day.*``"""

    seq: int
    at: str
    day: str
    state: Literal["open", "closed"]


class PublicNotice(_Out, frozen=True, kw_only=True):
    """``notice``: the id of a text of the configuration, or None."""

    seq: int
    at: str
    notice: str | None


PublicEvent = PublicTicketEvent | PublicCounterEvent | PublicDayEvent | PublicNotice
STREAMED: tuple[type, ...] = (PublicTicketEvent, PublicCounterEvent, PublicDayEvent, PublicNotice)
"""The shapes that streams carry; the OpenAPI document lists them beside the routes'."""


HistoryDays = Annotated[int, Meta(ge=1, le=62)]
"""How far a history goes back."""


class Tick(_Out, frozen=True, kw_only=True):
    """``tick`` every 5 s: hall time, its speed, and the last seq."""

    now: str
    speed: float
    seq: int


# --- the role × route table ------------------------------------------------------------------------


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table: who may call what, with which body, and what comes back."""

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    who: frozenset[Who]
    answer: Any
    body: Any = None
    status: int = 200
    stream: bool = False
    query: dict[str, Any] = {}
    summary: str = ""


def _route(
    name: str, method: Literal["GET", "POST", "DELETE"], path: str, who: str, answer: Any, **more: Any
) -> Route:
    return Route(name=name, method=method, path=path, who=frozenset(who.split()), answer=answer, **more)  # type: ignore[arg-type]


_SITE = "/api/v1/sites/{site}"
_COUNTER = _SITE + "/counters/{counter}/"
_TICKET = _SITE + "/tickets/{ticket}/"
_HOLDER = "/api/v1/tickets/{token}"

_COUNTER_BODIES: dict[str, Any] = {
    "open": OpenBody,
    "pause": ReasonBody,
    "close": Nothing,
    "call-next": Nothing,
    "call": NumberBody,
    "recall": WhichBody,
    "start": WhichBody,
    "finish": WhichBody,
    "hold": HoldBody,
    "no-show": WhichBody,
    "restore": RestoreBody,
    "transfer": TransferBody,
    "hand-off": HandOffBody,
    "await-pickup": WhichBody,
    "undo": Nothing,
}
_TICKET_BODIES: dict[str, Any] = {
    "cancel": CancelBody,
    "reprint": ReprintBody,
    "reopen": ReopenBody,
    "prioritise": PrioritiseBody,
    "change-service": ChangeServiceBody,
    "return": ReturnBody,
    "carry": Nothing,
    "expire": Nothing,
}
_SCAN_BODIES: dict[str, Any] = {
    "back": ScanBody,
    "wrong-service": WrongServiceBody,
    "cancel": ScanBody,
    "language": ScanLanguageBody,
    "large-reprint": ScanReprintBody,
}
_KIOSK_BODIES: dict[str, Any] = {"look": PinBody, "cancel": PinCancelBody, "reprint": PinReprintBody}

ROUTES: tuple[Route, ...] = (
    _route("health", "GET", "/healthz", "all", Health),
    _route("openapi", "GET", "/api/v1/openapi.json", "all", dict[str, Any]),
    _route("clock", "GET", "/api/v1/clock", "all", ClockAnswer),
    _route("clock.step", "POST", "/api/v1/clock", "staff admin", ClockAnswer, body=ClockBody),
    _route("sites", "GET", "/api/v1/sites", "all", Sites),
    _route("board", "GET", _SITE + "/board", "all", Board),
    _route("events", "GET", _SITE + "/events", "all", str, stream=True, query={"after": int | None}),
    _route("history", "GET", _SITE + "/history", "all", History, query={"days": HistoryDays | None}),
    _route("issue", "POST", _SITE + "/tickets", "kiosk staff", IssueAnswer, body=IssueBody, status=201),
    *(
        _route(f"ticket.{action}", "POST", _TICKET + action, "staff", TicketAnswer, body=body)
        for action, body in _TICKET_BODIES.items()
    ),
    _route("tickets.cancel", "POST", _SITE + "/tickets/cancel", "staff", TicketsAnswer, body=CancelManyBody),
    _route("print", "GET", _TICKET + "print", "kiosk staff", PrintProgress),
    _route("scan", "POST", _SITE + "/scan", "kiosk staff", ScanAnswer, body=ScanBody),
    *(
        _route(f"scan.{action}", "POST", _SITE + "/scan/" + action, "kiosk staff", ScanAnswer, body=body)
        for action, body in _SCAN_BODIES.items()
    ),
    *(
        _route(
            f"kiosk.{action}",
            "POST",
            _SITE + "/kiosks/{kiosk}/staff/" + action,
            "kiosk staff",
            KioskStaff,
            body=body,
        )
        for action, body in _KIOSK_BODIES.items()
    ),
    _route("holder", "GET", _HOLDER, "holder", HolderTicket),
    _route("holder.events", "GET", _HOLDER + "/events", "holder", str, stream=True),
    _route("holder.cancel", "POST", _HOLDER + "/cancel", "holder", HolderTicket, body=Nothing),
    _route("holder.late", "POST", _HOLDER + "/late", "holder", HolderTicket, body=Nothing),
    *(
        _route(f"counter.{action}", "POST", _COUNTER + action, "staff", TicketAnswer, body=body)
        for action, body in _COUNTER_BODIES.items()
    ),
    _route("counter.call-many", "POST", _COUNTER + "call-many", "staff", TicketsAnswer, body=NumbersBody),
    _route("handoffs", "GET", _SITE + "/departments/{department}/handoffs", "staff", Handoffs),
    *(
        _route(
            f"handoff.{action}",
            "POST",
            _SITE + "/handoffs/{handoff}/" + action,
            "staff",
            HandoffAnswer,
            body=HandoffBody,
        )
        for action in ("accept", "done", "return")
    ),
    _route("queue", "GET", _SITE + "/queue", "staff", StaffQueue, query={"counter": str | None}),
    _route("tickets", "GET", _SITE + "/tickets", "staff admin", TicketRows, query={"date": str | None}),
    _route(
        "why",
        "GET",
        _SITE + "/why/{number}",
        "staff admin",
        Why,
        query={"date": str | None, "ticket": str | None},
    ),
    _route("day.open", "POST", _SITE + "/day/open", "staff admin", SeqAnswer, body=Nothing),
    _route("day.close", "POST", _SITE + "/day/close", "staff admin", SeqAnswer, body=CloseDayBody),
    _route("preset", "POST", _SITE + "/preset", "staff", SeqAnswer, body=PresetBody),
    _route("notice", "POST", _SITE + "/notice", "staff admin", SeqAnswer, body=NoticeBody),
    _route("jobs", "GET", _SITE + "/devices/{device}/jobs", "agent", str, stream=True),
    _route("job", "POST", _SITE + "/devices/{device}/jobs/{job}", "agent", SeqAnswer, body=JobOutcomeBody),
    _route("session.open", "POST", "/api/v1/session", "all", SessionAnswer, body=SignInBody),
    _route("session", "GET", "/api/v1/session", "staff admin", SessionAnswer),
    _route("session.close", "DELETE", "/api/v1/session", "staff admin", Nothing),
)
"""Every call of the API. A test walks it with every role; the OpenAPI document is made from it."""
