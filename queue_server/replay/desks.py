"""Which desk of the site plays which desk of the record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from queue_server.contract import CounterInfo


class Desk:
    """A counter of the site that holds one ticket at a time. ``ticket``: its place in the record."""

    def __init__(self, counter: CounterInfo) -> None:
        self.id = counter.id
        self.services = frozenset(counter.services)
        self.opened = False
        self.ticket: int | None = None


class Desks:
    """The desks of the site. Prefers the recorded one, then one at work that serves the service, then any."""

    def __init__(self, counters: Sequence[CounterInfo], services: Collection[str]) -> None:
        desks = [Desk(counter) for counter in counters if counter.kind == "desk"]
        desks.sort(key=lambda desk: not desk.services & set(services))
        self._desks = desks
        self._at = {desk.id: desk for desk in desks}
        self._of: dict[int, Desk] = {}

    def __bool__(self) -> bool:
        return bool(self._desks)

    def free(self, service: str, recorded: str | None) -> Desk | None:
        """A desk without a ticket, open or not; None when all are busy."""
        wanted = self._at.get(recorded or "")
        if wanted is not None and wanted.ticket is None:
            return wanted
        choices: tuple[Callable[[Desk], bool], ...] = (
            lambda desk: desk.opened and service in desk.services,
            lambda desk: service in desk.services,
            lambda desk: desk.opened,
            lambda desk: True,
        )
        for fits in choices:
            for desk in self._desks:
                if desk.ticket is None and fits(desk):
                    return desk
        return None

    def busy(self) -> list[Desk]:
        """The desks with a ticket."""
        return list(self._of.values())

    def of(self, ticket: int) -> Desk | None:
        """Where a ticket is."""
        return self._of.get(ticket)

    def take(self, desk: Desk, ticket: int) -> None:
        """The ticket comes to the desk."""
        desk.ticket = ticket
        self._of[ticket] = desk

    def leave(self, ticket: int) -> None:
        """The ticket leaves its desk."""
        self._of.pop(ticket).ticket = None

    @property
    def opened(self) -> list[Desk]:
        """Every desk that was opened."""
        return [desk for desk in self._desks if desk.opened]
