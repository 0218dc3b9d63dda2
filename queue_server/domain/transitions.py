"""How one ticket's facts change, as pure functions from facts to facts.

``decide`` uses them to know what an event will lead to, ``evolve`` to make it so: the two cannot disagree.
All times are ms UTC.
"""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from .state import Call, Errand, Handoff, TicketFacts, pending

Outcome = Literal["served", "no_show", "held", "delayed", "transferred", "cancelled", "expired", "undone"]


def _end_call(facts: TicketFacts, at: int, outcome: Outcome) -> tuple[Call, ...]:
    """The calls with the running one (if any) ended."""
    if not facts.calls or facts.calls[-1].outcome != "open":
        return facts.calls
    last = facts.calls[-1]
    return (*facts.calls[:-1], replace(last, ended=at, outcome=outcome, from_call=last.started is None))


def _with_errand(facts: TicketFacts, index: int, errand: Errand) -> tuple[Errand, ...]:
    return (*facts.errands[:index], errand, *facts.errands[index + 1 :])


def called(facts: TicketFacts, *, errand: int, counter: str, seq: int, at: int) -> TicketFacts:
    """Sent to ``counter`` for one errand."""
    chosen = facts.errands[errand]
    call = Call(
        seq=seq,
        service=chosen.service,
        counter=counter,
        arrival=chosen.arrival,
        called=at,
        pickup=chosen.pickup,
    )
    return replace(
        facts, place="called", counter=counter, errand=errand, calls=(*facts.calls, call), carried=False
    )


def recalled(facts: TicketFacts, at: int) -> TicketFacts:
    """Called once more."""
    last = replace(facts.calls[-1], recalls=facts.calls[-1].recalls + 1, recalled=at)
    return replace(facts, calls=(*facts.calls[:-1], last))


def waited_for(facts: TicketFacts, at: int) -> TicketFacts:
    """Called again after an absence was taken back: the rule gives the time to come after a recall once more."""
    if facts.place != "called" or facts.calls[-1].recalled is None:
        return facts
    return replace(facts, calls=(*facts.calls[:-1], replace(facts.calls[-1], recalled=at)))


def started(facts: TicketFacts, at: int) -> TicketFacts:
    """The resident is at the counter."""
    return replace(facts, place="serving", calls=(*facts.calls[:-1], replace(facts.calls[-1], started=at)))


def finished(facts: TicketFacts, at: int) -> TicketFacts:
    """The errand at the counter is done."""
    assert facts.errand is not None
    errand = replace(facts.errands[facts.errand], open=False)
    return replace(
        facts,
        place="none",
        counter=None,
        errand=None,
        errands=_with_errand(facts, facts.errand, errand),
        calls=_end_call(facts, at, "served"),
        pickup_owed=pending(facts) if errand.pickup else facts.pickup_owed,
    )


def held(facts: TicketFacts, at: int, errand: int) -> TicketFacts:
    """Put aside, from the counter or from the queue."""
    return replace(facts, place="held", counter=None, errand=errand, calls=_end_call(facts, at, "held"))


def no_show(facts: TicketFacts, at: int) -> TicketFacts:
    """Called and did not come; the errand stays open."""
    return replace(facts, place="no_show", counter=None, calls=_end_call(facts, at, "no_show"))


def placed(facts: TicketFacts, *, errand: int, due: int, rank: float) -> TicketFacts:
    """In the queue at a stated place, by the restore rule alone: no class and no slot speaks any more."""
    moved = replace(facts.errands[errand], due=due, rank=rank, lane="plain", callable_from=0, boost=0)
    return replace(
        facts,
        place="none",
        counter=None,
        errand=None,
        errands=_with_errand(facts, errand, moved),
        carried=False,
    )


def delayed(facts: TicketFacts, *, errand: int, due: int, rank: float) -> TicketFacts:
    """Moved back; an appointment or a class keeps its lane."""
    moved = replace(facts.errands[errand], due=due, rank=rank)
    return replace(facts, errands=_with_errand(facts, errand, moved), delayed=True)


def delayed_return(facts: TicketFacts, at: int, *, errand: int, due: int, rank: float) -> TicketFacts:
    """Called or absent, and coming a little late: in the queue again."""
    ended = replace(facts, calls=_end_call(facts, at, "delayed"), delayed=True)
    return placed(ended, errand=errand, due=due, rank=rank)


def carried(facts: TicketFacts, errand: int) -> TicketFacts:
    """Held for the next day."""
    return replace(facts, place="held", errand=errand, carried=True)


def transferred(facts: TicketFacts, at: int, errand: Errand) -> TicketFacts:
    """The errand at the counter ends and goes on as ``errand``: with its class, its slot, and still a pick-up.

    While work is awaited (a hand-off was returned) it goes on as ordinary work: the pick-up opens when all is done.
    """
    assert facts.errand is not None
    old = facts.errands[facts.errand]
    ended = replace(old, open=False)
    lane: Literal["plain", "boosted", "slot"] = "boosted" if old.boost else "plain"
    if old.lane == "slot" and errand.arrival == old.arrival:
        lane = "slot"
    errand = replace(
        errand,
        lane=lane,
        priority=old.priority,
        boost=old.boost,
        slot=old.slot,
        pickup=old.pickup and not pending(facts),
        callable_from=old.callable_from if lane == "slot" else 0,
    )
    return replace(
        facts,
        place="none",
        counter=None,
        errand=None,
        errands=(*_with_errand(facts, facts.errand, ended), errand),
        calls=_end_call(facts, at, "transferred"),
    )


