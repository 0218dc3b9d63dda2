"""Late, absent, back again, not today: what becomes of somebody who is not here (R-15).

One rule for all, from the site's rules: when a called ticket is absent, and where whoever comes back stands.
"""

from __future__ import annotations

from . import commands as c
from . import events as e
from . import queue, transitions
from .draft import Draft
from .moves import require
from .refusal import RefusedError
from .rules import MINUTE
from .state import SiteState, Ticket

GRACE = MINUTE
"""Time to come after the last recall, in milliseconds."""
END = 1_000_000
"""More places than any queue has."""


def absent_now(state: SiteState, now: int) -> list[Ticket]:
    """Whom the site's rule calls absent at hall time ``now`` (ms UTC).

    Only somebody who was recalled at least once: a clerk who serves without pressing start never recalls.
    """
    rules = state.rules
    if state.day is None or rules is None or not (rules.absent_after_recalls or rules.absent_after_minutes):
        return []
    found = []
    for counter in state.counters.values():
        for ticket_id in counter.facts.tickets:
            ticket = state.tickets[ticket_id]
            call = ticket.facts.calls[-1]
            if ticket.facts.place != "called" or call.recalled is None or now < call.recalled + GRACE:
                continue
            often = 0 < rules.absent_after_recalls <= call.recalls
            long = 0 < rules.absent_after_minutes * MINUTE <= now - call.called
            if often or long:
                found.append(ticket)
    return found


def mark_absent(draft: Draft, _: c.MarkAbsent) -> None:
    """Everybody whom the rule calls absent."""
    for ticket in absent_now(draft.state, draft.now):
        require(c.MarkAbsent, ticket.facts, ticket.number)
        after = transitions.no_show(ticket.facts, draft.now)
        service = draft.current_service(ticket.facts)
        draft.write_ticket(e.TicketNoShow, ticket, after, service, counter=ticket.facts.counter)
        draft.withdraw_pickup(ticket)


def return_ticket(draft: Draft, command: c.ReturnTicket) -> None:
    """Back into the queue: where staff say, else by the rule. Yesterday's ticket comes first."""
    rules = draft.open_day()
    ticket = draft.ticket(command.ticket)
    require(c.ReturnTicket, ticket.facts, ticket.number)
    places: int | str | None = command.place
    if places is None:
        places = 0 if ticket.day != draft.state.day else rules.return_places
    put_back(draft, ticket, 0 if places == "front" else END if places == "end" else int(places))


def put_back(draft: Draft, ticket: Ticket, places: int, counter: str | None = None) -> None:
    """The held or absent errand stands in its queue again, after ``places`` others."""
    facts = ticket.facts
    assert facts.errand is not None
    service = facts.errands[facts.errand].service
    due, rank = queue.place_after(
        draft.state, service, places, without=ticket.id, now=draft.now, seq=draft.seq
    )
    after = transitions.placed(facts, errand=facts.errand, due=due, rank=rank)
    draft.write_ticket(
        e.TicketRestored, ticket, after, service, counter=counter, errand=facts.errand, due=due, rank=rank
    )


def delay(draft: Draft, command: c.DelayTicket) -> None:
    """「少し遅れます」, once a ticket: every waiting errand moves back; called or absent, back into the queue."""
    rules = draft.open_day()
    ticket = draft.ticket(command.ticket)
    require(c.DelayTicket, ticket.facts, ticket.number)
    if ticket.facts.delayed:
        raise RefusedError("already_delayed", number=ticket.number)
    if ticket.facts.place == "none":
        for index, errand in enumerate(ticket.facts.errands):
            if errand.open:
                _move_back(draft, ticket, index, rules.late_places)
        return
    places = rules.late_places if ticket.facts.place == "called" else rules.return_places
    put_aside = ticket.facts.errand
    assert put_aside is not None
    service = ticket.facts.errands[put_aside].service
    due, rank = queue.place_after(
        draft.state, service, places, without=ticket.id, now=draft.now, seq=draft.seq
    )
    draft.write_ticket(
        e.TicketDelayed,
        ticket,
        transitions.delayed_return(ticket.facts, draft.now, errand=put_aside, due=due, rank=rank),
        service,
        counter=ticket.facts.counter,
        errand=put_aside,
        due=due,
        rank=rank,
        places=places,
        returned=True,
    )
    draft.withdraw_pickup(ticket)


def _move_back(draft: Draft, ticket: Ticket, index: int, places: int) -> None:
    """Never forward."""
    errand = ticket.facts.errands[index]
    here = (errand.due, errand.rank)
    before = sum(1 for key in queue.in_line(draft.state, errand.service, ticket.id) if key[:2] < here)
    due, rank = queue.place_after(
        draft.state, errand.service, before + places, without=ticket.id, now=errand.due, seq=draft.seq
    )
    if due < errand.due:
        due, rank = errand.due, errand.rank
    after = transitions.delayed(draft.now_facts(ticket), errand=index, due=due, rank=rank)
    draft.write_ticket(
        e.TicketDelayed,
        ticket,
        after,
        errand.service,
        errand=index,
        due=due,
        rank=rank,
        places=places,
    )


def carry(draft: Draft, command: c.CarryTicket) -> None:
    """Put aside for the next day; whoever is put aside so already stays so."""
    draft.open_day()
    ticket = draft.ticket(command.ticket)
    facts = ticket.facts
    require(c.CarryTicket, facts, ticket.number)
    if facts.carried:
        return
    errand = facts.errand if facts.errand is not None else queue.first_errand(facts)
    assert errand is not None
    after = transitions.carried(facts, errand)
    draft.write_ticket(e.TicketCarried, ticket, after, facts.errands[errand].service, errand=errand)


def expire(draft: Draft, command: c.ExpireTicket) -> None:
    """Ended by staff. Hand-offs stay."""
    draft.open_day()
    ticket = draft.ticket(command.ticket)
    require(c.ExpireTicket, ticket.facts, ticket.number)
    after = transitions.ended(ticket.facts, draft.now, "expired")
    draft.write_ticket(e.TicketExpired, ticket, after, draft.current_service(ticket.facts))
