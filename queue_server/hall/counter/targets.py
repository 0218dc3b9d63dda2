"""Where a service is served: what a clerk tells a resident who is passed on."""

from __future__ import annotations

import msgspec

from queue_server.domain import queue
from queue_server.domain.rules import Names
from queue_server.domain.state import SiteState


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a service is served."""

    counters: list[Names]
    """Those that take it now; while none is open, those that usually do."""
    open: bool


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A service that somebody may be passed on to."""

    id: str
    names: Names
    spot: Spot
    waiting: int


def targets(state: SiteState) -> list[Target]:
    """Every service of the site but the pick-up."""
    if state.rules is None:
        return []
    return [
        Target(id=s.id, names=s.names, spot=spot_of(state, s.id), waiting=queue.waiting(state, s.id))
        for s in state.rules.services.values()
        if not s.is_pickup
    ]


def spot_of(state: SiteState, service: str) -> Spot:
    """Where to send somebody for a service."""
    if state.rules is None:
        return Spot(counters=[], open=False)
    rules = state.rules.counters
    taking = [
        key
        for key, counter in state.counters.items()
        if counter.facts.status == "open" and service in counter.facts.services
    ]
    usual = [key for key, rule in rules.items() if service in rule.services]
    return Spot(counters=[rules[key].names for key in taking or usual if key in rules], open=bool(taking))
