"""From starting the process to ``/healthz``: with an empty log, and with a day of 5,000 tickets in it."""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import day
from .figures import Figure
from .server import ROOT, SERVER_CORE, Server, on_core

TITLE = "Start"
TICKETS = 5_000
BUDGET_S = 1.0
PACKAGES = ("queue_server", "displays", "printers", "notifiers", "forecasting", "intake_link")


def starts(database: str, times: int) -> list[float]:
    """Seconds of each start."""
    found = []
    for _ in range(times):
        server = Server(database)
        try:
            found.append(server.start())
        finally:
            server.stop()
    return found


def bare_import() -> float:
    """The limit: an interpreter that only imports the HTTP library."""
    began = time.monotonic()
    with on_core(SERVER_CORE):
        subprocess.run([sys.executable, "-c", "import aiohttp.web"], check=True)
    return time.monotonic() - began


def run(quick: bool) -> list[Figure]:
    """The rows."""
    times = 3 if quick else 7
    for package in PACKAGES:
        compileall.compile_dir(str(ROOT / package), quiet=2)
    limit = statistics.median(bare_import() for _ in range(times))
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for what, tickets in (("an empty log", 0), (f"{TICKETS:,} tickets in the day", TICKETS)):
            database = f"sqlite:///{folder}/{tickets}.db"
            with Server(database) as server:
                if tickets:
                    day.fill(server, tickets)
            seconds = statistics.median(starts(database, times))
            size = Path(folder, f"{tickets}.db").stat().st_size / 1e6
            figures.append(
                Figure(
                    f"start to `/healthz`, {what} ({size:.1f} MB)",
                    f"{seconds:.2f} s",
                    f"{BUDGET_S:g} s",
                    f"python -c 'import aiohttp.web': {limit:.2f} s",
                    f"{seconds / limit:.1f} ×",
                    seconds <= BUDGET_S,
                )
            )
    return figures
