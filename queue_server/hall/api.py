"""Which handler answers which route of the contract, for the hall's part of it."""

from __future__ import annotations

from collections.abc import Mapping

from queue_server.web import Handler

from . import (
    api_clock,
    api_counters,
    api_handoffs,
    api_holder,
    api_kiosk,
    api_queue,
    api_scan,
    api_site,
    api_tickets,
    api_why,
    history,
)

HANDLERS: Mapping[str, Handler] = {
    "clock": api_clock.show,
    "clock.step": api_clock.step,
    "sites": api_site.sites,
    "board": api_site.board,
    "history": history.show,
    "events": api_site.events,
    "issue": api_tickets.issue,
    **{f"ticket.{action}": api_tickets.handler(action) for action in api_tickets.ACTIONS},
    "tickets.cancel": api_tickets.cancel_many,
    "print": api_tickets.print_progress,
    "scan": api_scan.scan,
    **{f"scan.{action}": api_scan.handler(action) for action in api_scan.ACTIONS},
    **api_kiosk.HANDLERS,
    "holder": api_holder.show,
    "holder.events": api_holder.events,
    "holder.cancel": api_holder.cancel,
    "holder.late": api_holder.late,
    **{f"counter.{action}": api_counters.handler(action) for action in api_counters.ACTIONS},
    "counter.pause": api_counters.pause,
    "counter.call-many": api_counters.call_many,
    "handoffs": api_handoffs.of_department,
    **{f"handoff.{action}": api_handoffs.handler(action) for action in api_handoffs.ACTIONS},
    "queue": api_queue.queue_of,
    "tickets": api_site.tickets,
    "why": api_why.show,
    "day.open": api_site.open_day,
    "day.close": api_site.close_day,
    "preset": api_site.preset,
    "notice": api_site.notice,
}
