"""The story of a number from the log, and its steps as data: what the API answers and the page tells."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

import msgspec

from queue_server.domain import events as e
from queue_server.domain.why import Bearer, Story, bearers, explain
from queue_server.log import events_of_day
from queue_server.web import Deps, ProblemError


class Told(NamedTuple):
    """A number's story, and who else bore the number on that day."""

    story: Story
    day: str
    bearers: list[Bearer]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the timeline; ``at`` in ms UTC."""

    at: int
    what: str
    service: str | None = None
    counter: str | None = None
    facts: dict[str, Any] = {}


async def told(deps: Deps, site: str, day: str, number: str, ticket: str | None = None) -> Told:
    """The story of the last ticket of ``day`` that bears ``number``, or of ``ticket``.

    Folds a whole day, on a thread of its own. Raises ``unknown_number``.
    """
    events = await events_of_day(deps.log, site, day)
    found = bearers(events, number)
    chosen = [x for x in found if ticket in (None, x.ticket)]
    if not chosen:
        raise ProblemError("unknown_number", number=number)
    story = await asyncio.to_thread(explain, site, events, chosen[-1].ticket)
    return Told(story, day, found)


NAMES: dict[type, str] = {
    e.DayOpened: "from-yesterday",
    e.TicketIssued: "issued",
    e.TicketCalled: "called",
    e.TicketRecalled: "recalled",
    e.ServiceStarted: "started",
    e.TicketFinished: "finished",
    e.TicketHeld: "held",
    e.TicketNoShow: "no-show",
    e.TicketRestored: "restored",
    e.TicketTransferred: "transferred",
    e.ServiceChanged: "service-changed",
    e.TicketPrioritised: "prioritised",
    e.TicketDelayed: "delayed",
    e.TicketCarried: "carried",
    e.TicketReprinted: "reprinted",
    e.TicketCancelled: "cancelled",
    e.TicketExpired: "expired",
    e.TicketReopened: "reopened",
    e.PickupOpened: "ready",
    e.PickupWithdrawn: "not-ready",
    e.HandoffOpened: "handed-off",
    e.HandoffAccepted: "handoff-accepted",
    e.HandoffDone: "handoff-done",
    e.HandoffReturned: "handoff-returned",
    e.CommandUndone: "undone",
}
"""What is told of a ticket; other events (its language) are nobody's business."""
FACTS: dict[type, tuple[str, ...]] = {
    e.TicketIssued: ("services", "channel"),
    e.TicketRecalled: ("recalls",),
    e.TicketTransferred: ("to",),
    e.ServiceChanged: ("to",),
    e.TicketPrioritised: ("priority",),
    e.TicketDelayed: ("places",),
    e.CommandUndone: ("was_called",),
}
WITHOUT_SERVICE = (e.TicketCancelled, e.TicketExpired, e.TicketReprinted, e.CommandUndone)


def steps(story: Story) -> list[Step]:
    """The timeline, oldest first."""
    found: list[Step] = []
    departments: dict[str, str] = {}
    pad = {band.id for band in story.rules.bands.values() if band.emergency}
    for event in story.steps:
        what = NAMES.get(type(event))
        if what is None:
            continue
        facts: dict[str, Any] = {name: getattr(event, name) for name in FACTS.get(type(event), ())}
        if isinstance(event, e.TicketIssued) and event.band in pad:
            what, facts = "written", {**facts, "written_at": event.issued_at}
        if isinstance(event, e.TicketCalled):
            facts["waited"] = event.waited // 60_000
        if isinstance(event, e.HandoffOpened):
            departments[event.handoff] = event.department
        handoff = getattr(event, "handoff", None)
        if handoff is not None:
            facts["department"] = departments.get(handoff)
        service = None if isinstance(event, WITHOUT_SERVICE) else getattr(event, "service", None)
        counter = getattr(event, "counter", None)
        found.append(Step(at=event.at, what=what, service=service, counter=counter, facts=facts))
    return found
