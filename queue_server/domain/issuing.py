"""Why a service gives no number now, before anybody asks for one."""

from __future__ import annotations

from typing import Literal

from .hours import check_caps, closes_at, is_open
from .refusal import RefusedError
from .rules import MINUTE, Service
from .state import SiteState


def stopped(
    state: SiteState, service: Service, now: int, wait: float | None
) -> Literal["hours", "estimate", "cap"] | None:
    """None while numbers are given at hall time ``now`` (ms UTC); the rules are those of issuing itself.

    ``wait``: minutes that somebody who took a number now would wait (``estimate.wait_of_new``).
    """
    if service.is_pickup or not is_open(state, service.id, now):
        return "hours"
    try:
        check_caps(state, service, now)
    except RefusedError:
        return "cap"
    return "estimate" if too_late(state, service, wait, now) else None


def too_late(state: SiteState, service: Service, wait: float | None, now: int) -> bool:
    """Whether somebody who waits so long (minutes) would come after closing and the service's margin."""
    if wait is None or not service.closes_by_estimate:
        return False
    end = closes_at(state, service.id, now)
    return end is not None and now + wait * MINUTE > end + service.closing_margin_minutes * MINUTE
