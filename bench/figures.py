"""What a benchmark states: a figure, what it may be at most or must be at least, and its limit in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = ("what", "measured", "budget", "limit in the same run", "ratio", "")


@dataclass(frozen=True)
class Figure:
    """One row. ``limit``: what a bare program of the same kind did, ``ratio``: the figure against it."""

    what: str
    measured: str
    budget: str = ""
    limit: str = ""
    ratio: str = ""
    met: bool | None = None
    """Whether the budget is kept; None when the row has none."""

    def cells(self) -> tuple[str, ...]:
        """The row as it is shown."""
        verdict = "" if self.met is None else "met" if self.met else "**missed**"
        return (self.what, self.measured, self.budget, self.limit, self.ratio, verdict)


def markdown(figures: Sequence[Figure]) -> str:
    """The rows as a Markdown table."""
    lines = ["| " + " | ".join(HEAD) + " |", "| --- | --- | --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(figure.cells()) + " |" for figure in figures]
    return "\n".join(lines)


def plain(figures: Sequence[Figure]) -> str:
    """The rows for a terminal."""
    rows = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in rows)  # fmt: skip


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of the values do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
