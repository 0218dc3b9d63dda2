"""Checks of the opening hours of one site."""

from __future__ import annotations

from datetime import date

from .business_days import WEEKDAYS, minute_of_day, span_minutes
from .mistakes import did_you_mean, listed
from .model import ServiceHours, Site
from .reading import Key, Source

LEAP_YEAR = 2024


def check_hours(source: Source, at: Key, site: Site) -> None:
    """Note impossible spans, dates, weekdays and unknown services; note a site that never opens."""
    here = (*at, "hours")
    _service_hours(source, here, site.hours)
    check_yearly(source, (*here, "closed_yearly"), site.hours.closed_yearly)
    services = list(site.services)
    for service, own in site.hours.services.items():
        key = (*here, "services", service)
        if service not in site.services:
            hint = did_you_mean(service, services)
            source.note(
                key, "unknown_reference", kind="service", name=service, hint=hint, known=listed(services)
            )
        _service_hours(source, key, own)
    every = (site.hours, *site.hours.services.values())
    if not site.hours.always_open and not any(_has_spans(own) for own in every) and not source.mistaken(here):
        source.note(here, "never_open")


def check_yearly(source: Source, key: Key, spans: tuple[str, ...]) -> None:
    """Note days of the year that no year has."""
    for index, yearly in enumerate(spans):
        here = (*key, str(index))
        if not source.mistaken(here) and not all(
            _is_date(f"{LEAP_YEAR}-{part}") for part in yearly.split("..")
        ):
            source.note(here, "bad_yearly", name=yearly)


def reason_of_times(begin: str, end: str) -> str | None:
    """Why two times of day make no span, or None."""
    for text in (begin, end):
        if int(text.partition(":")[2]) > 59:
            return f"there is no time {text}"
    if minute_of_day(end) > 24 * 60:
        return "a day ends at 24:00"
    if minute_of_day(begin) >= minute_of_day(end):
        return "the end is not after the beginning"
    return None


def _has_spans(own: ServiceHours) -> bool:
    weekly = any(getattr(own.week, name) for name in ("weekdays", *WEEKDAYS))
    return weekly or any(own.nth_week.values()) or any(own.dates.values())


def _service_hours(source: Source, at: Key, own: ServiceHours) -> None:
    for name in ("weekdays", *WEEKDAYS):
        check_spans(source, (*at, "week", name), getattr(own.week, name) or ())
    for nth, spans in own.nth_week.items():
        key = (*at, "nth_week", nth)
        count, _, weekday = nth.partition("-")
        if count not in ("1", "2", "3", "4", "5") or weekday not in WEEKDAYS:
            source.note(key, "bad_nth", name=nth)
        check_spans(source, key, spans)
    for day, spans in own.dates.items():
        key = (*at, "dates", day)
        if not _is_date(day):
            source.note(key, "bad_date", name=day)
        check_spans(source, key, spans)


def check_spans(source: Source, key: Key, spans: tuple[str, ...]) -> None:
    """Note impossible and overlapping spans of one day."""
    last_end = 0
    for index, span in enumerate(spans):
        if source.mistaken((*key, str(index))):
            continue
        reason = reason_of_times(*span.split("-"))
        if reason is None:
            begin, end = span_minutes(span)
            if begin < last_end:
                reason = "it begins before the one before it has ended"
            last_end = end
        if reason is not None:
            source.note((*key, str(index)), "bad_span", span=span, reason=reason)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
