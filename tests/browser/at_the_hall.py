"""A city hall to look at, and what people do there over the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SITE = "/api/v1/sites/city-hall"
FRIDAY_AT_TEN = "2026-11-20T10:00+09:00"


def hall_options(tickets: Path) -> list[str]:
    """Options of a server of Aobahama whose printers draw into a folder."""
    printers = ("kiosk1", "kiosk2", "reception", "minami1")
    sets = [("--set", f"printers.{name}.device=draw://{tickets}") for name in printers]
    return ["--clock", FRIDAY_AT_TEN, *(part for pair in sets for part in pair)]


def counter(server: Any, counter_id: str, action: str, body: Any = None) -> Any:
    """What staff do at a counter of the city hall; the answer's JSON."""
    answer = server.call("POST", f"{SITE}/counters/{counter_id}/{action}", body or {}, role="staff")
    assert answer.status == 200, answer.body
    return answer.json


def issue(server: Any, service: str, **more: Any) -> Any:
    """A number given by staff at the city hall; the answer's JSON."""
    answer = server.call(
        "POST", f"{SITE}/tickets", {"service": service, "channel": "staff", **more}, role="staff"
    )
    assert answer.status == 201, answer.body
    return answer.json
