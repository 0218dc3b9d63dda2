"""「なぜ？」: what happened to one ticket, and why each later number that was called before it went first.

Folded from the events of one day, by request: nothing is kept for it while the hall runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from . import events as e
from .evolve import evolve, new_state
from .rules import Rules
from .state import SiteState, Ticket, TicketFacts, shown
from .why_places import Places
from .why_reasons import Reason, reason


class Bearer(NamedTuple):
    """A ticket of the day that bears a number."""

    ticket: str
    issued_at: int
    carried: bool


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """A later number that was called first."""

    seq: int
    at: int
    ticket: str
    number: str
    service: str
    counter: str
    reason: Reason
    issued_at: int
    undone_at: int | None = None
    """When the call was taken back."""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket's day."""

    ticket: Ticket
    state: str
    """Shown state at the end of the events."""
    steps: tuple[Any, ...]
    """The events about the ticket, oldest first; ``DayOpened`` where it came over from an earlier day."""
    passed: tuple[Passed, ...]
    rules: Rules
    """Those at the end of the events."""
    seq: int


def bearers(events: Sequence[e.Event], number: str) -> list[Bearer]:
    """The tickets of the day that bear ``number``, oldest first."""
    found: dict[str, Bearer] = {}
    for event in events:
        if isinstance(event, e.TicketIssued) and event.number == number:
            found[event.ticket] = Bearer(event.ticket, event.issued_at, False)
        elif isinstance(event, e.DayOpened):
            for ticket in event.carried:
                if ticket.number == number:
                    found.setdefault(ticket.id, Bearer(ticket.id, ticket.issued_at, True))
    return list(found.values())


def explain(site: str, events: Sequence[e.Event], ticket: str) -> Story:
    """The story of a ticket id. ``events``: all of a day from its ``DayOpened`` on, gap-free.

    A later number *went first* when it was called between the ticket's issue and its last call that stands, or the
    end of its visit when it waited then. Raises ``KeyError`` for a ticket that the events do not know.
    """
    teller = _Teller(site, ticket, events[0].seq - 1)
    for event in events:
        teller.fold(event)
    return teller.story()


class _Teller:
    """Folds a day and keeps what concerns one ticket."""

    def __init__(self, site: str, ticket: str, seq: int) -> None:
        self.target = ticket
        self.state: SiteState = new_state(site)
        self.state.seq = seq
        self.places = Places()
        self.order: dict[str, int] = {}
        self.steps: list[Any] = []
        self.passed: list[Passed] = []
        self.last: Ticket | None = None
        self.left = 0
        """The seq at which the ticket ended; 0 while it has not."""
        self.left_counter = False
        """Whether it was at a counter when it ended."""

    def fold(self, event: e.Event) -> None:
        """One event, in the order of the log."""
        if isinstance(event, e.TicketCalled):
            self._called(event)
        self.places.fold(self.state, event)
        here = self.last is not None and self.last.facts.counter is not None
        evolve(self.state, event)
        self._follow(event, here)

    def _follow(self, event: e.Event, here: bool) -> None:
        ticket = getattr(event, "ticket", None)
        if isinstance(event, e.DayOpened):
            for carried in event.carried:
                self.order.setdefault(carried.id, len(self.order))
            here_again = self.state.tickets.get(self.target)
            if here_again is not None and here_again.day != event.day:
                self.steps.append(event)
        elif isinstance(event, e.TicketIssued):
            self.order[event.ticket] = len(self.order)
        elif isinstance(event, e.CommandUndone):
            self._taken_back(event)
        if ticket == self.target:
            self.steps.append(event)
        found = self.state.tickets.get(self.target)
        if found is not None:
            self.last = found
            if found.facts.ended is None:
                self.left = 0
            elif not self.left:
                self.left, self.left_counter = event.seq, here

    def _called(self, event: e.TicketCalled) -> None:
        """Remember the call of a later ticket, with its reason."""
        ticket = self.state.tickets.get(self.target)
        if ticket is None or event.ticket == self.target:
            return
        if self.order[event.ticket] < self.order[self.target]:
            return
        assert event.counter is not None
        why = reason(self.state, self.places, ticket, event)
        if why is None:
            return
        self.passed.append(
            Passed(
                seq=event.seq,
                at=event.at,
                ticket=event.ticket,
                number=event.number,
                service=event.service,
                counter=event.counter,
                reason=why,
                issued_at=event.issued_at,
            )
        )

    def _taken_back(self, event: e.CommandUndone) -> None:
        """The calls of the undone command stand no more."""
        if event.was_called:
            self.passed = [
                msgspec.structs.replace(one, undone_at=event.at)
                if one.ticket == event.ticket and one.seq >= event.undone and one.undone_at is None
                else one
                for one in self.passed
            ]

    def story(self) -> Story:
        """What came of it."""
        if self.last is None or self.state.rules is None:
            raise KeyError(self.target)
        until = self._until(self.last.facts)
        return Story(
            ticket=self.last,
            state=shown(self.last.facts),
            steps=tuple(self.steps),
            passed=tuple(one for one in self.passed if one.seq < until),
            rules=self.state.rules,
            seq=self.state.seq,
        )

    def _until(self, facts: TicketFacts) -> int:
        """The seq of the call that was the ticket's turn; without one the end of its visit, or of the events."""
        at_counter = self.left_counter if self.left else facts.counter is not None
        standing = [call.seq for call in facts.calls if call.outcome != "undone"]
        return standing[-1] if standing and at_counter else self.left or self.state.seq + 1
