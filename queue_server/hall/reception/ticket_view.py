"""One ticket as staff see it whole: where it stands, what was done with it, and what may be done."""

from __future__ import annotations

import unicodedata
from zoneinfo import ZoneInfo

import msgspec

from queue_server.domain import commands as c
from queue_server.domain import queue
from queue_server.domain.estimate import estimate_at
from queue_server.domain.moves import BY_COMMAND
from queue_server.domain.rules import MINUTE, Names, Rules
from queue_server.domain.state import Call, Errand, Estimate, Handoff, SiteState, Ticket, TicketFacts, shown
from queue_server.hall.paper import PaperState, paper_of
from queue_server.hall.staff_tickets import needs_of
from queue_server.hall.times import hour_minute
from queue_server.web import Deps

ACTS: dict[str, type] = {
    "return": c.ReturnTicket,
    "change-service": c.ChangeService,
    "prioritise": c.PrioritiseTicket,
    "reprint": c.ReprintTicket,
    "cancel": c.CancelTicket,
    "reopen": c.ReopenTicket,
}
"""What the reception may do with a ticket, and the row of the moves table that allows it."""


class ErrandLine(msgspec.Struct, frozen=True, kw_only=True):
    """One errand of the visit."""

    service: str
    names: Names
    state: str
    """``waiting``, the ticket's place while it is this errand's turn, or ``done``."""
    ahead: int | None
    """How many wait before it; None when it does not wait."""
    estimate: Estimate | None
    counters: list[Names]
    """Where it is or was called last; for one that waits, the open counters that may call it."""


class CallLine(msgspec.Struct, frozen=True, kw_only=True):
    """One call; times as the hall's clocks show them."""

    service: Names
    counter: Names
    called: str
    started: str | None
    ended: str | None
    outcome: str
    recalls: int


class HandoffLine(msgspec.Struct, frozen=True, kw_only=True):
    """One department's part of the work."""

    department: Names
    title: str | None
    state: str
    awaited: bool


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket, whole."""

    id: str
    number: str
    day: str
    state: str
    counter: Names | None
    """Where it is called or served."""
    ahead: int | None
    estimate: Estimate | None
    minutes: int
    """Since it was issued; of an ended ticket, until it ended."""
    errands: list[ErrandLine]
    calls: list[CallLine]
    handoffs: list[HandoffLine]
    handoffs_left: int
    """Awaited hand-offs that are not done."""
    needs: list[str]
    lang: str | None
    units: int
    priorities: list[Names]
    channel: str
    kiosk: Names | None
    written: bool
    """It comes from the emergency pad."""
    issued: str
    ended: str | None
    carried: bool
    paper: PaperState
    """How far its last paper is."""
    printer: str | None
    acts: list[str]
    """Keys of ``ACTS`` that make sense now; the core decides."""


def find_ticket(state: SiteState, typed: str) -> Ticket | None:
    """The day's latest ticket with a number as somebody typed it: wide digits, small letters, without zeros."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    for number in (plain, plain.upper()):
        found = state.by_number.get(number)
        if found is not None:
            return state.tickets[found]
    for band in () if state.rules is None else state.rules.bands.values():
        prefix, digits = plain[: len(band.prefix)], plain[len(band.prefix) :]
        if prefix.upper() == band.prefix.upper() and digits.isdecimal() and len(digits) < 10:
            found = state.by_number.get(band.text(int(digits)))
            if found is not None:
                return state.tickets[found]
    return None


