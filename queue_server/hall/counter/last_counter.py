"""Whom a counter would leave alone: services with people waiting that no other open counter calls for."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from queue_server.domain import queue
from queue_server.domain.alarms import attended
from queue_server.domain.rules import Names
from queue_server.domain.state import CounterState, SiteState


class Alone(msgspec.Struct, frozen=True, kw_only=True):
    """A service that nobody would serve."""

    names: Names
    waiting: int


def left_alone(state: SiteState, counter: CounterState) -> list[Alone]:
    """The services that stay unattended, with people waiting, when this open counter closes or pauses."""
    if state.rules is None or state.day is None or counter.facts.status != "open":
        return []
    without = {key: other for key, other in state.counters.items() if key != counter.id}
    others = replace(state, counters=without)
    return [
        Alone(names=state.rules.services[service].names, waiting=waiting)
        for service, _ in queue.served_by(state.rules, state.rules.counters.get(counter.id), counter)
        if service in state.rules.services
        and (waiting := queue.waiting(state, service))
        and not attended(others, service)
    ]
