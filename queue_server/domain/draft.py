"""The working paper of one decision: the events so far, and the facts as they will be after them.

``decide`` must not touch the state, yet a command may write several events that build on one another
(finish A, open A's pick-up, call B). A draft keeps the facts that its own events have changed.
"""

from __future__ import annotations

from typing import Any

from . import events as e
from . import queue, transitions
from .refusal import RefusedError
from .rules import MINUTE, Rules, Service
from .state import (
    CounterState,
    Errand,
    QueueKey,
    SiteState,
    Ticket,
    TicketFacts,
    open_services,
    pending,
    shown,
)


class Draft:
    """Events of one command in the making. ``now`` is ms UTC."""

    __slots__ = ("by", "events", "facts", "now", "rules", "state")

    def __init__(self, state: SiteState, now: int, by: str) -> None:
        self.state = state
        self.now = now
        self.by = by
        self.events: list[e.Event] = []
        self.facts: dict[str, TicketFacts] = {}
        self.rules: Rules | None = state.rules

    # --- looking things up, with the refusal for what is not there ---

    def open_day(self) -> Rules:
        """The rules of the open day. Raises ``day_closed``."""
        if self.state.day is None or self.rules is None:
            raise RefusedError("day_closed")
        return self.rules

    def service(self, service: str) -> Service:
        """Raises ``unknown_service``."""
        found = self.rules.services.get(service) if self.rules else None
        if found is None:
            raise RefusedError("unknown_service", service=service)
        return found

    def counter(self, counter: str) -> CounterState:
        """Raises ``unknown_counter``."""
        found = self.state.counters.get(counter)
        if found is None:
            raise RefusedError("unknown_counter", counter=counter)
        return found

    def ticket(self, ticket: str) -> Ticket:
        """Raises ``unknown_ticket``."""
        found = self.state.tickets.get(ticket)
        if found is None:
            raise RefusedError("unknown_ticket")
        return found

    def numbered(self, number: str) -> Ticket:
        """The latest ticket of the day that bears the number. Raises ``unknown_number``."""
        found = self.state.by_number.get(number)
        if found is None:
            raise RefusedError("unknown_number", number=number)
        return self.state.tickets[found]

    def waiting_number(self, number: str) -> Ticket | None:
        """The ticket of a number that waits; None when it does not, or no ticket of the day bears it."""
        found = self.state.tickets.get(self.state.by_number.get(number, ""))
        return found if found is not None and shown(found.facts) == "waiting" else None

    def now_facts(self, ticket: Ticket) -> TicketFacts:
        """The ticket's facts after the events so far."""
        return self.facts.get(ticket.id, ticket.facts)

    # --- writing events ---

    @property
    def seq(self) -> int:
        """The seq of the next event."""
        return self.state.seq + 1 + len(self.events)

    def _head(self) -> dict[str, Any]:
        return {"seq": self.seq, "at": self.now, "cmd": self.state.seq + 1, "by": self.by}

    def write(self, kind: type[Any], **fields: Any) -> None:
        """Add an event that concerns no ticket."""
        self.events.append(kind(**self._head(), **fields))

    def write_ticket(
        self,
        kind: type[Any],
        ticket: Ticket,
        after: TicketFacts,
        service: str,
        *,
        counter: str | None = None,
        waited: int | None = None,
        **fields: Any,
    ) -> None:
        """Add an event of one ticket, which has the facts ``after`` from then on."""
        if waited is None:
            waited = self._waited(ticket)
        self.events.append(
            kind(
                **self._head(),
                ticket=ticket.id,
                number=ticket.number,
                service=service,
                state=shown(after),
                counter=counter,
                services=open_services(after),
                issued_at=ticket.issued_at,
                waited=waited,
                **fields,
            )
        )
        self.facts[ticket.id] = after

    def _waited(self, ticket: Ticket) -> int:
        """Arrival to the running or last call; for a ticket not yet called, from issue to now."""
        for call in reversed(self.now_facts(ticket).calls):
            if call.outcome != "undone":
                return max(0, call.called - call.arrival)
        return max(0, self.now - ticket.issued_at)

    # --- what several commands share ---

    def finish(self, ticket: Ticket, counter: str) -> None:
        """The errand at the counter is served; what follows opens."""
        facts = self.now_facts(ticket)
        service = self.current_service(facts)
        after = transitions.finished(facts, self.now)
        self.write_ticket(
            e.TicketFinished,
            ticket,
            after,
            service,
            counter=counter,
            from_call=facts.calls[-1].started is None,
        )
        self.open_pickup(ticket, counter)

    def open_pickup(self, ticket: Ticket, counter: str | None = None) -> None:
        """Open the pick-up errand if it is time (the join of DESIGN §2).

        It joins the queue that the service which asked for the work names, else the site's, else that service's.
        """
        facts = self.now_facts(ticket)
        if not transitions.pickup_ready(facts):
            return
        assert self.rules is not None
        service = self.pickup_service(facts)
        target = self.rules.services[service].target_minutes if service in self.rules.services else 0
        of_class = transitions.class_boost(facts)
        due = self.now + target * MINUTE - (of_class.boost if of_class else 0)
        rank = float(self.seq)
        errand = Errand(service=service, arrival=self.now, due=due, rank=rank, pickup=True)
        after = transitions.pickup_opened(facts, errand)
        self.write_ticket(e.PickupOpened, ticket, after, service, counter=counter, due=due, rank=rank)

    def withdraw_pickup(self, ticket: Ticket) -> None:
        """Take a pick-up that its resident is not at back, if something is awaited (again)."""
        facts = self.now_facts(ticket)
        pickup = transitions.uncalled_pickup(facts)
        if pickup is not None and pending(facts):
            after = transitions.pickup_withdrawn(facts)
            self.write_ticket(e.PickupWithdrawn, ticket, after, pickup.service)

    def asking_service(self, facts: TicketFacts) -> str:
        """The service whose counter asked last for work that the resident waits for; else the one in hand."""
        for handoff in reversed(facts.handoffs):
            if handoff.awaited and handoff.service:
                return handoff.service
        return self.current_service(facts)

    def pickup_service(self, facts: TicketFacts) -> str:
        """The service in whose queue the ticket's papers are, or will be, handed over."""
        assert self.rules is not None
        asking = self.asking_service(facts)
        rule = self.rules.services.get(asking)
        return (rule.pickup if rule else None) or self.rules.pickup or asking

    def current_service(self, facts: TicketFacts) -> str:
        """The service of the errand in hand, else of the first open one, else of the last."""
        if facts.errand is not None:
            return facts.errands[facts.errand].service
        first = queue.first_errand(facts)
        return facts.errands[-1 if first is None else first].service

    def entering(self) -> list[tuple[QueueKey, Errand]]:
        """Errands that this draft's events are about to put into the queues, as queue keys."""
        found: list[tuple[QueueKey, Errand]] = []
        for ticket, facts in self.facts.items():
            if queue.queued(facts):
                found += [
                    ((errand.due, errand.rank, ticket, index), errand)
                    for index, errand in enumerate(facts.errands)
                    if errand.open
                ]
        return found
