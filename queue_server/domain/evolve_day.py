"""Folding the rules and the day."""

from __future__ import annotations

from msgspec.structs import replace

from . import events as e
from .evolve_facts import add, count_issued
from .rules import Rules
from .state import BandState, CounterFacts, CounterState, ServiceState, SiteState


def rules_set(state: SiteState, event: e.RulesSet) -> None:
    """From now on."""
    _take_rules(state, event.rules)


def _take_rules(state: SiteState, rules: Rules) -> None:
    """Adopt rules. What they no longer name stays until the day ends: a ticket may still be in it."""
    state.rules = rules
    for service in rules.services:
        if service not in state.services:
            state.services[service] = ServiceState()
    for band in rules.bands:
        if band not in state.bands:
            state.bands[band] = BandState()
    for counter in rules.counters:
        if counter not in state.counters:
            state.counters[counter] = CounterState(id=counter, facts=CounterFacts())


def day_opened(state: SiteState, event: e.DayOpened) -> None:
    """A fresh hall, with what the event carries and nothing else: a start may fold from here."""
    state.day, state.starts, state.hours = event.day, event.starts, event.hours
    state.opened_seq = event.seq
    state.last_day, state.closed_cmd = None, 0
    state.notice = event.notice
    for index in (state.tickets, state.by_number, state.by_token, state.by_handoff, state.counters):
        index.clear()
    state.services.clear()
    state.bands.clear()
    state.keys.clear()
    state.given.clear()
    state.preset = None
    state.calls.clear()
    state.carried = ()
    _take_rules(state, event.rules)
    for band, (value, lap) in event.numbers.items():
        state.bands[band] = BandState(value=value, lap=lap)
    for ticket in event.carried:
        # The day's rules may no longer name a service that yesterday's ticket is in, or comes back to.
        for service in [x.service for x in ticket.facts.errands] + [x.service for x in ticket.facts.handoffs]:
            if service not in state.services:
                state.services[service] = ServiceState()
        add(state, replace(ticket))  # a copy: several states may fold one event
        if ticket.day == event.day:
            count_issued(state, ticket.issued_at, (x.service for x in ticket.facts.errands if not x.pickup))


def day_closed(state: SiteState, event: e.DayClosed) -> None:
    """Every counter is closed; what is carried waits for the next day."""
    state.day, state.last_day = None, event.day
    state.closed_cmd = event.cmd
    state.carried = event.carried
    for counter in state.counters.values():
        counter.facts, counter.last = CounterFacts(), None


def outage_marked(state: SiteState, event: e.OutageMarked) -> None:
    """Only statistics care."""


def notice_posted(state: SiteState, event: e.NoticePosted) -> None:
    """On the screens, or taken down."""
    state.notice = event.notice


def preset_applied(state: SiteState, event: e.PresetApplied) -> None:
    """Counters call for other services; an undo of their last act leaves them so."""
    state.preset = event.preset
    for key, services in event.services.items():
        counter = state.counters[key]
        counter.facts = replace(counter.facts, services=services)
        if counter.last is not None:
            counter.last.counter_before = replace(counter.last.counter_before, services=services)


def time_stepped(state: SiteState, event: e.HallTimeStepped) -> None:
    """Only the clock at the edge cares."""
