"""A real server with simulated printers, and what three witnesses say of every ticket.

The witnesses know nothing of one another: the papers that fell out of the printers (decoded from the dots), the
server's own books (answers, log and table of deliveries), and what staff are told (``GET …/devices``).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPException
from typing import Any, NamedTuple

import reading
from printed import Ticket
from simulator import Simulator

SITE = "/api/v1/sites/bench"
PATIENCE_S = 30.0
ON_PAPER = ("sent", "confirmed")
OWED = ("pending", "sending")
LISTED = ("unknown", "failed", "expired")


class Row(NamedTuple):
    """A print delivery as the table of deliveries has it."""

    number: str
    kind: str
    printer: str
    state: str
    reason: str


def numbers_on(paper: Ticket) -> list[str]:
    """The numbers that a person reads on a paper: one, unless something went wrong."""
    in_text = [
        "".join(piece.text for piece in line)
        for line in paper.lines
        if line and all(piece.wide >= 3 for piece in line)
    ]
    return in_text + (reading.numbers(paper.picture()) if paper.images else [])


def is_reissue(paper: Ticket) -> bool:
    """Whether the paper says that another one was given before."""
    if paper.images:
        return reading.marked(paper.picture())
    return any(piece.inverse for line in paper.lines for piece in line)


class Scene:
    """``machines``: the printers by name; the kiosk is ``kiosk1``."""

    def __init__(self, server: Any, machines: dict[str, Simulator]) -> None:
        self.server, self.machines = server, machines
        self.given: dict[str, dict[str, Any]] = {}
        """Every acknowledged ticket: number → the answer."""
        self.reprints: Counter[str] = Counter()
        self.seen: list[tuple[str, str, str]] = []
        """What staff were told, each change: printer, state, reason."""
        self._staff = server.token("staff")
        self._kiosk = server.token("kiosk")
        self._ending = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Scene:
        self._watching.start()
        self.wait(
            lambda: all(self.told(name)[0] == "ready" for name in self.machines), "printers found ready"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._watching.join(5)

    # --- acting ---

    def issue(self, count: int = 1) -> list[str]:
        """Numbers taken at the kiosk; every one must be given."""
        found = []
        for _ in range(count):
            body = {"service": "service", "channel": "kiosk", "kiosk": "kiosk1"}
            answer = self.server.call("POST", f"{SITE}/tickets", body, token=self._kiosk)
            assert answer.status == 201, answer
            assert answer.json["number"] not in self.given
            self.given[answer.json["number"]] = answer.json
            found.append(answer.json["number"])
        return found

    def reprint(self, number: str, printer: str | None = None) -> None:
        """Staff ask for another paper."""
        path = f"{SITE}/tickets/{self.given[number]['id']}/reprint"
        body = {} if printer is None else {"printer": printer}
        answer = self.server.call("POST", path, body, token=self._staff)
        assert answer.status == 200, answer
        self.reprints[number] += 1

    def work(self, times: int = 5) -> None:
        """Numbers are taken and called, one after the other; each must be done."""
        for _ in range(times):
            (number,) = self.issue()
            for action, body in (("open", {}), ("call", {"number": number}), ("finish", {})):
                path = f"{SITE}/counters/1/{action}"
                answer = self.server.call("POST", path, body, token=self._staff)
                assert answer.status == 200, (action, answer)

    # --- the server's books ---

    def rows(self) -> list[Row]:
        """Every paper that was owed, oldest first."""
        with self._database() as database:
            found = database.execute(
                "SELECT json_extract(body, '$.number'), kind, address, state, coalesce(reason, '') "
                "FROM deliveries WHERE channel = 'print' AND state <> 'unavailable' ORDER BY seq, id"
            ).fetchall()
        return [Row(*row) for row in found]

    def states(self, number: str) -> list[str]:
        """The states of the papers of a number, oldest first."""
        return [row.state for row in self.rows() if row.number == number]

    def _database(self) -> Any:
        file = self.server.database.removeprefix("sqlite:///")
        return closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10))

    # --- what staff are told ---

    def staff_see(self) -> Any:
        """``GET …/devices``."""
        answer = self.server.call("GET", f"{SITE}/devices", token=self._staff)
        assert answer.status == 200, answer
        return answer.json

    def told(self, printer: str = "kiosk1") -> tuple[str, str]:
        """State and reason of a printer."""
        (device,) = [d for d in self.staff_see()["devices"] if (d["kind"], d["id"]) == ("printer", printer)]
        return device["state"], device["reason"]

    def unprinted(self) -> set[str]:
        """The numbers that staff are told of as not printed."""
        return {entry["number"] for entry in self.staff_see()["unprinted"]}

    def _watch(self) -> None:
        last: dict[str, tuple[str, str]] = {}
        while not self._ending.wait(0.05):
            try:
                told = {name: self.told(name) for name in self.machines}
            except (OSError, HTTPException):  # the server is down
                continue
            for name, words in told.items():
                if last.get(name) != words:
                    self.seen.append((name, *words))
            last = told

    # --- waiting and judging ---

    def wait(self, condition: Callable[[], object], what: str, within: float = PATIENCE_S) -> None:
        """Until it is so; a failed test with everything that is known when it does not come."""
        end = time.monotonic() + within
        while not condition():
            assert time.monotonic() < end, f"{what}: {self.known()}"
            time.sleep(0.03)

    def wait_told(self, state: str, printer: str = "kiosk1") -> None:
        """Until staff are told this state."""
        self.wait(lambda: self.told(printer)[0] == state, f"{printer} told {state}")

    def settled(self, within: float = PATIENCE_S) -> None:
        """Until nothing is owed any more."""
        self.wait(lambda: not [row for row in self.rows() if row.state in OWED], "nothing owed", within)

    def known(self) -> str:
        """For a failed test."""
        rows = "; ".join(" ".join(row) for row in self.rows())
        papers = {name: [numbers_on(p) for p in m.papers] for name, m in self.machines.items()}
        return f"rows: {rows}\npapers: {papers}\ntold: {self.seen}\nnow: {self.staff_see()}"

    def judge(self) -> None:
        """No number lost, none on two papers unless one says so, and staff know of every one without a paper."""
        with self._database() as database:
            in_log = {number for (number,) in database.execute("SELECT number FROM tickets")}
        assert set(self.given) <= in_log, "a number that was given is not in the log"
        papers = [paper for machine in self.machines.values() for paper in self._came_out(machine)]
        plain: Counter[str] = Counter()
        again = Counter(self.reprints)
        for paper in papers:
            found = numbers_on(paper)
            assert len(found) <= 1, f"one paper bears {found}; {self.known()}"
            if found and not is_reissue(paper):
                plain[found[0]] += 1
            elif found:
                again[found[0]] -= 1
        assert not set(plain) - set(self.given), f"papers of nobody: {plain}"
        assert max(plain.values(), default=0) <= 1, f"two papers alike: {plain}; {self.known()}"
        assert min(again.values(), default=0) >= 0, f"a reissue that nobody asked for: {again}"
        complete = {number for p in papers if p.cut for number in numbers_on(p)}
        bare = {n for n, answer in self.given.items() if answer["print"]["state"] == "unavailable"}
        bare -= {number for number in bare if self._ended(number) or self.reprints[number]}
        self.wait(lambda: bare <= self.unprinted(), "numbers without paper are listed")
        listed = self.unprinted()
        for number, answer in self.given.items():
            states = self.states(number)
            owed = answer["print"]["state"] == "queued" or bool(self.reprints[number])
            assert bool(states) == owed, (number, states)
            if not states:
                continue
            if states[-1] in ON_PAPER:
                assert number in complete, f"{number} is {states} and on no paper; {self.known()}"
                assert number not in listed, f"{number} is {states} and listed as not printed"
            elif states[-1] in LISTED:
                assert number in listed or self._ended(number), f"{number} is {states}; {self.known()}"
            else:
                assert states[-1] in OWED, (number, states)

    def _came_out(self, machine: Simulator) -> list[Ticket]:
        """Papers in somebody's hand and the one in the slot."""
        return [*machine.papers, *([machine.in_slot] if machine.in_slot is not None else [])]

    def _ended(self, number: str) -> bool:
        """Whether nobody needs the paper any more: served, or given up."""
        with self._database() as database:
            ((state,),) = database.execute("SELECT state FROM tickets WHERE number = ?", (number,))
        return state in ("done", "cancelled", "expired")
