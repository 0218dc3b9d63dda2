"""The rules and the day: opening, closing, what expires and what is carried over (R-45, R-46)."""

from __future__ import annotations

from msgspec.structs import replace

from . import commands as c
from . import events as e
from . import transitions
from .draft import Draft
from .hours import last_end
from .refusal import RefusedError
from .rules import MINUTE
from .state import SiteState, Ticket, TicketFacts, open_services, shown

DAY = 24 * 60 * MINUTE


def set_rules(draft: Draft, command: c.SetRules) -> None:
    """Written only when they changed."""
    if command.rules != draft.rules:
        draft.write(e.RulesSet, rules=command.rules)


def open_day(draft: Draft, command: c.OpenDay) -> None:
    """Begin the day with what the last one left.

    A day that was closed by mistake goes on with its numbers and all its tickets, and whom that closing let
    expire waits again.
    """
    state = draft.state
    if state.day is not None:
        raise RefusedError("day_open", day=state.day)
    again = command.day == state.last_day
    came = [replace(t) for t in state.tickets.values()] if again else [_arrived(t) for t in state.carried]
    expired = [t for t in state.tickets.values() if again and _closing_expired(state, t)]
    draft.write(
        e.DayOpened,
        day=command.day,
        starts=command.starts,
        rules=command.rules,
        hours=command.hours,
        carried=tuple(came),
        notice=state.notice,
        numbers={band: (here.value, here.lap) for band, here in state.bands.items()} if again else {},
    )
    draft.rules = command.rules
    for ticket in expired:
        after = transitions.reopened(ticket.facts, None)
        draft.write_ticket(e.TicketReopened, ticket, after, draft.current_service(after))
        draft.withdraw_pickup(ticket)
        draft.open_pickup(ticket)


def _closing_expired(state: SiteState, ticket: Ticket) -> bool:
    """Whether the last closing let the ticket expire; not when its number is another's by now."""
    facts = ticket.facts
    mine = state.by_number.get(ticket.number) == ticket.id
    return facts.ended == "expired" and facts.touched == state.closed_cmd and mine


def _arrived(ticket: Ticket) -> Ticket:
    """A ticket on its next day: whoever was put aside for that is simply held from now on."""
    return replace(ticket, facts=replace(ticket.facts, carried=False))


def may_close_from(state: SiteState) -> int:
    """From when (ms UTC) an open day may be closed without force, once nobody waits."""
    assert state.rules is not None
    end = last_end(state)
    return (state.starts + DAY if end is None else end) + state.rules.close_after_minutes * MINUTE


def close_day(draft: Draft, command: c.CloseDay) -> None:
    """End the day: by itself only after the hours and with nobody waiting, by a person at any time."""
    state = draft.state
    if state.day is None:
        raise RefusedError("day_closed")
    assert draft.rules is not None
    if not command.force:
        if draft.now < may_close_from(state):
            raise RefusedError("day_not_over", day=state.day)
        in_use = sum(1 for t in state.tickets.values() if _blocks_closing(t.facts))
        if in_use:
            raise RefusedError("day_in_use", day=state.day, tickets=in_use)
    carried: list[Ticket] = []
    for ticket in state.tickets.values():
        facts = ticket.facts
        owed = any(h.state != "done" for h in facts.handoffs)
        if facts.ended is not None:
            if owed:
                carried.append(replace(ticket))
        elif facts.carried or left_over(facts) in draft.rules.carry:
            carried.append(replace(ticket))
        else:
            after = transitions.ended(facts, draft.now, "expired")
            draft.write_ticket(
                e.TicketExpired, ticket, after, draft.current_service(facts), counter=facts.counter
            )
            if owed:
                carried.append(replace(ticket, facts=after))
    draft.write(e.DayClosed, day=state.day, carried=tuple(carried))


def left_over(facts: TicketFacts) -> str:
    """What an unfinished ticket is at the end of the day: its shown state, or ``pickup``."""
    state = shown(facts)
    if state == "waiting" and all(x.pickup for x in facts.errands if x.open):
        return "pickup"
    return state


def _blocks_closing(facts: TicketFacts) -> bool:
    return facts.ended is None and bool(
        facts.place in ("called", "serving")
        or (facts.place == "none" and open_services(facts) and left_over(facts) != "pickup")
    )


def mark_outage(draft: Draft, command: c.MarkOutage) -> None:
    """Statistics leave the span out."""
    draft.write(e.OutageMarked, since=command.since, until=command.until)


def post_notice(draft: Draft, command: c.PostNotice) -> None:
    """Written only when it changed."""
    if command.notice != draft.state.notice:
        draft.write(e.NoticePosted, notice=command.notice)


def apply_preset(draft: Draft, command: c.ApplyPreset) -> None:
    """Counters at work take the preset's services; with None those of the last preset take their own again."""
    rules = draft.open_day()
    state = draft.state
    if command.preset is not None and command.preset not in rules.presets:
        raise RefusedError("unknown_preset", preset=command.preset)
    wanted: dict[str, tuple[str, ...]] = {}
    if state.preset is not None:
        leaving = rules.presets.get(state.preset)
        # nobody knows whom a preset named that the rules dropped meanwhile
        named = rules.counters if leaving is None else leaving.counters
        wanted = {key: rules.counters[key].services for key in named if key in rules.counters}
    if command.preset is not None:
        wanted |= rules.presets[command.preset].counters
    services = {
        key: taken
        for key, taken in wanted.items()
        if key in state.counters
        and state.counters[key].facts.status != "closed"
        and state.counters[key].facts.services != taken
    }
    if services or command.preset != state.preset:
        draft.write(e.PresetApplied, preset=command.preset, services=services)


def step_time(draft: Draft, command: c.StepHallTime) -> None:
    """A leader's act after a wall-clock step; refused when there is none to follow."""
    if not command.milliseconds:
        raise RefusedError("no_clock_step")
    draft.write(e.HallTimeStepped, milliseconds=command.milliseconds)
