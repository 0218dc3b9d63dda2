"""What every test stands on: settings of hypothesis, and real servers on free ports."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

# The machines that run the tests are small and busy: how long one example takes says nothing about the code.
settings.register_profile("matanai", deadline=None)
settings.load_profile("matanai")

CONFIG = Path(__file__).parent.parent / "config"
ADMIN_PASSWORD = "open-sesame-test"
START_SECONDS = 30.0


class Answer(NamedTuple):
    """An answer of the server: status, headers (lower case), body and what its JSON says."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A real `matanai serve` in its own process. ``url`` ends without a slash."""

    def __init__(
        self, folder: Path, config: Path, options: list[str], database: str, env: dict[str, str]
    ) -> None:
        self.config = config
        self.options = options
        self.database = database
        self.env = env
        self.log = folder / "server.log"
        self.url = ""
        self.said: list[str] = []
        self._tokens: dict[tuple[str | None, ...], str] = {}
        self._process: subprocess.Popen[str] | None = None

    def start(self, port: int = 0) -> Server:
        """Start the process and wait until it takes connections."""
        command = [sys.executable, "-m", "queue_server.cli", "serve", "--config", str(self.config)]
        command += ["--database", self.database, "--port", str(port), *self.options]
        with self.log.open("a") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=self.env)
        self._process = process
        assert process.stdout is not None
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        stdout = process.stdout

        def read() -> None:
            with stdout:
                for line in stdout:
                    lines.put(line)
            lines.put("")

        threading.Thread(target=read, daemon=True).start()
        while not self.url or not self.said or "ready" not in self.said[-1]:
            line = lines.get(timeout=START_SECONDS)
            assert line, f"the server ended: {self.log.read_text()}"
            self.said.append(line.strip())
            if line.startswith("Matanai is ready: "):
                self.url = line.split(": ", 1)[1].strip().rstrip("/")
        return self

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        return process.wait(timeout=20)

    def restart(self) -> Server:
        """Start again on the same port and database, after ``stop`` or ``kill``."""
        self.said.clear()
        return self.start(self.port)

    def token(
        self,
        role: str,
        site: str | None = None,
        counter: str | None = None,
        department: str | None = None,
        agent: str | None = None,
    ) -> str:
        """A token, made once for these arguments, beside the running server."""
        scope = (role, site, counter, department, agent)
        if scope not in self._tokens:
            with ThreadPoolExecutor(1) as thread:  # a test may have a loop of its own
                self._tokens[scope] = thread.submit(asyncio.run, _token(self.database, *scope)).result()
        return self._tokens[scope]

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 20.0,
    ) -> Answer:
        """One request on its own connection. ``body``: bytes as they are, anything else as JSON.

        Of an event stream only status and headers are read.
        """
        sent = dict(headers or {})
        if token is None and role is not None:
            token = self.token(role)
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)) as connection:
            connection.request(method, path, data, sent)
            with closing(connection.getresponse()) as response:
                found = {name.lower(): value for name, value in response.getheaders()}
                stream = found.get("content-type", "").startswith("text/event-stream")
                return Answer(response.status, found, b"" if stream else response.read())

    def cpu_seconds(self) -> float:
        """CPU time of the process so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _token(
    database: str,
    role: str,
    site: str | None,
    counter: str | None,
    department: str | None,
    agent: str | None,
) -> str:
    from queue_server.log import Log
    from queue_server.web import tokens

    log = await Log.open(database, now=lambda: time.time_ns() // 1_000_000, key=bytes(32), exclusive=False)
    try:
        return await tokens.create(
            log,
            role=role,
            name="test",
            now=time.time_ns() // 1_000_000,
            site=site,
            counter=counter,
            department=department,
            agent=agent,
        )
    finally:
        await log.close()


class Starter:
    """Starts servers and ends them all when the test, or the module, is over."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._started: list[Server] = []

    def __call__(
        self,
        config: str | Path = "bench",
        *options: str,
        database: str | None = None,
        env: dict[str, str] | None = None,
    ) -> Server:
        folder = self._folder()
        found = CONFIG / config if isinstance(config, str) else config
        url = database or f"sqlite:///{folder / 'matanai.db'}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MATANAI_")}
        server = Server(
            folder,
            found,
            list(options),
            url,
            {**inherited, "MATANAI_ADMIN_PASSWORD": ADMIN_PASSWORD, **(env or {})},
        )
        self._started.append(server)
        return server.start()

    def end(self) -> None:
        for server in self._started:
            server.kill()


@pytest.fixture
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """``running_server(config, *options) -> Server``: for tests that stop, kill or fill their server."""
    starter = Starter(lambda: tmp_path_factory.mktemp("server"))
    yield starter
    starter.end()


@pytest.fixture(scope="module")
def module_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """Like ``running_server``, for servers that all tests of a module share."""
    starter = Starter(lambda: tmp_path_factory.mktemp("server"))
    yield starter
    starter.end()


@pytest.fixture(scope="module")
def bench_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server of ``config/bench`` for all tests of a module: do not stop it."""
    starter = Starter(lambda: tmp_path_factory.mktemp("server"))
    yield starter()
    starter.end()
