"""A hall whose server is killed under load, and what its log must say afterwards.

Every client repeats a request with its idempotency key until it is answered, as kiosks and consoles do. So in the
end every key must have led to exactly one ticket, or one call, and to the answer that came first.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from .server import SITE, Server

KIOSKS, COUNTERS = 6, "123456"
PATIENCE_SECONDS = 30.0
UNDER_LOAD_SECONDS = (0.2, 0.8)
"""How long after a start the server is killed."""
ASKED_AGAIN = 10
"""How many old keys are sent again after each kill."""
AHEAD = 30
"""Kiosks wait a little when so many more numbers were given than called: the queue must not grow for ever."""


@dataclass
class Journal:
    """What was asked and answered. Key → path, body, status and the first answer."""

    first: dict[str, tuple[str, str, int, bytes]] = field(default_factory=dict)
    issued: dict[str, str] = field(default_factory=dict)
    """Ticket id → number."""
    called: list[str] = field(default_factory=list)
    """Numbers, as the answers came."""
    repeats: int = 0
    """Requests that had to be sent again."""
    wrong: list[str] = field(default_factory=list)
    """What must not be."""


class Clients:
    """The kiosks and counters of one server address."""

    def __init__(self, server: Server, kiosk_token: str, staff_token: str) -> None:
        self.journal = Journal()
        self._server = server
        self._tokens = {"kiosk": kiosk_token, "staff": staff_token}
        self._keys = (f"{random.getrandbits(64):x}-{n}" for n in itertools.count())
        self._stopping = False
        self.up = asyncio.Event()

    async def work(self, kills: int) -> None:
        """Work while the server is killed and started again ``kills`` times."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            self._session = session
            self.up.set()
            tasks = [asyncio.create_task(self._kiosk()) for _ in range(KIOSKS)]
            tasks += [asyncio.create_task(self._counter(counter)) for counter in COUNTERS]
            try:
                for _ in range(kills):
                    await asyncio.sleep(random.uniform(*UNDER_LOAD_SECONDS))
                    before = list(self.journal.first)
                    self._server.kill()
                    self.up.clear()
                    await asyncio.to_thread(self._server.start)
                    self.up.set()
                    for key in random.sample(before, min(ASKED_AGAIN, len(before))):
                        await self._ask_again(key)
                self._stopping = True
                await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE_SECONDS)
            finally:
                for task in tasks:
                    task.cancel()

    async def _kiosk(self) -> None:
        body = json.dumps({"service": "service", "channel": "kiosk", "kiosk": "kiosk1"})
        while not self._stopping:
            if len(self.journal.issued) - len(self.journal.called) > AHEAD:
                await asyncio.sleep(0.002)
                continue
            answer = await self._ask("kiosk", f"{SITE}/tickets", body, 201)
            if answer["id"] in self.journal.issued:
                self.journal.wrong.append(f"two taps were answered with one ticket, {answer['number']}")
            self.journal.issued[answer["id"]] = answer["number"]

    async def _counter(self, counter: str) -> None:
        while not self._stopping:
            answer = await self._ask("staff", f"{SITE}/counters/{counter}/call-next", "{}", 200)
            if answer["ticket"] is None:
                await asyncio.sleep(0.005)
            else:
                self.journal.called.append(answer["ticket"]["number"])

    async def _ask(self, role: str, path: str, body: str, wanted: int) -> Any:
        """Send until it is answered; 503 and a cut line are no answers."""
        key = next(self._keys)
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            await self.up.wait()
            try:
                status, answer = await self._post(role, path, body, key)
            except (aiohttp.ClientError, OSError, TimeoutError):
                status, answer = 503, b""
            if status == wanted:
                self.journal.first[key] = (path, body, status, answer)
                return json.loads(answer)
            if status != 503:
                raise AssertionError(f"{path}: {status} {answer!r}")
            self.journal.repeats += 1
            await asyncio.sleep(0.01)
        raise TimeoutError(f"{path} was not answered for {PATIENCE_SECONDS:g} s")

    async def _ask_again(self, key: str) -> None:
        path, body, status, answer = self.journal.first[key]
        if b'"ticket":null' in answer:
            return  # nothing was written, so nothing is remembered
        role = "kiosk" if path.endswith("/tickets") else "staff"
        again = await self._post(role, path, body, key)
        if again != (status, answer):
            self.journal.wrong.append(f"{path}: first {status} {answer!r}, asked again {again!r}")

    async def _post(self, role: str, path: str, body: str, key: str) -> tuple[int, bytes]:
        headers = {
            "Authorization": f"Bearer {self._tokens[role]}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        url = f"http://127.0.0.1:{self._server.port}{path}"
        async with self._session.post(url, data=body, headers=headers) as response:
            return response.status, await response.read()


async def events(database: str, kind: str) -> list[dict[str, Any]]:
    """All events of a kind that stand in the log, in order, read past the server."""
    if database.startswith("sqlite:///"):
        with contextlib.closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as db:
            rows = db.execute("SELECT data FROM events WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
    else:
        import asyncpg

        connection = await asyncpg.connect(database)
        rows = await connection.fetch("SELECT data FROM events WHERE kind = $1 ORDER BY seq", kind)
        await connection.close()
    return [json.loads(row[0]) for row in rows]


async def judge(database: str, journal: Journal) -> list[str]:
    """What is wrong with the log, given what was acknowledged; empty when nothing is."""
    wrong = list(journal.wrong)
    issued = {event["ticket"]: event["number"] for event in await events(database, "TicketIssued")}
    numbers = Counter(issued.values())
    wrong += [f"number {number} was given {n} times" for number, n in numbers.items() if n > 1]
    lost = {ticket: number for ticket, number in journal.issued.items() if issued.get(ticket) != number}
    wrong += [f"number {number} was acknowledged and is not in the log" for number in lost.values()]
    wrong += [
        f"number {issued[t]} is in the log and nobody asked for it" for t in issued.keys() - journal.issued
    ]
    called = [event["number"] for event in await events(database, "TicketCalled")]
    twice = [f"number {number} was called {n} times" for number, n in Counter(called).items() if n > 1]
    wrong += twice
    missing, unasked = Counter(journal.called) - Counter(called), Counter(called) - Counter(journal.called)
    wrong += [f"the call of {number} was acknowledged and is not in the log" for number in missing]
    wrong += [f"the call of {number} is in the log and nobody asked for it" for number in unasked]
    if called != list(issued.values())[: len(called)]:
        wrong.append("numbers were not called in the order in which they were given")
    return wrong


async def under_kills(server: Server, kills: int) -> tuple[Journal, list[str]]:
    """Kill a started server ``kills`` times under load: what was acknowledged, and what is wrong in the end."""
    kiosk, staff = server.token("kiosk"), server.token("staff")
    server.open_counters(staff, COUNTERS)
    clients = Clients(server, kiosk, staff)
    await clients.work(kills)
    return clients.journal, await judge(server.database, clients.journal)