async def ticket_view(deps: Deps, state: SiteState, ticket: Ticket) -> TicketView:
    """The view of a ticket of a site, from the committed state and the private rows."""
    site, facts = state.site, ticket.facts
    now, zone = deps.clock.now(), deps.zone
    until = now if facts.ended_at is None else facts.ended_at
    status = shown(facts)
    rules = state.rules
    assert rules is not None
    first = queue.first_errand(facts) if queue.queued(facts) else None
    errands = [_errand(state, rules, ticket, index, x) for index, x in enumerate(facts.errands)]
    calls = [_call(rules, x, zone) for x in facts.calls]
    acts = _acts(deps, state, ticket)
    kiosk = None if ticket.kiosk is None else deps.settings.sites[site].kiosks.get(ticket.kiosk)
    paper = await paper_of(deps, site, ticket.id)
    return TicketView(
        id=ticket.id,
        number=ticket.number,
        day=ticket.day,
        state=status,
        counter=None if facts.counter is None else _counter(rules, facts.counter),
        ahead=None if first is None else errands[first].ahead,
        estimate=None if first is None else errands[first].estimate,
        minutes=max(0, until - ticket.issued_at) // MINUTE,
        errands=errands,
        calls=calls,
        handoffs=await _handoffs(deps, site, rules, facts.handoffs),
        handoffs_left=sum(1 for x in facts.handoffs if x.awaited and x.state != "done"),
        needs=await needs_of(deps.log, site, ticket.needs),
        lang=ticket.lang,
        units=ticket.units,
        priorities=[
            rules.priorities[p].names
            for p in dict.fromkeys(x.priority for x in facts.errands if x.priority)
            if p in rules.priorities
        ],
        channel=ticket.channel,
        kiosk=None if kiosk is None else kiosk.names,
        written=ticket.band in rules.bands and rules.bands[ticket.band].emergency,
        issued=hour_minute(ticket.issued_at, zone),
        ended=None if facts.ended_at is None else hour_minute(facts.ended_at, zone),
        carried=facts.carried,
        paper=paper.state,
        printer=paper.printer,
        acts=acts,
    )


def _errand(state: SiteState, rules: Rules, ticket: Ticket, index: int, errand: Errand) -> ErrandLine:
    facts = ticket.facts
    service = rules.services.get(errand.service)
    waits = errand.open and queue.queued(facts)
    if waits:
        at = [
            counter.id
            for counter in state.counters.values()
            if counter.facts.status == "open" and errand.service in counter.facts.services
        ]
    else:
        at = [call.counter for call in facts.calls if call.service == errand.service][-1:]
    return ErrandLine(
        service=errand.service,
        names={} if service is None else service.names,
        state=_errand_state(facts, index, errand),
        ahead=queue.ahead_of(state, errand.service, errand.due, errand.rank) if waits else None,
        estimate=estimate_at(state, errand.service, errand.due, errand.rank) if waits else None,
        counters=[_counter(rules, counter) for counter in at],
    )


def _errand_state(facts: TicketFacts, index: int, errand: Errand) -> str:
    if facts.place != "none" and facts.errand == index:
        return str(facts.place)
    if not errand.open:
        return "done"
    return str(facts.ended or "waiting")


def _call(rules: Rules, call: Call, zone: ZoneInfo) -> CallLine:
    service = rules.services.get(call.service)
    return CallLine(
        service={} if service is None else service.names,
        counter=_counter(rules, call.counter),
        called=hour_minute(call.called, zone),
        started=None if call.started is None or call.from_call else hour_minute(call.started, zone),
        ended=None if call.ended is None else hour_minute(call.ended, zone),
        outcome=call.outcome,
        recalls=call.recalls,
    )


def _counter(rules: Rules, counter: str) -> Names:
    known = rules.counters.get(counter)
    return {"ja": counter} if known is None else known.names


async def _handoffs(deps: Deps, site: str, rules: Rules, handoffs: tuple[Handoff, ...]) -> list[HandoffLine]:
    lines = []
    for handoff in handoffs:
        title = None if handoff.title is None else await deps.log.read_private(site, handoff.title)
        department = rules.departments.get(handoff.department)
        lines.append(
            HandoffLine(
                department={"ja": handoff.department} if department is None else department.names,
                title=None if title is None else title.decode(),
                state=handoff.state,
                awaited=handoff.awaited,
            )
        )
    return lines


def _acts(deps: Deps, state: SiteState, ticket: Ticket) -> list[str]:
    if state.day is None or state.rules is None:
        return []
    status = shown(ticket.facts)
    useless = set()
    if not state.rules.priorities:
        useless.add("prioritise")
    if not any(printer.site == state.site for printer in deps.settings.printers.values()):
        useless.add("reprint")
    return [
        act for act, command in ACTS.items() if status in BY_COMMAND[command].allowed and act not in useless
    ]
