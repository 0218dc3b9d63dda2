"""Which part of a file is played."""

from __future__ import annotations

from collections.abc import Iterable

from .recorded import RecordUnreadable


class Choice:
    """Which part of a file: a day (``YYYY-MM-DD``), an office, queues or services. None: the first; empty: all."""

    def __init__(self, day: str | None = None, office: str | None = None, queues: Iterable[str] = ()) -> None:
        self.day = day
        self.office = office
        self.queues = frozenset(queues)

    def day_of(self, days: Iterable[str]) -> str:
        """The chosen day. Raises ``RecordUnreadable`` when the file does not have it."""
        return _one_of("day", self.day, days)

    def office_of(self, offices: Iterable[str]) -> str:
        """The chosen office."""
        return _one_of("office", self.office, offices)

    def takes(self, queue: str) -> bool:
        """Whether a queue (or service) is wanted."""
        return not self.queues or queue in self.queues


def _one_of(what: str, wanted: str | None, there: Iterable[str]) -> str:
    found = sorted(set(there))
    if not found:
        raise RecordUnreadable("there is no ticket in it")
    if wanted is None:
        return found[0]
    if wanted not in found:
        some = ", ".join(found[:12]) + (" …" if len(found) > 12 else "")
        raise RecordUnreadable(f"it has no {what} {wanted}; it has {some}")
    return wanted
