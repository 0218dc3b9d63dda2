"""The rules of one site, as data.

The rules live inside the state: they arrive as a ``RulesSet`` event and travel in ``DayOpened``, so a
replay next year decides as the hall did on the day. Nothing here reads a file or a clock.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Names = dict[str, str]
"""A name by language tag, e.g. ``{"ja": "証明書", "en": "Certificates"}``."""

MINUTE = 60_000
"""Milliseconds. Every time in the core is an int of milliseconds since 1970-01-01 UTC."""


class Band(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A number series: the numbers ``first``..``last``, printed with ``prefix`` and ``digits`` (R-11)."""

    id: str
    first: int
    last: int
    prefix: str = ""
    digits: int = 0
    skip: tuple[int, ...] = ()
    emergency: bool = False
    """True for the hand-written emergency pad: never issued by a machine, only entered afterwards."""

    def text(self, value: int) -> str:
        """The number as it is printed, e.g. ``A012``."""
        return f"{self.prefix}{value:0{self.digits}d}"


class Cap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """At most ``count`` tickets of a service issued between two minutes of the day (R-12)."""

    count: int
    from_minute: int = 0
    to_minute: int = 24 * 60


class Service(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a resident comes for (業務・用件): owns a band and a target wait."""

    id: str
    names: Names
    band: str
    target_minutes: int = 15
    service_minutes: float = 5.0
    """First guess of one ticket's time at a counter, until the day has shown its own."""
    fairness: int = 3
    """k: at most one class-boosted ticket in every k calls while unboosted ones wait (R-17)."""
    caps: tuple[Cap, ...] = ()
    department: str | None = None
    """The back office that 交付待ちへ hands off to."""
    pickup: str | None = None
    """The service whose queue a finished hand-off joins; None means the site's, or the service itself."""
    is_pickup: bool = False
    sensitive: bool = False
    """Its name is never shown to the holder's phone or in a message (おくやみ)."""
    closed_hint: Names = {}
    """Where to go when it is closed (R-03)."""
    closing_margin_minutes: int = 0
    """Issue stops when the estimated end of the queue is later than closing plus this."""
    closes_by_estimate: bool = True
    category: str | None = None


class Counter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a call sends the resident (窓口). ``desk`` holds one ticket, ``pickup`` many."""

    id: str
    names: Names
    kind: Literal["desk", "pickup"] = "desk"
    services: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    area: Names = {}


class Department(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who does a hand-off (課)."""

    id: str
    names: Names


class PriorityClass(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reason to be called earlier (R-17): ``boost_minutes`` are taken off the due time."""

    id: str
    names: Names
    boost_minutes: int


class Preset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which services the counters take at certain times (昼, 土曜, 3月)."""

    id: str
    names: Names
    counters: dict[str, tuple[str, ...]]


class Rules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that decides at one site. Ids are the keys of the dictionaries."""

    site: str
    names: Names
    bands: dict[str, Band]
    services: dict[str, Service]
    counters: dict[str, Counter]
    departments: dict[str, Department] = {}
    priorities: dict[str, PriorityClass] = {}
    pickup: str | None = None
    help_penalty_minutes: float = 10.0
    """Added to the due time when a counter compares a service that it only helps."""
    undo_seconds: int = 30
    appointment_early_minutes: int = 5
    """An appointment may be called from its slot less this."""
    appointment_grace_minutes: int = 10
    """Later than slot plus this, the due time is the check-in."""
    late_places: int = 3
    """How many places 「少し遅れます」 moves a ticket back, once."""
    no_show_after_recalls: int = 0
    """How many recalls staff must make before no-show is accepted; 0 leaves it to them."""
    absent_after_recalls: int = 0
    """Absent by itself after so many recalls and ``GRACE`` more; 0: never (R-15)."""
    absent_after_minutes: int = 0
    """Absent by itself so long after the call, if it was recalled at all; 0: never (R-15)."""
    return_places: int = 2
    """How many others go first when somebody held or absent comes back; 0: none (R-15)."""
    kiosk_tickets: int = 0
    """How many numbers one kiosk gives within ``kiosk_seconds``; 0: as many as are asked for."""
    kiosk_seconds: int = 20
    last_ticket_minutes: int = 15
    """So long before the hours of a service end, residents are told that they will."""
    presets: dict[str, Preset] = {}
    close_after_minutes: int = 15
    """The day closes by itself only this long after the last hour, and when nobody waits (R-46)."""
    carry: tuple[str, ...] = ("processing", "pickup")
    """What crosses into the next day: ``processing``, ``pickup``, ``held``, ``no_show``; the rest expires."""
