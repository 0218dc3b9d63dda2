"""A load of HTTP requests from a process of its own: ``python -m bench.load`` reads a ``Load`` as JSON.

Bare sockets and one epoll: about 15 µs a request, so that the server is what is measured. It answers with
``Result`` as JSON. ``run`` starts that process and waits for it.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field

from .figures import percentile
from .server import CLIENT_CORE, ROOT, on_core

PATIENCE_SECONDS = 30.0
"""Longest silence of the server before a load gives up."""


@dataclass
class Load:
    """``clients`` connections, ``total`` POSTs; connection n asks for ``paths[n % len(paths)]``.

    ``rate``: requests a second, sent on time whether answers come or not (waits count from the time at which a
    request was due); None: each connection sends its next when it has the answer. ``keyed``: with an
    ``Idempotency-Key`` each, as kiosks and consoles send it.
    """

    port: int
    token: str
    paths: list[str]
    body: str
    clients: int
    total: int
    rate: float | None = None
    keyed: bool = True


@dataclass
class Result:
    """``waits_ms``: one for each answer. ``refused``: answers other than 200 and 201; ``first``: the first such."""

    seconds: float = 0.0
    done: int = 0
    refused: int = 0
    first: str = ""
    nobody: int = 0
    """Calls that found nobody waiting."""
    numbers: list[int] = field(default_factory=list)
    """The numbers that were issued or called, as the answers came."""
    waits_ms: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.done / self.seconds if self.seconds else 0.0

    def wait_ms(self, share: float) -> float:
        """The wait that ``share`` of the answers did not exceed."""
        return percentile(self.waits_ms, share)


class Line:
    """One connection that is kept."""

    __slots__ = ("buffer", "due", "head", "need", "sock", "tail")

    def __init__(self, load: Load, number: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", load.port), 10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        path = load.paths[number % len(load.paths)]
        self.head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\nAuthorization: Bearer {load.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(load.body)}\r\n"
        ).encode()
        self.tail = f"\r\n{load.body}".encode()
        self.buffer = b""
        self.need = 0
        self.due = 0.0

    def send(self, key: bytes, due: float) -> None:
        """Send the request; ``due``: since when the wait counts."""
        self.due = due
        self.buffer, self.need = b"", 0
        self.sock.send(self.head + key + self.tail)

    def receive(self) -> bytes | None:
        """The whole answer, or None while there is more to come."""
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the server closed a connection")
        self.buffer += data
        if not self.need:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            length = self.buffer[:end].lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.need = end + 4 + int(length)
        return self.buffer if len(self.buffer) >= self.need else None


def work(load: Load) -> Result:
    """Do it, in this process."""
    poll = select.epoll()
    lines = {}
    for number in range(load.clients):
        line = Line(load, number)
        lines[line.sock.fileno()] = line
        poll.register(line.sock, select.EPOLLIN)
    result = Result()
    free = deque(lines.values())
    unique, sent = os.urandom(4).hex(), 0
    began = time.perf_counter()
    last = began

    def key() -> bytes:
        return f"Idempotency-Key: {unique}-{sent}\r\n".encode() if load.keyed else b""

    while result.done < load.total:
        now = time.perf_counter()
        while free and sent < load.total:
            due = now if load.rate is None else began + sent / load.rate
            if due > now:
                break
            sent += 1
            free.popleft().send(key(), due)
        pause = 1.0
        if load.rate is not None and free and sent < load.total:
            pause = max(0.0, min(pause, began + sent / load.rate - time.perf_counter()))
        for descriptor, _ in poll.poll(pause):
            line = lines[descriptor]
            answer = line.receive()
            if answer is None:
                continue
            last = time.perf_counter()
            result.waits_ms.append((last - line.due) * 1000)
            result.done += 1
            if answer[9:11] != b"20":
                result.refused += 1
                result.first = result.first or answer.decode(errors="replace")
            elif b'"ticket":null' in answer:
                result.nobody += 1
            else:
                result.numbers.append(int(answer.partition(b'"number":"')[2].partition(b'"')[0]))
            free.append(line)
        if time.perf_counter() - last > PATIENCE_SECONDS:
            raise TimeoutError(f"no answer for {PATIENCE_SECONDS:g} s after {result.done} answers")
    for line in lines.values():
        line.sock.close()
    poll.close()
    result.seconds = last - began
    return result


def run(load: Load, core: int | None = CLIENT_CORE) -> Result:
    """Do it in another process, on ``core``. Raises ``RuntimeError`` when it failed or was refused anything."""
    with on_core(core):
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            cwd=ROOT,
            input=json.dumps(asdict(load)),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"the load failed:\n{done.stderr}")
    result = Result(**json.loads(done.stdout))
    if result.refused:
        raise RuntimeError(
            f"{result.refused} of {result.done} requests were refused, the first:\n{result.first}"
        )
    return result


if __name__ == "__main__":
    json.dump(asdict(work(Load(**json.load(sys.stdin)))), sys.stdout)
