"""The other end of a printer's wire: counts bytes, says when the paper was cut, and can hang."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import tty

ASKED = b"\x10\x04"
"""DLE EOT: the printer is asked how it is. The fine answer to any of the four questions is one byte."""
WELL = b"\x12"
CUT = b"\x1dV"
"""GS V: the last command of every ticket."""
QUESTION_BYTES = 16
PIECE = 64


class Wire:
    """Notes when each ticket's last byte came. ``baud``: read no faster than such a line carries it."""

    def __init__(self, baud: int = 0) -> None:
        self.baud = baud
        self.bytes = 0
        self.cuts: list[int] = []
        """Monotonic ns of the last byte of each ticket."""
        self.ended = threading.Event()
        self._tail = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def wait(self, cuts: int, seconds: float = 10) -> bool:
        """Whether so many tickets were cut in time."""
        until = time.monotonic() + seconds
        while len(self.cuts) < cuts and time.monotonic() < until:
            time.sleep(0.0005)
        return len(self.cuts) >= cuts

    def end(self) -> None:
        """Pull the plug."""
        self.ended.set()
        self._thread.join(5)

    def _serve(self) -> None:
        raise NotImplementedError

    def _took(self, data: bytes) -> bytes:
        """Bytes came; the answer."""
        if len(data) <= QUESTION_BYTES and ASKED in data:
            return WELL * data.count(ASKED)
        if self.baud:
            time.sleep(len(data) * 10 / self.baud)
        self.bytes += len(data)
        if CUT in self._tail + data:
            self.cuts.append(time.monotonic_ns())
        self._tail = data[-1:]
        return b""


class Network(Wire):
    """A network printer on a free port. ``hangs``: takes connections and never reads."""

    def __init__(self, *, hangs: bool = False) -> None:
        super().__init__()
        self.hangs = hangs
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread.start()

    def _serve(self) -> None:
        lines: list[socket.socket] = []
        while not self.ended.is_set():
            readable = select.select([self._listener, *([] if self.hangs else lines)], [], [], 0.05)[0]
            for ready in readable:
                if ready is self._listener:
                    lines.append(ready.accept()[0])
                elif data := ready.recv(65536):
                    ready.sendall(self._took(data))
                else:
                    lines.remove(ready)
        for line in (*lines, self._listener):
            line.close()


class SerialLine(Wire):
    """A serial printer behind a pseudo-terminal, as slow as a line of ``baud``."""

    def __init__(self, baud: int) -> None:
        super().__init__(baud)
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.url = f"serial://{os.ttyname(self._slave)}?baud={baud}"
        self._thread.start()

    def _serve(self) -> None:
        while not self.ended.is_set():
            if select.select([self._master], [], [], 0.05)[0] and (
                answer := self._took(os.read(self._master, PIECE))
            ):
                os.write(self._master, answer)
        os.close(self._master)
        os.close(self._slave)
