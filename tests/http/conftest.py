"""Reading event streams."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest


class Event(NamedTuple):
    """One message of a stream. ``id`` is None where the stream gave none."""

    name: str
    id: int | None
    data: Any


class Stream:
    """An open event stream of a server."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        self.connection = connection
        self.response = response

    def next(self, *, ticks: bool = False) -> Event:
        """The next message; ticks only when asked for. Raises ``EOFError`` at the end of the stream."""
        while True:
            fields: dict[str, str] = {}
            while line := self.response.readline().decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
            if not fields:
                raise EOFError
            if "event" not in fields or (fields["event"] == "tick" and not ticks):
                continue
            return Event(
                fields["event"], int(fields["id"]) if "id" in fields else None, json.loads(fields["data"])
            )

    def close(self) -> None:
        self.response.close()
        self.connection.close()


@pytest.fixture
def stream() -> Iterator[Callable[..., Stream]]:
    """``stream(server, path, headers=None, timeout=10) -> Stream``; closed when the test is over."""
    with ExitStack() as stack:

        def open_stream(
            server: Any, path: str, headers: dict[str, str] | None = None, timeout: float = 10
        ) -> Stream:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
            stack.callback(connection.close)
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            stack.callback(response.close)
            assert response.status == 200, response.read()
            assert response.headers["Content-Type"] == "text/event-stream"
            return Stream(connection, response)

        yield open_stream


@pytest.fixture
def matanai() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``matanai("token", "list", …, env={…})``: the command line in a process of its own."""

    def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MATANAI_")}
        return subprocess.run(
            [sys.executable, "-m", "queue_server.cli", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            env={**inherited, **(env or {})},
        )

    return run


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
