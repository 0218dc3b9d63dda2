"""A day in the log: tickets that are issued and called, by the server itself."""

from __future__ import annotations

import json

from . import load
from .server import SITE, Server

COUNTERS = "123456"
WAITING = 60
"""How many are left waiting at the end."""


def issuing(server: Server, token: str, total: int, clients: int = 16, **more: object) -> load.Load:
    """A load of ``total`` numbers taken at the kiosk."""
    body = json.dumps({"service": "service", "channel": "kiosk", "kiosk": "kiosk1"})
    paths = [f"{SITE}/tickets"]
    return load.Load(server.port, token, paths, body, clients, total, **more)  # type: ignore[arg-type]


def calling(server: Server, token: str, total: int, clients: int = 6) -> load.Load:
    """A load of ``total`` calls at all counters; each finishes the one before."""
    paths = [f"{SITE}/counters/{counter}/call-next" for counter in COUNTERS]
    return load.Load(server.port, token, paths, "{}", clients, total)


def fill(server: Server, tickets: int) -> None:
    """``tickets`` numbers, nearly all called and finished, in portions as a day brings them."""
    kiosk, staff = server.token("kiosk"), server.token("staff")
    server.open_counters(staff)
    portion = 500
    waiting = 0
    for start in range(0, tickets, portion):
        issued = min(portion, tickets - start)
        load.run(issuing(server, kiosk, issued))
        waiting += issued
        called = max(0, waiting - WAITING)
        load.run(calling(server, staff, called))
        waiting -= called
