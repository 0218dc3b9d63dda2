"""Reads a recorded day from a CSV file; the kind of file is told by its header."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from . import read_bank, read_own, read_snapshots
from .choice import Choice
from .recorded import Record, RecordUnreadable
from .rows import Row

Reader = Callable[[list[Row], Choice], Record]
KINDS: tuple[tuple[Sequence[str], Reader], ...] = (
    (read_own.COLUMNS, read_own.read),
    (read_bank.COLUMNS, read_bank.read),
    (read_snapshots.COLUMNS, read_snapshots.read),
)


def read(path: Path, choice: Choice) -> Record:
    """The chosen day of the file. Raises ``RecordUnreadable``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames or []
            rows = [Row(reader.line_num, values) for values in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RecordUnreadable(f"{path} cannot be read: {reason}") from None
    for columns, reader_of in KINDS:
        if set(columns) <= set(header):
            try:
                record = reader_of(rows, choice)
            except RecordUnreadable as error:
                raise RecordUnreadable(f"{path}: {error}") from None
            if not record.tickets:
                raise RecordUnreadable(f"{path}: no ticket of the day {record.day} was chosen")
            return record
    known = " or ".join(",".join(columns) for columns, _ in KINDS)
    raise RecordUnreadable(f"{path}: its first line names none of the known kinds: {known}")
