"""The role × route table: every call of the API."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .board import Board, Health, History, Sites
from .common import Nothing, SeqAnswer, Who
from .counters import (
    CallBody,
    CallNextBody,
    HandOffBody,
    HoldBody,
    OpenBody,
    ReasonBody,
    RestoreBody,
    StaffQueue,
    TransferBody,
    WhichBody,
)
from .day import (
    ClockAnswer,
    ClockBody,
    CloseDayBody,
    NoticeBody,
    PresetBody,
    SessionAnswer,
    SignInBody,
)
from .devices import (
    AgentSetup,
    Devices,
    DeviceStatusBody,
    JobAnswer,
    JobOutcomeBody,
    KioskNow,
    PressAnswer,
    PressBody,
)
from .handoffs import HandoffAnswer, HandoffBody, Handoffs
from .holder import HolderTicket
from .kiosk import (
    KioskStaff,
    PinBody,
    PinCancelBody,
    PinReprintBody,
    ScanAnswer,
    ScanBody,
    ScanLanguageBody,
    ScanReprintBody,
    WrongServiceBody,
)
from .public import HistoryDays
from .reasons import Why
from .tickets import (
    CancelBody,
    CancelManyBody,
    ChangeServiceBody,
    IssueAnswer,
    IssueBody,
    NumbersBody,
    PrintProgress,
    PrioritiseBody,
    ReopenBody,
    ReprintBody,
    ReturnBody,
    TicketAnswer,
    TicketRows,
    TicketsAnswer,
)


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


_DEVICE = _SITE + "/devices/{device}/"


_HOLDER = "/api/v1/tickets/{token}"


_COUNTER_BODIES: dict[str, Any] = {
    "open": OpenBody,
    "pause": ReasonBody,
    "close": Nothing,
    "call-next": CallNextBody,
    "call": CallBody,
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
    _route("kiosk", "GET", _SITE + "/kiosks/{kiosk}", "kiosk staff admin", KioskNow),
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
    _route("devices", "GET", _SITE + "/devices", "staff admin", Devices),
    _route(
        "jobs",
        "GET",
        _DEVICE + "jobs",
        "agent",
        str,
        stream=True,
        query={"holding": str | None, "run": str | None},
    ),
    _route("job", "POST", _DEVICE + "jobs/{job}", "agent", JobAnswer, body=JobOutcomeBody),
    _route("agent", "GET", "/api/v1/agent", "agent", AgentSetup),
    _route("device.shows", "GET", _DEVICE + "shows", "agent", str, stream=True, query={"run": str | None}),
    _route("device.press", "POST", _DEVICE + "presses", "agent", PressAnswer, body=PressBody),
    _route("device.status", "POST", _DEVICE + "status", "agent", Nothing, body=DeviceStatusBody),
    _route("session.open", "POST", "/api/v1/session", "all", SessionAnswer, body=SignInBody),
    _route("session", "GET", "/api/v1/session", "staff admin", SessionAnswer),
    _route("session.close", "DELETE", "/api/v1/session", "staff admin", Nothing),
)
"""Every call of the API. A test walks it with every role; the OpenAPI document is made from it."""
