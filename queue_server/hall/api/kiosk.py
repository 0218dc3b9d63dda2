"""The staff mode of a kiosk (R-07): how full it is, its last numbers and their paper; cancel, reprint.

The PIN comes with every call: what the kiosk remembers of it ends with the page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain.queue import order
from queue_server.domain.state import SiteState, Ticket, shown
from queue_server.hall.devices.known import hall_time
from queue_server.hall.kiosk.staff_pin import staff_pin
from queue_server.hall.paper import Paper, paper_of
from queue_server.hall.times import rfc3339
from queue_server.settings import SecretMissing
from queue_server.web import Call, Deps, Handler, ProblemError

LAST = 20
"""How many of the kiosk's numbers are listed."""


async def look(call: Call[contract.PinBody]) -> contract.KioskStaff:
    """``POST …/kiosks/{kiosk}/staff/look``"""
    return await _told(call, _opened(call))


async def cancel(call: Call[contract.PinCancelBody]) -> contract.KioskStaff:
    """``POST …/staff/cancel``: one number or several, all or none."""
    kiosk = _opened(call)
    await call.execute(c.CancelTickets(numbers=tuple(call.body.numbers)))
    return await _told(call, kiosk)


async def reprint(call: Call[contract.PinReprintBody]) -> contract.KioskStaff:
    """``POST …/staff/reprint``: the paper comes out of this kiosk."""
    kiosk, state = _opened(call), call.state
    ticket = state.by_number.get(call.body.number)
    if ticket is None:
        raise ProblemError("unknown_number", number=call.body.number)
    printer = call.deps.printing.printer_for(state.site, None, kiosk)
    if printer is None:
        raise ProblemError("no_printer")
    await call.execute(c.ReprintTicket(ticket=ticket, printer=printer, large=call.body.large))
    return await _told(call, kiosk)


def _opened(call: Call[Any]) -> str:
    """The kiosk, if the PIN is right. Raises ``unknown_kiosk``, ``no_staff_mode``, ``wrong_pin``, ``pin_locked``."""
    deps, site, kiosk = call.deps, call.state.site, call.params["kiosk"]
    if kiosk not in deps.settings.sites[site].kiosks:
        raise ProblemError("unknown_kiosk", kiosk=kiosk)
    try:
        right = staff_pin(deps.settings, site, kiosk)
    except SecretMissing:
        right = None
    if right is None:
        raise ProblemError("no_staff_mode", kiosk=kiosk)
    deps.pins.check(f"{site}/{kiosk}", call.body.pin, right)
    return kiosk


async def _told(call: Call[Any], kiosk: str) -> contract.KioskStaff:
    deps, state = call.deps, call.state
    given = [ticket for ticket in reversed(state.tickets.values()) if ticket.kiosk == kiosk][:LAST]
    papers = await asyncio.gather(*(paper_of(deps, state.site, ticket.id) for ticket in given))
    printer = deps.devices.get("printer", deps.settings.sites[state.site].kiosks[kiosk].printer or "")
    return contract.KioskStaff(
        queues=_loads(state, deps.clock.now()),
        tickets=[_row(deps, ticket, paper) for ticket, paper in zip(given, papers, strict=True)],
        printer="none" if printer is None else printer.status.state,
        printer_reason="" if printer is None else printer.status.reason,
        printer_since=None
        if printer is None
        else rfc3339(hall_time(deps, printer.status.since_ms), deps.zone),
    )


def _loads(state: SiteState, now: int) -> list[contract.KioskLoad]:
    """Every queue, in the order of the configuration."""
    loads = []
    for service in state.services:
        places = order(state, service)
        arrivals = [state.tickets[ticket].facts.errands[errand].arrival for _, _, ticket, errand in places]
        longest = max(0, now - min(arrivals)) // 1000 if arrivals else 0
        loads.append(contract.KioskLoad(service=service, waiting=len(arrivals), longest_seconds=longest))
    return loads


def _row(deps: Deps, ticket: Ticket, paper: Paper) -> contract.KioskTicket:
    return contract.KioskTicket(
        id=ticket.id,
        number=ticket.number,
        services=[errand.service for errand in ticket.facts.errands],
        state=shown(ticket.facts),
        issued_at=rfc3339(ticket.issued_at, deps.zone),
        print=paper.state,
    )


HANDLERS: Mapping[str, Handler] = {"kiosk.look": look, "kiosk.cancel": cancel, "kiosk.reprint": reprint}
