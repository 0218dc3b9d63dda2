"""What staff do at a counter: open, call, serve, put aside, pass on."""

from __future__ import annotations

from . import commands as c
from . import events as e
from . import queue, transitions
from .decide_absence import END, put_back
from .draft import Draft
from .moves import require
from .refusal import RefusedError
from .rules import MINUTE, Rules
from .state import CounterState, Errand, Handoff, Ticket


def open_counter(draft: Draft, command: c.OpenCounter) -> None:
    """Open, come back from a pause, change the services, or take over from a colleague."""
    rules = draft.open_day()
    counter = draft.counter(command.counter)
    rule = rules.counters.get(command.counter)
    services = command.services
    if services is None:
        services = preset_services(rules, command.preset or draft.state.preset, command.counter)
        if command.preset is not None and services is None:
            raise RefusedError("unknown_preset", preset=command.preset)
    if services is None:
        services = rule.services if rule else ()
    for service in services:
        draft.service(service)
    now = counter.facts
    if now.status == "open" and now.services == services and now.by == draft.by:
        return
    draft.write(e.CounterOpened, counter=command.counter, services=services)


def preset_services(rules: Rules, preset: str | None, counter: str) -> tuple[str, ...] | None:
    """What a counter takes under a preset; None when the preset does not name it."""
    found = None if preset is None else rules.presets.get(preset)
    return None if found is None else found.counters.get(counter)


def pause_counter(draft: Draft, command: c.PauseCounter) -> None:
    """A pause may begin with a ticket at the counter; it ends with ``open``."""
    counter = opened(draft, command.counter, paused_too=True)
    if counter.facts.status == "open":
        draft.write(e.CounterPaused, counter=command.counter, reason=command.reason)


def close_counter(draft: Draft, command: c.CloseCounter) -> None:
    """Refused with a ticket at the counter."""
    draft.open_day()
    counter = draft.counter(command.counter)
    if counter.facts.tickets:
        raise RefusedError("counter_busy", counter=command.counter)
    if counter.facts.status != "closed":
        draft.write(e.CounterClosed, counter=command.counter)


def call_next(draft: Draft, command: c.CallNext) -> None:
    """Finish who is at the desk as served, then call who is next, if anybody waits."""
    counter = opened(draft, command.counter)
    _require_seen(draft, counter, command.seen)
    _finish_desk(draft, counter)
    found = queue.next_for(draft.state, counter, draft.now, draft.entering())
    if found is not None:
        call(draft, draft.state.tickets[found.ticket], found.errand, command.counter, found.rule)


def call_number(draft: Draft, command: c.CallNumber) -> None:
    """Call this number out of turn, also from held or absent."""
    counter = opened(draft, command.counter)
    ticket = draft.numbered(command.number)
    require(c.CallNumber, ticket.facts, ticket.number)
    _require_seen(draft, counter, command.seen)
    _finish_desk(draft, counter)
    facts = draft.now_facts(ticket)
    errand = facts.errand
    if errand is None:
        served = counter.facts.services
        mine = [i for i, x in enumerate(facts.errands) if x.open and x.service in served]
        errand = mine[0] if mine else queue.first_errand(facts)
    assert errand is not None
    call(draft, ticket, errand, command.counter, "chosen")


def call(draft: Draft, ticket: Ticket, errand: int, counter: str, rule: str) -> None:
    """Send a ticket to a counter for one of its errands."""
    facts = draft.now_facts(ticket)
    chosen = facts.errands[errand]
    after = transitions.called(facts, errand=errand, counter=counter, seq=draft.seq, at=draft.now)
    draft.write_ticket(
        e.TicketCalled,
        ticket,
        after,
        chosen.service,
        counter=counter,
        waited=max(0, draft.now - chosen.arrival),
        errand=errand,
        due=chosen.due,
        rule=rule,
    )


def recall(draft: Draft, command: c.Recall) -> None:
    """Call once more."""
    ticket = _here(draft, command)
    require(c.Recall, ticket.facts, ticket.number)
    after = transitions.recalled(ticket.facts, draft.now)
    service = draft.current_service(ticket.facts)
    draft.write_ticket(
        e.TicketRecalled, ticket, after, service, counter=command.counter, recalls=after.calls[-1].recalls
    )


