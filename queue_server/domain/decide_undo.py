"""Taking back a counter's last command."""

from __future__ import annotations

from msgspec.structs import replace

from . import commands as c
from . import events as e
from . import transitions
from .draft import Draft
from .refusal import RefusedError
from .state import CounterFacts, CounterState, UndoRecord


def undo(draft: Draft, command: c.Undo) -> None:
    """Take back the counter's whole last command, if recent and nothing later touched its tickets."""
    rules = draft.open_day()
    counter = draft.counter(command.counter)
    record = counter.last
    if record is None:
        raise RefusedError("nothing_to_undo")
    if draft.now - record.at > rules.undo_seconds * 1000:
        raise RefusedError("undo_too_late", seconds=rules.undo_seconds)
    for ticket_id in record.tickets_before:
        ticket = draft.state.tickets[ticket_id]
        if ticket.facts.touched != record.cmd or draft.state.by_number.get(ticket.number) != ticket_id:
            raise RefusedError("undo_touched", number=ticket.number)
    counter_facts = _counter_undone(counter, record)
    if not record.tickets_before:
        draft.write(e.CommandUndone, counter=command.counter, undone=record.cmd, counter_facts=counter_facts)
    for ticket_id, before in record.tickets_before.items():
        ticket = draft.state.tickets[ticket_id]
        undone_calls = tuple(
            transitions.undone_call(call, draft.now) for call in ticket.facts.calls if call.seq >= record.cmd
        )
        after = transitions.with_undone(before, undone_calls)
        if ticket.facts.place == "no_show":
            after = transitions.waited_for(after, draft.now)
        draft.write_ticket(
            e.CommandUndone,
            ticket,
            after,
            draft.current_service(before),
            counter=command.counter,
            undone=record.cmd,
            counter_facts=counter_facts,
            facts=after,
            was_called=bool(undone_calls),
        )


def _counter_undone(counter: CounterState, record: UndoRecord) -> CounterFacts:
    """The counter as before the command, without whoever has left it since by another's act (a cancel)."""
    here = tuple(
        [t for t in record.counter_before.tickets if t in record.tickets_before or t in counter.facts.tickets]
    )
    return replace(record.counter_before, tickets=here)
