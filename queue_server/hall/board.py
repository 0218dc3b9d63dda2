"""The public board of a site, folded from its committed state."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from queue_server import contract
from queue_server.domain import queue
from queue_server.domain.alarms import attended
from queue_server.domain.estimate import estimate_new
from queue_server.domain.hours import is_open
from queue_server.domain.state import Estimate, ShownCall, SiteState

from .times import rfc3339


def told(estimate: Estimate | None) -> contract.Estimate | None:
    """The core's estimate in the contract's shape."""
    if estimate is None:
        return None
    return contract.Estimate(low_minutes=estimate.low_minutes, high_minutes=estimate.high_minutes)


def board(state: SiteState, now: int, zone: ZoneInfo, notices: dict[str, contract.Names]) -> contract.Board:
    """Who waits, where, and who was called. ``now`` is hall time (ms UTC); calls newest first."""
    rules = state.rules
    services = [] if rules is None else [s for s in rules.services.values() if s.id in state.services]
    return contract.Board(
        seq=state.seq,
        day=state.day,
        services=[
            contract.BoardService(
                id=service.id,
                waiting=queue.waiting(state, service.id),
                estimate=told(estimate_new(state, service.id, now)),
                open=not service.is_pickup and is_open(state, service.id, now),
                attended=attended(state, service.id),
            )
            for service in services
        ],
        counters=[
            contract.BoardCounter(
                id=counter.id,
                status=counter.facts.status,
                numbers=[state.tickets[t].number for t in counter.facts.tickets],
            )
            for counter in state.counters.values()
        ],
        calls=[
            contract.BoardCall(
                seq=call.seq, number=call.number, counter=call.counter, at=rfc3339(call.at, zone)
            )
            for call in _last_calls(state)
        ],
        notice=None if state.notice is None else notices.get(state.notice),
    )


def _last_calls(state: SiteState) -> list[ShownCall]:
    """Newest first. A recall is the same call again: it moves to the front and takes no second row."""
    rows: dict[tuple[str, str], ShownCall] = {}
    for call in reversed(state.calls):
        rows.setdefault((call.ticket, call.counter), call)
    return list(rows.values())
