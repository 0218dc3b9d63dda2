"""What a counter's page shows: who is here, who waits in calling order, who is put aside, and what may be pressed."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from queue_server.domain import queue
from queue_server.domain.calling_order import calling_order
from queue_server.domain.queue import Candidate
from queue_server.domain.state import CounterState, SiteState, Ticket
from queue_server.hall.alarm_view import AlarmLine, alarm_lines
from queue_server.hall.counter.calling_reasons import Reason, clock, reasons
from queue_server.hall.counter.head import CounterHead, counter_head, fill_reason
from queue_server.hall.counter.last_act import LastAct, last_act
from queue_server.hall.counter.lines import Lines, TicketLine, fill
from queue_server.hall.counter.targets import Target, targets
from queue_server.web import Deps

WAITING_SHOWN = 20


class LastFinished(msgspec.Struct, frozen=True):
    """The ticket that this counter finished last, if its visit ended with that."""

    id: str
    number: str


class CounterView(msgspec.Struct, frozen=True, kw_only=True):
    """A counter now."""

    day: str | None
    head: CounterHead
    here: list[TicketLine]
    waiting: list[TicketLine]
    """In calling order, as far as it is known now."""
    booked: list[TicketLine]
    """Appointments that may not be called yet, by time."""
    waiting_count: int
    held: list[TicketLine]
    absent: list[TicketLine]
    alarms: list[AlarmLine]
    allowed: list[str]
    undo_until: int | None
    """Hall time (ms UTC) until which the last command can be undone."""
    undo: LastAct | None
    last: LastFinished | None
    targets: list[Target]
    mixed: bool
    """Its services have different target waits."""
    recalls_needed: int
    """How many recalls the site asks for before a ticket is marked absent; 0: it leaves that to staff."""


async def counter_view(
    deps: Deps, site: str, counter_id: str, by: str, *, shown: int = WAITING_SHOWN
) -> CounterView:
    """The view of a known counter, from the committed state, for the reader ``by`` (an opaque reference).

    ``shown``: how many of those who wait are listed.
    """
    state, now = deps.log.view(site), deps.clock.now()
    counter = state.counters[counter_id]
    as_open = replace(counter, facts=replace(counter.facts, services=services_of(state, counter)))
    order = _once(calling_order(state, as_open, now, shown))
    mine = served(state, as_open)
    here = [state.tickets[ticket] for ticket in counter.facts.tickets]
    aside = [t for t in state.tickets.values() if t.facts.place in ("held", "no_show") and _of(t, mine)]
    booked = _booked(state, mine, now)[:shown]
    known = {} if state.rules is None else state.rules.services
    mixed = len({known[service].target_minutes for service in mine if service in known}) > 1
    lines = Lines(deps, state, now)
    rule = None if state.rules is None else state.rules.counters.get(counter_id)
    view = CounterView(
        day=state.day,
        head=counter_head(deps, state, counter, as_open, by),
        here=[lines.line(ticket) for ticket in here],
        waiting=[
            lines.line(
                state.tickets[x.ticket],
                errand=x.errand,
                why=reasons(state, x, rule, counter.facts.tickets, deps.zone, mixed=mixed),
            )
            for x in order
        ],
        booked=[
            lines.line(t, errand=i, why=[Reason(code="booked", at=clock(_slot(t, i), deps.zone))])
            for t, i in booked
        ],
        waiting_count=_count(state, mine),
        held=[lines.line(ticket) for ticket in aside if ticket.facts.place == "held"],
        absent=[lines.line(ticket) for ticket in aside if ticket.facts.place == "no_show"],
        alarms=alarm_lines(state, mine, everywhere=("service_unattended",)),
        allowed=_allowed(state, counter, here),
        undo_until=_undo_until(state, counter),
        undo=last_act(state, counter),
        last=_last_finished(state, counter),
        targets=targets(state),
        mixed=mixed,
        recalls_needed=0 if state.rules is None else state.rules.no_show_after_recalls,
    )
    await fill(deps, site, [*view.here, *view.waiting, *view.booked, *view.held, *view.absent])
    await fill_reason(deps, site, view.head)
    return view


def services_of(state: SiteState, counter: CounterState) -> tuple[str, ...]:
    """The services a counter is open for, or would be: those that hold now, else those of the configuration."""
    rule = None if state.rules is None else state.rules.counters.get(counter.id)
    return counter.facts.services or (() if rule is None else rule.services)


def served(state: SiteState, counter: CounterState) -> list[str]:
    """Its services and those that it helps."""
    if state.rules is None:
        return []
    found = queue.served_by(state.rules, state.rules.counters.get(counter.id), counter)
    return [service for service, _ in found if service in state.services]


def _once(order: list[Candidate]) -> list[Candidate]:
    """Each ticket where it comes first; its row tells of its other errands."""
    first: dict[str, Candidate] = {}
    for found in order:
        first.setdefault(found.ticket, found)
    return list(first.values())


def _of(ticket: Ticket, services: Collection[str]) -> bool:
    facts = ticket.facts
    return facts.errand is not None and facts.errands[facts.errand].service in services


def _booked(state: SiteState, services: Collection[str], now: int) -> list[tuple[Ticket, int]]:
    """(ticket, errand) of the appointments that may not be called yet."""
    keys = sorted(key for service in services for key in state.services[service].slot)
    found = [(state.tickets[key[2]], key[3]) for key in keys]
    return [(ticket, i) for ticket, i in found if ticket.facts.errands[i].callable_from > now]


def _slot(ticket: Ticket, errand: int) -> int:
    slot = ticket.facts.errands[errand].slot
    return ticket.facts.errands[errand].due if slot is None else slot


def _count(state: SiteState, services: Collection[str]) -> int:
    """How many people wait, each once."""
    return len(
        {
            key[2]
            for service in services
            for lane in ("plain", "boosted", "slot")
            for key in getattr(state.services[service], lane)
        }
    )


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
        "call-many": facts.status == "open",
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


def _last_finished(state: SiteState, counter: CounterState) -> LastFinished | None:
    """Whoever left this counter last as done, to be brought back when that was a mistake."""
    ended = [
        (ticket.facts.ended_at or 0, ticket)
        for ticket in state.tickets.values()
        if ticket.facts.ended == "done"
        and ticket.facts.calls
        and ticket.facts.calls[-1].counter == counter.id
        and ticket.facts.calls[-1].outcome == "served"
    ]
    if not ended:
        return None
    _, ticket = max(ended, key=lambda pair: (pair[0], pair[1].facts.touched))
    return LastFinished(ticket.id, ticket.number)
