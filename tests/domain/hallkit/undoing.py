"""Images of the hall from before each counter's last command, to hold `undo` to its word."""

from __future__ import annotations

from msgspec.structs import replace

from queue_server.domain import events as e
from queue_server.domain.events import Event
from queue_server.domain.state import CounterFacts, SiteState, TicketFacts


class Image:
    """A counter's last command: what was so before it, and what the tickets were like right after it."""

    def __init__(self, counter: CounterFacts, at: int, services: dict[str, float]) -> None:
        self.counter = counter
        self.at = at
        self.before: dict[str, TicketFacts] = {}
        self.after: dict[str, TicketFacts] = {}
        self.services = services


class Images:
    """Kept by the audit: `begin` before a command is folded, `end` after it."""

    def __init__(self) -> None:
        self.of: dict[str, Image] = {}

    def begin(self, state: SiteState, counter: str, events: list[Event]) -> Image:
        image = Image(
            state.counters[counter].facts,
            events[0].at,
            {key: service.service_ms for key, service in state.services.items()},
        )
        elsewhere = {x.ticket for x in events if isinstance(x, e.TicketNoShow) and x.counter != counter}
        for event in events:
            ticket = getattr(event, "ticket", None)
            if ticket is not None and ticket not in elsewhere:
                image.before[ticket] = state.tickets[ticket].facts
        return image

    def preset_applied(self, events: list[Event]) -> None:
        """An undo leaves counters the services that a preset gave them meanwhile."""
        for event in events:
            assert isinstance(event, e.PresetApplied)
            for counter, services in event.services.items():
                if counter in self.of:
                    self.of[counter].counter = replace(self.of[counter].counter, services=services)

    def end(self, state: SiteState, counter: str, image: Image) -> None:
        image.after = {ticket: state.tickets[ticket].facts for ticket in image.before}
        self.of[counter] = image

    def refusal(self, state: SiteState, counter: str, now: int) -> str | None:
        """The code with which an undo must be refused now; None when it must be taken."""
        image = self.of.get(counter)
        if image is None:
            return "nothing_to_undo"
        if now - image.at > state.rules.undo_seconds * 1000:
            return "undo_too_late"
        for key, after in image.after.items():
            ticket = state.tickets[key]
            if ticket.facts != after or state.by_number[ticket.number] != key:
                return "undo_touched"
        return None

    def check(self, state: SiteState, counter: str, events: list[Event]) -> None:
        """After an undo was folded: everything is as before, but `touched` and the calls taken back.

        After an absence the time to come after a recall begins again.
        """
        image = self.of.pop(counter)
        assert {x.ticket for x in events} - {None} == set(image.before)
        for key, before in image.before.items():
            now = state.tickets[key].facts
            kept = tuple(x for x in now.calls if x.outcome != "undone")
            was = tuple(x for x in before.calls if x.outcome != "undone")
            if image.after[key].place == "no_show" and was and was[-1].recalled is not None:
                was = (*was[:-1], replace(was[-1], recalled=events[0].at))
            assert replace(now, touched=0, calls=kept) == replace(before, touched=0, calls=was)
        facts = state.counters[counter].facts
        assert replace(facts, tickets=()) == replace(image.counter, tickets=())
        # Somebody may have left the counter for a reason of their own meanwhile: they stay away.
        there = tuple(x for x in image.counter.tickets if state.tickets[x].facts.counter == counter)
        assert facts.tickets == there


def is_undo(events: list[Event]) -> bool:
    return bool(events) and isinstance(events[0], e.CommandUndone)
