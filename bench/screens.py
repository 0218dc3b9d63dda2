"""Many screens in one process: ``python -m bench.screens``; ``Screens`` starts it and speaks with it.

Each screen is a socket with an event stream. The process notes when each of them got an event; clocks of two
processes agree because both are CLOCK_MONOTONIC.
"""

from __future__ import annotations

import heapq
import json
import random
import select
import socket
import subprocess
import sys
import time
from typing import Any

from .server import CLIENT_CORE, ROOT, SITE, on_core

STREAM = f"{SITE}/events"
PATIENCE_SECONDS = 60.0
RECONNECT_SECONDS = (1.0, 4.0)
"""A screen that lost its stream comes back after a random time between these, as the stream's ``retry`` tells it."""


class Screen:
    """One socket. ``tail``: the end of what came last, because an event may come in two pieces."""

    __slots__ = ("seen", "sock", "tail")

    def __init__(self) -> None:
        self.sock: socket.socket | None = None
        self.tail = b""
        self.seen = 0


class Crowd:
    """``count`` screens on one port."""

    def __init__(self, port: int, count: int) -> None:
        self.port = port
        self.poll = select.epoll()
        self.screens = [Screen() for _ in range(count)]
        self.by_descriptor: dict[int, Screen] = {}
        self.after: int | None = None

    def connect(self, screen: Screen) -> bool:
        """Ask for the stream; False when nobody listens."""
        try:
            screen.sock = socket.create_connection(("127.0.0.1", self.port), 10)
        except OSError:
            return False
        resume = "" if self.after is None else f"?after={self.after}"
        screen.tail, screen.seen = b"", 0
        screen.sock.sendall(
            f"GET {STREAM}{resume} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode()
        )
        screen.sock.setblocking(False)
        self.by_descriptor[screen.sock.fileno()] = screen
        self.poll.register(screen.sock, select.EPOLLIN)
        return True

    def drop(self, screen: Screen) -> None:
        """The stream ended."""
        assert screen.sock is not None
        del self.by_descriptor[screen.sock.fileno()]
        self.poll.unregister(screen.sock)
        screen.sock.close()
        screen.sock = None

    def wait_for(self, wanted: bytes, until: float) -> list[int]:
        """When each screen got ``wanted`` (monotonic ns), in order. Raises ``TimeoutError``, ``ConnectionError``."""
        for screen in self.screens:
            screen.seen = 0
        times: list[int] = []
        keep = len(wanted)
        while len(times) < len(self.screens):
            ready = self.poll.poll(max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError(f"{len(times)} of {len(self.screens)} screens got {wanted!r}")
            for descriptor, _ in ready:
                screen = self.by_descriptor[descriptor]
                data = screen.sock.recv(65536)  # type: ignore[union-attr]
                if not data:
                    raise ConnectionError("the server closed a screen's stream")
                if not screen.seen and wanted in screen.tail + data:
                    screen.seen = time.monotonic_ns()
                    times.append(screen.seen)
                    screen.tail = b""
                else:
                    screen.tail = data[-keep:]
        return times

    def reconnect(self, wanted: bytes, until: float) -> list[int]:
        """Screens lose their streams, come back and get ``wanted``; when each of them had it (monotonic ns)."""
        right: dict[int, int] = {}
        back: list[tuple[float, int]] = []
        for number, screen in enumerate(self.screens):
            screen.seen = 0
            if screen.sock is None:
                back.append((time.monotonic(), number))
        numbers = {id(screen): number for number, screen in enumerate(self.screens)}
        heapq.heapify(back)
        while len(right) < len(self.screens):
            now = time.monotonic()
            if now > until:
                raise TimeoutError(f"{len(right)} of {len(self.screens)} screens were right again")
            while back and back[0][0] <= now:
                number = heapq.heappop(back)[1]
                if not self.connect(self.screens[number]):
                    heapq.heappush(back, (now + random.uniform(*RECONNECT_SECONDS), number))
            for descriptor, _ in self.poll.poll(max(0.0, min(0.5, (back[0][0] - now) if back else 0.5))):
                screen = self.by_descriptor[descriptor]
                try:
                    data = screen.sock.recv(65536)  # type: ignore[union-attr]
                except OSError:
                    data = b""
                if not data:
                    self.drop(screen)
                    heapq.heappush(
                        back, (time.monotonic() + random.uniform(*RECONNECT_SECONDS), numbers[id(screen)])
                    )
                elif wanted in screen.tail + data:
                    right.setdefault(numbers[id(screen)], time.monotonic_ns())
                    screen.tail = b""
                else:
                    screen.tail = (screen.tail + data)[-8192:]
        return list(right.values())


def main() -> None:
    """Read one JSON order a line, answer with one JSON line each."""
    crowd: Crowd | None = None
    for line in sys.stdin:
        order = json.loads(line)
        until = time.monotonic() + PATIENCE_SECONDS
        if order["do"] == "connect":
            crowd = Crowd(order["port"], order["count"])
            began = time.monotonic()
            for screen in crowd.screens:
                if not crowd.connect(screen):
                    raise ConnectionError("nobody listens")
            crowd.wait_for(b"\r\n\r\n", until)
            say(time.monotonic() - began)
            continue
        assert crowd is not None
        if order["do"] == "wait":
            say("armed")
            say(crowd.wait_for(order["for"].encode(), until))
        else:
            crowd.after = order["after"]
            say("armed")
            say(crowd.reconnect(order["for"].encode(), until))


def say(value: Any) -> None:
    """One line of JSON for whoever started this."""
    print(json.dumps(value), flush=True)


class Screens:
    """The process with the screens, on the clients' core. Use it as a context manager."""

    def __init__(self, port: int, count: int, core: int | None = CLIENT_CORE) -> None:
        with on_core(core):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.screens"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        try:
            self.connect_seconds: float = self._ask(do="connect", port=port, count=count)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Screens:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """All screens go dark."""
        self._process.kill()
        self._process.communicate()

    def arm(self, wanted: str) -> None:
        """From now on note who gets ``wanted``."""
        self._ask(do="wait", **{"for": wanted})

    def arm_reconnect(self, wanted: str, after: int) -> None:
        """From now on come back when the stream ends, resume after ``after``, and note who gets ``wanted``."""
        self._ask(do="reconnect", after=after, **{"for": wanted})

    def times(self) -> list[int]:
        """When each screen got what was wanted (monotonic ns), ascending; waits until all have."""
        return sorted(self._hear())

    def _ask(self, **order: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the screens' process ended; its last words are above")
        return json.loads(line)


if __name__ == "__main__":
    main()
