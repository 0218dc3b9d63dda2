"""Durable commands a second over HTTP, and what each costs the server.

Limits of the same run: the same server that forgets what it should store, and bare SQLite commits of the very rows
that the run has written, as many commands in a commit as there were clients.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from queue_server.log.sqlite import SqliteStore
from queue_server.log.tables import EVENTS, STAGES, TICKETS, Table

from . import load
from .day import COUNTERS, calling, issuing
from .figures import Figure
from .server import MATANAI, WITHOUT_STORAGE, Server

TITLE = "Durable commands over HTTP"
CLIENTS = (1, 16, 64)
LEAST_A_SECOND, LEAST_SHARE, MOST_CPU_MS = 5_000, 0.4, 0.4
PEERS = {"tickets": "FQM 17–20, TheQ 89–98 ms", "calls": "FQM 10–15, TheQ 44–48 ms"}


@dataclass
class Measured:
    """One load: its result, and the processor time of the server for each answer."""

    result: load.Result
    cpu_ms: float


def measure(server: Server, work: load.Load) -> Measured:
    """Run the load and look at the server's processor time before and after."""
    before = server.cpu_ms()
    result = load.run(work)
    return Measured(result, (server.cpu_ms() - before) / result.done)


def commands(
    folder: str, program: tuple[str, ...], totals: dict[int, int]
) -> dict[tuple[str, int], Measured]:
    """Numbers and calls by each count of clients, on a new server."""
    name = "stored" if program == MATANAI else "forgotten"
    found = {}
    with Server(f"sqlite:///{folder}/{name}.db", program=program) as server:
        kiosk, staff = server.token("kiosk"), server.token("staff")
        server.open_counters(staff, COUNTERS)
        load.run(issuing(server, kiosk, 500))
        load.run(calling(server, staff, 400))
        for clients, total in totals.items():
            found["tickets", clients] = measure(server, issuing(server, kiosk, total, clients))
            found["calls", clients] = measure(server, calling(server, staff, total, clients))
            assert found["calls", clients].result.nobody == 0
    return found


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


def run(quick: bool) -> list[Figure]:
    """The rows."""
    totals = {1: 300, 16: 2_000, 64: 4_000} if quick else {1: 1_500, 16: 8_000, 64: 20_000}
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        stored = commands(folder, MATANAI, totals)
        forgotten = commands(folder, WITHOUT_STORAGE, totals)
        rows = rows_of_calls_and_tickets(Path(folder, "stored.db"))
        for (what, clients), found in stored.items():
            least = forgotten[what, clients].result.per_second
            bare = bare_commits(folder, rows[what], clients, 1.0 if quick else 3.0)
            result, busiest = found.result, clients == CLIENTS[-1]
            rate = result.per_second
            figures.append(
                Figure(
                    f"{what}, {clients} client{'s' * (clients > 1)}: a second, p50 / p99",
                    f"{rate:,.0f}/s, {result.wait_ms(0.5):.1f} / {result.wait_ms(0.99):.1f} ms",
                    f"{LEAST_A_SECOND:,}/s, {LEAST_SHARE} of no storage" if busiest else "",
                    f"no storage {least:,.0f}/s; bare SQLite {bare:,.0f}/s",
                    f"{rate / least:.2f}; {rate / bare:.2f}",
                    rate >= LEAST_A_SECOND and rate >= LEAST_SHARE * least if busiest else None,
                )
            )
            cpu = found.cpu_ms
            figures.append(
                Figure(
                    f"{what}, {clients} client{'s' * (clients > 1)}: server CPU for each",
                    f"{cpu:.2f} ms",
                    f"{MOST_CPU_MS} ms",
                    f"no storage {forgotten[what, clients].cpu_ms:.2f} ms; {PEERS[what]}",
                    f"{cpu / forgotten[what, clients].cpu_ms:.2f}",
                    cpu <= MOST_CPU_MS,
                )
            )
    return figures
