"""Which preset of services holds by the clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from .business_days import WEEKDAYS, in_yearly, span_minutes
from .model import Preset, Settings


def preset_at(settings: Settings, site_id: str, at: int) -> str | None:
    """The first preset whose hours, weekdays and dates hold at ``at`` (ms UTC); those without hours never do.

    Raises ``KeyError`` for an unknown site.
    """
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(settings.time_zone))
    presets = settings.sites[site_id].presets
    return next((key for key, preset in presets.items() if _holds(preset, local)), None)


def _holds(preset: Preset, local: datetime) -> bool:
    minute, day = local.hour * 60 + local.minute, local.date()
    if preset.weekdays and WEEKDAYS[day.weekday()] not in preset.weekdays:
        return False
    if preset.dates and not any(in_yearly(yearly, day) for yearly in preset.dates):
        return False
    return any(begin <= minute < end for begin, end in map(span_minutes, preset.hours))
