"""The pick-up counter (交付): several numbers called together (R-18)."""

from __future__ import annotations

from . import commands as c
from . import events as e
from . import transitions
from .decide_counter import call, opened
from .draft import Draft
from .refusal import RefusedError
from .state import CounterState, Ticket, TicketFacts, pending


def call_numbers(draft: Draft, command: c.CallNumbers) -> None:
    """All or none. A plain 交付待ち that the back office has not ticked off yet is done with the call."""
    counter = opened(draft, command.counter)
    rule = draft.rules.counters.get(command.counter) if draft.rules else None
    if rule is None or rule.kind != "pickup":
        raise RefusedError("not_pickup_counter", counter=command.counter)
    numbers = dict.fromkeys(command.numbers)
    found = [_ready(draft, counter, number) for number in numbers]
    refused = [number for number, ticket in zip(numbers, found, strict=True) if ticket is None]
    if refused:
        raise RefusedError("numbers_not_ready", numbers=", ".join(refused))
    for ticket in found:
        assert ticket is not None
        _finish_plain(draft, ticket, command.counter)
        errand = _errand(draft.now_facts(ticket), counter)
        assert errand is not None
        call(draft, ticket, errand, command.counter, "chosen")


def _ready(draft: Draft, counter: CounterState, number: str) -> Ticket | None:
    """The ticket of a number that may be called here now."""
    ticket = draft.state.tickets.get(draft.state.by_number.get(number, ""))
    if ticket is None or ticket.facts.ended is not None or ticket.facts.place in ("called", "serving"):
        return None
    facts = ticket.facts
    if _errand(facts, counter) is not None:
        return ticket
    alone = facts.place == "none" and not any(x.open for x in facts.errands)
    return ticket if alone and pending(facts) and only_plain(facts) else None


def _errand(facts: TicketFacts, counter: CounterState) -> int | None:
    """The errand to be called for here: the one put aside, else the pick-up, else one that the counter serves."""
    if facts.errand is not None:
        chosen = facts.errands[facts.errand]
        return facts.errand if chosen.pickup or chosen.service in counter.facts.services else None
    mine = [i for i, x in enumerate(facts.errands) if x.open and x.pickup]
    mine += [i for i, x in enumerate(facts.errands) if x.open and x.service in counter.facts.services]
    return mine[0] if mine else None


def only_plain(facts: TicketFacts) -> bool:
    """True when all that is awaited is a plain 交付待ち: no department has words or a procedure of its own."""
    return all(
        x.title is None and x.procedure is None for x in facts.handoffs if x.awaited and x.state != "done"
    )


def _finish_plain(draft: Draft, ticket: Ticket, counter: str) -> None:
    facts = ticket.facts
    for handoff in facts.handoffs:
        if handoff.awaited and handoff.state != "done":
            after = transitions.handoff_changed(draft.now_facts(ticket), transitions.handoff_done(handoff))
            draft.write_ticket(
                e.HandoffDone, ticket, after, handoff.service, counter=counter, handoff=handoff.id
            )
    draft.open_pickup(ticket, counter)
