"""What a counter's last command was, told from what it changed: the words of its undo."""

from __future__ import annotations

import msgspec

from queue_server.domain.state import CounterState, SiteState, TicketFacts, UndoRecord

OUTCOMES = {"served": "finish", "held": "hold", "no_show": "no-show", "transferred": "transfer"}


class LastAct(msgspec.Struct, frozen=True, kw_only=True):
    """The text ``undo.<code>`` with a number in it."""

    code: str
    number: str = ""
    """The number that it is about, the first one of several; empty for an act about the counter."""
    more: int = 0
    """How many more numbers."""


def last_act(state: SiteState, counter: CounterState) -> LastAct | None:
    """The act that undo would take back; None when there is none, or somebody has changed its tickets since."""
    record = counter.last
    if record is None:
        return None
    tickets = [state.tickets[ticket] for ticket in record.tickets_before if ticket in state.tickets]
    if any(ticket.facts.touched != record.cmd for ticket in tickets):
        return None
    if not tickets:
        return LastAct(code=_of_counter(counter, record))
    called = [ticket for ticket in tickets if _called(ticket.facts, record)]
    about = called or tickets
    first = about[0]
    code = "call" if called else _of_ticket(record.tickets_before[first.id], first.facts)
    return LastAct(code=code, number=first.number, more=len(about) - 1)


def _of_counter(counter: CounterState, record: UndoRecord) -> str:
    before, now = record.counter_before.status, counter.facts.status
    if now == "open":
        return "services" if before == "open" else "open"
    return "pause" if now == "paused" else "close"


def _called(facts: TicketFacts, record: UndoRecord) -> bool:
    return any(call.seq >= record.cmd and call.outcome == "open" for call in facts.calls)


def _of_ticket(before: TicketFacts, now: TicketFacts) -> str:
    passed_on = len(now.handoffs) > len(before.handoffs)
    if now.place in ("called", "serving"):
        if passed_on:
            return "hand-off"
        return "recall" if now.place == before.place else "start"
    if before.place in ("held", "no_show"):
        return "restore"
    if before.place == "none":
        return "hold"
    code = OUTCOMES.get(now.calls[-1].outcome, "finish")
    return "await-pickup" if code == "finish" and passed_on else code
