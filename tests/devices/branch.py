"""A branch's machine: a real `matanai agent` in its own process, behind a line to the server that can be cut."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path


class Wire:
    """A TCP line to a port of this machine that can be cut as a kicked cable cuts it: no byte and no word of it.

    What is under way when it is cut is kept, as in the buffers of a network, and arrives when it is mended.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._cut = threading.Event()
        self._ending = False
        self.lost = False
        self._lose = ("", b"")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.kept = b""
        """What the agent has said."""
        self.sent = b""
        """What of that has got through."""
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut.set()

    def mend(self) -> None:
        self._cut.clear()

    def lose(self, what: str, marker: bytes) -> None:
        """Break off once: when a question with ``marker`` comes, or when it is answered (``what``)."""
        self.lost = False
        self._lose = (what, marker)

    def end(self) -> None:
        self._ending = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._ending:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        self._wait_while_cut()
        try:
            far = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            near.close()
            return
        asked = b""
        with near, far:
            while not self._ending:
                ready, _, _ = select.select([near, far], [], [], 0.05)
                for line in ready:
                    try:
                        data = line.recv(65536)
                        if line is near:
                            self.kept += data
                        self._wait_while_cut()
                        if not data:
                            return
                        asked = (asked + data)[-4096:] if line is near else asked
                        what, marker = self._lose
                        if what == ("question" if line is near else "answer") and marker in asked:
                            self._lose, self.lost = ("", b""), True
                            return
                        (far if line is near else near).sendall(data)
                        if line is near:
                            self.sent += data
                        else:
                            asked = b""
                    except OSError:
                        return

    def _wait_while_cut(self) -> None:
        while self._cut.is_set() and not self._ending:
            time.sleep(0.01)


class Agent:
    """A real `matanai agent`. ``said``: what it has written, a line an element."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self.folder = folder
        self.url = url
        self.token_file = folder / "agent.token"
        self.token_file.write_text(f"{token}\n")
        self._log = folder / "agent.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Agent:
        command = [sys.executable, "-m", "queue_server.cli", "agent", "--server", self.url]
        command += ["--token", f"file:{self.token_file}"]
        env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stderr=log, stdout=log, env=env)
        return self

    @property
    def said(self) -> list[str]:
        return self._log.read_text().splitlines()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        return process.wait(timeout=20)
