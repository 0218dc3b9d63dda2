"""``kill -9`` with 1,000 screens: until every one of them is right again."""

from __future__ import annotations

import statistics
import tempfile
import time

from . import load
from .day import issuing
from .figures import Figure
from .screens import RECONNECT_SECONDS, Screens
from .server import SITE, Server

TITLE = "Restart with screens"
SCREENS = 1_000
BUDGET_S = 10.0


def once(server: Server, token: str) -> tuple[float, float]:
    """(seconds from the kill to ``/healthz``, to the last screen that knows the first call after the start)."""
    status, answer = server.ask("POST", f"{SITE}/counters/1/call-next", {}, token)
    assert status == 200, answer
    with Screens(server.port, SCREENS) as screens:
        # The next call writes two events: one finishes, one calls; its screen event has the later seq.
        wanted = f'"seq":{answer["seq"] + 2},'
        screens.arm_reconnect(wanted, answer["seq"])
        began = time.monotonic()
        server.kill()
        server.start()
        healthy = time.monotonic() - began
        status, after = server.ask("POST", f"{SITE}/counters/1/call-next", {}, token)
        assert (status, after["seq"]) == (200, answer["seq"] + 2), after
        return healthy, screens.times()[-1] / 1e9 - began


def run(quick: bool) -> list[Figure]:
    """The rows."""
    with tempfile.TemporaryDirectory() as folder, Server(f"sqlite:///{folder}/bench.db") as server:
        token = server.token("staff")
        server.open_counters(token, "1")
        load.run(issuing(server, token, 200))
        found = [once(server, token) for _ in range(1 if quick else 5)]
    healthy = statistics.median(seconds for seconds, _ in found)
    right = max(seconds for _, seconds in found)
    least = RECONNECT_SECONDS[1]
    return [
        Figure("kill -9 → `/healthz`", f"{healthy:.2f} s (median of {len(found)})"),
        Figure(
            f"kill -9 → all of {SCREENS:,} screens right",
            f"{right:.2f} s (worst of {len(found)})",
            f"{BUDGET_S:g} s",
            f"the screens' own pause: up to {least:g} s",
            f"{right / least:.1f} ×",
            right <= BUDGET_S,
        ),
    ]
