"""``GET …/why/{number}``: what happened to a number, and why later ones went first."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from queue_server import contract
from queue_server.hall.day.asked_day import asked_day
from queue_server.hall.day.why_story import steps, told
from queue_server.hall.times import rfc3339
from queue_server.web import Call

TIMES = ("due", "your_due", "slot", "from", "since", "your_since", "written_at")
"""Facts that are times."""


async def show(call: Call[Any]) -> contract.Why:
    """By default the running day; ``date`` asks for another one, ``ticket`` for an earlier bearer of the number."""
    day = asked_day(call.deps, call.state, call.query.get("date"))
    found = await told(
        call.deps, call.state.site, day, call.params["number"], call.query.get("ticket") or None
    )
    story, zone = found.story, call.deps.zone
    return contract.Why(
        id=story.ticket.id,
        number=story.ticket.number,
        day=day,
        services=list(dict.fromkeys(x.service for x in story.ticket.facts.errands)),
        state=story.state,  # type: ignore[arg-type]
        issued_at=rfc3339(story.ticket.issued_at, zone),
        steps=[
            contract.WhyStep(
                at=rfc3339(x.at, zone),
                what=x.what,
                service=x.service,
                counter=x.counter,
                facts=_facts(x.facts, zone),
            )
            for x in steps(story)
        ],
        passed=[
            contract.WhyPassed(
                seq=x.seq,
                number=x.number,
                service=x.service,
                counter=x.counter,
                issued_at=rfc3339(x.issued_at, zone),
                at=rfc3339(x.at, zone),
                reason=contract.WhyReason(code=x.reason.code, facts=_facts(x.reason.facts, zone)),
                undone_at=None if x.undone_at is None else rfc3339(x.undone_at, zone),
            )
            for x in story.passed
        ],
        bearers=[
            contract.WhyBearer(id=x.ticket, issued_at=rfc3339(x.issued_at, zone)) for x in found.bearers
        ],
        seq=story.seq,
    )


def _facts(facts: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    return {
        name: rfc3339(value, zone) if name in TIMES and value is not None else value
        for name, value in facts.items()
    }