def start(draft: Draft, command: c.StartService) -> None:
    """The resident is here; again does nothing."""
    ticket = _here(draft, command)
    require(c.StartService, ticket.facts, ticket.number)
    if ticket.facts.place == "called":
        after = transitions.started(ticket.facts, draft.now)
        service = draft.current_service(ticket.facts)
        draft.write_ticket(e.ServiceStarted, ticket, after, service, counter=command.counter)


def finish(draft: Draft, command: c.FinishService) -> None:
    """Done here; again (nobody is here, or this number was finished here) does nothing."""
    counter = opened(draft, command.counter, paused_too=True)
    if command.number is not None:
        if _served_here(draft.numbered(command.number), command.counter):
            return
    elif not counter.facts.tickets:
        return
    ticket = _here(draft, command)
    require(c.FinishService, ticket.facts, ticket.number)
    draft.finish(ticket, command.counter)


def hold(draft: Draft, command: c.HoldTicket) -> None:
    """Put aside who is here, or any waiting number."""
    counter = opened(draft, command.counter, paused_too=True)
    if command.number is None:
        ticket = _here(draft, command)
    else:
        ticket = draft.numbered(command.number)
        elsewhere = ticket.facts.counter is not None and ticket.id not in counter.facts.tickets
        if elsewhere:
            raise RefusedError("not_waiting", number=ticket.number, state=ticket.facts.place)
    require(c.HoldTicket, ticket.facts, ticket.number)
    facts = ticket.facts
    errand = facts.errand if facts.errand is not None else queue.first_errand(facts)
    assert errand is not None
    after = transitions.held(facts, draft.now, errand)
    draft.write_ticket(
        e.TicketHeld,
        ticket,
        after,
        facts.errands[errand].service,
        counter=command.counter,
        reason=command.reason,
    )
    draft.withdraw_pickup(ticket)


def mark_no_show(draft: Draft, command: c.MarkNoShow) -> None:
    """Called and did not come; the site may ask for recalls first (R-15)."""
    ticket = _here(draft, command)
    require(c.MarkNoShow, ticket.facts, ticket.number)
    assert draft.rules is not None
    recalls = ticket.facts.calls[-1].recalls
    if recalls < draft.rules.no_show_after_recalls:
        raise RefusedError("recall_first", recalls=recalls, needed=draft.rules.no_show_after_recalls)
    after = transitions.no_show(ticket.facts, draft.now)
    service = draft.current_service(ticket.facts)
    draft.write_ticket(e.TicketNoShow, ticket, after, service, counter=command.counter)
    draft.withdraw_pickup(ticket)


def restore(draft: Draft, command: c.RestoreTicket) -> None:
    """Back into the queue from held or absent: front, end, or after k others."""
    opened(draft, command.counter, paused_too=True)
    ticket = draft.numbered(command.number)
    require(c.RestoreTicket, ticket.facts, ticket.number)
    places = 0 if command.place == "front" else END if command.place == "end" else command.place
    put_back(draft, ticket, places, command.counter)


def transfer(draft: Draft, command: c.TransferTicket) -> None:
    """The errand goes on at another service, with the arrival (or slot) it had or as newly arrived."""
    ticket = _here(draft, command)
    require(c.TransferTicket, ticket.facts, ticket.number)
    to = draft.service(command.service)
    facts = ticket.facts
    assert facts.errand is not None
    if any(x.open and x.service == to.id for i, x in enumerate(facts.errands) if i != facts.errand):
        raise RefusedError("same_service", service=to.id)
    old = facts.errands[facts.errand]
    arrival = old.arrival if command.keep_place else draft.now
    due, rank = arrival + to.target_minutes * MINUTE - old.boost, float(draft.seq)
    if command.keep_place:
        rank = old.rank
        if old.lane == "slot" or to.id == old.service:
            due = old.due
    errand = Errand(service=to.id, arrival=arrival, due=due, rank=rank, note=command.note)
    draft.write_ticket(
        e.TicketTransferred,
        ticket,
        transitions.transferred(facts, draft.now, errand),
        facts.errands[facts.errand].service,
        counter=command.counter,
        to=to.id,
        arrival=arrival,
        due=due,
        rank=rank,
        note=command.note,
    )


def hand_off(draft: Draft, command: c.HandOff) -> None:
    """Give parts of the work to departments; the resident stays at the counter until finish."""
    ticket = _here(draft, command)
    require(c.HandOff, ticket.facts, ticket.number)
    for item in command.items:
        _open_handoff(draft, ticket, item, command.counter)


