"""Durable commands a second over HTTP, and what each costs the server.

Limits of the same run: the same server that forgets what it should store; the least that a durable POST costs with
the same libraries (``bare_post.py``); and bare SQLite commits of the very rows that the run has written, as many
commands in a commit as there were clients.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from queue_server.log.sqlite import SqliteStore
from queue_server.log.tables import EVENTS, STAGES, TICKETS, Table

from . import bare, load
from .day import COUNTERS, calling, issuing
from .figures import Figure
from .server import SERVER_CORE, WITHOUT_STORAGE, Server, on_core

TITLE = "Durable commands over HTTP"
CLIENTS = (1, 16, 64)
LEAST_A_SECOND, LEAST_SHARE, MOST_CPU_MS = 5_000, 0.4, 0.4
PEERS = {"tickets": "FQM 17–20, TheQ 89–98 ms", "calls": "FQM 10–15, TheQ 44–48 ms"}


@dataclass
class Measured:
    """One load: its result, and the processor time of the server for each answer."""

    result: load.Result
    cpu_ms: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.result.per_second


def measure(server: Server | bare.Bare, work: load.Load) -> Measured:
    """Run the load and look at the server's processor time before and after."""
    before = server.cpu_ms()
    result = load.run(work)
    assert result.nobody == 0
    return Measured(result, (server.cpu_ms() - before) / result.done)


class Hall:
    """A server with staff at all counters, warm, with people waiting."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.kiosk, self.staff = server.token("kiosk"), server.token("staff")
        server.open_counters(self.staff, COUNTERS)
        load.run(issuing(server, self.kiosk, 500))
        load.run(calling(server, self.staff, 400))

    def measure(self, what: str, total: int, clients: int) -> Measured:
        """Numbers or calls."""
        work = issuing if what == "tickets" else calling
        token = self.kiosk if what == "tickets" else self.staff
        return measure(self.server, work(self.server, token, total, clients))


def bare_commits(folder: str, rows: dict[Table, list[list[tuple]]], group: int, seconds: float) -> float:
    """Commands a second when ``group`` of them, rows only, go into each commit of an empty database."""
    store = SqliteStore(f"{folder}/bare-{group}-{time.monotonic_ns()}.db", exclusive=True)
    store.open()
    try:
        count = min(len(portions) for portions in rows.values())
        began, done = time.perf_counter(), 0
        while done + group <= count and time.perf_counter() - began < seconds:
            store.begin(())
            for table, portions in rows.items():
                store.insert(table, [row for portion in portions[done : done + group] for row in portion])
            store.commit(())
            done += group
        return done / (time.perf_counter() - began)
    finally:
        store.close()


def rows_of_calls_and_tickets(database: Path) -> dict[str, dict[Table, list[list[tuple]]]]:
    """For each kind of command the rows that one of them writes, by table, as lists of rows a command."""
    found: dict[str, dict[Table, list[list[tuple]]]] = {}
    with contextlib.closing(sqlite3.connect(database)) as db:
        for what, kind in (("tickets", "TicketIssued"), ("calls", "TicketCalled")):
            events: dict[int, list[tuple]] = {}
            columns = ", ".join(f'"{column}"' for column in EVENTS.columns)
            for row in db.execute(
                f"SELECT {columns} FROM events WHERE cmd IN (SELECT cmd FROM events WHERE kind = ?) ORDER BY seq",
                (kind,),
            ):
                events.setdefault(row[4], []).append(row)
            found[what] = {EVENTS: list(events.values())}
        for table, what in ((TICKETS, "tickets"), (TICKETS, "calls"), (STAGES, "calls")):
            columns = ", ".join(f'"{column}"' for column in table.columns)
            every = db.execute(f"SELECT {columns} FROM {table.name}").fetchall()
            if what == "calls":  # the one that is called and the one that is finished
                found[what][table] = [[a, b] for a, b in itertools.pairwise(every)]
            else:
                found[what][table] = [[row] for row in every]
    return found


def figures_of(
    what: str, clients: int, stored: Measured, forgotten: Measured, posted: Measured, commits: float
) -> list[Figure]:
    """The rows of one load beside its limits."""
    who = f"{what}, {clients} client{'s' * (clients > 1)}"
    rate, result = stored.rate, stored.result
    busiest = clients == CLIENTS[-1]
    return [
        Figure(
            f"{who}: a second, p50 / p99",
            f"{rate:,.0f}/s, {result.wait_ms(0.5):.1f} / {result.wait_ms(0.99):.1f} ms",
            f"{LEAST_A_SECOND:,}/s, {LEAST_SHARE} of no storage" if busiest else "",
            f"no storage {forgotten.rate:,.0f}/s; bare durable POST {posted.rate:,.0f}/s; "
            f"bare SQLite {commits:,.0f}/s",
            f"{rate / forgotten.rate:.2f}; {rate / posted.rate:.2f}; {rate / commits:.2f}",
            rate >= LEAST_A_SECOND and rate >= LEAST_SHARE * forgotten.rate if busiest else None,
        ),
        Figure(
            f"{who}: server CPU for each",
            f"{stored.cpu_ms:.2f} ms",
            f"{MOST_CPU_MS} ms",
            f"no storage {forgotten.cpu_ms:.2f} ms; bare durable POST {posted.cpu_ms:.2f} ms; {PEERS[what]}",
            f"{stored.cpu_ms / forgotten.cpu_ms:.2f}; {stored.cpu_ms / posted.cpu_ms:.2f}",
            stored.cpu_ms <= MOST_CPU_MS,
        ),
    ]


def run(quick: bool) -> list[Figure]:
    """The rows. What is compared is measured in turn, so that a busy minute of the machine meets all alike."""
    totals = {1: 300, 16: 2_000, 64: 4_000} if quick else {1: 2_000, 16: 8_000, 64: 20_000}
    found: dict[tuple[str, int], list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        with (
            Server(f"sqlite:///{folder}/stored.db") as storing,
            Server(f"sqlite:///{folder}/forgotten.db", program=WITHOUT_STORAGE) as forgetting,
            bare.running((sys.executable, "-m", "bench.bare_post"), f"{folder}/bare.db") as posting,
        ):
            halls = Hall(storing), Hall(forgetting)
            for clients, total in totals.items():
                for what in PEERS:
                    found[what, clients] = [hall.measure(what, total, clients) for hall in halls]
                    post = load.Load(posting.port, "none", ["/"], "{}", clients, total)
                    found[what, clients].append(measure(posting, post))
        rows = rows_of_calls_and_tickets(Path(folder, "stored.db"))
        figures = []
        for (what, clients), measured in found.items():
            with on_core(SERVER_CORE):
                commits = bare_commits(folder, rows[what], clients, 1.0 if quick else 3.0)
            figures += figures_of(what, clients, *measured, commits)
        return figures