def service_changed(facts: TicketFacts, *, errand: int, to: str, due: int, rank: float) -> TicketFacts:
    """A waiting errand became one of another service."""
    changed = replace(facts.errands[errand], service=to, due=due, rank=rank)
    return replace(facts, errands=_with_errand(facts, errand, changed))


def prioritised(facts: TicketFacts, *, priority: str, boost: int) -> TicketFacts:
    """Every open errand gets the class; an earlier class's boost is given back."""
    errands = tuple(
        replace(
            e, priority=priority, boost=boost, due=e.due + e.boost - boost, lane="boosted", callable_from=0
        )
        if e.open
        else e
        for e in facts.errands
    )
    return replace(facts, errands=errands)


def ended(facts: TicketFacts, at: int, how: Literal["cancelled", "expired"]) -> TicketFacts:
    """Given up or expired. Errands stay as they were, so that ``reopened`` finds them; hand-offs stay too."""
    return replace(
        facts,
        place="none",
        counter=None,
        errand=None,
        calls=_end_call(facts, at, how),
        ended=how,
        ended_at=at,
        carried=False,
    )


def reopened(facts: TicketFacts, errand: int | None) -> TicketFacts:
    """Not ended any more; ``errand`` opens again at the place it had."""
    errands = facts.errands
    if errand is not None:
        errands = _with_errand(facts, errand, replace(facts.errands[errand], open=True))
    return replace(facts, ended=None, ended_at=None, errands=errands)


def class_boost(facts: TicketFacts) -> Errand | None:
    """The errand that shows the resident's priority class, for an errand that opens later; None without one."""
    for errand in reversed(facts.errands):
        if errand.boost:
            return errand
    return None


def pickup_opened(facts: TicketFacts, errand: Errand) -> TicketFacts:
    """The pick-up errand waits in its queue, with the resident's class."""
    of_class = class_boost(facts)
    if of_class is not None:
        errand = replace(errand, lane="boosted", priority=of_class.priority, boost=of_class.boost)
    return replace(facts, errands=(*facts.errands, errand))


def uncalled_pickup(facts: TicketFacts) -> Errand | None:
    """The open pick-up errand, unless its resident is at the counter for it."""
    for index, errand in enumerate(facts.errands):
        if errand.open and errand.pickup:
            at_counter = facts.place in ("called", "serving") and facts.errand == index
            return None if at_counter else errand
    return None


def pickup_withdrawn(facts: TicketFacts) -> TicketFacts:
    """The uncalled pick-up errand leaves its queue, or the held or absent list; it is owed still."""
    pickup = uncalled_pickup(facts)
    errands = tuple(replace(e, open=False) if e is pickup else e for e in facts.errands)
    if facts.errand is not None and facts.errands[facts.errand] is pickup:
        return replace(facts, errands=errands, place="none", errand=None)
    return replace(facts, errands=errands)


def handoff_opened(facts: TicketFacts, handoff: Handoff) -> TicketFacts:
    """A department owes its part."""
    return replace(
        facts,
        handoffs=(*facts.handoffs, handoff),
        pickup_owed=facts.pickup_owed or handoff.awaited,
    )


def handoff_changed(facts: TicketFacts, handoff: Handoff) -> TicketFacts:
    """The hand-off's record was replaced. What is awaited again will be picked up again."""
    return replace(
        facts,
        handoffs=tuple(handoff if h.id == handoff.id else h for h in facts.handoffs),
        pickup_owed=facts.pickup_owed or (handoff.awaited and handoff.state == "returned"),
    )


def handoff_done(handoff: Handoff) -> Handoff:
    """The department's part is done."""
    return replace(handoff, state="done")


def pickup_ready(facts: TicketFacts) -> bool:
    """True when the pick-up must open: owed, nothing awaited, no errand open, alive and not called."""
    return (
        facts.pickup_owed
        and facts.ended is None
        and facts.place == "none"
        and not pending(facts)
        and not any(e.open for e in facts.errands)
    )


def undone_call(call: Call, at: int) -> Call:
    """A call that an undo took back: it stays in the record, outside every statistic."""
    return replace(call, ended=at, outcome="undone")


def with_undone(before: TicketFacts, undone: tuple[Call, ...]) -> TicketFacts:
    """The facts from before a command, with the calls that were taken back kept for the record.

    They stand before a running call: ``calls[-1]`` stays the call in hand.
    """
    if not undone:
        return before
    if before.calls and before.calls[-1].outcome == "open":
        return replace(before, calls=(*before.calls[:-1], *undone, before.calls[-1]))
    return replace(before, calls=(*before.calls, *undone))
