"""``GET …/queue``: who waits, who is put aside, who is in the departments' hands. For staff."""

from __future__ import annotations

from typing import Any

from queue_server import contract
from queue_server.domain.alarms import alarms
from queue_server.domain.queue import first_errand, order, served_by
from queue_server.domain.state import SiteState, Ticket, shown
from queue_server.hall.times import rfc3339
from queue_server.web import Call, ProblemError


async def queue_of(call: Call[Any]) -> contract.StaffQueue:
    """The site's queues, or with ``counter`` only the services of that counter as it is open now.

    Waiting tickets stand in the order of their due times, helped services with their penalty; the fairness
    bound may let a later one go first.
    """
    state = call.state
    services = _services(state, call.query.get("counter"))
    places = sorted(
        (
            (due + penalty, rank, ticket, errand)
            for service, penalty in services
            for due, rank, ticket, errand in order(state, service)
        ),
    )
    names = {service for service, _ in services}
    aside: dict[str, list[contract.QueueRow]] = {"held": [], "no_show": [], "processing": []}
    for ticket in state.tickets.values():
        if ticket.facts.ended is None and (rows := aside.get(shown(ticket.facts))) is not None:
            errand = _errand_aside(ticket)
            if ticket.facts.errands[errand].service in names:
                rows.append(_row(call, ticket, errand))
    return contract.StaffQueue(
        waiting=[_row(call, state.tickets[ticket], errand) for _, _, ticket, errand in places],
        held=aside["held"],
        no_show=aside["no_show"],
        processing=aside["processing"],
        alarms=told(state),
        seq=state.seq,
    )


def _services(state: SiteState, counter: str | None) -> list[tuple[str, int]]:
    if counter is None:
        return [(service, 0) for service in state.services]
    found = state.counters.get(counter)
    if found is None or state.rules is None:
        raise ProblemError("unknown_counter", 404, counter=counter)
    served = served_by(state.rules, state.rules.counters.get(counter), found)
    return [(service, penalty) for service, penalty in served if service in state.services]


def _errand_aside(ticket: Ticket) -> int:
    facts = ticket.facts
    if facts.errand is not None:
        return facts.errand
    first = first_errand(facts)
    return len(facts.errands) - 1 if first is None else first


def _row(call: Call[Any], ticket: Ticket, index: int) -> contract.QueueRow:
    errand, zone = ticket.facts.errands[index], call.deps.zone
    return contract.QueueRow(
        id=ticket.id,
        number=ticket.number,
        service=errand.service,
        state=shown(ticket.facts),
        issued_at=rfc3339(ticket.issued_at, zone),
        waited_seconds=max(0, call.deps.clock.now() - errand.arrival) // 1000,
        due_at=rfc3339(errand.due, zone),
        priority=errand.priority,
        needs=ticket.needs is not None,
        units=ticket.units,
    )


def told(state: SiteState) -> list[contract.Alarm]:
    """The site's alarms in the contract's shape."""
    return [contract.Alarm(code=x.code, subject=x.subject, count=x.count) for x in alarms(state)]
