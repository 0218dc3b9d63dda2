"""Until when numbers are given, service by service, and whether it is time to tell the hall."""

from __future__ import annotations

from math import inf
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from queue_server import settings
from queue_server.domain.decide_day import may_close_from
from queue_server.domain.estimate import mean_wait, service_minutes, wait_of_new
from queue_server.domain.hours import closes_at, last_end
from queue_server.domain.issuing import stopped
from queue_server.domain.queue import waiting
from queue_server.domain.rules import MINUTE, Names
from queue_server.domain.state import SiteState
from queue_server.hall.times import hour_minute


class ServiceEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A service at the end of its day."""

    names: Names
    waiting: int
    closes_at: str | None
    """When its hours end; None outside them and without hours."""
    stopped: Literal["hours", "estimate", "cap"] | None
    done_at: str | None
    """When the last who waits is expected to be done; None when nobody waits or no counter serves it."""
    after_closing: bool


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that should be shown, or taken down, now."""

    notice: str
    text: Names
    post: bool


class DayEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How the day comes to its end."""

    services: list[ServiceEnd]
    """Those with people, or that give no number any more though their hours run."""
    others: list[ServiceEnd]
    open: int
    closes_by_itself: str | None
    """From then on the day closes when nobody waits; None without hours."""
    not_before: str | None
    """Until then only force closes the day; None once that time has come."""
    advice: Advice | None


def day_end(city: settings.Settings, state: SiteState, now: int, zone: ZoneInfo) -> DayEnd:
    """The end of a site's open day, at hall time ``now`` (ms UTC)."""
    rules = state.rules
    assert rules is not None
    found = [
        _service(state, key, now, zone)
        for key, rule in rules.services.items()
        if not rule.is_pickup and key in state.services
    ]
    urgent = [x for x in found if x.waiting or x.stopped in ("estimate", "cap")]
    may_close = may_close_from(state)
    at = hour_minute(may_close, zone)
    return DayEnd(
        services=urgent,
        others=[x for x in found if x not in urgent],
        open=sum(1 for x in found if x.stopped is None),
        closes_by_itself=None if last_end(state) is None else at,
        not_before=at if now < may_close else None,
        advice=_advice(city, state, now),
    )


def _service(state: SiteState, key: str, now: int, zone: ZoneInfo) -> ServiceEnd:
    assert state.rules is not None
    rule = state.rules.services[key]
    people, closes = waiting(state, key), closes_at(state, key, now)
    wait = mean_wait(state, key, now + 24 * 60 * MINUTE, inf) if people else None
    done = None if wait is None else now + round((wait + service_minutes(state, key)) * MINUTE)
    return ServiceEnd(
        names=rule.names,
        waiting=people,
        closes_at=None if closes is None else hour_minute(closes, zone),
        stopped=stopped(state, rule, now, wait_of_new(state, rule, now)),
        done_at=None if done is None else hour_minute(done, zone),
        after_closing=done is not None and state.hours is not None and (closes is None or done > closes),
    )


def _advice(city: settings.Settings, state: SiteState, now: int) -> Advice | None:
    """Show the configured notice in the last minutes before the site's last hours end; take it down at all other
    times but the evening."""
    queue = city.sites[state.site].queue
    notice, end = queue.last_ticket_notice, last_end(state)
    if notice is None or end is None:
        return None
    soon = end - queue.last_ticket_minutes * MINUTE
    shown = state.notice == notice
    if shown == (soon <= now < end) or (shown and now >= end and state.day is not None and _anybody(state)):
        return None
    return Advice(notice=notice, text=city.notices[notice].text, post=not shown)


def _anybody(state: SiteState) -> bool:
    return any(waiting(state, key) for key in state.services)
