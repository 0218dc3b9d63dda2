"""The serial plug of a simulated printer: a pseudo-terminal at the pace of the wire, with XON and XOFF."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
import tty
from pathlib import Path

from simulator import Simulator

XON, XOFF = b"\x11", b"\x13"
FULL, AGAIN = 128, 256
"""Bytes left in the buffer at which XOFF and XON are sent."""
LOOK_S = 0.01
PIECE = 16
BITS = 10
"""Of one byte on the wire: start, eight, stop."""


class PtyPlug:
    """Carries bytes between a pseudo-terminal, found at ``path``, and the machine.

    ``paced``: bits a second of the wire, which a pseudo-terminal has not; ``flow``: ``xonxoff``, ``lines`` (what the
    machine has no room for stays with the sender, as with RTS or DSR) or ``none`` (it is lost).
    """

    def __init__(
        self, machine: Simulator, folder: Path, *, paced: int = 115_200, flow: str = "xonxoff"
    ) -> None:
        self.machine, self.paced, self.flow = machine, paced, flow
        self.path = folder / "printer"
        self.url = f"serial://{self.path}"
        self._master = -1
        self._stopped = False
        self._lock = threading.Lock()
        self._ending = threading.Event()
        machine.send = self._send
        self.plug()
        self._thread = threading.Thread(target=self._serve, name="simulated-serial", daemon=True)
        self._thread.start()

    def plug(self) -> None:
        """Put the adapter in: a new terminal under the same name."""
        with self._lock:
            self._master, slave = os.openpty()
            tty.setraw(slave)
            os.set_blocking(self._master, False)
            self._stopped = False
            self.path.unlink(missing_ok=True)
            self.path.symlink_to(os.ttyname(slave))
            self._slave = slave

    def unplug(self) -> None:
        """Pull the adapter out: its name is gone, and whoever holds it reads and writes in vain."""
        with self._lock:
            if self._master >= 0:
                self.path.unlink(missing_ok=True)
                os.close(self._slave)
                os.close(self._master)
                self._master = -1

    def end(self) -> None:
        """Unplug for good."""
        self._ending.set()
        self._thread.join(5)
        self.unplug()

    def _serve(self) -> None:
        due = 0.0
        while not self._ending.is_set():
            self._say_stop()
            data = self._read()
            if not data:
                continue
            due = max(due, time.monotonic()) + len(data) * BITS / self.paced
            time.sleep(max(0.0, due - time.monotonic()))
            self.machine.receive(data)

    def _read(self) -> bytes:
        with self._lock:
            master = self._master
            if master >= 0 and not self._held() and select.select([master], [], [], 0)[0]:
                with contextlib.suppress(OSError):  # nobody has opened the other end
                    return os.read(master, PIECE)
        time.sleep(LOOK_S / 4)
        return b""

    def _held(self) -> bool:
        if self.machine.hung:
            return True
        return self.flow == "lines" and self.machine.power and self.machine.free() < PIECE

    def _say_stop(self) -> None:
        if self.flow != "xonxoff" or not self.machine.power or self.machine.hung:
            return
        free = self.machine.free()
        if not self._stopped and free <= FULL:
            self._stopped = True
            self._write(XOFF)
        elif self._stopped and free >= AGAIN:
            self._stopped = False
            self._write(XON)

    def _send(self, data: bytes) -> None:
        time.sleep(len(data) * BITS / self.paced)
        self._write(data)

    def _write(self, data: bytes) -> None:
        with self._lock:
            if self._master >= 0:
                with contextlib.suppress(OSError):  # nobody reads
                    os.write(self._master, data)
