"""What a day looks like, as data: how many come for what and when, who serves them, who takes a break.

Plans are TOML files; times of day are ``H:MM`` in the site's own time, shares are between 0 and 1.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every table of a plan is."""


class HandOffPlan(Plan, frozen=True, kw_only=True):
    """A part of the work that a department does while the resident waits."""

    department: str
    title: str
    share: float


class ServicePlan(Plan, frozen=True, kw_only=True):
    """Who comes for one service, and what becomes of them."""

    per_day: int
    minutes: float
    """Mean time at the counter."""
    window: tuple[str, str] | None = None
    """When people come for it; else while the site is open."""
    units: int = 1
    """Some ask for several, up to so many."""
    mistaken: dict[str, float] = {}
    """Service → share that takes a number for that one first, by mistake."""
    reception: bool = False
    """Staff give the number."""
    kiosk: str | None = None
    """Most take the number there instead of at the site's first kiosk."""
    pickup: float = 0.0
    """Share that waits for a paper and is called again."""
    transfer: dict[str, float] = {}
    """Service → share that is sent on there."""
    also: dict[str, float] = {}
    """Service → share that has this errand too, on the same number."""
    hand_offs: tuple[HandOffPlan, ...] = ()


class DeskPlan(Plan, frozen=True, kw_only=True):
    """Somebody at a counter."""

    rest: str | None = None
    """When the break of an hour begins."""


class FamilyPlan(Plan, frozen=True, kw_only=True):
    """People who come with several errands on one number."""

    services: tuple[str, ...]
    per_day: int
    window: tuple[str, str] | None = None
    """When they come; else while the site is open."""
    needs: str | None = None


class CrowdPlan(Plan, frozen=True, kw_only=True):
    """Many who come for one service within a short time."""

    service: str
    count: int
    window: tuple[str, str]


class PadPlan(Plan, frozen=True, kw_only=True):
    """Numbers from the emergency pad that the reception enters at ``at``, one written each minute before."""

    at: str
    service: str
    numbers: tuple[str, ...]


class ChildPlan(Plan, frozen=True, kw_only=True):
    """A child who taps and taps; the reception takes the numbers back."""

    at: str
    kiosk: str
    service: str
    taps: int


class SitePlan(Plan, frozen=True, kw_only=True):
    """The day of one site."""

    opens: str
    closes: str
    kiosks: tuple[str, ...]
    weights: tuple[float, ...]
    """How many come in each half hour from ``opens`` on, as shares of each other."""
    services: dict[str, ServicePlan]
    desks: dict[str, DeskPlan]
    pickup_counter: str | None = None
    departments: dict[str, float] = {}
    """Department → minutes of one part of its work."""
    languages: dict[str, float] = {}
    priorities: dict[str, float] = {}
    needs: dict[str, float] = {}
    families: tuple[FamilyPlan, ...] = ()
    crowds: tuple[CrowdPlan, ...] = ()
    pad: PadPlan | None = None
    child: ChildPlan | None = None
    notices: dict[str, str] = {}
    """Time of day → notice that is put up; an empty one takes it down."""
    notes: tuple[str, ...] = ()
    """What staff write when they send somebody on."""
    pauses: dict[str, float] = {}
    """Reason → minutes of the short pauses that staff make."""
    rest_reason: str | None = None
    """Reason of the break of an hour."""
    unwell: str | None = None
    """Priority class of somebody who feels unwell while waiting."""
    absent: float = 0.02
    """Share that is not there when called; most of them come back."""
    back: dict[str, float] = {}
    """How who was absent comes back: ``scan``, ``reception``, ``phone``, ``counter`` → share; the rest stays away."""
    gives_up: float = 0.02
    """Share that loses patience and cancels on the phone when the wait is long."""
    late: float = 0.01
    """Share that asks for a little more time on the phone."""
    held: float = 0.02
    """Share that has to fill in a form first and is put aside."""
    tomorrow: float = 0.0
    """Share that lacks a paper, is put aside and comes back with it the next morning."""
    slips: float = 0.01
    """Share of calls that staff take back at once: too soon, or the wrong number."""
    pausing: float = 0.0
    """Share of residents after whom there is a short pause."""
    worsens: float = 0.0
    """Share that feels unwell after some minutes."""


class DayPlan(Plan, frozen=True, kw_only=True):
    """The day of a city."""

    date: str
    sites: dict[str, SitePlan]


def load_plan(path: Path) -> DayPlan:
    """Raises ``msgspec.ValidationError``, ``tomllib.TOMLDecodeError``, ``OSError``."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), DayPlan)


def minute_of(text: str) -> int:
    """``8:30`` → 510."""
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)