def await_pickup(draft: Draft, command: c.AwaitPickup) -> None:
    """交付待ちへ: the service's back office gets the work, the resident sits down."""
    ticket = _here(draft, command)
    require(c.AwaitPickup, ticket.facts, ticket.number)
    service = draft.service(draft.current_service(ticket.facts))
    if service.department is None:
        raise RefusedError("no_department", service=service.id)
    item = c.HandoffItem(handoff=command.handoff, department=service.department)
    _open_handoff(draft, ticket, item, command.counter)
    draft.finish(ticket, command.counter)


def _open_handoff(draft: Draft, ticket: Ticket, item: c.HandoffItem, counter: str) -> None:
    assert draft.rules is not None
    if item.department not in draft.rules.departments:
        raise RefusedError("unknown_department", department=item.department)
    facts = draft.now_facts(ticket)
    if item.handoff in draft.state.by_handoff or any(x.id == item.handoff for x in facts.handoffs):
        raise RefusedError("handoff_exists")
    handoff = Handoff(
        id=item.handoff,
        department=item.department,
        awaited=item.awaited,
        opened=draft.now,
        title=item.title,
        procedure=item.procedure,
        service=draft.current_service(facts),
    )
    draft.write_ticket(
        e.HandoffOpened,
        ticket,
        transitions.handoff_opened(facts, handoff),
        handoff.service,
        counter=counter,
        handoff=item.handoff,
        department=item.department,
        awaited=item.awaited,
        title=item.title,
        procedure=item.procedure,
    )
    draft.withdraw_pickup(ticket)


# --- looking up ------------------------------------------------------------------------------------


def opened(draft: Draft, counter: str, *, paused_too: bool = False) -> CounterState:
    """The counter, open or (when allowed) paused. Raises ``counter_closed``, ``counter_paused``."""
    draft.open_day()
    found = draft.counter(counter)
    if found.facts.status == "closed":
        raise RefusedError("counter_closed", counter=counter)
    if found.facts.status == "paused" and not paused_too:
        raise RefusedError("counter_paused", counter=counter)
    return found


def _is_desk(draft: Draft, counter: CounterState) -> bool:
    """True for a desk; a counter that the rules dropped meanwhile tells its kind by how many it holds."""
    rule = draft.rules.counters.get(counter.id) if draft.rules else None
    return len(counter.facts.tickets) <= 1 if rule is None else rule.kind == "desk"


def _served_here(ticket: Ticket, counter: str) -> bool:
    """True when the ticket's last call was at the counter and ended there as served."""
    calls = ticket.facts.calls
    return bool(calls) and calls[-1].counter == counter and calls[-1].outcome == "served"


def _require_seen(draft: Draft, counter: CounterState, seen: tuple[str, ...] | None) -> None:
    """Two who call at once each mean to finish whom they see: the second would finish somebody just called.

    Raises ``counter_changed``.
    """
    here = {draft.state.tickets[ticket].number for ticket in counter.facts.tickets}
    if seen is not None and here != set(seen):
        raise RefusedError("counter_changed", counter=counter.id)


def _finish_desk(draft: Draft, counter: CounterState) -> None:
    """A desk holds one ticket: whoever is there is finished as served, never as absent."""
    if _is_desk(draft, counter):
        for ticket in counter.facts.tickets:
            draft.finish(draft.state.tickets[ticket], counter.id)


def _here(
    draft: Draft,
    command: c.Recall
    | c.StartService
    | c.FinishService
    | c.HoldTicket
    | c.MarkNoShow
    | c.TransferTicket
    | c.HandOff
    | c.AwaitPickup,
) -> Ticket:
    """The ticket at the counter. Raises ``no_ticket_here``, or ``number_needed`` when there are several."""
    tickets = opened(draft, command.counter, paused_too=True).facts.tickets
    if command.number is not None:
        ticket = draft.numbered(command.number)
        if ticket.id not in tickets:
            raise RefusedError("no_ticket_here", counter=command.counter, number=command.number)
        return ticket
    if not tickets:
        raise RefusedError("no_ticket_here", counter=command.counter)
    if len(tickets) > 1:
        raise RefusedError("number_needed", counter=command.counter)
    return draft.state.tickets[tickets[0]]
