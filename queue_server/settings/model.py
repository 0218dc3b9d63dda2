"""The typed shape of a city's configuration: what may stand in its TOML files.

Ids are the keys of the dictionaries, in the order of the files. Times of day are local (``8:30``), spans
``8:30-17:15``, lengths are in the unit that the key names. ``Names`` are texts by language tag.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from .kinds import (
    Id,
    Language,
    Minutes,
    Names,
    NonNegative,
    Positive,
    Prefix,
    Secret,
    Span,
    TimeOfDay,
    Url,
    Weekday,
    YearlyDays,
)
from .model_devices import Agent, Buttons, Layout, Printer
from .model_kiosk import Hint, Kiosk, Question, Units


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the frozen tables."""


# --- one site --------------------------------------------------------------------------------------


class Band(_Table, frozen=True, kw_only=True):
    """A number series, printed as ``prefix`` and the number with at least ``digits`` digits."""

    first: NonNegative
    last: NonNegative
    prefix: Prefix = ""
    digits: Annotated[int, Meta(ge=0, le=6, description="a whole number from 0 to 6")] = 0
    skip: tuple[int, ...] = ()
    emergency: bool = False


class Cap(_Table, frozen=True, kw_only=True):
    """At most ``count`` tickets between two times of day."""

    count: Positive
    from_: TimeOfDay = field(name="from", default="0:00")
    to: TimeOfDay = "24:00"


class Crowd(_Table, frozen=True, kw_only=True):
    """What the public board says from so many waiting on (R-32)."""

    from_: NonNegative = field(name="from")
    text: Names


class Category(_Table, frozen=True, kw_only=True):
    """A group of purposes on the kiosk's first screen (分類)."""

    names: Names


class Service(_Table, frozen=True, kw_only=True):
    """What a resident comes for (業務・用件)."""

    names: Names
    band: Id
    category: Id | None = None
    note: Names = {}
    """A line under the button: what belongs here."""
    kiosk: bool = True
    """False: not offered on kiosks; the reception issues it."""
    units: Units | None = None
    hints: tuple[Id, ...] = ()
    """What the kiosk shows before it gives a number."""
    target_minutes: NonNegative = 15
    service_minutes: Minutes = 5.0
    fairness: Positive = 3
    caps: tuple[Cap, ...] = ()
    department: Id | None = None
    pickup: Id | None = None
    is_pickup: bool = False
    sensitive: bool = False
    closed_hint: Names = {}
    closing_margin_minutes: NonNegative = 0
    closes_by_estimate: bool = True
    crowd: tuple[Crowd, ...] = ()
    """What is said of the number waiting; without it, in general words."""


class Department(_Table, frozen=True, kw_only=True):
    """Who does a hand-off (課)."""

    names: Names


class Counter(_Table, frozen=True, kw_only=True):
    """Where a call sends the resident (窓口)."""

    names: Names
    kind: Literal["desk", "pickup"] = "desk"
    services: tuple[Id, ...] = ()
    helps: tuple[Id, ...] = ()
    area: Names = {}
    floor: Names = {}
    arrow: Literal["", "left", "right", "ahead", "back", "up", "down"] = ""
    """Which way to go, as seen from the waiting area."""


class Priority(_Table, frozen=True, kw_only=True):
    """A class of residents who are called earlier."""

    names: Names
    boost_minutes: Positive


class Queue(_Table, frozen=True, kw_only=True):
    """The rules of the whole site."""

    pickup: Id | None = None
    help_penalty_minutes: Annotated[
        float, Meta(ge=0, le=1440, description="a number of minutes from 0 to 1440")
    ] = 10.0
    undo_seconds: NonNegative = 30
    appointment_early_minutes: NonNegative = 5
    appointment_grace_minutes: NonNegative = 10
    late_places: Positive = 3
    no_show_after_recalls: NonNegative = 0
    """How many recalls staff must make before they may mark somebody absent."""
    absent_after_recalls: NonNegative = 0
    """Absent by itself after so many recalls; 0: never."""
    absent_after_minutes: NonNegative = 0
    """Absent by itself so long after the call, once recalled; 0: never."""
    return_places: NonNegative = 2
    """How many others go first when somebody held or absent comes back."""
    kiosk_tickets: NonNegative = 0
    """How many numbers one kiosk gives within ``kiosk_seconds``; 0: without limit."""
    kiosk_seconds: Positive = 20
    last_ticket_minutes: NonNegative = 15
    last_ticket_notice: Id | None = None
    """The notice that staff are advised to show from then on."""
    """So long before the hours end, residents are told that they will."""
    close_after_minutes: NonNegative = 15
    carry: tuple[Literal["processing", "pickup", "held", "no_show"], ...] = ("processing", "pickup")


class PauseReason(_Table, frozen=True, kw_only=True):
    """Why a counter rests, to be chosen with one press."""

    names: Names


class Week(_Table, frozen=True, kw_only=True):
    """Hours by weekday; ``weekdays`` stands for Monday to Friday where the day itself is not named."""

    weekdays: tuple[Span, ...] | None = None
    mon: tuple[Span, ...] | None = None
    tue: tuple[Span, ...] | None = None
    wed: tuple[Span, ...] | None = None
    thu: tuple[Span, ...] | None = None
    fri: tuple[Span, ...] | None = None
    sat: tuple[Span, ...] | None = None
    sun: tuple[Span, ...] | None = None


