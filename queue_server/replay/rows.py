"""One row of a CSV file, with errors that say where."""

from __future__ import annotations

from datetime import UTC, datetime

from .recorded import RecordUnreadable


class Row:
    """The values of a line by column."""

    def __init__(self, line: int, values: dict[str, str | None]) -> None:
        self.line = line
        self._values = values

    def text(self, column: str) -> str:
        """The value, without blanks around it; empty when there is none."""
        return (self._values.get(column) or "").strip()

    def number(self, column: str) -> int:
        """A whole number, not negative."""
        text = self.text(column)
        if not (text.isascii() and text.isdigit()):
            raise self.wrong(column, "a whole number")
        return int(text)

    def local(self, column: str) -> int:
        """A local time (``YYYY-MM-DD HH:MM:SS``) as if it were UTC, ms."""
        parsed = self._parsed(column, "a local time, e.g. 2027-03-01 09:05:00")
        if parsed.tzinfo is not None:
            raise self.wrong(column, "a local time without offset")
        return round(parsed.replace(tzinfo=UTC).timestamp() * 1000)

    def instant(self, column: str) -> int | None:
        """A time with offset, ms UTC; None when empty."""
        if not self.text(column):
            return None
        wanted = "a time with offset, e.g. 2027-03-01T09:05:00+09:00"
        parsed = self._parsed(column, wanted)
        if parsed.tzinfo is None:
            raise self.wrong(column, wanted)
        return round(parsed.timestamp() * 1000)

    def date(self, column: str) -> str:
        """The date of a time as it stands in the file."""
        return self._parsed(column, "a time").date().isoformat()

    def _parsed(self, column: str, wanted: str) -> datetime:
        try:
            return datetime.fromisoformat(self.text(column))
        except ValueError:
            raise self.wrong(column, wanted) from None

    def wrong(self, column: str, wanted: str) -> RecordUnreadable:
        """The error for a value that is something else."""
        return RecordUnreadable(f"line {self.line}, {column}: {self.text(column)!r} is not {wanted}")
