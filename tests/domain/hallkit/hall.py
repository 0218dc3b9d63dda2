"""A hall to play through: give a command, look at what happened. For tests that read like rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from queue_server.domain import commands as c
from queue_server.domain.decide import decide
from queue_server.domain.events import Event, decode, encode
from queue_server.domain.evolve import evolve, new_state
from queue_server.domain.refusal import CODES, Refused
from queue_server.domain.rules import Rules
from queue_server.domain.state import CounterFacts, SiteState, Ticket, TicketFacts, shown

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
STARTS = int(datetime(2026, 11, 23, 15, tzinfo=UTC).timestamp() * 1000)
"""Midnight of Tuesday 24 November 2026 in Aobahama."""
NINE = STARTS + 9 * HOUR

digest = msgspec.msgpack.Encoder().encode
"""The whole state as bytes: equal before and after means untouched."""


def fold(log: list[Event], site: str = "hall") -> SiteState:
    """The state that a log leads to."""
    state = new_state(site)
    for event in log:
        evolve(state, event)
    return state


class Hall:
    """One site in memory. ``now`` moves only by ``wait``; every event passes through its JSON."""

    def __init__(
        self, rules: Rules, *, now: int = NINE, opened: bool = True, open_counters: bool = True, **day: Any
    ) -> None:
        self.rules = rules
        self.state = new_state(rules.site)
        self.log: list[Event] = []
        self.now = now
        self.by = "staff"
        self._made = 0
        if opened:
            self.open_day(**day)
        if opened and open_counters:
            for counter in rules.counters:
                self.do(c.OpenCounter(counter=counter, by=self.by))

    # --- commands ---

    def give(self, command: c.Command, *, late_by: int = 0) -> list[Event] | Refused:
        """Decide and fold. Checks that deciding touched nothing and that a refusal's code is known."""
        before = digest(self.state)
        result = decide(self.state, command, self.now - late_by)
        assert digest(self.state) == before, f"decide touched the state: {command}"
        if isinstance(result, Refused):
            assert result.code in CODES
            return result
        for event in result:
            stored = decode(encode(event))
            assert stored == event
            evolve(self.state, stored)
            self.log.append(stored)
        return result

    def do(self, command: c.Command) -> list[Event]:
        """Give a command that must be taken."""
        result = self.give(command)
        assert not isinstance(result, Refused), result
        return result

    def kinds(self, command: c.Command) -> list[str]:
        """Give a command that must be taken; the names of its events."""
        return [type(event).__name__ for event in self.do(command)]

    def refused(self, command: c.Command) -> str:
        """Give a command that must be refused; the code."""
        result = self.give(command)
        assert isinstance(result, Refused), f"{command} was taken: {result}"
        return result.code

    # --- the day ---

    def wait(self, minutes: float = 0, *, seconds: float = 0) -> None:
        """Hall time goes on."""
        self.now += int(minutes * MINUTE + seconds * 1000)

    def open_day(self, day: str = "2026-11-24", starts: int = STARTS, hours: Any = None) -> list[Event]:
        return self.do(c.OpenDay(day=day, starts=starts, rules=self.rules, hours=hours))

    def next_day(self, rules: Rules | None = None) -> list[Event]:
        """Close the day by hand and open tomorrow's at nine."""
        starts = self.state.starts + DAY
        closed = self.do(c.CloseDay(force=True))
        self.rules = rules or self.rules
        self.now = starts + 9 * HOUR
        opened = self.open_day("2026-11-25", starts)
        for counter in self.rules.counters:
            self.do(c.OpenCounter(counter=counter, by=self.by))
        return [*closed, *opened]

    # --- short forms ---

    def issue(self, *services: str, **more: Any) -> str:
        """Give a number; returns it as printed."""
        return self.do(self.issuing(*services, **more))[0].number

    def issuing(self, *services: str, **more: Any) -> c.IssueTicket:
        self._made += 1
        return c.IssueTicket(
            ticket=f"t{self._made}",
            token_hash=f"hash{self._made}",
            services=services,
            channel=more.pop("channel", "kiosk"),
            **more,
        )

    def call_next(self, counter: str) -> str | None:
        """The number that is called."""
        called = [x for x in self.do(c.CallNext(counter=counter)) if type(x).__name__ == "TicketCalled"]
        return called[0].number if called else None

    def call_all(self, counter: str) -> list[str]:
        """Every number, in the order in which the counter calls them."""
        numbers = []
        while (number := self.call_next(counter)) is not None:
            numbers.append(number)
        return numbers

    def serve(self, number: str, counter: str) -> None:
        """Call this number and start."""
        self.do(c.CallNumber(counter=counter, number=number))
        self.do(c.StartService(counter=counter, number=number))

    def hand_off(self, counter: str, *items: str, awaited: bool = True) -> None:
        """``name@department``, …"""
        made = [item.split("@") for item in items]
        self.do(
            c.HandOff(
                counter=counter,
                items=tuple(
                    c.HandoffItem(handoff=name, department=department, awaited=awaited)
                    for name, department in made
                ),
            )
        )

    # --- looking ---

    def ticket(self, number: str) -> Ticket:
        return self.state.tickets[self.state.by_number[number]]

    def facts(self, number: str) -> TicketFacts:
        return self.ticket(number).facts

    def shown(self, number: str) -> str:
        return shown(self.facts(number))

    def at(self, counter: str) -> CounterFacts:
        return self.state.counters[counter].facts

    def numbers_at(self, counter: str) -> list[str]:
        return [self.state.tickets[ticket].number for ticket in self.at(counter).tickets]

    def folded_again(self) -> SiteState:
        """The state folded from the log, to compare with the one in memory."""
        return fold(self.log, self.rules.site)
