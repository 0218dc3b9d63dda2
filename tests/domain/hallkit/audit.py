"""Gives commands to a hall and holds every answer against the rules of DESIGN §2.

Three states are kept: the one that decides, a twin folded from the events' JSON, and the audit's own short
memory (calls by order, images for undo). A broken rule is an AssertionError.
"""

from __future__ import annotations

from typing import Any

from queue_server.domain import commands as c
from queue_server.domain import events as e
from queue_server.domain.decide import decide
from queue_server.domain.events import Event, decode, encode
from queue_server.domain.evolve import evolve, new_state
from queue_server.domain.refusal import CODES, Refused
from queue_server.domain.state import SiteState, open_services, shown

from . import invariants, naive
from .hall import MINUTE, digest
from .undoing import Images, is_undo

LONGEST_K = 64


class Audit:
    """``every``: how often the costly checks run; 1 is after each command."""

    def __init__(self, site: str = "hall", *, every: int = 1, keep_log: bool = True) -> None:
        self.state: SiteState = new_state(site)
        self.twin: SiteState = new_state(site)
        self.log: list[bytes] = []
        self.every = every
        self.keep_log = keep_log
        self.given = self.taken = self.written = 0
        self.seen: dict[str, int] = {}
        self.turns: dict[str, list[naive.Turn]] = {}
        self.images = Images()

    def give(self, command: c.Command, now: int) -> list[Event] | Refused:
        """Decide, check, fold, check."""
        state = self.state
        self.given += 1
        costly = self.given % self.every == 0
        before = digest(state) if costly else b""
        result = decide(state, command, now)
        if costly:
            assert digest(state) == before, "decide touched the state"
        expected = None
        if isinstance(command, c.Undo) and state.day is not None and command.counter in state.counters:
            expected = self.images.refusal(state, command.counter, max(now, state.last_at))
            assert (result.code if isinstance(result, Refused) else None) == expected, (result, expected)
        if isinstance(command, c.CallNext | c.CallNumber):
            self._check_seen(command, result)
        if isinstance(result, Refused):
            self.count(result.code)
            assert result.code in CODES, result
            return result
        if result:
            self.taken += 1
            self._fold(command, result, max(now, state.last_at))
        if costly:
            invariants.check(state)
            if self.given % (self.every * 5) == 0:
                invariants.check_ahead(state)
        if self.given % (self.every * 20) == 0:
            self.compare()
        return result

    def _check_seen(self, command: c.CallNext | c.CallNumber, result: list[Event] | Refused) -> None:
        """Nobody is finished by a call but whom the caller saw; and a call that saw right is not refused for it."""
        here = (
            self.state.counters[command.counter].facts.tickets
            if command.counter in self.state.counters
            else ()
        )
        others = {self.state.tickets[ticket].number for ticket in here} ^ set(command.seen or ())
        if command.seen is not None and others:
            assert isinstance(result, Refused), (command, result)
        else:
            assert not isinstance(result, Refused) or result.code != "counter_changed", (command, result)

    def count(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1

    def compare(self) -> None:
        """The state folded from the log's JSON is the one in memory."""
        assert digest(self.state) == digest(self.twin)

    # --- one command's events ---

    def _fold(self, command: c.Command, events: list[Event], now: int) -> None:
        state = self.state
        first = state.seq + 1
        counter = getattr(command, "counter", None)
        undo = is_undo(events)
        acted = () if undo else (counter,) if counter is not None else self._swept(command, events)
        images = {key: self.images.begin(state, key, events) for key in acted}
        self.place = getattr(command, "place", None)
        for event in events:
            self.written += 1
            assert (event.seq, event.cmd, event.at, event.by) == (state.seq + 1, first, now, command.by)
            self.count(type(event).__name__)
            self._before(event)
            stored = encode(event)
            back = decode(stored)
            assert back == event
            evolve(state, event)
            evolve(self.twin, back)
            if self.keep_log:
                self.log.append(stored)
            self._after(event)
        if isinstance(command, c.CallNext) and not any(isinstance(x, e.TicketCalled) for x in events):
            assert naive.next_for(state, command.counter, now, self.turns) is None
        if undo:
            assert counter is not None
            self.images.check(state, counter, events)
        for key, image in images.items():
            self.images.end(state, key, image)
        if isinstance(command, c.ApplyPreset):
            self.images.preset_applied(events)
        for key in {getattr(x, "ticket", None) for x in events} - {None}:
            invariants.check_ticket(state, state.tickets[key])

    @staticmethod
    def _swept(command: c.Command, events: list[Event]) -> tuple[str, ...]:
        """The counters whose tickets the rule found absent: for each that is its last act."""
        absent = {x.counter for x in events if isinstance(x, e.TicketNoShow)}
        return tuple(absent) if isinstance(command, c.MarkAbsent) else ()

    def _before(self, event: Event) -> None:
        """What can be told from the state that the event meets."""
        state = self.state
        match event:
            case e.TicketCalled():
                self._check_call(event)
            case e.PickupOpened() | e.TicketTransferred() | e.ServiceChanged():
                self._check_new_due(event)
            case e.TicketRestored() | e.TicketDelayed():
                self.others = naive.others_in_line(state, event.service, event.ticket)
                was = state.tickets[event.ticket].facts.errands[event.errand]
                self.due, self.was = was.due, naive.before(self.others, was.due, was.rank)
                self.first_again = state.tickets[event.ticket].day != state.day
            case e.DayOpened():
                self.turns.clear()
                self.images.of.clear()
            case e.DayClosed():
                self.images.of.clear()

    def _check_call(self, event: e.TicketCalled) -> None:
        """Nobody is overtaken but by the stated rule; the fairness bound holds over the recorded calls."""
        state = self.state
        errand = state.tickets[event.ticket].facts.errands[event.errand]
        assert event.waited == event.at - errand.arrival >= 0
        self.count(f"rule {event.rule}")
        if event.rule == "chosen":
            return
        expected = naive.next_for(state, event.counter, event.at, self.turns)
        assert expected == (event.ticket, event.errand, event.rule), (expected, event)
        turns = self.turns.setdefault(errand.service, [])
        boosted = errand.lane == "boosted"
        if boosted:
            unboosted = [
                x
                for x in naive.standing(state, errand.service)
                if x.errand.lane != "boosted" and x.errand.callable_from <= event.at
            ]
            rule = state.rules.services.get(errand.service)
            k = rule.fairness if rule else 1
            if unboosted:
                assert not any(x.boosted for x in turns[max(0, len(turns) - k + 1) :]), (
                    "two boosted in k calls"
                )
        turns.append(naive.Turn(event.seq, boosted))
        del turns[:-LONGEST_K]

    def _check_new_due(self, event: Any) -> None:
        """due = arrival + target − boost, unless it was an appointment, whose due is its slot or check-in."""
        state = self.state
        facts = state.tickets[event.ticket].facts
        to = event.service if isinstance(event, e.PickupOpened) else event.to
        rule = state.rules.services.get(to)
        target = rule.target_minutes * MINUTE if rule else 0
        if isinstance(event, e.PickupOpened):
            boosts = [x.boost for x in facts.errands if x.boost]
            assert event.due == event.at + target - (boosts[-1] if boosts else 0), event
            return
        index = facts.errand if isinstance(event, e.TicketTransferred) else event.errand
        old = facts.errands[index]
        arrival = event.arrival if isinstance(event, e.TicketTransferred) else old.arrival
        assert arrival in (old.arrival, event.at)
        stays = isinstance(event, e.TicketTransferred) and event.to == old.service
        kept, new = old.due, arrival + target - old.boost
        if (
            arrival == old.arrival == event.at
        ):  # at the very moment it came, with its place or without looks the same
            assert event.due in (kept, new), event
        elif (old.lane == "slot" or stays) and arrival == old.arrival:
            assert event.due == kept, event
        else:
            assert event.due == new, event

    def _after(self, event: Event) -> None:
        """What an event says of its ticket is so."""
        state = self.state
        key = getattr(event, "ticket", None)
        if key is None:
            return
        ticket = state.tickets[key]
        assert event.state == shown(ticket.facts), event
        assert event.services == open_services(ticket.facts), event
        assert event.number == ticket.number
        assert event.issued_at == ticket.issued_at
        assert event.waited >= 0
        match event:
            case e.TicketIssued():
                self._check_issued(event)
            case e.TicketRestored():
                by_rule = 0 if self.first_again else state.rules.return_places
                wanted = by_rule if self.place is None else self.place
                count = len(self.others)
                places = {"front": 0, "end": count}.get(wanted, wanted)
                assert naive.before(self.others, event.due, event.rank) == max(0, min(places, count)), event
            case e.TicketDelayed():
                moved = min((0 if event.returned else self.was) + event.places, len(self.others))
                assert naive.before(self.others, event.due, event.rank) == moved, event
                assert event.returned or event.due >= self.due, "a delay made somebody earlier"
            case e.CommandUndone():
                gone = {x.seq for x in ticket.facts.calls if x.outcome == "undone"}
                for turns in self.turns.values():
                    turns[:] = [x for x in turns if x.seq not in gone]

    def _check_issued(self, event: e.TicketIssued) -> None:
        state = self.state
        band = state.rules.bands[event.band]
        assert band.first <= event.value <= band.last
        assert event.value not in band.skip
        assert event.number == band.text(event.value)
        same = naive.standing(state, event.service)
        assert event.ahead == [x.ticket for x in same].index(event.ticket)
        rules = state.rules
        for errand in event.facts.errands:
            service = rules.services[errand.service]
            if errand.slot is not None:
                late = event.issued_at > errand.slot + rules.appointment_grace_minutes * MINUTE
                early = rules.appointment_early_minutes * MINUTE
                assert errand.due == (event.issued_at if late else errand.slot)
                assert errand.callable_from == (event.issued_at if late else errand.slot - early)
            else:
                boost = rules.priorities[errand.priority].boost_minutes if errand.priority else 0
                assert errand.due == event.issued_at + (service.target_minutes - boost) * MINUTE
