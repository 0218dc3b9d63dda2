"""How far the paper of a ticket is, from what is owed to the printers."""

from __future__ import annotations

from typing import Literal

from queue_server.web import Deps

PaperState = Literal["none", "queued", "sent", "confirmed", "unknown", "failed", "expired"]
STATES: dict[str, PaperState] = {
    "pending": "queued",
    "sending": "queued",
    "sent": "sent",
    "confirmed": "confirmed",
    "unknown": "unknown",
    "failed": "failed",
    "expired": "expired",
}
CHANNEL = "print"


async def paper_of(deps: Deps, site: str, ticket: str) -> PaperState:
    """The state of a ticket's last paper; ``none`` when it never had one."""
    if deps.printing.owes(site, ticket):
        return "queued"
    rows = await deps.log.read("deliveries_of_ticket", site=site, ticket=ticket)
    states = [row["state"] for row in rows if row["channel"] == CHANNEL]
    return STATES[states[-1]] if states else "none"
