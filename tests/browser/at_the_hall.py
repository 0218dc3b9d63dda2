"""What people and machines do at the city hall, over the API."""

from __future__ import annotations

from typing import Any

SITE = "/api/v1/sites/city-hall"


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
