"""Kills under load and raced pairs of presses, on SQLite and PostgreSQL: counts of what must not happen."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time

from . import kills, races
from .figures import Figure
from .postgres import Postgres, PostgresMissing
from .server import Server

TITLE = "Kills and races"
KILLS, PAIRS = 50, 1_000


def killed(kind: str, database: str, times: int) -> Figure:
    """One server, killed again and again."""
    began = time.monotonic()
    with Server(database, core=None) as server:
        journal, wrong = asyncio.run(kills.under_kills(server, times))
    for line in wrong[:10]:
        print("   ", line)
    return Figure(
        f"{kind}: {times} kills under load",
        f"{len(wrong)} wrong; acknowledged {len(journal.issued):,} numbers, {len(journal.called):,} calls; "
        f"{journal.repeats:,} requests sent again; {time.monotonic() - began:.0f} s",
        "0 lost, 0 twice",
        met=not wrong,
    )


def raced(kind: str, database: str, count: int, servers: int) -> Figure:
    """Pairs of presses at one server, or at two on one database."""
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(Server(database, core=None)) for _ in range(servers)]
        token = running[0].token("staff")
        running[0].open_counters(token, "12")
        wrong = races.pairs(running, token, count)
    for line in wrong[:10]:
        print("   ", line)
    return Figure(
        f"{kind}, {servers} server{'s' * (servers > 1)}: {count:,} raced pairs",
        f"{len(wrong)} wrong",
        "each gets the next person",
        "FQM 10–15 of 40 the same person; TheQ 10–12 of 30",
        met=not wrong,
    )


def run(quick: bool) -> list[Figure]:
    """The rows; without PostgreSQL on this machine, those of SQLite."""
    times, count = (5, 100) if quick else (KILLS, PAIRS)
    with tempfile.TemporaryDirectory() as folder:
        figures = [
            killed("SQLite", f"sqlite:///{folder}/killed.db", times),
            raced("SQLite", f"sqlite:///{folder}/raced.db", count, 1),
        ]
    try:
        with Postgres() as postgres:
            figures += [
                killed("PostgreSQL", postgres.database(), times),
                raced("PostgreSQL", postgres.database(), count, 1),
                raced("PostgreSQL", postgres.database(), count, 2),
            ]
    except PostgresMissing as missing:
        figures.append(Figure("PostgreSQL", f"not measured: {str(missing).splitlines()[0]}"))
    return figures
