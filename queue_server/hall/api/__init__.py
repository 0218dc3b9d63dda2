"""Which handler answers which route of the contract, for the hall's part of it."""

from __future__ import annotations

from collections.abc import Mapping

from queue_server.hall.residents import history
from queue_server.web import Handler

from . import clock, counters, devices, handoffs, holder, kiosk, queue, scan, site, tickets, why

HANDLERS: Mapping[str, Handler] = {
    "clock": clock.show,
    "clock.step": clock.step,
    "sites": site.sites,
    "board": site.board,
    "history": history.show,
    "events": site.events,
    "issue": tickets.issue,
    **{f"ticket.{action}": tickets.handler(action) for action in tickets.ACTIONS},
    "tickets.cancel": tickets.cancel_many,
    "print": tickets.print_progress,
    "scan": scan.scan,
    **{f"scan.{action}": scan.handler(action) for action in scan.ACTIONS},
    "kiosk": devices.kiosk,
    **kiosk.HANDLERS,
    "holder": holder.show,
    "holder.events": holder.events,
    "holder.cancel": holder.cancel,
    "holder.late": holder.late,
    **{f"counter.{action}": counters.handler(action) for action in counters.ACTIONS},
    "counter.pause": counters.pause,
    "counter.call-many": counters.call_many,
    "handoffs": handoffs.of_department,
    **{f"handoff.{action}": handoffs.handler(action) for action in handoffs.ACTIONS},
    "queue": queue.queue_of,
    "tickets": site.tickets,
    "why": why.show,
    "devices": devices.show,
    "day.open": site.open_day,
    "day.close": site.close_day,
    "preset": site.preset,
    "notice": site.notice,
}
