"""The hall of a server with a line of buttons, seen from outside: over the API and in its database."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

SITE = "/api/v1/sites/bench"
BASE = Path(__file__).parents[2] / "config" / "bench" / "city.toml"


def state(server: Any) -> Any:
    """How the line is, as staff see it."""
    devices = server.call("GET", f"{SITE}/devices", role="staff").json["devices"]
    return next(device for device in devices if device["kind"] == "buttons")


def noted(server: Any) -> dict[str, Any]:
    """What staff are told of what the line sent and led to nothing: kind → the rest."""
    notes = state(server)["notes"]
    return {note["what"]: note for note in notes}


def issue(server: Any, count: int = 1) -> list[str]:
    """Numbers given by staff."""
    body = {"channel": "staff", "service": "service"}
    return [server.call("POST", f"{SITE}/tickets", body, role="staff").json["number"] for _ in range(count)]


def events(server: Any, *kinds: str) -> list[tuple[str, str | None, str]]:
    """(kind, counter, by) of the log, in order."""
    with closing(sqlite3.connect(server.database.removeprefix("sqlite:///"))) as base:
        rows = base.execute('SELECT kind, data, "by" FROM events ORDER BY seq').fetchall()
    found = [(kind, re.search(r'"counter":"(\w+)"', data), by) for kind, data, by in rows]
    return [(kind, at and at[1], by) for kind, at, by in found if not kinds or kind in kinds]


def at_counter(server: Any, counter: str) -> tuple[str, list[str]]:
    """Its status and the numbers there."""
    counters = server.call("GET", f"{SITE}/board").json["counters"]
    found = next(c for c in counters if c["id"] == counter)
    return found["status"], found["numbers"]
