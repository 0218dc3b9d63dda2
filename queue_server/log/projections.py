"""One row a ticket and one row a call, computed from the ticket: what statistics read instead of the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from queue_server.domain.events import DayOpened, Event
from queue_server.domain.evolve import evolve
from queue_server.domain.state import Call, SiteState, Ticket, shown

Values = tuple[Any, ...]


def ticket_row(site: str, ticket: Ticket) -> Values:
    """The row of ``tickets``, in the order of ``tables.TICKETS``. ``called_at`` is the first call that stands."""
    facts = ticket.facts
    calls = [call for call in facts.calls if call.outcome != "undone"]
    served = [ms for call in calls if (ms := served_ms(call)) is not None]
    return (
        site,
        ticket.day,
        ticket.id,
        ticket.number,
        ticket.band,
        ticket.value,
        ticket.lap,
        facts.errands[0].service,
        " ".join([errand.service for errand in facts.errands]),
        ticket.channel,
        ticket.kiosk,
        ticket.lang,
        facts.errands[0].priority,
        ticket.units,
        ticket.issued_at,
        ticket.token_hash,
        calls[0].called if calls else None,
        next((call.started for call in calls if call.started is not None), None),
        facts.ended_at,
        shown(facts),
        calls[-1].counter if calls else None,
        len(calls),
        calls[0].called - calls[0].arrival if calls else None,
        sum(served) if served else None,
        len(facts.handoffs),
        len([h for h in facts.handoffs if h.state == "done"]) if facts.handoffs else 0,
    )


def served_ms(call: Call) -> int | None:
    """Time at the counter, from the start (without one: the call); None when nothing was done."""
    if call.ended is None or call.outcome not in ("served", "transferred"):
        return None
    return call.ended - (call.called if call.started is None else call.started)


def stage_row(site: str, day: str, ticket: Ticket, call: Call) -> Values:
    """The row of ``stages``, in the order of ``tables.STAGES``. ``service_ms`` only when something was done."""
    return (
        site,
        day,
        call.seq,
        ticket.id,
        ticket.number,
        call.service,
        call.counter,
        call.arrival,
        call.called,
        call.started,
        call.ended,
        call.outcome,
        call.called - call.arrival,
        served_ms(call),
        int(call.from_call),
        int(call.pickup),
        call.recalls,
    )


class Projector:
    """Folds commands and keeps the rows they leave behind; the last state of each row wins.

    ``tickets`` and ``stages`` are what a batch has to write.
    """

    def __init__(self) -> None:
        self.tickets: dict[tuple[str, str, str], Values] = {}
        self.stages: dict[tuple[str, int], Values] = {}

    def fold(self, state: SiteState, day: str | None, events: Iterable[Event]) -> str | None:
        """Evolve the state by the events of one command; the day its log is in afterwards.

        ``day`` is the day of the last ``DayOpened`` before. When ``evolve`` raises, no row is kept.
        """
        touched: dict[str, Ticket] = {}
        rows: tuple[dict[tuple[str, str, str], Values], dict[tuple[str, int], Values]] = ({}, {})
        for event in events:
            if type(event) is DayOpened:
                self._project(state, day, touched, rows)  # before the tickets of the old day are dropped
                touched.clear()
                day = event.day
            evolve(state, event)
            ticket = getattr(event, "ticket", None)
            if ticket is not None:
                touched[ticket] = state.tickets[ticket]
        self._project(state, day, touched, rows)
        self.tickets.update(rows[0])
        self.stages.update(rows[1])
        return day

    @staticmethod
    def _project(
        state: SiteState,
        day: str | None,
        touched: dict[str, Ticket],
        rows: tuple[dict[tuple[str, str, str], Values], dict[tuple[str, int], Values]],
    ) -> None:
        site, tickets, stages = state.site, *rows
        for ticket in touched.values():
            tickets[site, ticket.day, ticket.id] = ticket_row(site, ticket)
            for call in ticket.facts.calls:
                # Calls of an earlier day cannot change any more; their rows were written under that day.
                if call.seq > state.opened_seq and day is not None:
                    stages[site, call.seq] = stage_row(site, day, ticket, call)
