"""When a service takes people. The spans were resolved by the edge and stand in the state."""

from __future__ import annotations

from bisect import bisect_left

from .refusal import RefusedError
from .rules import MINUTE, Service
from .state import SiteState


def is_open(state: SiteState, service: str, now: int) -> bool:
    """True when the day is open and ``now`` (ms UTC) lies in one of the service's spans."""
    if state.day is None:
        return False
    if state.hours is None:
        return True
    return any(start <= now < end for start, end in state.hours.get(service, ()))


def closes_at(state: SiteState, service: str, now: int) -> int | None:
    """End of the span that is open now (ms UTC), or None when always open or closed."""
    if state.hours is None:
        return None
    for start, end in state.hours.get(service, ()):
        if start <= now < end:
            return end
    return None


def last_end(state: SiteState) -> int | None:
    """The end of the day's last span of any service, or None when always open."""
    if state.hours is None:
        return None
    return max((end for spans in state.hours.values() for _, end in spans), default=state.starts)


def check_caps(state: SiteState, service: Service, now: int) -> None:
    """Raise ``cap_reached`` when a cap of the running time band is used up (R-12)."""
    for cap in service.caps:
        start = state.starts + cap.from_minute * MINUTE
        end = state.starts + cap.to_minute * MINUTE
        if start <= now < end:
            issued_at = state.services[service.id].issued_at
            given = bisect_left(issued_at, end) - bisect_left(issued_at, start)
            if given >= cap.count:
                raise RefusedError("cap_reached", service=service.id, count=cap.count)
