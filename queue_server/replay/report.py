"""What the record says beside what the hall produced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import ceil
from statistics import fmean, median

import msgspec

from queue_server.contract import TicketRow

from .recorded import Outcome, Record

OUTCOMES: tuple[Outcome, ...] = ("served", "no_show", "cancelled", "left")
OUTCOME_OF: dict[str, Outcome] = {"done": "served", "no_show": "no_show", "cancelled": "cancelled"}
"""Shown state → outcome; everything else was not served."""
HEADINGS = ("issued", "served", "no-show", "gave up", "left", "wait mean", "median", "p90", "max", "patience")


class Figures(msgspec.Struct, kw_only=True):
    """Of a service: how many, and the waits in seconds."""

    outcomes: dict[Outcome, int] = msgspec.field(default_factory=dict)
    waits: list[float] = msgspec.field(default_factory=list)
    """Of those who were called."""
    patience: list[float] = msgspec.field(default_factory=list)
    """Of those who gave up uncalled: how long they had waited."""

    def add(self, outcome: Outcome, wait: float | None, patience: float | None) -> None:
        """One ticket more."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        if wait is not None:
            self.waits.append(wait)
        if patience is not None:
            self.patience.append(patience)

    @property
    def counts(self) -> tuple[int, ...]:
        """Issued, served, absent, given up, left."""
        return sum(self.outcomes.values()), *(self.outcomes.get(outcome, 0) for outcome in OUTCOMES)

    def cells(self) -> list[str]:
        """The counts and the waits as they are printed."""
        waits = self.waits
        times: list[float | None] = [None] * 4
        if waits:
            times = [fmean(waits), median(waits), percentile(waits, 0.9), max(waits)]
        times.append(fmean(self.patience) if self.patience else None)
        return [f"{count:,}" for count in self.counts] + [minutes(value) for value in times]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all do not exceed (nearest rank)."""
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]


def minutes(seconds: float | None) -> str:
    """``m:ss.s``; a dash for None."""
    if seconds is None:
        return "–"
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


class Comparison:
    """Both sides by recorded service, and ticket by ticket."""

    def __init__(
        self, record: Record, ids: Mapping[int, str], rows: Iterable[TicketRow], scale: float = 1.0
    ) -> None:
        by_id = {row.id: row for row in rows}
        self.recorded = {service: Figures() for service in record.services}
        self.produced = {service: Figures() for service in record.services}
        self.differences: list[float] = []
        """Seconds by which the wait of each ticket called on both sides is longer than the recorded one."""
        for index, ticket in enumerate(record.tickets):
            wait = None if ticket.wait is None else ticket.wait / 1000
            gave_up = ticket.outcome == "cancelled" and ticket.called is None and ticket.ended is not None
            patience = (ticket.ended - ticket.issued) / 1000 if gave_up and ticket.ended is not None else None
            self.recorded[ticket.service].add(ticket.outcome, wait, patience)
            row = by_id.get(ids.get(index, ""))
            if row is not None:
                there = self._add(ticket.service, row, scale)
                if wait is not None and there is not None:
                    self.differences.append(there - wait)

    def _add(self, service: str, row: TicketRow, scale: float) -> float | None:
        wait = None if row.waited_seconds is None else row.waited_seconds * scale
        patience = None
        if row.state == "cancelled" and row.called_at is None and row.ended_at is not None:
            patience = _between(row.issued_at, row.ended_at) * scale
        self.produced[service].add(OUTCOME_OF.get(row.state, "left"), wait, patience)
        return wait

    @property
    def same_counts(self) -> bool:
        """Whether as many were issued, served, absent, given up and left, service by service."""
        return all(self.recorded[s].counts == self.produced[s].counts for s in self.recorded)

    def table(self) -> list[str]:
        """Two lines a service, and the whole when there are several."""
        sides = [("recorded", self.recorded), ("produced", self.produced)]
        lines = [["service", "", *HEADINGS]]
        for service in self.recorded:
            lines += [[service, name, *side[service].cells()] for name, side in sides]
        if len(self.recorded) > 1:
            lines += [["all", name, *_whole(side.values()).cells()] for name, side in sides]
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        return ["  ".join(_aligned(line, widths)).rstrip() for line in lines]

    def verdict(self) -> str:
        """One sentence on the waits."""
        if not self.differences:
            return "No ticket was called on both sides: there is no wait to compare."
        count, most = len(self.differences), max(abs(d) for d in self.differences)
        if most == 0:
            return f"All {count:,} waits equal the recorded ones, to the second."
        mean = fmean(self.differences)
        return f"{count:,} waits compared: {mean:+.1f} s on average, at most {most:.0f} s from the recorded ones."


def _between(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def _whole(parts: Iterable[Figures]) -> Figures:
    whole = Figures()
    for part in parts:
        for outcome, count in part.outcomes.items():
            whole.outcomes[outcome] = whole.outcomes.get(outcome, 0) + count
        whole.waits += part.waits
        whole.patience += part.patience
    return whole


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.ljust(width) if column < 2 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
