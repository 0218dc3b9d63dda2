"""Why somebody stands where they stand in a counter's list, as words that a clerk can repeat to a resident."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from queue_server.domain.queue import Candidate
from queue_server.domain.rules import MINUTE, Counter, Names, Rules
from queue_server.domain.state import Call, Errand, SiteState, Ticket, TicketFacts

BACK = {"no_show": "back", "held": "unheld", "delayed": "late"}
"""What became of a call → the reason of whoever waits again after it."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason: the text ``order.<code>`` with a name and a time in it."""

    code: str
    names: Names = {}
    at: str = ""
    minutes: int = 0
    """The target wait of the service, where it decides."""


def clock(at: int, zone: ZoneInfo) -> str:
    """ms UTC → ``9:05`` in the site's zone."""
    return f"{datetime.fromtimestamp(at / 1000, zone):%-H:%M}"


def reasons(
    state: SiteState,
    found: Candidate,
    rule: Counter | None,
    here: tuple[str, ...],
    zone: ZoneInfo,
    *,
    mixed: bool = False,
) -> list[Reason]:
    """Why ``found`` comes at its place at the counter of ``rule``, the strongest reason first.

    ``here``: ids of the tickets that are at the counter now. ``mixed``: the counter's services have different target
    waits, so that whoever came later may go first.
    """
    rules = state.rules
    assert rules is not None
    ticket = state.tickets[found.ticket]
    errands = ticket.facts.errands
    if found.errand >= len(errands):  # it opens when who is here has been served
        told = [Reason(code="pickup")]
    else:
        told = [_first(rules, ticket, found.errand, zone)]
        if mixed and told[0].code == "arrival" and found.service in rules.services:
            told = [Reason(code="arrival_target", minutes=rules.services[found.service].target_minutes)]
        if ticket.day != state.day:
            told.insert(0, Reason(code="carried"))
    if found.ticket in here:
        told.insert(0, Reason(code="same"))
    if found.rule == "fairness":
        told.append(Reason(code="fairness"))
    if rule is not None and found.service in rule.helps:
        told.append(Reason(code="helped", names=rules.services[found.service].names))
    return told


def _first(rules: Rules, ticket: Ticket, index: int, zone: ZoneInfo) -> Reason:
    """What gave one errand its place."""
    facts = ticket.facts
    errand = facts.errands[index]
    back = BACK.get(_last_outcome(facts, errand))
    if back is not None:
        return Reason(code=back)
    if _moved(rules, errand):
        return Reason(code="late" if facts.delayed else "moved")
    if errand.lane == "slot" and errand.slot is not None:
        return Reason(code="appointment", at=clock(errand.slot, zone))
    if errand.lane == "boosted" and errand.priority in rules.priorities:
        return Reason(code="priority", names=rules.priorities[errand.priority].names)
    if errand.pickup:
        return Reason(code="pickup")
    before = transferred_from(facts, index)
    if before is not None and before.service in rules.services:
        kept = errand.arrival == before.arrival
        names = rules.services[before.service].names
        return Reason(code="transferred_kept" if kept else "transferred", names=names)
    return Reason(code="arrival")


def _moved(rules: Rules, errand: Errand) -> bool:
    """Whether somebody gave the errand another place than arrival, class or appointment do."""
    rule = rules.services.get(errand.service)
    if rule is None or errand.lane == "slot":
        return False
    return errand.due != errand.arrival + rule.target_minutes * MINUTE - errand.boost


def _last_outcome(facts: TicketFacts, errand: Errand) -> str:
    """What became of the last call for an errand; empty before the first."""
    for call in reversed(facts.calls):
        if call.outcome != "undone" and (call.service, call.arrival) == (errand.service, errand.arrival):
            return call.outcome
    return ""


def transferred_from(facts: TicketFacts, index: int) -> Call | None:
    """The call whose transfer made the errand, None for one that the resident brought."""
    if index == 0 or index != len(facts.errands) - 1 or facts.errands[index].pickup:
        return None
    ended = [call for call in facts.calls if call.outcome not in ("undone", "open")]
    return ended[-1] if ended and ended[-1].outcome == "transferred" else None
