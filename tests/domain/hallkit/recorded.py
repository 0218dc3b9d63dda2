"""What a recorded day folds to, in words that later releases share: fields may be added, these stay."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from queue_server.domain import queue
from queue_server.domain.events import decode
from queue_server.domain.evolve import evolve, new_state
from queue_server.domain.state import SiteState, open_services, shown

EVERY = 50
"""Events between two checkpoints."""


def kinds(log: list[bytes]) -> set[str]:
    return {json.loads(line)["kind"] for line in log}


def folded(log: list[bytes]) -> dict[str, Any]:
    """The hall after the whole log."""
    state = new_state("hall")
    for line in log:
        evolve(state, decode(line))
    return hall(state)


def checkpoints(log: list[bytes]) -> list[str]:
    """A short digest of the hall after every EVERY events."""
    state = new_state("hall")
    digests = []
    for line in log:
        evolve(state, decode(line))
        if state.seq % EVERY == 0:
            text = json.dumps(hall(state), sort_keys=True)
            digests.append(hashlib.sha256(text.encode()).hexdigest()[:16])
    return digests


def hall(state: SiteState) -> dict[str, Any]:
    """What staff and residents would see: the queues, the counters, the boards, every ticket's visit."""
    return {
        "seq": state.seq,
        "day": state.day,
        "notice": state.notice,
        "queues": {
            service: [state.tickets[key[2]].number for key in queue.order(state, service)]
            for service in sorted(state.services)
        },
        "counters": {
            name: [counter.facts.status, [state.tickets[x].number for x in counter.facts.tickets]]
            for name, counter in sorted(state.counters.items())
            if state.day is not None
        },
        "bands": {
            name: [band.value, band.lap, sorted(band.live)] for name, band in sorted(state.bands.items())
        },
        "calls": [[call.number, call.counter, call.at] for call in state.calls],
        "tickets": {
            ticket.id: {
                "number": ticket.number,
                "state": shown(ticket.facts),
                "waits for": list(open_services(ticket.facts)),
                "places": [[x.service, x.due, x.rank, x.open] for x in ticket.facts.errands],
                "calls": [[x.service, x.counter, x.called, x.outcome] for x in ticket.facts.calls],
                "handoffs": [[x.department, x.state, x.awaited] for x in ticket.facts.handoffs],
            }
            for ticket in state.tickets.values()
        },
    }
