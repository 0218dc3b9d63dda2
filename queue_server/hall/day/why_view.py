"""A number's story in sentences that a clerk can read to the one who holds it.

The page may be handed over: a sensitive service is not named, and another resident's class only on the screen.
"""

from __future__ import annotations

from typing import Any

import msgspec

from queue_server.domain.rules import Names, Rules
from queue_server.domain.why import Passed
from queue_server.hall.day.why_story import Step, Told, steps
from queue_server.hall.times import hour_minute, hour_minute_second
from queue_server.web import Deps
from queue_server.web.page_facts import named

ELSEWHERE = "other_service"
"""The reason that needs no sentence of its own: those calls are listed by counter."""
TIMES = ("due", "your_due", "slot", "from", "since", "your_since", "written_at")
COMPARED = {"due": "your_due", "your_due": "due", "since": "your_since", "your_since": "since"}
"""Times that are told side by side: where the minute is the same, the second tells which was earlier."""


class StepLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the timeline."""

    at: str
    text: str
    counter: str


class PassedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A later number that was called first, and why."""

    at: str
    number: str
    issued_at: str
    counter: str
    sentence: str
    dues: str = ""
    """The two times of the order, where they decided."""
    for_staff: str = ""
    """What is not printed: the class of the other resident."""
    undone: str = ""


class ElsewhereLine(msgspec.Struct, frozen=True, kw_only=True):
    """The later numbers that one counter called for errands that are not this ticket's."""

    counter: str
    calls: list[str]


class BearerLine(msgspec.Struct, frozen=True, kw_only=True):
    """Another ticket of the day with the same number."""

    ticket: str
    issued_at: str


class WhyView(msgspec.Struct, frozen=True, kw_only=True):
    """The page."""

    number: str
    issued_at: str
    services: list[str]
    state: str
    passed: list[PassedLine]
    elsewhere: list[ElsewhereLine]
    elsewhere_count: int
    steps: list[StepLine]
    others: list[BearerLine]


class Wording:
    """Texts, names and times in the reader's language, by the rules of the day."""

    def __init__(self, deps: Deps, lang: str, rules: Rules) -> None:
        self._deps = deps
        self._lang = lang
        self._rules = rules

    def text(self, key: str, **facts: Any) -> str:
        """A text of the catalogue."""
        return self._deps.texts.get(self._lang, key, **facts)

    def time(self, at: int) -> str:
        """``9:05``"""
        return hour_minute(at, self._deps.zone)

    def _time_of(self, name: str, facts: dict[str, Any]) -> str:
        at, other = facts[name], facts.get(COMPARED.get(name, ""))
        same = other is not None and self.time(at) == self.time(other)
        return hour_minute_second(at, self._deps.zone) if same else self.time(at)

    def counter(self, key: str | None) -> str:
        """A counter's name; empty without one."""
        found = self._rules.counters.get(key or "")
        return (key or "") if found is None else named(found.names, self._lang)

    def service(self, key: str) -> str:
        """A service's name; a sensitive one is only 「ご用件」."""
        found = self._rules.services.get(key)
        if found is None:
            return key
        return self.text("why.errand") if found.sensitive else named(found.names, self._lang)

    def department(self, key: str | None) -> str:
        """A department's name; empty without one."""
        return self._name(self._rules.departments, key)

    def priority(self, key: str | None) -> str:
        """A class's name; empty without one."""
        return self._name(self._rules.priorities, key)

    def _name(self, known: Any, key: str | None) -> str:
        names: Names = known[key].names if key in known else {}
        return named(names, self._lang) or (key or "")

    def facts(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The same facts as they are read: names for ids, times of day for milliseconds."""
        said: dict[str, Any] = {}
        for name, value in facts.items():
            if name in TIMES:
                said[name] = "" if value is None else self._time_of(name, facts)
            elif name == "your_counter":
                said[name] = self.counter(value)
            elif name in ("to", "service", "your_service"):
                said[name] = self.service(value)
            elif name == "services":
                said[name] = self.text("why.and").join(self.service(x) for x in value)
            elif name == "department":
                said[name] = self.department(value)
            elif name == "priority":
                said[name] = self.priority(value)
            elif name in ("how", "channel"):
                said[name] = self.text(f"why.{name}.{value}")
            else:
                said[name] = value
        return said


def why_view(told: Told, wording: Wording) -> WhyView:
    """The page of a story."""
    story = told.story
    elsewhere = [x for x in story.passed if x.reason.code == ELSEWHERE]
    by_counter: dict[str, list[str]] = {}
    for one in elsewhere:
        key = "why.elsewhere_undone" if one.undone_at else "why.elsewhere_call"
        text = wording.text(key, number=one.number, at=wording.time(one.at))
        by_counter.setdefault(wording.counter(one.counter), []).append(text)
    return WhyView(
        number=story.ticket.number,
        issued_at=wording.time(story.ticket.issued_at),
        services=[wording.service(x) for x in dict.fromkeys(e.service for e in story.ticket.facts.errands)],
        state=story.state,
        passed=[_passed(x, story.ticket.number, wording) for x in story.passed if x.reason.code != ELSEWHERE],
        elsewhere=[ElsewhereLine(counter=key, calls=calls) for key, calls in by_counter.items()],
        elsewhere_count=len(elsewhere),
        steps=[_step(x, wording) for x in steps(story)],
        others=[
            BearerLine(ticket=x.ticket, issued_at=wording.time(x.issued_at))
            for x in told.bearers
            if x.ticket != story.ticket.id
        ],
    )


def _passed(one: Passed, mine: str, wording: Wording) -> PassedLine:
    reason = one.reason
    facts = wording.facts(reason.facts)
    return PassedLine(
        at=wording.time(one.at),
        number=one.number,
        issued_at=wording.time(one.issued_at),
        counter=wording.counter(one.counter),
        sentence=wording.text(f"why.reason.{reason.code}", **facts, mine=mine),
        dues=_dues(facts, mine, wording) if "due" in facts else "",
        for_staff=facts.get("priority", ""),
        undone="" if one.undone_at is None else wording.text("why.undone", at=wording.time(one.undone_at)),
    )


def _dues(facts: dict[str, Any], mine: str, wording: Wording) -> str:
    same = facts["due"] == facts["your_due"]
    return wording.text("why.dues_same" if same else "why.dues", **facts, mine=mine)


def _step(step: Step, wording: Wording) -> StepLine:
    facts = wording.facts(step.facts)
    service = "" if step.service is None else wording.service(step.service)
    what = step.what
    if what == "undone" and step.facts.get("was_called"):
        what = "call-undone"
    return StepLine(
        at=wording.time(step.at),
        text=wording.text(f"why.step.{what}", **{"service": service, **facts}),
        counter=wording.counter(step.counter),
    )
