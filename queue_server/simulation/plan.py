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
    absent: float = 0.02
    """Share that is not there when called; half of them come back."""
    gives_up: float = 0.02
    """Share that loses patience and cancels on the phone when the wait is long."""
    late: float = 0.01
    """Share that asks for a little more time on the phone."""
    held: float = 0.02
    """Share that has to fill in a form first and is put aside."""
    slips: float = 0.01
    """Share of calls that staff take back at once."""


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
