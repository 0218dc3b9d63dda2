"""Who is left at a site, in groups as the end of the day treats them, and what closing would do with each."""

from __future__ import annotations

from typing import Literal

import msgspec

from queue_server.domain.decide_day import left_over
from queue_server.domain.rules import MINUTE, Names
from queue_server.domain.state import SiteState, Ticket, TicketFacts

Act = Literal["carry", "expire", "return"]
GROUPS: dict[str, tuple[Act, ...]] = {
    "here": (),
    "waiting": ("carry", "expire"),
    "held": ("return", "carry", "expire"),
    "no_show": ("return", "carry", "expire"),
    "pickup": ("carry", "expire"),
    "processing": ("expire",),
    "carried": ("return", "expire"),
}
"""Every group with what may be done with its tickets, in the order of the page. ``carried``: for the next day."""


FOLDED = 20
"""A longer list is folded."""


class LeftTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that has not ended."""

    id: str
    number: str
    services: list[Names]
    minutes: int
    """Since it was issued, or since the day was opened."""
    counter: Names | None = None
    departments: list[Names] = []
    """Whose part of the work is open."""
    from_yesterday: bool = False


class LeftGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets that the end of the day treats alike."""

    key: str
    tickets: list[LeftTicket]
    acts: tuple[Act, ...]
    carried: bool
    """Whether closing the day takes them over to the next one; otherwise they end as expired."""

    @property
    def long(self) -> bool:
        """Whether its list is folded at first."""
        return len(self.tickets) > FOLDED

    @property
    def ids(self) -> str:
        """The ids of its tickets, for one act with all."""
        return " ".join(ticket.id for ticket in self.tickets)


def left_groups(state: SiteState, now: int) -> list[LeftGroup]:
    """The groups that have tickets; ``now`` is hall time (ms UTC)."""
    if state.rules is None or state.day is None:
        return []
    found: dict[str, list[Ticket]] = {key: [] for key in GROUPS}
    for ticket in state.tickets.values():
        if ticket.facts.ended is None:
            found[_group(ticket.facts)].append(ticket)
    found["processing"].sort(
        key=lambda ticket: [h.department for h in ticket.facts.handoffs if h.state != "done"]
    )
    return [
        LeftGroup(
            key=key,
            tickets=[_left(state, ticket, now) for ticket in tickets],
            acts=GROUPS[key],
            carried=key == "carried" or key in state.rules.carry,
        )
        for key, tickets in found.items()
        if tickets
    ]


def _group(facts: TicketFacts) -> str:
    if facts.place in ("called", "serving"):
        return "here"
    if facts.place == "held" and facts.carried:
        return "carried"
    return left_over(facts)


def _left(state: SiteState, ticket: Ticket, now: int) -> LeftTicket:
    assert state.rules is not None
    facts, rules = ticket.facts, state.rules
    services = [x.service for x in facts.errands if x.open] or [facts.errands[-1].service]
    departments = dict.fromkeys(h.department for h in facts.handoffs if h.state != "done")
    counter = rules.counters.get(facts.counter or "")
    return LeftTicket(
        id=ticket.id,
        number=ticket.number,
        services=[rules.services[key].names for key in services if key in rules.services],
        minutes=max(0, now - max(ticket.issued_at, state.starts)) // MINUTE,
        counter=None if counter is None else counter.names,
        departments=[rules.departments[key].names for key in departments if key in rules.departments],
        from_yesterday=ticket.day != state.day,
    )
