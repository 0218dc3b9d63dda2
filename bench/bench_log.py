"""Durable commands through the log, as a share of what the same disk takes from bare sqlite3.

The limit is bare group commits of the same rows, in batches of the same size. 64 callers wait at any time; half
issue, half call.
"""

import asyncio
import contextlib
import sqlite3
import tempfile
import time
from pathlib import Path

from queue_server.domain import commands as c
from queue_server.domain.rules import Band, Counter, Rules, Service
from queue_server.log import Log
from queue_server.log.schema import migrations
from queue_server.log.tables import EVENTS, STAGES, TICKETS

from .figures import Figure
from .server import SERVER_CORE, on_core

TITLE = "Durable commands through the log, without HTTP"
SITE = "bench"
CALLERS = 64
COUNTERS = 6


def rules() -> Rules:
    """One service, six counters, no cap, always open."""
    return Rules(
        site=SITE,
        names={"ja": SITE},
        bands={"a": Band(id="a", first=1, last=99_999)},
        services={"cert": Service(id="cert", names={"ja": "cert"}, band="a")},
        counters={
            str(n): Counter(id=str(n), names={"ja": str(n)}, services=("cert",)) for n in range(COUNTERS)
        },
    )


async def through_the_log(path: Path, commands: int) -> tuple[float, float]:
    """Commands a second, and commands a commit."""
    log = await Log.open(f"sqlite:///{path}", now=lambda: time.time_ns() // 1_000_000, key=bytes(32))
    await log.ensure_site(SITE)
    await log.execute(SITE, c.OpenDay(day="2026-11-20", starts=log.now(), rules=rules()))
    for counter in rules().counters:
        await log.execute(SITE, c.OpenCounter(counter=counter))
    numbers = iter(range(commands))

    async def caller(name: int) -> None:
        for n in numbers:
            if n % 2:
                await log.execute(SITE, c.CallNext(counter=str(name % COUNTERS)))
            else:
                ticket = f"{n:016x}"
                await log.execute(
                    SITE,
                    c.IssueTicket(ticket=ticket, token_hash=ticket * 4, services=("cert",), channel="kiosk"),
                )

    commits = log.status().commits
    started = time.perf_counter()
    await asyncio.gather(*[caller(n) for n in range(CALLERS)])
    seconds = time.perf_counter() - started
    commits = log.status().commits - commits
    await log.close()
    return commands / seconds, commands / commits


def bare(source: Path, target: Path, commands: int, per_commit: float) -> float:
    """The same rows straight into sqlite3, the same number of commits: commands a second."""
    with contextlib.closing(sqlite3.connect(source)) as old:
        rows = {
            table: old.execute(f"SELECT {table.quoted} FROM {table.name}").fetchall()
            for table in (EVENTS, TICKETS, STAGES)
        }
    commits = max(1, round(commands / per_commit))
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        for step in migrations():
            db.executescript(step.sql(clustered="WITHOUT ROWID", bytes_type="BLOB"))
        started = time.perf_counter()
        for n in range(commits):
            db.execute("BEGIN IMMEDIATE")
            for table, all_rows in rows.items():
                part = all_rows[n * len(all_rows) // commits : (n + 1) * len(all_rows) // commits]
                marks = ", ".join("?" * len(table.columns))
                db.executemany(f"{table.head} VALUES ({marks}) {table.conflict}", part)
            db.execute("COMMIT")
        return commands / (time.perf_counter() - started)


def run(quick: bool) -> list[Figure]:
    """The rows."""
    commands = 5_000 if quick else 20_000
    with tempfile.TemporaryDirectory() as folder, on_core(SERVER_CORE):
        ours, per_commit = asyncio.run(through_the_log(Path(folder, "log.db"), commands))
        limit = bare(Path(folder, "log.db"), Path(folder, "bare.db"), commands, per_commit)
    return [
        Figure(
            f"{CALLERS} callers, {per_commit:.0f} commands a commit",
            f"{ours:,.0f}/s",
            limit=f"bare sqlite3 {limit:,.0f}/s",
            ratio=f"{ours / limit:.2f}",
        )
    ]
