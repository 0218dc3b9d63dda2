"""A real server on a free port with a database of its own, and what the system says about its process."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config" / "bench"
SITE = "/api/v1/sites/bench"
SERVER_CORE, CLIENT_CORE = 0, 1
"""The server has one core, whoever measures it the other."""
MATANAI = (str(Path(sys.executable).with_name("matanai")),)
WITHOUT_STORAGE = (sys.executable, "-m", "bench.without_storage")
START_SECONDS = 30.0

_TICKS = os.sysconf("SC_CLK_TCK")


class ServerFailed(Exception):
    """The server did not start; the message is what it said."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_ms(pid: int) -> float:
    """Processor time a process has used, all threads, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / _TICKS


@contextlib.contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """What is started meanwhile stays on this core; on a machine without it, or with None, nothing happens."""
    before = os.sched_getaffinity(0)
    if core is not None and core in before:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Server:
    """``matanai serve`` on ``database`` (an address), with the configuration ``config/bench``.

    ``settings``: values for ``--set``; ``program``: what is started instead of ``matanai``; ``core``: where it
    runs. Use it as a context manager, or call ``start`` and ``stop``.
    """

    def __init__(
        self,
        database: str,
        *,
        settings: Sequence[str] = (),
        program: Sequence[str] = MATANAI,
        core: int | None = SERVER_CORE,
        port: int | None = None,
        config: Path = CONFIG,
    ) -> None:
        self.database = database
        self.port = free_port() if port is None else port
        self._config = config
        self._settings = [part for value in settings for part in ("--set", value)]
        self._program = tuple(program)
        self._core = core
        self._process: subprocess.Popen[bytes] | None = None
        self._before = ""
        self._output: IO[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process, which must have been started."""
        assert self._process is not None
        return self._process.pid

    @property
    def said(self) -> str:
        """Everything it has written to its terminal, since the first start."""
        if self._output is None:
            return self._before
        self._output.seek(0)
        return self._before + self._output.read().decode(errors="replace")

    def launch(self) -> None:
        """Start the process and return at once."""
        command = [*self._program, "serve", "--config", str(self._config), "--database", self.database]
        command += ["--host", "127.0.0.1", "--port", str(self.port), *self._settings]
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
        with on_core(self._core):
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> float:
        """Start it; the seconds until ``/healthz`` said that it takes commands. Raises ``ServerFailed``."""
        began = time.monotonic()
        self.launch()
        self.wait(began)
        return time.monotonic() - began

    def wait(self, began: float) -> None:
        """Wait until it takes commands. Raises ``ServerFailed``."""
        while not self.healthy():
            if self.ended() is not None or time.monotonic() - began > START_SECONDS:
                said = self.said
                self.kill()
                raise ServerFailed(f"the server did not start:\n{said}")
            time.sleep(0.002)

    def healthy(self) -> bool:
        """Whether ``/healthz`` answers 200."""
        try:
            return self.ask("GET", "/healthz", timeout=5)[0] == 200
        except OSError:
            return False

    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def wait_end(self, seconds: float) -> int:
        """Its exit code, which must come within ``seconds``."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end; after ten seconds it is killed."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._output is not None:
            self._before = self.said
            self._output.close()
            self._output = None

    def token(self, role: str, *scope: str) -> str:
        """A new token, made beside the running server."""
        command = [
            *MATANAI,
            "token",
            "create",
            "--database",
            self.database,
            "--role",
            role,
            "--name",
            "bench",
        ]
        done = subprocess.run([*command, *scope], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerFailed(f"no token: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str | None = None,
        key: str | None = None,
        timeout: float = 30,
    ) -> tuple[int, Any]:
        """One request on a connection of its own: (status, decoded answer). Raises ``OSError``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        if method == "POST":
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if b"json" in answer.getheader(
                "Content-Type", ""
            ).encode() else data
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def open_counters(self, token: str, counters: Sequence[str] = "123456") -> None:
        """Staff sit down."""
        for counter in counters:
            status, answer = self.ask("POST", f"{SITE}/counters/{counter}/open", {}, token)
            assert status == 200, answer

    # --- what the system says ---

    def cpu_ms(self) -> float:
        """Processor time it has used, all threads, user and system."""
        return cpu_ms(self.pid)

    def rss_mb(self) -> float:
        """Resident memory, MB of 2^20 bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024
