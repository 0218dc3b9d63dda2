"""Checks of the presets of one site."""

from __future__ import annotations

from .model import Site
from .reading import Key, Source
from .referring import reference, references, unique
from .whole_hours import check_spans, check_yearly


def check_presets(source: Source, at: Key, site: Site) -> None:
    """Note unknown counters and services, impossible hours and days."""
    for name, preset in site.presets.items():
        here = (*at, "presets", name)
        for counter, services in preset.counters.items():
            reference(source, (*here, "counters", counter), "counter", counter, site.counters)
            references(source, (*here, "counters", counter), "service", services, site.services)
        check_spans(source, (*here, "hours"), preset.hours)
        unique(source, (*here, "weekdays"), preset.weekdays)
        check_yearly(source, (*here, "dates"), preset.dates)
