"""What a patient bystander writes down on a day: enough to say later why somebody was called before somebody else.

Told from pictures of the hall after every event and from DESIGN's words (due = arrival + target wait − boost, an
appointment's due is its slot, the earliest due among a counter's services), not from the core's own account: targets
and boosts are those of the rules of the moment, eligible people are looked for among all tickets.
"""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

from queue_server.domain import commands as c
from queue_server.domain import events as e
from queue_server.domain.decide import decide
from queue_server.domain.events import Event
from queue_server.domain.evolve import evolve, new_state
from queue_server.domain.refusal import Refused
from queue_server.domain.state import SiteState, shown

MINUTE = 60_000
MOVED = {e.TicketRestored: "back", e.TicketDelayed: "late"}


class Fact(NamedTuple):
    """One place that an errand had: why, where, and (for a natural one) what made it."""

    why: str
    due: int
    rank: float
    arrival: int = 0
    target: int = 0
    boost: int = 0
    slot: bool = False
    kind: str = ""

    @property
    def key(self) -> tuple[int, float]:
        return self.due, self.rank


Line = tuple[Fact, ...]


class Notebook:
    """Stands in for the audit of a `Wanderer`: decides, folds, and writes down."""

    def __init__(self) -> None:
        self.state: SiteState = new_state("hall")
        self.log: list[Event] = []
        self.lines: dict[tuple[str, int], Line] = {}
        self.images: dict[int, dict[tuple[str, int], Line]] = {}
        self.turns: list[tuple[str, int, str, bool]] = []
        """Calls by order: ticket, seq, service, boosted."""
        self.arrived: list[str] = []
        self.shown: dict[str, list[tuple[int, int, str]]] = {}
        """By ticket: (seq, cmd, shown state) after each of its events that stands."""
        self.verdicts: dict[str, list[tuple[int, str, str]]] = {}
        """By ticket: (seq, number, why) of every later number that was called."""
        self.called: dict[str, list[tuple[int, int]]] = {}

    def give(self, command: c.Command, now: int) -> list[Event] | Refused:
        result = decide(self.state, command, now)
        if isinstance(result, Refused):
            return result
        if result:
            self.images[result[0].cmd] = dict(self.lines)
        for event in result:
            if isinstance(event, e.TicketCalled):
                self._judge(event)
            before = self._errands(event)
            evolve(self.state, event)
            self.log.append(event)
            self._note(event, before)
        return result

    def _errands(self, event: Event) -> tuple[Any, ...]:
        ticket = self.state.tickets.get(getattr(event, "ticket", None) or "")
        return () if ticket is None else ticket.facts.errands

    # --- writing down ---

    def _note(self, event: Event, before: tuple[Any, ...]) -> None:
        state = self.state
        if isinstance(event, e.DayOpened):
            self.turns.clear()
            for ticket in event.carried:
                if ticket.id not in self.arrived:
                    self.arrived.append(ticket.id)
                for index, errand in enumerate(ticket.facts.errands):
                    old = Fact("natural", errand.due, errand.rank, errand.arrival, kind="carried")
                    self.lines.setdefault((ticket.id, index), (old,))
                self._shown(event, ticket.id)
            return
        key = getattr(event, "ticket", None)
        if key is None:
            return
        if isinstance(event, e.TicketIssued):
            self.arrived.append(key)
        if isinstance(event, e.CommandUndone):
            self._forget(event)
            return
        if isinstance(event, e.TicketCalled):
            self.called.setdefault(key, []).append((event.seq, event.cmd))
        for index, errand in enumerate(state.tickets[key].facts.errands):
            old = before[index] if index < len(before) else None
            if old is None or (old.due, old.rank, old.service) != (errand.due, errand.rank, errand.service):
                self._placed(event, key, index, old, errand, before)
        self._shown(event, key)

    def _placed(self, event: Any, key: str, index: int, old: Any, errand: Any, before: Any) -> None:
        """An errand has a new place: moved by hand, or made by the formula."""
        line = self.lines.get((key, index), ())
        why = MOVED.get(type(event))
        if why is not None:
            self.lines[key, index] = (*line, Fact(why, errand.due, errand.rank))
            return
        if isinstance(event, e.TicketPrioritised) and len(line) > 1:
            self.lines[key, index] = (*line, Fact("class", errand.due, errand.rank))
            return
        if isinstance(event, e.TicketTransferred):
            source = next(i for i, x in enumerate(before) if x.open and not self._errands(event)[i].open)
            old = before[source]
            inherited = errand.rank == old.rank and (old.lane == "slot" or old.service == errand.service)
            if inherited:
                self.lines[key, index] = self.lines[key, source]
                return
        slot = old is not None and old.lane == "slot" if line else errand.slot is not None
        if isinstance(event, e.ServiceChanged) and slot:
            self.lines[key, index] = (*line[:-1], line[-1]._replace(due=errand.due, rank=errand.rank))
            return
        self.lines[key, index] = (self._natural(event, old, errand, line),)

    def _natural(self, event: Any, old: Any, errand: Any, line: Line) -> Fact:
        rules = self.state.rules
        rule = rules.services.get(errand.service)
        kind = {"TicketTransferred": "moved", "PickupOpened": "ready"}.get(type(event).__name__, "issued")
        if isinstance(event, e.TicketIssued) and event.band == "pad":
            kind = "written"
        if isinstance(event, e.TicketTransferred) and errand.arrival == old.arrival:
            kind = "kept" if errand.rank == old.rank else kind
        if isinstance(event, e.TicketPrioritised):
            boost = rules.priorities[event.priority].boost_minutes * MINUTE
            fact = line[0]._replace(due=errand.due, rank=errand.rank, boost=boost)
        else:
            if isinstance(event, e.ServiceChanged):
                kind = "issued" if line[0].kind == "carried" else line[0].kind
            slot = isinstance(event, e.TicketIssued) and errand.slot is not None
            target = errand.due - errand.arrival if slot else (rule.target_minutes if rule else 0) * MINUTE
            fact = Fact("natural", errand.due, errand.rank, errand.arrival, target, errand.boost, slot, kind)
        if fact.kind != "carried":
            assert fact.due == fact.arrival + fact.target - fact.boost, (event, fact)
        return fact

    def _forget(self, event: e.CommandUndone) -> None:
        then = self.images[event.undone]
        for key in [key for key in self.lines if key[0] == event.ticket]:
            if key in then:
                self.lines[key] = then[key]
            else:
                del self.lines[key]
        self.shown[event.ticket] = [x for x in self.shown[event.ticket] if x[1] != event.undone]
        gone = {seq for seq, cmd in self.called.get(event.ticket, []) if cmd == event.undone}
        self.turns = [x for x in self.turns if x[1] not in gone]
        self.called[event.ticket] = [x for x in self.called.get(event.ticket, []) if x[0] not in gone]

    def _shown(self, event: Event, key: str) -> None:
        state = shown(self.state.tickets[key].facts)
        self.shown.setdefault(key, []).append((event.seq, event.cmd, state))

    # --- judging a call ---

    def _judge(self, event: e.TicketCalled) -> None:
        late = self.arrived.index(event.ticket)
        for key in self.arrived[:late]:
            if key in self.state.tickets:
                why = self._why(key, event)
                if why is not None:
                    self.verdicts.setdefault(key, []).append((event.seq, event.number, why))
        if event.rule != "chosen":
            errand = self.state.tickets[event.ticket].facts.errands[event.errand]
            self.turns.append((event.ticket, event.seq, errand.service, errand.lane == "boosted"))

    def _why(self, key: str, event: e.TicketCalled) -> str | None:
        state = self.state
        facts = state.tickets[key].facts
        now = shown(facts)
        rule = state.rules.counters.get(event.counter)
        helped = set(rule.helps) if rule else set()
        taken = set(state.counters[event.counter].facts.services) | helped
        theirs = state.tickets[event.ticket].facts.errands[event.errand]
        by_hand = event.rule == "chosen"
        queues = {*taken, theirs.service} if by_hand else taken
        if queues.isdisjoint(self._here_for(facts)):
            waited_elsewhere = now == "waiting" and queues.isdisjoint(x.service for x in facts.errands)
            return "other_service" if waited_elsewhere else None
        if now in ("done", "cancelled", "expired"):
            return "ended"
        if now != "waiting":
            return "carried" if now == "held" and facts.carried else {"no_show": "absent"}.get(now, now)
        if by_hand:
            return "chosen"
        mine = [(i, x) for i, x in enumerate(facts.errands) if x.open and x.service in taken]
        mine = [(i, x) for i, x in mine if x.callable_from <= event.at]
        if not mine:
            return "appointment_early"

        def compared(errand: Any) -> tuple[float, float]:
            extra = state.rules.help_penalty_minutes * MINUTE if errand.service in helped else 0
            return errand.due + extra, errand.rank

        index, errand = min(mine, key=lambda x: compared(x[1]))
        if compared(errand) < compared(theirs):
            self._check_fairness(errand)
            return "fairness"
        if (errand.due, errand.rank) < (theirs.due, theirs.rank):
            assert errand.service in helped - {theirs.service}
            return "helped"
        return self._first(self.lines[key, index], self.lines[event.ticket, event.errand])

    def _here_for(self, facts: Any) -> list[str]:
        """What somebody is in the hall for; one who waits for papers: also where they will be handed out."""
        left = [x.service for x in facts.errands if x.open]
        if left:
            return left
        rules = self.state.rules
        papers = []
        for handoff in facts.handoffs:
            own = rules.services[handoff.service].pickup if handoff.service in rules.services else None
            papers.append(own or rules.pickup or handoff.service)
        return [x.service for x in facts.errands] + papers

    def _check_fairness(self, errand: Any) -> None:
        """The bound of DESIGN §2 alone makes a class-boosted one with an earlier due wait."""
        assert errand.lane == "boosted"
        k = self.state.rules.services[errand.service].fairness
        last = [x for x in self.turns if x[2] == errand.service][-(k - 1) :] if k > 1 else []
        assert any(boosted for *_, boosted in last)

    @staticmethod
    def _first(mine: Line, theirs: Line) -> str:
        """Whose line of places explains that theirs came first: moves, else the formula's parts."""
        goal = theirs[-1].key
        if mine[0].key < goal:
            crossing = [
                x.why for a, x in itertools.pairwise(mine) if a.key < goal <= x.key and x.why != "class"
            ]
            return {"late": "delayed", "back": "returned"}[crossing[-1]]
        goal = mine[0].key
        if goal < theirs[0].key:
            crossing = [x.why for a, x in itertools.pairwise(theirs) if x.key <= goal < a.key]
            return "priority" if crossing[-1] == "class" else "came_back"
        a, b = mine[0], theirs[0]
        if "carried" in (a.kind, b.kind):
            return "order_kept"
        parts = [
            (a.arrival - b.arrival, "arrival"),
            (a.target - b.target, "target"),
            (b.boost - a.boost, "class"),
        ]
        most = max(gain for gain, _ in parts)
        part = next(name for gain, name in parts if gain == most)
        if most <= 0:
            return "same_time"
        if part == "class":
            return "priority"
        if part == "target":
            return "appointment" if b.slot else "your_appointment" if a.slot else "shorter_target"
        if b.kind == "written" and a.kind in ("issued", "written"):
            return "written"
        return "ready_earlier" if a.kind == b.kind == "ready" else "joined_earlier"

    # --- the answer ---

    def passed(self, key: str) -> list[tuple[int, str, str]]:
        """(seq, number, why) of every later number that was called before the ticket's own turn."""
        standing = [seq for seq, _ in self.called.get(key, [])]
        story = self.shown[key]
        until = self.state.seq + 1
        here = {"called", "serving", "done", "cancelled", "expired"}
        if standing and all(x in here for seq, _, x in story if seq >= standing[-1]):
            until = standing[-1]
        elif story[-1][2] in here - {"called", "serving"}:
            ended = len(story)
            while ended and story[ended - 1][2] in here - {"called", "serving"}:
                ended -= 1
            until = story[ended][0]
        return [x for x in self.verdicts.get(key, []) if x[0] < until]
