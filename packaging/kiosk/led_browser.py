"""A Chromium that is led over two pipes which only its starter holds: no port is open.

Its debugging protocol: JSON objects that end with NUL, on the browser's descriptors 3 (it reads) and 4 (it writes).
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import time
from contextlib import suppress
from typing import Any, NamedTuple

ANSWER_SECONDS = 20.0
"""A page that says nothing for so long has hung."""
START_SECONDS = 60.0
"""The first page may take longer: the machine has just been switched on."""
END_SECONDS = 5.0
MOST_BYTES = 8_000_000
"""Of one message of the browser."""
NO_MENU = 'addEventListener("contextmenu", (event) => event.preventDefault(), true);'
"""A long press would offer to save, to print and to look into the page."""
WHERE = '[location.href, performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0]'


class Gone(Exception):
    """The browser has ended, or its page has crashed or hung: only a new browser helps. The message says which."""


class Where(NamedTuple):
    """What the browser shows: the address, and the status with which the server sent it (0: no server sent it)."""

    address: str
    status: int


class Browser:
    """A Chromium that this program started, and its one page."""

    def __init__(self, command: list[str]) -> None:
        """``command``: program, flags and first address."""
        to_browser, self._requests = os.pipe()
        self._answers, from_browser = os.pipe()
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (to_browser, from_browser)]
        os.close(to_browser)
        os.close(from_browser)
        try:
            self._process = os.posix_spawnp(
                command[0],
                command,
                os.environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, ends[0], 3), (os.POSIX_SPAWN_DUP2, ends[1], 4)],
                setpgroup=0,
            )
        finally:
            for fd in ends:
                os.close(fd)
        os.set_blocking(self._requests, False)
        self._buffer = b""
        self._number = 0
        self._page = ""
        self._session = ""

    def open(self) -> None:
        """Wait for the first page. Raises ``Gone``."""
        until = time.monotonic() + START_SECONDS
        while not (pages := self._pages(START_SECONDS)):
            if time.monotonic() > until:
                raise Gone("the browser opened no page")
            time.sleep(0.2)
        self._page = pages[0]
        answer = self._ask("Target.attachToTarget", {"targetId": self._page, "flatten": True})
        self._session = str(answer["sessionId"])
        self._send("Inspector.enable", {}, self._session)
        self._send("Page.enable", {}, self._session)
        self._send("Page.addScriptToEvaluateOnNewDocument", {"source": NO_MENU}, self._session)

    def look(self) -> Where | None:
        """What is shown; None in the middle of a change. Closes every other page. Raises ``Gone``."""
        pages = self._pages()
        if self._page not in pages:
            raise Gone("the page was closed")
        for other in pages:
            if other != self._page:
                self._send("Target.closeTarget", {"targetId": other})
        answer = self._ask("Runtime.evaluate", {"expression": WHERE, "returnByValue": True}, self._session)
        value = answer.get("result", {}).get("value")
        return Where(str(value[0]), int(value[1])) if isinstance(value, list) else None

    def go(self, address: str) -> None:
        """Open an address; whether that worked is seen at the next look."""
        self._send("Page.navigate", {"url": address}, self._session)

    def end(self) -> None:
        """End the browser, kindly first."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process, number)
            until = time.monotonic() + END_SECONDS
            while time.monotonic() < until:
                with suppress(ChildProcessError):
                    if os.waitpid(self._process, os.WNOHANG) == (0, 0):
                        time.sleep(0.05)
                        continue
                return

    def _pages(self, seconds: float | None = None) -> list[str]:
        targets = self._ask("Target.getTargets", {}, seconds=seconds).get("targetInfos", [])
        return [str(target["targetId"]) for target in targets if target["type"] == "page"]

    def _ask(
        self, method: str, params: dict[str, Any], session: str = "", *, seconds: float | None = None
    ) -> dict[str, Any]:
        """The result; empty where the browser refuses, as it does between two pages. Raises ``Gone``."""
        seconds = ANSWER_SECONDS if seconds is None else seconds
        number = self._send(method, params, session)
        until = time.monotonic() + seconds
        while True:
            message = self._receive(until)
            if message is None:
                raise Gone(f"no answer for {seconds:.0f} s: the page has hung")
            if message.get("method") in ("Inspector.targetCrashed", "Target.targetCrashed"):
                raise Gone("the page has crashed")
            if message.get("id") == number:
                result = message.get("result", {})
                return result if isinstance(result, dict) else {}

    def _send(self, method: str, params: dict[str, Any], session: str = "") -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        try:
            os.write(self._requests, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise Gone(f"the browser has ended: {error.strerror}") from None
        return self._number

    def _receive(self, until: float) -> dict[str, Any] | None:
        while b"\0" not in self._buffer:
            left = max(0.0, until - time.monotonic())
            if not select.select([self._answers], [], [], left)[0]:
                return None
            part = os.read(self._answers, 65_536)
            if not part or len(self._buffer) > MOST_BYTES:
                raise Gone("the browser has ended")
            self._buffer += part
        message, _, self._buffer = self._buffer.partition(b"\0")
        found = json.loads(message)
        return found if isinstance(found, dict) else {}
