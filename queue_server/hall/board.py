"""The public board of a site, folded from its committed state."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from queue_server import contract
from queue_server.domain import queue
from queue_server.domain.alarms import attended
from queue_server.domain.estimate import as_range, wait_of_new
from queue_server.domain.hours import closes_at, is_open
from queue_server.domain.issuing import stopped
from queue_server.domain.state import Estimate, ShownCall, SiteState
from queue_server.hall.times import rfc3339


def told(estimate: Estimate | None) -> contract.Estimate | None:
    """The core's estimate in the contract's shape."""
    if estimate is None:
        return None
    return contract.Estimate(low_minutes=estimate.low_minutes, high_minutes=estimate.high_minutes)


def board(state: SiteState, now: int, zone: ZoneInfo, notices: dict[str, contract.Names]) -> contract.Board:
    """Who waits, where, and who was called. ``now`` is hall time (ms UTC); calls newest first."""
    rules = state.rules
    last = _last_called(state)
    services = [] if rules is None else [s for s in rules.services.values() if s.id in state.services]
    return contract.Board(
        seq=state.seq,
        day=state.day,
        services=[
            contract.BoardService(
                id=service.id,
                waiting=queue.waiting(state, service.id),
                estimate=None if wait is None else told(as_range(wait)),
                open=not service.is_pickup and is_open(state, service.id, now),
                attended=attended(state, service.id),
                closes_at=_time(closes_at(state, service.id, now), zone),
                stopped=None if service.is_pickup else stopped(state, service, now, wait),
                last_called=last.get(service.id),
            )
            for service in services
            for wait in (wait_of_new(state, service, now),)
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


def _time(at: int | None, zone: ZoneInfo) -> str | None:
    return None if at is None else rfc3339(at, zone)


def _last_called(state: SiteState) -> dict[str, str]:
    """Service → the number called last, from the boards' calls and who is at a counter since longer."""
    found: dict[str, tuple[int, str]] = {}

    def see(service: str, seq: int, number: str) -> None:
        if seq > found.get(service, (0, ""))[0]:
            found[service] = (seq, number)

    for shown in state.calls:
        see(shown.service, shown.seq, shown.number)
    for counter in state.counters.values():
        for ticket in counter.facts.tickets:
            call = state.tickets[ticket].facts.calls[-1]
            see(call.service, call.seq, state.tickets[ticket].number)
    return {service: number for service, (_, number) in found.items()}


def _last_calls(state: SiteState) -> list[ShownCall]:
    """Newest first. A recall is the same call again: it moves to the front and takes no second row."""
    rows: dict[tuple[str, str], ShownCall] = {}
    for call in reversed(state.calls):
        rows.setdefault((call.ticket, call.counter), call)
    return list(rows.values())
