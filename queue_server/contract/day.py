"""People, devices, the day and the clock."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from .common import Id, In, Out, Role


class SignInBody(In, frozen=True, kw_only=True):
    """A person signs in."""

    login: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class SessionAnswer(Out, frozen=True, kw_only=True):
    """Who is signed in."""

    login: str
    role: Role
    site: str | None


class CloseDayBody(In, frozen=True, kw_only=True):
    """``force`` closes with people waiting: they expire or are carried over by the site's rule."""

    force: bool = False


class PresetBody(In, frozen=True, kw_only=True):
    """The open counters take the services of a preset of the configuration; None: their own again."""

    preset: Id | None


class NoticeBody(In, frozen=True, kw_only=True):
    """A notice of the configuration, or None to take it down."""

    notice: Id | None


class ClockBody(In, frozen=True, kw_only=True):
    """Step a simulated hall time forward to ``to``. In real time without ``to``, by an admin: hall time follows
    the wall clock, which has stepped."""

    to: Annotated[str, Meta(max_length=40)] | None = None


class ClockAnswer(Out, frozen=True, kw_only=True):
    """Hall time to the millisecond, how fast it runs (0: it stands, and only steps), and whether it is simulated."""

    now: str
    speed: float
    simulated: bool