class Preset(_Table, frozen=True, kw_only=True):
    """Which services the counters take at certain times (昼, 土曜, 3月)."""

    names: Names
    counters: dict[str, tuple[Id, ...]]
    """By counter; the others keep their own."""
    hours: tuple[Span, ...] = ()
    """When it is applied by itself; empty: only by hand."""
    weekdays: tuple[Weekday, ...] = ()
    """Only on these; empty: on all."""
    dates: tuple[YearlyDays, ...] = ()
    """Only on these days of the year; empty: all year."""


class ServiceHours(_Table, frozen=True, kw_only=True):
    """Hours of one service where they differ from the site's."""

    week: Week = Week()
    nth_week: dict[str, tuple[Span, ...]] = {}
    """By nth weekday of the month, e.g. ``2-sat``."""
    dates: dict[str, tuple[Span, ...]] = {}
    """By ISO date; an empty list closes."""
    open_on_holidays: tuple[Weekday, ...] = ()
    """Weekdays whose hours hold on a public holiday too."""


class Hours(ServiceHours, frozen=True, kw_only=True):
    """When a site is open."""

    always_open: bool = False
    open_before_minutes: NonNegative = 30
    """The business day is opened this long before the first hour of any service."""
    closed_yearly: tuple[YearlyDays, ...] = ("12-29..01-03",)
    services: dict[str, ServiceHours] = {}


class Display(_Table, frozen=True, kw_only=True):
    """A screen in a hall."""

    names: Names
    kind: Literal["board", "counter", "pickup", "info"] = "board"
    counters: tuple[Id, ...] = ()
    """Whose calls it shows; empty: all."""
    languages: tuple[Language, ...] = ()
    """Empty: those of the city."""
    history: Annotated[int, Meta(ge=1, le=30, description="a whole number from 1 to 30")] = 6
    """How many last calls it lists."""
    voice: bool = True
    volume: Annotated[int, Meta(ge=0, le=100, description="a whole number from 0 to 100")] = 80
    repeat: Annotated[int, Meta(ge=1, le=3, description="a whole number from 1 to 3")] = 2
    quiet: tuple[Span, ...] = ()
    """Hours without voice."""


class Site(_Table, frozen=True, kw_only=True):
    """A building with its own queues (拠点)."""

    names: Names
    bands: dict[str, Band] = {}
    categories: dict[str, Category] = {}
    services: dict[str, Service] = {}
    departments: dict[str, Department] = {}
    counters: dict[str, Counter] = {}
    priorities: dict[str, Priority] = {}
    queue: Queue = Queue()
    presets: dict[str, Preset] = {}
    pause_reasons: dict[str, PauseReason] = {}
    hours: Hours = Hours()
    kiosks: dict[str, Kiosk] = {}
    questions: dict[str, Question] = {}
    hints: dict[str, Hint] = {}
    displays: dict[str, Display] = {}
    texts: dict[str, Names] = {}


# --- the city --------------------------------------------------------------------------------------


class Notice(_Table, frozen=True, kw_only=True):
    """A text that staff can put on the screens."""

    text: Names
    level: Literal["info", "warning"] = "info"


class Limits(_Table, frozen=True, kw_only=True):
    """What one address, one token, one process may do."""

    misses_per_minute: Positive = 20
    hits_per_minute: Positive = 60_000
    streams: Positive = 20_000
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies whose ``X-Forwarded-For`` is believed."""


class Retention(_Table, frozen=True, kw_only=True):
    """How long things are kept."""

    private_days: Positive = 7


class Line(_Table, frozen=True, kw_only=True):
    """The city's LINE official account; without secrets LINE is off."""

    api_base: Url = "https://api.line.me"
    channel_secret: Secret | None = None
    channel_access_token: Secret | None = None
    basic_id: str | None = None


class WebPush(_Table, frozen=True, kw_only=True):
    """Web push; ``*.`` at the front of a host stands for any name below it."""

    allowed_hosts: tuple[str, ...] = (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "*.push.apple.com",
        "*.notify.windows.com",
    )
    subject: str | None = None
    """Whom a push service may write to: ``mailto:`` or an https address."""


class City(_Table, frozen=True, kw_only=True):
    """Everything that may stand in the files of one city."""

    names: Names
    time_zone: str = "Asia/Tokyo"
    languages: tuple[Language, ...] = ("ja",)
    """Offered to residents; the first one must be in every text."""
    public_url: Url | None = None
    """Where residents' phones reach the pages; printed in the QR code."""
    sites: dict[str, Site] = {}
    printers: dict[str, Printer] = {}
    layouts: dict[str, Layout] = {}
    buttons: dict[str, Buttons] = {}
    agents: dict[str, Agent] = {}
    notices: dict[str, Notice] = {}
    texts: dict[str, Names] = {}
    limits: Limits = Limits()
    retention: Retention = Retention()
    line: Line = Line()
    webpush: WebPush = WebPush()


class Settings(City, frozen=True, kw_only=True):
    """A checked configuration."""

    folder: str
    """Absolute path of the folder it was read from."""
