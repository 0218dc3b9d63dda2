"""Why a later number was called while another ticket was in the hall: one reason, as a code with its facts.

Decided from the state that the call met, as ``queue.next_for`` decided; where several things made the called one
earlier, the one that made the most of it is told.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from . import events as e
from .queue import served_by
from .rules import MINUTE, Rules
from .state import Errand, SiteState, Ticket, TicketFacts
from .why_places import Origin, Places, Spot

Code = Literal[
    "called", "serving", "held", "absent", "carried", "processing", "ended",
    "other_service", "appointment_early", "chosen", "fairness", "helped",
    "delayed", "returned", "came_back", "priority", "appointment", "your_appointment",
    "shorter_target", "written", "ready_earlier", "joined_earlier", "order_kept", "same_time",
]  # fmt: skip
"""Every reason there is; ``why.<code>`` is its sentence."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason. ``facts``: counters, services and classes by id, times in ms UTC, lengths in minutes."""

    code: Code
    facts: dict[str, Any] = {}


def reason(state: SiteState, places: Places, ticket: Ticket, event: e.TicketCalled) -> Reason | None:
    """Why ``event`` called another, later ticket and not ``ticket``; ``state`` is the one that the event meets.

    None for a call of another queue that passed nobody: the ticket did not wait, or has had its turn in that queue.
    """
    assert state.rules is not None
    assert event.counter is not None
    counter = state.counters[event.counter]
    served = dict(served_by(state.rules, state.rules.counters.get(counter.id), counter))
    called = state.tickets[event.ticket].facts.errands[event.errand]
    chosen = {called.service} if event.rule == "chosen" else set()
    away = _away(ticket)
    here = set(served) | chosen
    if not _concerned(state.rules, ticket.facts) & here:
        had_its_turn = any(x.service in here for x in ticket.facts.errands)
        return None if away or had_its_turn else Reason(code="other_service")
    if away is not None:
        return away
    if event.rule == "chosen":
        return Reason(code="chosen")
    errands = [(i, x) for i, x in enumerate(ticket.facts.errands) if x.open and x.service in served]
    ready = [(i, x) for i, x in errands if x.callable_from <= event.at]
    if not ready:
        first = min((x for _, x in errands), key=lambda x: x.callable_from)
        return Reason(code="appointment_early", facts={"slot": first.slot, "from": first.callable_from})
    index, mine = min(ready, key=lambda x: (x[1].due + served[x[1].service], x[1].rank))
    penalty = served.get(called.service, 0)
    if (mine.due + served[mine.service], mine.rank) < (called.due + penalty, called.rank):
        rule = state.rules.services[mine.service]
        return Reason(code="fairness", facts={"every": rule.fairness, "service": mine.service})
    if _spot(mine) < _spot(called):
        minutes = state.rules.help_penalty_minutes
        return Reason(code="helped", facts={"minutes": round(minutes), "service": mine.service})
    yours, theirs = places.of[ticket.id][index], places.of[event.ticket][event.errand]
    told = _earlier(yours, theirs)
    facts = {"due": called.due, "your_due": mine.due, "your_service": mine.service, **told.facts}
    return Reason(code=told.code, facts=facts)


def _concerned(rules: Rules, facts: TicketFacts) -> set[str]:
    """The services that the ticket is in the hall for; with no errand open, all it had and where it will be handed
    what is being prepared."""
    waits = {x.service for x in facts.errands if x.open}
    if waits:
        return waits
    asked = {x.service for x in facts.errands}
    for handoff in facts.handoffs:
        rule = rules.services.get(handoff.service)
        asked.add((rule.pickup if rule else None) or rules.pickup or handoff.service)
    return asked


def _away(ticket: Ticket) -> Reason | None:
    """The reason of somebody whom no counter could have called then; None for one who waits."""
    facts = ticket.facts
    if facts.ended is not None:
        return Reason(code="ended", facts={"how": facts.ended})
    if facts.place == "called":
        return Reason(code="called", facts={"your_counter": facts.counter})
    if facts.place == "serving":
        return Reason(code="serving", facts={"your_counter": facts.counter})
    if facts.place == "no_show":
        return Reason(code="absent")
    if facts.place == "held":
        return Reason(code="carried" if facts.carried else "held")
    if not any(x.open for x in facts.errands):
        return Reason(code="processing")
    return None


def _spot(errand: Errand) -> Spot:
    return Spot(errand.due, errand.rank)


def _earlier(yours: Origin, theirs: Origin) -> Reason:
    """What made the called errand due earlier (or, with the same due time, first)."""
    here = theirs.now
    if yours.spot < here:
        return Reason(code=_crossing(yours, here))  # type: ignore[arg-type]
    if yours.spot < theirs.spot:
        return _overtaking(theirs, yours.spot)
    return _natural(yours, theirs)


def _crossing(yours: Origin, here: Spot) -> str:
    """Which of the ticket's own moves put it behind ``here``: the last that crossed it."""
    crossed, before = "delayed", yours.spot
    for move in yours.moves:
        if before < here <= move.spot:
            crossed = "delayed" if move.how == "delayed" else "returned"
        before = move.spot
    return crossed


def _overtaking(theirs: Origin, spot: Spot) -> Reason:
    """Which move of the called errand put it before ``spot``."""
    crossed, before = "came_back", theirs.spot
    for move in theirs.moves:
        if move.spot <= spot < before:
            crossed = "priority" if move.how == "prioritised" else "came_back"
        before = move.spot
    if crossed == "priority":
        return Reason(code="priority", facts={"priority": theirs.priority})
    return Reason(code="came_back")


def _natural(yours: Origin, theirs: Origin) -> Reason:
    """Which part of due = arrival + target − boost made the most of it."""
    if theirs.joined == "carried" or yours.joined == "carried":
        return Reason(code="order_kept")
    gained = {
        "arrival": yours.arrival - theirs.arrival,
        "target": yours.target - theirs.target,
        "boost": theirs.boost - yours.boost,
    }
    part = max(gained, key=lambda x: gained[x])
    if gained[part] <= 0:
        return Reason(code="same_time")
    if part == "boost":
        return Reason(code="priority", facts={"priority": theirs.priority})
    if part == "arrival":
        facts = {"since": theirs.arrival, "your_since": yours.arrival}
        if theirs.joined == "written" and yours.joined in ("issued", "written"):
            return Reason(code="written", facts=facts)
        if theirs.joined == "ready" and yours.joined == "ready":
            return Reason(code="ready_earlier", facts=facts)
        return Reason(code="joined_earlier", facts={**facts, "how": yours.joined})
    if theirs.slot is not None:
        return Reason(code="appointment", facts={"slot": theirs.slot})
    if yours.slot is not None:
        return Reason(code="your_appointment", facts={"slot": yours.slot})
    return Reason(
        code="shorter_target",
        facts={"minutes": theirs.target // MINUTE, "your_minutes": yours.target // MINUTE},
    )
