"""What staff should know before residents find out: numbers that run out, and people whom nobody serves."""

from __future__ import annotations

from typing import Literal

import msgspec

from . import queue
from .state import SiteState

FEW = 0.05
"""Share of a band's numbers below which its free ones are few."""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """``subject`` is a band or a service; ``count`` its free numbers, or the people waiting."""

    code: Literal["band_exhausted", "band_low", "service_unattended"]
    subject: str
    count: int


def alarms(state: SiteState) -> list[Alarm]:
    """The alarms of a site while its day is open, bands first."""
    if state.day is None or state.rules is None:
        return []
    found: list[Alarm] = []
    for band in state.rules.bands.values():
        size = band.last - band.first + 1 - len([n for n in set(band.skip) if band.first <= n <= band.last])
        free = size - len([n for n in state.bands[band.id].live if band.first <= n <= band.last])
        if free <= 0:
            found.append(Alarm(code="band_exhausted", subject=band.id, count=0))
        elif free <= size * FEW and not band.emergency:
            found.append(Alarm(code="band_low", subject=band.id, count=free))
    for service in state.services:
        waiting = queue.waiting(state, service)
        if waiting and not attended(state, service):
            found.append(Alarm(code="service_unattended", subject=service, count=waiting))
    return found


def attended(state: SiteState, service: str) -> bool:
    """Whether any open counter calls for the service, helpers included."""
    rules = state.rules
    return any(
        counter.facts.status == "open"
        and (
            service in counter.facts.services
            or (
                rules is not None
                and (rule := rules.counters.get(counter.id)) is not None
                and service in rule.helps
            )
        )
        for counter in state.counters.values()
    )
