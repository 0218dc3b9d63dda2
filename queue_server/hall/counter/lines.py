"""A ticket as one line of a counter's page."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec

from queue_server.domain import queue
from queue_server.domain.rules import MINUTE, Names
from queue_server.domain.state import SiteState, Ticket, TicketFacts, shown
from queue_server.hall.counter.calling_reasons import Reason, clock
from queue_server.hall.counter.targets import Spot, spot_of
from queue_server.hall.needs import MAY_NOT_HEAR
from queue_server.web import Deps


class TicketLine(msgspec.Struct, kw_only=True):
    """A ticket at a counter, in its queue, or put aside. ``fill`` adds what only the private rows know."""

    id: str
    number: str
    state: str
    service: Names
    """What it is, or would be, called for."""
    others: list[Names]
    """Its other errands, the one that is due first at the top."""
    next_at: Spot | None
    """The counters for the first of them."""
    since: str
    """When it came for this errand, ``9:05``."""
    minutes: int
    """How long it has waited, or waited until its call."""
    priority: Names | None = None
    why: list[Reason] = []
    lang: str | None = None
    """The holder's language, when it is another than the hall's own."""
    units: int = 1
    recalls: int = 0
    needs_ref: str | None = None
    note_ref: str | None = None
    brought: Names | None = None
    """For what it was given in, of one that waits for its papers."""
    sent_by: Names | None = None
    """The counter where that was."""
    needs: list[str] = []
    """Ids, or what staff wrote; empty once erased."""
    may_not_hear: bool = False
    note: str = ""
    """What the counter that passed it on wrote; empty once erased."""


async def fill(deps: Deps, site: str, lines: Iterable[TicketLine]) -> None:
    """Needs and notes of all lines, read together."""
    lines = list(lines)
    refs = dict.fromkeys(ref for line in lines for ref in (line.needs_ref, line.note_ref) if ref)
    rows = await deps.log.read_private_many(site, list(refs)) if refs else {}
    for line in lines:
        needs = rows.get(line.needs_ref or "")
        if needs is not None:
            line.needs = msgspec.json.decode(needs, type=list[str])
            line.may_not_hear = not MAY_NOT_HEAR.isdisjoint(line.needs)
        line.note = rows.get(line.note_ref or "", b"").decode()


class Lines:
    """Makes lines of one picture of a site."""

    def __init__(self, deps: Deps, state: SiteState, now: int) -> None:
        self._state = state
        self._now = now
        self._zone: ZoneInfo = deps.zone
        self._own = deps.settings.languages[0]

    def line(
        self, ticket: Ticket, *, errand: int | None = None, why: list[Reason] | None = None
    ) -> TicketLine:
        """One ticket, for one of its errands (else the one in hand, the one due first, or the last)."""
        state, facts = self._state, ticket.facts
        assert state.rules is not None
        if errand is None:
            errand = facts.errand if facts.errand is not None else queue.first_errand(facts)
        chosen = facts.errands[-1 if errand is None or errand >= len(facts.errands) else errand]
        rule = state.rules.services.get(chosen.service)
        here = facts.place in ("called", "serving")
        call = facts.calls[-1] if facts.calls and here else None
        others = sorted(
            (x for x in facts.errands if x.open and x is not chosen), key=lambda x: (x.due, x.rank)
        )
        others = [x for x in others if x.service in state.rules.services]
        brought, sent_by = (
            self._origin(facts) if chosen.pickup or shown(facts) == "processing" else (None, None)
        )
        priority = state.rules.priorities.get(chosen.priority or "")
        return TicketLine(
            id=ticket.id,
            number=ticket.number,
            state=shown(facts),
            service={} if rule is None else rule.names,
            others=[state.rules.services[x.service].names for x in others],
            next_at=spot_of(state, others[0].service) if others else None,
            since=clock(chosen.arrival, self._zone),
            minutes=max(0, (self._now if call is None else call.called) - chosen.arrival) // MINUTE,
            priority=None if priority is None else priority.names,
            why=why or [],
            lang=ticket.lang if ticket.lang != self._own else None,
            units=ticket.units,
            recalls=0 if call is None else call.recalls,
            needs_ref=ticket.needs,
            note_ref=chosen.note,
            brought=brought,
            sent_by=sent_by,
        )

    def _origin(self, facts: TicketFacts) -> tuple[Names | None, Names | None]:
        """The service that the awaited work was for, and the counter that asked for it."""
        rules = self._state.rules
        assert rules is not None
        awaited = [handoff.service for handoff in facts.handoffs if handoff.awaited]
        service = rules.services.get(awaited[-1]) if awaited else None
        served = [x.counter for x in facts.calls if x.outcome != "undone" and not x.pickup]
        counter = rules.counters.get(served[-1]) if served else None
        return (None if service is None else service.names), (None if counter is None else counter.names)
