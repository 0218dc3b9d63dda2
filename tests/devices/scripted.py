"""A printer that prints nothing: it answers what a test has it answer, and counts what it was sent."""

from __future__ import annotations

import re
import select
import socket
import threading
import time

WELL = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
COVER = {1: 0x1A, 2: 0x16, 3: 0x12, 4: 0x12}
PAPER = {1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x7E}
ASB = {"well": b"\x10\x00\x00\x0f", "cover": b"\x38\x00\x00\x0f", "paper": b"\x18\x00\x0f\x0f"}
DONE = b"\x00"
_COMMAND = re.compile(rb"\x10\x04(.)|\x1da(.)|\x1dr\x01|<(\w+)>", re.DOTALL)


class Scripted:
    """A network printer; its tickets are ``<number>`` after a reset."""

    def __init__(self) -> None:
        self.state = WELL
        """Answers to DLE EOT by number; empty: silence."""
        self.confirms = True
        """Answers GS r at once; else the answers are kept for `confirm`."""
        self.asb = "well"
        self.forgets = True
        """A new connection knows nothing of what was asked on the one before; else it is as with a serial line."""
        self.tickets: list[str] = []
        self.connections = 0
        self.unanswered = 0
        self.watched = 0
        self.asked = 0
        self.slow_s = 0.0
        """How late it answers a question."""
        self._buffer = b""
        self._line: socket.socket | None = None
        self._ending = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def say(self, data: bytes) -> None:
        """Something unasked."""
        assert self._line is not None
        self._line.sendall(data)

    def trouble(self, state: dict[int, int], asb: str) -> None:
        """From now on it is so, and it says so."""
        self.state, self.asb = state, asb
        self.say(ASB[asb])

    def confirm(self) -> None:
        """Answer one GS r that waits."""
        assert self.unanswered
        self.unanswered -= 1
        self.say(DONE)

    def finish(self) -> None:
        """Answer all that wait, and from now on at once."""
        self.confirms = True
        while self.unanswered:
            self.confirm()

    def hang_up(self) -> None:
        """Cut the line; the next connection is taken."""
        assert self._line is not None
        self._line.shutdown(socket.SHUT_RDWR)

    @property
    def open_lines(self) -> bool:
        """Whether somebody is connected."""
        return self._line is not None

    def end(self) -> None:
        """Hang up and refuse."""
        self._ending.set()
        self._thread.join(5)

    def _serve(self) -> None:
        with self._listener:
            while not self._ending.is_set():
                if self._line is None:
                    if select.select([self._listener], [], [], 0.01)[0]:
                        self._line, _ = self._listener.accept()
                        self.connections += 1
                        self._buffer = b""
                        if self.forgets:
                            self.unanswered = 0
                elif select.select([self._line], [], [], 0.01)[0]:
                    self._read(self._line)
            if self._line is not None:
                self._line.close()

    def _read(self, line: socket.socket) -> None:
        try:
            data = line.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._line = None
            line.close()
            return
        self._buffer += data
        end = 0
        for found in _COMMAND.finditer(self._buffer):
            end = found.end()
            asked, watched, number = found.groups()
            if number:
                self.tickets.append(number.decode())
            elif asked:
                self.asked += 1
                if asked == b"\x01":
                    time.sleep(self.slow_s)
                if answer := self.state.get(asked[0]):
                    line.sendall(bytes((answer,)))
            elif watched:
                self.watched += 1
                if self.state:
                    line.sendall(ASB[self.asb])
            elif self.confirms:
                line.sendall(DONE)
            else:
                self.unanswered += 1
        self._buffer = self._buffer[end:][-8:]


def until(condition, within=20.0):
    """Whether it came to be in time."""
    end = time.monotonic() + within
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()
