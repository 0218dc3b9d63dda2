"""What the reception's page shows beside its list: who is put aside, how full each purpose is, a kiosk gone wild."""

from __future__ import annotations

import msgspec

from queue_server.domain.estimate import as_range, wait_of_new
from queue_server.domain.hours import is_open
from queue_server.domain.queue import waiting
from queue_server.domain.rules import MINUTE, Names, Service
from queue_server.domain.state import Estimate, SiteState, Ticket, shown
from queue_server.hall.alarm_view import AlarmLine, alarm_lines
from queue_server.hall.times import hour_minute
from queue_server.web import Deps

BURST_NUMBERS = 6
"""So many numbers of one purpose from one kiosk within ``BURST_MS`` look like somebody playing with it."""
BURST_MS = MINUTE
BURST_SHOWN_MS = 15 * MINUTE
"""How long it is told."""


class AsideLine(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody held or absent."""

    id: str
    number: str
    state: str
    services: list[Names]
    since: str
    minutes: int
    counter: Names | None
    """The counter that called it last."""
    carried: bool
    from_yesterday: bool


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """How full a purpose is."""

    service: str
    open: bool
    waiting: int
    estimate: Estimate | None


class Burst(msgspec.Struct, frozen=True, kw_only=True):
    """Many numbers of one purpose from one kiosk in a short time, of those that still wait."""

    key: str
    """Tells this burst from another."""
    kiosk: Names
    service: Names
    numbers: list[str]
    first: str
    last: str


class ReceptionView(msgspec.Struct, frozen=True, kw_only=True):
    """The reception now."""

    day: str | None
    alarms: list[AlarmLine]
    bursts: list[Burst]
    held: list[AsideLine]
    absent: list[AsideLine]
    loads: list[Load]
    return_places: int


def reception_view(deps: Deps, state: SiteState) -> ReceptionView:
    """The view of a site, from its committed state."""
    now = deps.clock.now()
    aside = [t for t in state.tickets.values() if t.facts.place in ("held", "no_show")]
    lines = sorted((_aside(deps, state, ticket, now) for ticket in aside), key=lambda line: -line.minutes)
    return ReceptionView(
        day=state.day,
        alarms=alarm_lines(state),
        bursts=bursts(deps, state, now),
        held=[line for line in lines if line.state == "held"],
        absent=[line for line in lines if line.state == "no_show"],
        loads=[]
        if state.rules is None
        else [_load(state, s, now) for s in state.rules.services.values() if s.id in state.services],
        return_places=0 if state.rules is None else state.rules.return_places,
    )


def _load(state: SiteState, service: Service, now: int) -> Load:
    wait = wait_of_new(state, service, now)
    return Load(
        service=service.id,
        open=is_open(state, service.id, now),
        waiting=waiting(state, service.id),
        estimate=None if wait is None else as_range(wait),
    )


def _aside(deps: Deps, state: SiteState, ticket: Ticket, now: int) -> AsideLine:
    facts, rules = ticket.facts, state.rules
    assert rules is not None
    calls = [call for call in facts.calls if call.outcome != "undone"]
    since = (calls[-1].ended or calls[-1].called) if calls else ticket.issued_at
    counter = rules.counters.get(calls[-1].counter) if calls else None
    return AsideLine(
        id=ticket.id,
        number=ticket.number,
        state=shown(facts),
        services=[
            rules.services[x.service].names for x in facts.errands if x.open and x.service in rules.services
        ],
        since=hour_minute(since, deps.zone),
        minutes=max(0, now - since) // MINUTE,
        counter=None if counter is None else counter.names,
        carried=facts.carried,
        from_yesterday=ticket.day != state.day,
    )


def bursts(deps: Deps, state: SiteState, now: int) -> list[Burst]:
    """Who looks like a child at a kiosk, the latest first; gone once fewer of the numbers still wait."""
    given: dict[tuple[str, str], list[Ticket]] = {}
    for ticket in reversed(state.tickets.values()):
        if ticket.kiosk is None:
            continue
        if ticket.issued_at < now - BURST_SHOWN_MS:
            break
        if shown(ticket.facts) == "waiting" and not ticket.facts.calls:
            given.setdefault((ticket.kiosk, ticket.facts.errands[0].service), []).append(ticket)
    found = []
    for (kiosk, service), tickets in given.items():
        run = _run(tickets[::-1])
        rules = state.rules
        if not run or rules is None or service not in rules.services:
            continue
        configured = deps.settings.sites[state.site].kiosks.get(kiosk)
        found.append(
            Burst(
                key=f"{kiosk} {run[0].id}",
                kiosk={"ja": kiosk} if configured is None else configured.names,
                service=rules.services[service].names,
                numbers=[ticket.number for ticket in run],
                first=hour_minute(run[0].issued_at, deps.zone),
                last=hour_minute(run[-1].issued_at, deps.zone),
            )
        )
    return found


def _run(tickets: list[Ticket]) -> list[Ticket]:
    """The last tickets, oldest first, that came so fast that ``BURST_NUMBERS`` lie within ``BURST_MS``."""
    suspicious: set[int] = set()
    for last in range(BURST_NUMBERS - 1, len(tickets)):
        first = last - BURST_NUMBERS + 1
        if tickets[last].issued_at - tickets[first].issued_at <= BURST_MS:
            suspicious.update(range(first, last + 1))
    if not suspicious:
        return []
    run = [max(suspicious)]
    while run[-1] - 1 in suspicious:
        run.append(run[-1] - 1)
    return [tickets[index] for index in reversed(run)]
