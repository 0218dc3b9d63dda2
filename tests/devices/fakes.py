"""Fake printers to write to: `EscPos` behind a TCP port or a pseudo-terminal, with the faults printers have."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import tty

from emulator import EscPos


class FakePrinter:
    """What both kinds share. All times are in seconds."""

    def __init__(self, brain: EscPos | None = None, *, baud: int = 0) -> None:
        self.brain = brain or EscPos()
        self.baud = baud
        self.received = b""
        self.hang = threading.Event()
        """Set: reads nothing more and answers nothing."""
        self.close_after = 0
        """Hang up once so many bytes came; 0: never."""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        raise NotImplementedError

    def take(self, data: bytes) -> bytes:
        """Bytes off the wire; the answer."""
        self.received += data
        if self.baud:
            time.sleep(len(data) * 10 / self.baud)
        return self.brain.feed(data)

    def wait_for(self, tickets: int, within: float = 5.0) -> bool:
        """Whether so many papers were cut in time."""
        until = time.monotonic() + within
        while len(self.brain.tickets) < tickets and time.monotonic() < until:
            time.sleep(0.005)
        return len(self.brain.tickets) >= tickets

    def end(self) -> None:
        raise NotImplementedError

    def wait_while_hung(self) -> bool:
        """Block while the printer hangs; False when the test is over."""
        while self.hang.is_set() and not self._ending.is_set():
            time.sleep(0.005)
        return not self._ending.is_set()


class TcpPrinter(FakePrinter):
    """Listens on a free port; one connection at a time, as many printers do."""

    def __init__(self, brain: EscPos | None = None, *, baud: int = 0) -> None:
        super().__init__(brain, baud=baud)
        self._listener = socket.socket()
        # Small, as in a printer: what is not printed must not vanish into a system's buffer.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(4)
        self._listener.settimeout(0.05)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"tcp://127.0.0.1:{self.port}"
        self.connections = 0
        self._thread.start()

    def _serve(self) -> None:
        while not self._ending.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            with line:
                line.settimeout(0.02)
                self._talk(line)
        self._listener.close()

    def _talk(self, line: socket.socket) -> None:
        while self.wait_while_hung():
            try:
                data = line.recv(1024 if not self.baud else 32)
                if not data:
                    return
                answer = self.take(data)
                if answer:
                    line.sendall(answer)
            except TimeoutError:
                continue
            except OSError:
                return
            if self.close_after and len(self.received) >= self.close_after:
                self.close_after = 0
                return

    def end(self) -> None:
        """Close the port; connecting is refused from now on."""
        self._ending.set()
        self._thread.join(5)


class PtyPrinter(FakePrinter):
    """A serial printer behind a pseudo-terminal, paced like a line of ``baud``."""

    def __init__(self, brain: EscPos | None = None, *, baud: int = 0) -> None:
        super().__init__(brain, baud=baud)
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._thread.start()

    def _serve(self) -> None:
        while self.wait_while_hung():
            ready, _, _ = select.select([self._master], [], [], 0.02)
            if ready:
                answer = self.take(os.read(self._master, 32))
                if answer:
                    os.write(self._master, answer)

    def end(self) -> None:
        """Unplug."""
        self._ending.set()
        self._thread.join(5)
        os.close(self._master)
        os.close(self._slave)
