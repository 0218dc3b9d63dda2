"""What may stand in a configuration about ticket machines: the machines, and what they ask before a number."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from .kinds import Id, Names, Secret, Span, Url, Weekday


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the frozen tables."""


class Kiosk(_Table, frozen=True, kw_only=True):
    """A ticket machine."""

    names: Names
    printer: Id | None = None
    categories: tuple[Id, ...] = ()
    """What it offers, in this order; empty: everything."""
    confirm: bool = False
    """True: every purpose is shown once more before the number; False: a plain one gives it with one tap."""
    staff_pin: Secret | None = None
    """Opens the staff mode; 4 to 12 digits. None: there is no staff mode."""


class Units(_Table, frozen=True, kw_only=True):
    """How many things somebody comes for (cards, copies)."""

    text: Names
    """The question."""
    most: Annotated[int, Meta(ge=2, le=99, description="a whole number from 2 to 99")] = 20


class Hint(_Table, frozen=True, kw_only=True):
    """A way to do something without waiting, shown before the number."""

    names: Names
    text: Names = {}
    fee: Names = {}
    kind: Literal["online", "store", "terminal"]
    hours: tuple[Span, ...] = ()
    """When it can be used on a day; empty: at any time."""
    weekdays: tuple[Weekday, ...] = ()
    """Empty: every day."""
    link: Url | None = None


class QuestionAnswer(_Table, frozen=True, kw_only=True):
    """An answer, and the service that it leads to."""

    names: Names
    note: Names = {}
    service: Id


class Question(_Table, frozen=True, kw_only=True):
    """One question where a purpose hides several."""

    text: Names
    services: tuple[Id, ...]
    """The purposes whose tap asks it."""
    answers: tuple[QuestionAnswer, ...]
