"""How far the paper of a ticket is, and where it comes out, from what is owed to the printers."""

from __future__ import annotations

from typing import Literal, NamedTuple

from queue_server.web import Deps

PaperState = Literal["none", "queued", "sent", "confirmed", "unknown", "failed", "expired", "unavailable"]
STATES: dict[str, PaperState] = {
    "pending": "queued",
    "sending": "queued",
    "sent": "sent",
    "confirmed": "confirmed",
    "unknown": "unknown",
    "failed": "failed",
    "expired": "expired",
    "unavailable": "unavailable",
}
TAKEN = ("sending", "sent", "confirmed", "unknown")
"""States of a paper that a printer has begun."""
CHANNEL = "print"


class Paper(NamedTuple):
    """A ticket's last paper. ``printer``: the one it is meant for, or the one that took it (``taken``)."""

    state: PaperState
    printer: str | None = None
    taken: bool = False


async def paper_of(deps: Deps, site: str, ticket: str) -> Paper:
    """A ticket's last paper; ``none`` when it never had one."""
    owed = deps.printing.owes(site, ticket)
    rows = await deps.log.read("deliveries_of_ticket", site=site, ticket=ticket)
    papers = [row for row in rows if row["channel"] == CHANNEL]
    if not papers:
        return Paper("queued" if owed else "none")
    last = papers[-1]
    if owed:  # another one
        return Paper("queued", last["address"])
    return Paper(STATES[last["state"]], last["via"] or last["address"], last["state"] in TAKEN)
