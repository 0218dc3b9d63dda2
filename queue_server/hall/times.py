"""Milliseconds of the core ↔ RFC 3339 texts of the contract."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=4096)
def _second(second: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(second, zone).isoformat()


def rfc3339(at: int, zone: ZoneInfo) -> str:
    """ms UTC → e.g. ``2026-11-20T09:00:00+09:00`` (whole seconds, the site's zone)."""
    return _second(at // 1000, zone)


def hour_minute(at: int, zone: ZoneInfo) -> str:
    """ms UTC → ``9:05``, as the site's clocks show it."""
    there = datetime.fromtimestamp(at / 1000, zone)
    return f"{there.hour}:{there.minute:02d}"


def hour_minute_second(at: int, zone: ZoneInfo) -> str:
    """ms UTC → ``9:05:07``."""
    return f"{hour_minute(at, zone)}:{at // 1000 % 60:02d}"


def milliseconds(text: str) -> int:
    """RFC 3339 with offset → ms UTC. Raises ``ValueError`` for anything else, also without offset."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError("a time needs its offset")
    return round(parsed.astimezone(UTC).timestamp() * 1000)
