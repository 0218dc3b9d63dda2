"""Calls that wait for an agent: ``ticket,arrive,service,priority,outcome,wait_s,service_s,server``.

AGENT: served after ``wait_s`` for ``service_s``; HANG: gave up after ``wait_s``.
"""

from __future__ import annotations

from .choice import Choice
from .recorded import Record, Recorded
from .rows import Row

COLUMNS = ("ticket", "arrive", "service", "priority", "outcome", "wait_s", "service_s", "server")
SECOND = 1000


def read(rows: list[Row], choice: Choice) -> Record:
    """Local times. Who hung up at once is a ticket that was given up at once."""
    day = choice.day_of(row.text("arrive")[:10] for row in rows)
    tickets = [
        _ticket(row)
        for row in rows
        if row.text("arrive").startswith(day) and choice.takes(row.text("service"))
    ]
    tickets.sort(key=lambda ticket: ticket.issued)
    return Record(day=day, tickets=tickets, local=True, form="calls to agents")


def _ticket(row: Row) -> Recorded:
    arrived = row.local("arrive")
    waited = arrived + row.number("wait_s") * SECOND
    service = row.text("service")
    if row.text("outcome") == "HANG":
        return Recorded(service=service, issued=arrived, ended=waited, outcome="cancelled")
    if row.text("outcome") != "AGENT":
        raise row.wrong("outcome", "AGENT or HANG")
    return Recorded(
        service=service, issued=arrived, called=waited, ended=waited + row.number("service_s") * SECOND
    )
