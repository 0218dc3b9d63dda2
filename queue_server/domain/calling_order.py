"""In which order a counter would call everybody who waits, if nothing else happened.

The same steps as calling the next one again and again, on a working paper: the state is not touched.
"""

from __future__ import annotations

from bisect import bisect_left

from msgspec.structs import replace

from . import queue
from .decide_counter import call
from .draft import Draft
from .queue import Candidate
from .state import CounterState, QueueKey, ServiceState, SiteState, Ticket


def calling_order(state: SiteState, counter: CounterState, now: int, limit: int) -> list[Candidate]:
    """Whom ``counter`` calls next, and then, at ``now`` (hall time, ms UTC): at most ``limit`` of them.

    ``counter`` may be another picture of a counter of the state, such as a closed one as if it were open. A ticket
    with several errands is called for each in its turn, and stands there as often.
    """
    if state.rules is None or state.day is None or limit <= 0:
        return []
    rule = state.rules.counters.get(counter.id)
    desk = rule is None or rule.kind == "desk"
    paper = replace(state, services=_copies(state, counter))
    draft = Draft(state, now, "")
    here = list(counter.facts.tickets)
    order: list[Candidate] = []
    while len(order) < limit:
        if desk:
            for served in here:
                draft.finish(state.tickets[served], counter.id)
            here.clear()
        found = queue.next_for(paper, counter, now, draft.entering())
        if found is None:
            break
        order.append(found)
        ticket = state.tickets[found.ticket]
        if found.ticket not in draft.facts:
            _take_out(paper, ticket)
        boosted = draft.now_facts(ticket).errands[found.errand].lane == "boosted"
        paper.services[found.service].turns.append(-draft.seq if boosted else draft.seq)
        call(draft, ticket, found.errand, counter.id, found.rule)
        here.append(found.ticket)
    return order


def _copies(state: SiteState, counter: CounterState) -> dict[str, ServiceState]:
    """The queues that the counter calls from, to be changed."""
    assert state.rules is not None
    served = queue.served_by(state.rules, state.rules.counters.get(counter.id), counter)
    return {
        service: replace(
            queue_now,
            plain=list(queue_now.plain),
            boosted=list(queue_now.boosted),
            slot=list(queue_now.slot),
            turns=list(queue_now.turns),
        )
        for service, _ in served
        if (queue_now := state.services.get(service)) is not None
    }


def _take_out(paper: SiteState, ticket: Ticket) -> None:
    """Out of every queue it stood in: from now on the draft knows where it is."""
    if not queue.queued(ticket.facts):
        return
    for index, errand in enumerate(ticket.facts.errands):
        lanes = paper.services.get(errand.service)
        if errand.open and lanes is not None:
            lane: list[QueueKey] = getattr(lanes, errand.lane)
            del lane[bisect_left(lane, (errand.due, errand.rank, ticket.id, index))]
