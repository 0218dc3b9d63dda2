"""The format that histories are imported from: ``service,issued_at,called_at,finished_at,counter,outcome``."""

from __future__ import annotations

from .choice import Choice
from .recorded import Outcome, Record, Recorded, RecordUnreadable
from .rows import Row

COLUMNS = ("service", "issued_at", "called_at", "finished_at", "counter", "outcome")
OUTCOMES: dict[str, Outcome] = {
    "served": "served",
    "done": "served",
    "no_show": "no_show",
    "cancelled": "cancelled",
    "expired": "left",
    "left": "left",
}


def read(rows: list[Row], choice: Choice) -> Record:
    """Times are RFC 3339. An empty outcome is read off the times."""
    day = choice.day_of(row.date("issued_at") for row in rows)
    tickets = [
        _ticket(row) for row in rows if row.date("issued_at") == day and choice.takes(row.text("service"))
    ]
    return Record(day=day, tickets=tickets, local=False, form="tickets")


def _ticket(row: Row) -> Recorded:
    issued, called, ended = row.instant("issued_at"), row.instant("called_at"), row.instant("finished_at")
    if issued is None:
        raise row.wrong("issued_at", "a time with offset")
    if not row.text("service"):
        raise row.wrong("service", "the name of a service")
    outcome = _outcome(row, called, ended)
    if called is not None and called < issued:
        raise RecordUnreadable(f"line {row.line}: called before the number was given")
    if ended is not None and ended < (issued if called is None else called):
        raise RecordUnreadable(f"line {row.line}: finished before it was called or given")
    return Recorded(
        service=row.text("service"),
        issued=issued,
        called=called,
        ended=None if outcome == "left" else ended,
        counter=row.text("counter") or None,
        outcome=outcome,
    )


def _outcome(row: Row, called: int | None, ended: int | None) -> Outcome:
    word = row.text("outcome").lower().replace("-", "_")
    if not word:
        return "served" if called is not None else "cancelled" if ended is not None else "left"
    if word not in OUTCOMES:
        raise row.wrong("outcome", "one of " + ", ".join(OUTCOMES))
    outcome = OUTCOMES[word]
    if outcome in ("served", "no_show") and called is None:
        raise RecordUnreadable(f"line {row.line}: {word}, but called_at is empty")
    if outcome == "cancelled" and ended is None:
        raise RecordUnreadable(f"line {row.line}: cancelled, but finished_at does not say when")
    if outcome == "left" and called is not None:
        raise RecordUnreadable(f"line {row.line}: {word}, but it was called")
    return outcome
