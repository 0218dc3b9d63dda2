"""Giving a number: hours, caps, closing by estimated end, bands, the place in the queue."""

from __future__ import annotations

from . import commands as c
from . import events as e
from .draft import Draft
from .estimate import as_range, mean_wait
from .hours import check_caps, is_open
from .issuing import too_late
from .numbers import next_number, pad_number
from .queue import ahead_of
from .refusal import RefusedError
from .rules import MINUTE, Rules, Service
from .state import Errand, TicketFacts


def issue(draft: Draft, command: c.IssueTicket) -> None:
    """One ticket with an errand per service. A number from the emergency pad keeps its written time."""
    rules = draft.open_day()
    state, now = draft.state, draft.now
    if not command.services:
        raise RefusedError("no_service")
    if len(set(command.services)) != len(command.services):
        raise RefusedError("duplicate_service")
    if command.ticket in state.tickets or command.token_hash in state.by_token:
        raise RefusedError("ticket_exists")
    if command.priority is not None and command.priority not in rules.priorities:
        raise RefusedError("unknown_priority", priority=command.priority)
    services = [draft.service(service) for service in command.services]
    _check_kiosk(draft, rules, command)
    arrival = now if command.written_at is None else command.written_at
    if command.written_at is not None and not state.starts <= arrival <= now:
        raise RefusedError("written_at_invalid")
    rank = float(draft.seq)
    errands = tuple([_errand(rules, service, command, arrival, rank) for service in services])
    if command.written_number is None:
        for service in services:
            check_hours(draft, service, command.despite)
        band = rules.bands[services[0].band]
        value, lap = next_number(state, band)
    else:
        band, value = pad_number(state, rules, command.written_number)
        lap = 1
    first = errands[0]
    wait = mean_wait(state, first.service, first.due, rank)
    if command.written_number is None and not command.despite:
        for service, errand in zip(services, errands, strict=True):
            check_end(
                draft, service, wait if errand is first else mean_wait(state, service.id, errand.due, rank)
            )
    ahead = ahead_of(state, first.service, first.due, rank)
    draft.write(
        e.TicketIssued,
        ticket=command.ticket,
        number=band.text(value),
        service=first.service,
        state="waiting",
        services=command.services,
        issued_at=arrival,
        facts=TicketFacts(errands=errands, touched=draft.seq),
        token_hash=command.token_hash,
        channel=command.channel,
        band=band.id,
        value=value,
        lap=lap,
        kiosk=command.kiosk,
        lang=command.lang,
        ahead=ahead,
        estimate=None if wait is None else as_range(wait),
        print=command.print,
        needs=command.needs,
        intake=command.intake,
        units=command.units,
        despite=command.despite,
        printer=command.printer,
    )


def _check_kiosk(draft: Draft, rules: Rules, command: c.IssueTicket) -> None:
    """Raise ``kiosk_resting`` when one kiosk has given its share of numbers in a short time (a child plays)."""
    if not rules.kiosk_tickets or command.channel != "kiosk" or command.kiosk is None:
        return
    times = draft.state.given.get(command.kiosk, ())
    if len(times) >= rules.kiosk_tickets:
        left = times[-rules.kiosk_tickets] + rules.kiosk_seconds * 1000 - draft.now
        if left > 0:
            raise RefusedError("kiosk_resting", kiosk=command.kiosk, seconds=-(-left // 1000))


def _errand(rules: Rules, service: Service, command: c.IssueTicket, arrival: int, rank: float) -> Errand:
    """due = arrival + target − boost; an appointment in time is due at its slot, a late one at check-in."""
    if command.slot is not None:
        in_time = arrival <= command.slot + rules.appointment_grace_minutes * MINUTE
        return Errand(
            service=service.id,
            arrival=arrival,
            due=command.slot if in_time else arrival,
            rank=rank,
            lane="slot",
            callable_from=command.slot - rules.appointment_early_minutes * MINUTE if in_time else arrival,
            slot=command.slot,
        )
    due = arrival + service.target_minutes * MINUTE
    if command.priority is None:
        return Errand(service=service.id, arrival=arrival, due=due, rank=rank)
    boost = rules.priorities[command.priority].boost_minutes * MINUTE
    return Errand(
        service=service.id,
        arrival=arrival,
        due=due - boost,
        rank=rank,
        lane="boosted",
        priority=command.priority,
        boost=boost,
    )


def check_hours(draft: Draft, service: Service, despite: bool) -> None:
    """Raise ``service_closed`` or ``cap_reached``. Nobody ever takes a number for a pick-up."""
    if service.is_pickup or not (despite or is_open(draft.state, service.id, draft.now)):
        raise RefusedError("service_closed", service=service.id)
    if not despite:
        check_caps(draft.state, service, draft.now)


def check_end(draft: Draft, service: Service, wait: float | None) -> None:
    """Raise ``closing_estimate`` when somebody who waits so long (minutes) would come after the closing."""
    if wait is not None and too_late(draft.state, service, wait, draft.now):
        raise RefusedError("closing_estimate", service=service.id, minutes=round(wait))
