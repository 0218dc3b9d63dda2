"""What a counter's page shows: who is here, who waits in calling order, who is put aside, and what may be pressed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from queue_server.domain import queue
from queue_server.domain.rules import MINUTE, Names
from queue_server.domain.state import CounterState, Errand, SiteState, Ticket, open_services, shown
from queue_server.web import Deps

from .alarm_view import AlarmLine, alarm_lines
from .staff_tickets import needs_of

WAITING_SHOWN = 20


class TicketLine(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket in a list of a counter's page."""

    number: str
    services: list[Names]
    state: str
    minutes: int
    """How long it has waited, or waited until its call."""
    tags: list[Names]
    """Names of its priority classes."""
    helped: bool = False
    has_needs: bool = False
    needs: list[str] = []
    units: int = 1
    recalls: int = 0


class CounterView(msgspec.Struct, frozen=True, kw_only=True):
    """A counter now."""

    day: str | None
    status: str
    services: tuple[str, ...]
    here: list[TicketLine]
    waiting: list[TicketLine]
    waiting_count: int
    held: list[TicketLine]
    absent: list[TicketLine]
    alarms: list[AlarmLine]
    """Those about its own services."""
    allowed: list[str]
    undo_until: int | None
    """Hall time (ms UTC) until which the last command can be undone."""


async def counter_view(deps: Deps, site: str, counter_id: str) -> CounterView:
    """The view of a known counter, from the committed state."""
    state, now = deps.log.view(site), deps.clock.now()
    counter = state.counters[counter_id]
    here = [state.tickets[ticket] for ticket in counter.facts.tickets]
    needs = [await needs_of(deps.log, site, ticket.needs) for ticket in here]
    order = _calling_order(state, counter, now)
    own = _services(state, counter)
    aside = [t for t in state.tickets.values() if t.facts.place in ("held", "no_show") and _of(t, own)]
    return CounterView(
        day=state.day,
        status=counter.facts.status,
        services=own,
        here=[_line(state, ticket, now, needs=told) for ticket, told in zip(here, needs, strict=True)],
        waiting=[_line(state, state.tickets[t], now, helped=helped) for t, helped in order[:WAITING_SHOWN]],
        waiting_count=len(order),
        held=[_line(state, ticket, now) for ticket in aside if ticket.facts.place == "held"],
        absent=[_line(state, ticket, now) for ticket in aside if ticket.facts.place == "no_show"],
        alarms=alarm_lines(state, own),
        allowed=_allowed(state, counter, here),
        undo_until=_undo_until(state, counter),
    )


def _services(state: SiteState, counter: CounterState) -> tuple[str, ...]:
    """The services of a counter: those it is open for, or those of the configuration; then those it helps."""
    rule = None if state.rules is None else state.rules.counters.get(counter.id)
    configured = rule.services if rule is not None else ()
    helps = rule.helps if rule is not None else ()
    return tuple(dict.fromkeys((*(counter.facts.services or configured), *helps)))


def _calling_order(state: SiteState, counter: CounterState, now: int) -> list[tuple[str, bool]]:
    """(ticket, only helped) in the order of calls, as far as it is known now; the next one first."""
    if state.rules is None:
        return []
    rule = state.rules.counters.get(counter.id)
    helps = set(rule.helps) if rule is not None else set()
    penalty = int(state.rules.help_penalty_minutes * MINUTE)
    keys = []
    for service in _services(state, counter):
        if service in state.services:
            extra = penalty if service in helps else 0
            keys += [(k[0] + extra, k[1], k[2], service in helps) for k in queue.order(state, service)]
    order: dict[str, bool] = {}
    following = queue.next_for(state, counter, now)
    if following is not None:
        order[following.ticket] = following.service in helps
    for _, _, ticket, helped in sorted(keys):
        order.setdefault(ticket, helped)
    return list(order.items())


def _of(ticket: Ticket, services: Iterable[str]) -> bool:
    facts = ticket.facts
    return facts.errand is not None and facts.errands[facts.errand].service in services


def _line(
    state: SiteState, ticket: Ticket, now: int, *, helped: bool = False, needs: list[str] | None = None
) -> TicketLine:
    facts = ticket.facts
    assert state.rules is not None
    services = open_services(facts) or (facts.errands[-1].service,)
    names = [state.rules.services[s].names for s in services if s in state.rules.services]
    here = facts.place in ("called", "serving")
    call = facts.calls[-1] if facts.calls and here else None
    return TicketLine(
        number=ticket.number,
        services=names,
        state=shown(facts),
        minutes=max(0, (now if call is None else call.called) - _arrival(ticket)) // MINUTE,
        tags=[
            state.rules.priorities[p].names for p in _priorities(facts.errands) if p in state.rules.priorities
        ],
        helped=helped,
        has_needs=ticket.needs is not None,
        needs=needs or [],
        units=ticket.units,
        recalls=0 if call is None else call.recalls,
    )


def _arrival(ticket: Ticket) -> int:
    facts = ticket.facts
    if facts.errand is not None:
        return facts.errands[facts.errand].arrival
    first = queue.first_errand(facts)
    return ticket.issued_at if first is None else facts.errands[first].arrival


def _priorities(errands: tuple[Errand, ...]) -> list[str]:
    return list(dict.fromkeys(e.priority for e in errands if e.open and e.priority))


def _allowed(state: SiteState, counter: CounterState, here: list[Ticket]) -> list[str]:
    """The acts that make sense now. The core decides; this only keeps hopeless buttons grey."""
    facts = counter.facts
    if state.day is None:
        return []
    places = {ticket.facts.place for ticket in here}
    acts = {
        "open": facts.status != "open",
        "pause": facts.status == "open",
        "close": facts.status != "closed" and not here,
        "call-next": facts.status == "open",
        "call": facts.status == "open",
        "restore": facts.status != "closed",
        "recall": "called" in places,
        "start": "called" in places,
        "no-show": "called" in places,
        "finish": bool(here),
        "hold": bool(here),
        "transfer": bool(here),
        "hand-off": bool(here),
        "await-pickup": bool(here),
        "undo": counter.last is not None,
    }
    return [act for act, sensible in acts.items() if sensible]


def _undo_until(state: SiteState, counter: CounterState) -> int | None:
    if counter.last is None or state.rules is None or state.day is None:
        return None
    return counter.last.at + state.rules.undo_seconds * 1000
