"""A receipt printer that keeps time: a buffer that fills, paper that moves and ends, a cover, a power switch.

`Simulator` is the machine; `simulator_tcp` and `simulator_pty` are its plugs. It prints what the byte-exact
interpreter (`emulator`) makes of the bytes, one step at a time, and lets paper, blade and wire take the time they
take. What it does when:

* DLE EOT is answered as it comes off the wire, also off line, also when the buffer is full of other things;
* GS r waits its turn behind the data: its answer says that everything before it is printed and cut;
* GS a is a command like any other; from then on every change is told, until ESC @ or power-off;
* off line (cover, paper) nothing is taken out of the buffer; afterwards printing goes on where it stopped;
* power-off empties the buffer and ends what was set; the paper hangs in the slot as it was, and is not cut.

All times are in seconds, all lengths in rows of dots.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from emulator import DLE, ENQ, EOT, EscPos
from printed import Ticket
from sensors import ERROR, ONLINE, PAPER

MOVE_S = 0.005
"""Paper moves in slices of this time, so that a cover or a switch stops it in the middle."""
CHUNK = 64


class Simulator:
    """The machine behind a plug. Its switches may be thrown from any thread."""

    def __init__(
        self,
        *,
        width: int = 576,
        dpi: int = 203,
        rows_per_s: float = 6000.0,
        cut_s: float = 0.02,
        buffer: int = 4096,
        roll: int = 1_000_000,
        near_end: int = 4000,
    ) -> None:
        """``roll``: rows of paper; ``near_end``: the rows left when the sensor tells. The speed is some three times
        that of a real one."""
        self.brain = EscPos(width, dpi, real_time=False)
        self.rows_per_s, self.cut_s, self.size = rows_per_s, cut_s, buffer
        self.roll, self._near_at = roll, near_end
        self.brain.near_end = roll <= near_end
        self.papers: list[Ticket] = []
        """What fell into somebody's hand, in order; the one in the slot is `in_slot`."""
        self.power = True
        self.received = 0
        """Bytes that came off the wire."""
        self.lost = 0
        """Bytes that found the buffer full."""
        self.cut_at: list[float] = []
        """Monotonic seconds at which each paper was cut."""
        self.silent = False
        """It prints and answers nothing."""
        self.hung = False
        """It neither reads nor prints nor answers: its processor stands still."""
        self.noise: random.Random | None = None
        """What it answers comes as noise from here."""
        self.send: Callable[[bytes], None] = lambda data: None
        """The plug's way out."""
        self._buffer = bytearray()
        self._seen = b""
        self._life = 0
        self._ending = False
        self._news = threading.Condition(threading.RLock())
        self._thread = threading.Thread(target=self._print, name="simulated-printer", daemon=True)
        self._thread.start()

    # --- the plug's side ---

    def free(self) -> int:
        """Bytes that the receive buffer still takes; 0 when it is full, hangs, or is off."""
        with self._news:
            return 0 if self.hung or not self.power else self.size - len(self._buffer)

    def receive(self, data: bytes) -> None:
        """Bytes off the wire. Real-time commands are answered at once, wherever they stand."""
        with self._news:
            if not self.power:
                return
            self.received += len(data)
            room = self.size - len(self._buffer)
            self.lost += max(0, len(data) - room)
            self._buffer += data[:room]
            answers = self._real_time(data)
            self._news.notify_all()
        self._say(answers)

    def _real_time(self, data: bytes) -> bytes:
        answers = b""
        self._seen += data
        while (found := self._seen.find(DLE)) >= 0 and len(self._seen) >= found + 3:
            name, n = self._seen[found + 1], self._seen[found + 2]
            known = (name == EOT and 1 <= n <= 4) or (name == ENQ and 1 <= n <= 2)
            if known and name == EOT:
                answers += self.brain.real_time(n)
            self._seen = self._seen[found + (3 if known else 1) :]
        self._seen = self._seen[max(0, found) :] if found >= 0 else b""
        return answers

    def _say(self, data: bytes) -> None:
        if not data or self.silent or self.hung or not self.power:
            return
        if self.noise is not None:
            data = self.noise.randbytes(len(data) + self.noise.randrange(3))
        self.send(data)

    # --- its switches ---

    def open_cover(self) -> None:
        """Somebody opens the cover; what is being printed breaks off there."""
        with self._news:
            if not self.brain.cover_open:
                printing = self.brain.online
                self.brain.torn_open = self._broken_off("cover") and printing
                self.brain.cover_open = True
                self._changed(ONLINE | ERROR)

    def close_cover(self) -> None:
        """And closes it again."""
        with self._news:
            if self.brain.cover_open:
                self.brain.cover_open = self.brain.torn_open = False
                self._changed(ONLINE | ERROR)

    def new_roll(self, rows: int = 1_000_000) -> None:
        """Somebody opens the cover, puts a roll in, and closes it."""
        with self._news:
            self.open_cover()
            self.roll = rows
            self.brain.paper_end = False
            self.brain.near_end = rows <= self._near_at
            self._changed(PAPER)
            self.close_cover()

    def switch_off(self) -> None:
        """The power goes: what it had received is forgotten."""
        with self._news:
            if self.power:
                self._broken_off("power")
                self.power = False
                self._life += 1
                self._buffer.clear()
                self._seen = b""
                self.brain.forget()
                self._news.notify_all()

    def switch_on(self) -> None:
        """The power is back; it starts at once."""
        with self._news:
            self.brain.cover_open = self.brain.torn_open = False
            self.power = True
            self._news.notify_all()

    def hang(self, hung: bool = True) -> None:
        """Its processor stands still, or goes on."""
        with self._news:
            self.hung = hung
            self._news.notify_all()

    def end(self) -> None:
        """Stop the machine; the plug first."""
        with self._news:
            self._ending = True
            self._news.notify_all()
        self._thread.join(5)

    # --- what a test looks at ---

    @property
    def in_slot(self) -> Ticket | None:
        """The paper that hangs in the slot, if something is printed on it."""
        with self._news:
            paper = self.brain.paper
            return paper if any(y < paper.height for _, y, _ in paper.parts) else None

    def wait_papers(self, count: int, within: float = 20.0) -> bool:
        """Whether so many papers were cut in time."""
        with self._news:
            return self._news.wait_for(lambda: len(self.papers) >= count, within)

    def wait_rows(self, rows: int, within: float = 20.0) -> bool:
        """Whether a ticket of which so many rows are printed is in the slot in time."""
        with self._news:
            return self._news.wait_for(lambda: self.brain.paper.height >= rows, within)

    # --- printing ---

    def _print(self) -> None:
        with self._news:
            while not self._ending:
                if not self._step():
                    self._news.wait(0.5)

    def _life_is(self, life: int) -> bool:
        """Whether it is on, and was not off meanwhile."""
        return self.power and self._life == life

    def _step(self) -> bool:
        """Do the next thing in the buffer and let it take its time; False when there is nothing to do. Locked."""
        if self.hung or not self.power or not self.brain.online:
            return False
        before, paper = self.brain.paper.height, self.brain.paper
        if not self.brain.step():
            if not self._buffer:
                return False
            self.brain.load(bytes(self._buffer[:CHUNK]))
            del self._buffer[:CHUNK]
            return True
        cut = bool(self.brain.tickets)
        if cut:  # it falls when the blade has been through it, not when the command is read
            self.brain.tickets.clear()
            paper.cut = False
            self.brain.paper, after = paper, self.brain.paper
        if not self._move(paper, before):
            return True
        if cut:
            self._cut(paper, after)
        self._say(self.brain.answers())
        self._news.notify_all()
        return True

    def _move(self, paper: Ticket, row: int) -> bool:
        """Let the paper run from ``row`` to its height; False when the power went meanwhile."""
        end, life, due = paper.height, self._life, time.monotonic()
        while row < end:
            rows = min(end - row, max(1, int(self.rows_per_s * MOVE_S)), self.roll)
            paper.height = row  # as far as it is printed, should the power go or the cover be opened now
            due += rows / self.rows_per_s
            self._pause(life, due)
            if not self._life_is(life):
                paper.stop_at(row)
                return False
            if self.brain.online and not self.hung:
                row += rows
                self._used(rows, paper, row)
            else:
                self._news.wait_for(
                    lambda: not self._life_is(life) or self._ending or (self.brain.online and not self.hung)
                )
                due = time.monotonic()
            if self._ending:
                return False
        paper.height = end
        return True

    def _used(self, rows: int, paper: Ticket, row: int) -> None:
        self.roll -= rows
        if not self.brain.near_end and self.roll <= self._near_at:
            self.brain.near_end = True
            self._changed(PAPER)
        if self.roll <= 0:
            paper.height = row
            self._broken_off("paper")
            self.brain.paper_end = True
            self._changed(ONLINE | PAPER)

    def _cut(self, paper: Ticket, after: Ticket) -> None:
        life = self._life
        self._pause(life, time.monotonic() + self.cut_s)
        if self._life_is(life):
            paper.cut = True
            self.papers.append(paper)
            self.brain.paper = after
            self.cut_at.append(time.monotonic())

    def _pause(self, life: int, until: float) -> None:
        """Time passes; shorter when the power goes."""
        self._news.wait_for(
            lambda: not self._life_is(life) or self._ending, max(0.0, until - time.monotonic())
        )

    def _broken_off(self, why: str) -> bool:
        paper = self.brain.paper
        if not any(y < paper.height for _, y, _ in paper.parts):
            return False
        if not any(row == paper.height for row, _ in paper.breaks):
            paper.breaks.append((paper.height, why))
        return True

    def _changed(self, what: int) -> None:
        if self.power and self.brain.watched & what:
            self._say(self.brain.automatic())
        self._news.notify_all()
