"""The only way state changes: one function per kind of event, found in ``EVOLVERS``.

In place, because a day has thousands of tickets and copying them would cost more than deciding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import events as e
from . import evolve_counter as counter
from . import evolve_day as day
from . import evolve_ticket as ticket
from .state import SiteState


def new_state(site: str) -> SiteState:
    """The state of a site whose log is empty."""
    return SiteState(site=site)


def evolve(state: SiteState, event: e.Event) -> None:
    """Fold one event into the state. Raises ``ValueError`` when it is not the next one of the site's log."""
    if event.seq != state.seq + 1:
        raise ValueError(f"event {event.seq} does not follow {state.seq} at site {state.site}")
    EVOLVERS[type(event)](state, event)
    state.seq = event.seq
    if event.at > state.last_at:
        state.last_at = event.at


EVOLVERS: dict[type, Callable[[SiteState, Any], None]] = {
    e.RulesSet: day.rules_set,
    e.DayOpened: day.day_opened,
    e.DayClosed: day.day_closed,
    e.OutageMarked: day.outage_marked,
    e.NoticePosted: day.notice_posted,
    e.HallTimeStepped: day.time_stepped,
    e.PresetApplied: day.preset_applied,
    e.TicketIssued: ticket.issued,
    e.ServiceChanged: ticket.service_changed,
    e.TicketPrioritised: ticket.prioritised,
    e.TicketDelayed: ticket.delayed,
    e.TicketCarried: ticket.carried,
    e.TicketReprinted: ticket.reprinted,
    e.TicketLanguageSet: ticket.language_set,
    e.TicketCancelled: ticket.cancelled,
    e.TicketExpired: ticket.expired,
    e.TicketReopened: ticket.reopened,
    e.PickupOpened: ticket.pickup_opened,
    e.PickupWithdrawn: ticket.pickup_withdrawn,
    e.HandoffOpened: ticket.handoff_opened,
    e.HandoffAccepted: ticket.handoff_accepted,
    e.HandoffDone: ticket.handoff_done,
    e.HandoffReturned: ticket.handoff_returned,
    e.TicketCalled: counter.called,
    e.TicketRecalled: counter.recalled,
    e.ServiceStarted: counter.started,
    e.TicketFinished: counter.finished,
    e.TicketHeld: counter.held,
    e.TicketNoShow: counter.no_show,
    e.TicketRestored: counter.restored,
    e.TicketTransferred: counter.transferred,
    e.CounterOpened: counter.counter_opened,
    e.CounterPaused: counter.counter_paused,
    e.CounterClosed: counter.counter_closed,
    e.CommandUndone: counter.undone,
}
"""The map of what can happen: every event and what it does to the state."""
