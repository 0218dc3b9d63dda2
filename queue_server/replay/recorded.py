"""A recorded day, whatever file it came from: when each ticket was given, called, finished, and how it ended."""

from __future__ import annotations

from typing import Literal

import msgspec

Outcome = Literal["served", "no_show", "cancelled", "left"]
"""``left``: still waiting when the record ends."""


class RecordUnreadable(Exception):
    """The file cannot be played. The message says where and why."""


class Recorded(msgspec.Struct, kw_only=True):
    """One ticket of the record. Times in ms UTC (of local times: as if they were UTC, until ``placed``)."""

    service: str
    issued: int
    called: int | None = None
    ended: int | None = None
    """When the service was finished, or the resident gave up or was noted as absent."""
    counter: str | None = None
    outcome: Outcome = "served"

    @property
    def wait(self) -> int | None:
        """Milliseconds from number to call, or None when never called."""
        return None if self.called is None else self.called - self.issued


class Record(msgspec.Struct, kw_only=True):
    """One day of a file."""

    day: str
    tickets: list[Recorded]
    local: bool
    """The file gives local times without an offset."""
    form: str
    """Which kind of file it was, for people."""
    notes: list[str] = msgspec.field(default_factory=list)
    """What the reader had to assume or leave out."""

    def placed(self, milliseconds: int) -> None:
        """Move every time by this much."""
        for ticket in self.tickets:
            ticket.issued += milliseconds
            if ticket.called is not None:
                ticket.called += milliseconds
            if ticket.ended is not None:
                ticket.ended += milliseconds

    @property
    def begins(self) -> int:
        """The first issue."""
        return min(ticket.issued for ticket in self.tickets)

    @property
    def ends(self) -> int:
        """The last thing that happens."""
        return max(max(t.issued, t.called or 0, t.ended or 0) for t in self.tickets)

    @property
    def services(self) -> list[str]:
        """The recorded services in the order of their first ticket."""
        return list(dict.fromkeys(ticket.service for ticket in self.tickets))
