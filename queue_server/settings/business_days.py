"""Which days a site is open, and when: weekdays, nth weekdays, public holidays, year end, single dates.

For a service on a day the first of these that says something decides:

1. a date of the service, 2. a date of the site (an empty list closes, hours open),
3. the yearly closure, 4. a public holiday, unless the weekday is in ``open_on_holidays``,
5. the service's nth weekday, 6. the service's week, 7. the site's nth weekday, 8. the site's week.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from .kinds import Span
from .model import Hours, ServiceHours, Settings, Week

Spans = tuple[tuple[int, int], ...]
"""Open spans, ms UTC, in order."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCH_DAYS = 400


class HoursOfDay(Struct, frozen=True):
    """The hours of one business day of one site."""

    day: str
    """ISO date in the city's time zone."""
    starts: int
    """Midnight of the day, ms UTC."""
    open_from: int
    """When the business day is to be opened, ms UTC."""
    closes: int | None
    """The end of the last span, ms UTC; None: always open."""
    spans: dict[str, Spans] | None
    """By service, empty where it is closed all day; None: always open."""


def hours(settings: Settings, site_id: str, day: date) -> HoursOfDay | None:
    """The hours of ``day`` (a date in the city's time zone), or None when nothing is open.

    Raises ``KeyError`` for an unknown site.
    """
    site = settings.sites[site_id]
    zone = ZoneInfo(settings.time_zone)
    starts = _instant(day, 0, zone)
    if site.hours.always_open:
        return HoursOfDay(day.isoformat(), starts, starts, None, None)
    spans = {
        service: tuple(
            (_instant(day, a, zone), _instant(day, b, zone)) for a, b in _minutes(site.hours, service, day)
        )
        for service in site.services
    }
    opened = [span for of_service in spans.values() for span in of_service]
    if not opened:
        return None
    open_from = min(a for a, _ in opened) - site.hours.open_before_minutes * 60_000
    return HoursOfDay(day.isoformat(), starts, max(starts, open_from), max(b for _, b in opened), spans)


def next_business_day(settings: Settings, site_id: str, after: date) -> date | None:
    """The first day after ``after`` on which anything is open; None when there is none within 400 days."""
    for ahead in range(1, SEARCH_DAYS + 1):
        day = after + timedelta(days=ahead)
        if hours(settings, site_id, day) is not None:
            return day
    return None


def local_date(settings: Settings, at: int) -> date:
    """The date in the city's time zone at ``at`` (ms UTC)."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(settings.time_zone)).date()


def minute_of_day(text: str) -> int:
    """``8:30`` → 510. No check: ``30:75`` is a number too."""
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def span_minutes(span: Span) -> tuple[int, int]:
    """``8:30-17:15`` → (510, 1035)."""
    begin, _, end = span.partition("-")
    return minute_of_day(begin), minute_of_day(end)


def is_public_holiday(day: date) -> bool:
    """A national holiday of Japan, substitutes and 国民の休日 (days between two holidays) included."""
    return day in _public_holidays(day.year)


@lru_cache(maxsize=32)
def _public_holidays(year: int) -> frozenset[date]:
    # imported here: a site that is always open never needs it
    from holidays import country_holidays

    return frozenset(country_holidays("JP", years=year))


def _minutes(site: Hours, service_id: str, day: date) -> tuple[tuple[int, int], ...]:
    own = site.services.get(service_id, ServiceHours())
    iso, weekday = day.isoformat(), WEEKDAYS[day.weekday()]
    for dates in (own.dates, site.dates):
        if (spans := dates.get(iso)) is not None:
            return _parsed(spans)
    if any(in_yearly(yearly, day) for yearly in site.closed_yearly):
        return ()
    if weekday not in own.open_on_holidays + site.open_on_holidays and is_public_holiday(day):
        return ()
    nth = f"{(day.day - 1) // 7 + 1}-{weekday}"
    for rules in (own, site):
        if (spans := rules.nth_week.get(nth)) is not None:
            return _parsed(spans)
        if (spans := _of_week(rules.week, weekday)) is not None:
            return _parsed(spans)
    return ()


def _of_week(week: Week, weekday: str) -> tuple[Span, ...] | None:
    spans: tuple[Span, ...] | None = getattr(week, weekday)
    if spans is None and weekday not in ("sat", "sun"):
        return week.weekdays
    return spans


def _parsed(spans: tuple[Span, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(span_minutes(span) for span in spans)


def in_yearly(yearly: str, day: date) -> bool:
    """Whether a day lies in days of every year such as ``12-29..01-03``."""
    first, _, last = yearly.partition("..")
    today = f"{day.month:02d}-{day.day:02d}"
    return first <= today <= last if first <= last else today >= first or today <= last


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    """Wall-clock minute of a day → ms UTC; minute 1440 is the next midnight."""
    local = datetime.combine(
        day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60), zone
    )
    return int(local.astimezone(UTC).timestamp()) * 1000
