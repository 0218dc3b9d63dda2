"""Resident memory of the serving process: idle, and with 1,000 screens."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

from . import load
from .day import issuing
from .figures import Figure
from .screens import Screens
from .server import SITE, Server

TITLE = "Memory of the serving process"
SCREENS = 1_000
IDLE_MB, WITH_SCREENS_MB = 70, 110
SETTLE_SECONDS = 2.0


def bare_mb() -> float:
    """The limit: an interpreter that imported the HTTP library and SQLite, and nothing else."""
    script = "import aiohttp.web, sqlite3; print(open('/proc/self/status').read())"
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    return int(said.partition("VmRSS:")[2].split()[0]) / 1024


def run(quick: bool) -> list[Figure]:
    """The rows."""
    limit = bare_mb()
    with tempfile.TemporaryDirectory() as folder, Server(f"sqlite:///{folder}/bench.db") as server:
        time.sleep(SETTLE_SECONDS)
        idle = server.rss_mb()
        token = server.token("staff")
        server.open_counters(token)
        load.run(issuing(server, token, 100))
        with Screens(server.port, SCREENS) as screens:
            for _ in range(10):
                screens.arm("event: ticket.called")
                server.ask("POST", f"{SITE}/counters/1/call-next", {}, token)
                screens.times()
            crowded = server.rss_mb()
    bare = f"bare interpreter with aiohttp {limit:.0f} MB"
    return [
        Figure("idle", f"{idle:.0f} MB", f"{IDLE_MB} MB", bare, f"{idle / limit:.1f} ×", idle <= IDLE_MB),
        Figure(
            f"with {SCREENS:,} screens, after 100 tickets and 10 calls",
            f"{crowded:.0f} MB",
            f"{WITH_SCREENS_MB} MB",
            bare,
            f"{crowded / limit:.1f} ×",
            crowded <= WITH_SCREENS_MB,
        ),
    ]
