"""Which handler answers which route of the contract, for the hall's part of it."""

from __future__ import annotations

from collections.abc import Mapping

from queue_server.web import Handler

from . import api_clock, api_counters, api_handoffs, api_holder, api_queue, api_site, api_tickets

HANDLERS: Mapping[str, Handler] = {
    "clock": api_clock.show,
    "clock.step": api_clock.step,
    "sites": api_site.sites,
    "board": api_site.board,
    "events": api_site.events,
    "issue": api_tickets.issue,
    **{f"ticket.{action}": api_tickets.handler(action) for action in api_tickets.ACTIONS},
    "scan": api_tickets.scan,
    "holder": api_holder.show,
    "holder.events": api_holder.events,
    "holder.cancel": api_holder.cancel,
    "holder.late": api_holder.late,
    **{f"counter.{action}": api_counters.handler(action) for action in api_counters.ACTIONS},
    "handoffs": api_handoffs.of_department,
    **{f"handoff.{action}": api_handoffs.handler(action) for action in api_handoffs.ACTIONS},
    "queue": api_queue.queue_of,
    "tickets": api_site.tickets,
    "day.open": api_site.open_day,
    "day.close": api_site.close_day,
    "notice": api_site.notice,
}
