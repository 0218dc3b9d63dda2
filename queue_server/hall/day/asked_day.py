"""Which day a page or a call is about."""

from __future__ import annotations

from datetime import date

from queue_server import settings
from queue_server.domain.state import SiteState
from queue_server.web import Deps, ProblemError


def asked_day(deps: Deps, state: SiteState, asked: str | None) -> str:
    """The ISO date that was asked for, else the running day's, else that of the last day, else today's.

    Raises ``invalid_date``.
    """
    if asked:
        try:
            return date.fromisoformat(asked).isoformat()
        except ValueError:
            raise ProblemError("invalid_date", 422, date=asked) from None
    return state.day or state.last_day or today(deps)


def today(deps: Deps) -> str:
    """The ISO date of hall time."""
    return settings.local_date(deps.settings, deps.clock.now()).isoformat()


def day_in_words(day: str, lang: str) -> str:
    """An ISO date as people read it: ``2026年11月20日金曜日``."""
    from babel.core import Locale  # imported here: a start needs no dates
    from babel.dates import format_date

    return format_date(date.fromisoformat(day), "full", locale=Locale.parse(lang, sep="-"))
