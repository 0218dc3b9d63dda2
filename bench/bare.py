"""Bare programs that a figure is held against, each a process on the server's core."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .server import ROOT, SERVER_CORE, cpu_ms, free_port, on_core


@dataclass(frozen=True)
class Bare:
    """A running program."""

    port: int
    pid: int

    def cpu_ms(self) -> float:
        """Processor time it has used."""
        return cpu_ms(self.pid)


@contextlib.contextmanager
def running(program: Sequence[str], argument: str) -> Iterator[Bare]:
    """Start ``program PORT argument`` and wait until it listens."""
    port = free_port()
    with on_core(SERVER_CORE):
        process = subprocess.Popen([*program, str(port), argument], cwd=ROOT)
    try:
        until = time.monotonic() + 10
        while not listens(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{program[-1]} does not listen")
            time.sleep(0.01)
        yield Bare(port, process.pid)
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Whether somebody takes connections."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
