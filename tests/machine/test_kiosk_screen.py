"""The keeper of a kiosk's page, with the system's Chromium before a real server."""

from __future__ import annotations

import os
import queue
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from .conftest import Manager

KIOSK = Path(__file__).parents[2] / "packaging" / "kiosk"
PAGE = "/kiosk/test/kiosk1"
SECONDS = 30.0
HURRIED = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import led_browser, matanai_kiosk
led_browser.START_SECONDS = float(sys.argv.pop(1))
led_browser.ANSWER_SECONDS = 3.0
matanai_kiosk.LOOK_SECONDS = 0.2
matanai_kiosk.AGAIN_SECONDS = 1.0
sys.exit(matanai_kiosk.main())
"""

pytestmark = [pytest.mark.browser, pytest.mark.real_process, pytest.mark.xdist_group("browser")]


class Screen:
    """A running keeper."""

    def __init__(
        self, folder: Path, page: str, *, token: str, browser: str, patience: float, manager: Manager
    ) -> None:
        (folder / "token").write_text(token + "\n")
        self.profiles = Path(tempfile.mkdtemp(prefix="screen-"))  # short: Chromium puts a socket into it
        self.log = folder / "browser.log"
        command = [sys.executable, "-c", HURRIED, str(KIOSK), str(patience)]
        command += [
            "--token-file",
            str(folder / "token"),
            "--browser",
            browser,
            page,
            "--",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
        ]
        env = {**os.environ, "TMPDIR": str(self.profiles), "NOTIFY_SOCKET": manager.address}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=env)
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line.strip())

    def says(self, part: str) -> str:
        """Wait until the journal has a line with this part."""
        until = time.monotonic() + SECONDS
        said = []
        while (left := until - time.monotonic()) > 0:
            with suppress(queue.Empty):
                said.append(self._lines.get(timeout=left))
                if part in said[-1]:
                    return said[-1]
        raise AssertionError(
            f"{part!r} was not said, but {said}; the browser: {self.log.read_text()[-2000:]}"
        )

    def processes(self, kind: str = "") -> dict[int, str]:
        """The browser's processes (``kind``: ``renderer`` …), by number, with their command lines."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                said = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                alive = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
            except OSError:
                continue
            mine = str(self.profiles) in said and "-c" not in said.split()[:2]
            if alive and mine and (not kind or f"--type={kind}" in said):
                found[int(entry.name)] = said
        return found

    def send(self, number: signal.Signals, kind: str = "") -> None:
        """Send a signal to the browser's processes; to those of a kind."""
        for process in self.processes(kind):
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def all_gone(self) -> bool:
        return eventually(lambda: not self.processes())


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def screen(tmp_path: Path, chromium_program: str, manager: Manager) -> Iterator[Callable[..., Screen]]:
    """``screen(page, token="", browser=…) -> Screen``."""
    started: list[Screen] = []

    def start(page: str, token: str = "", browser: str = chromium_program, patience: float = 60.0) -> Screen:
        started.append(
            Screen(tmp_path, page, token=token, browser=browser, patience=patience, manager=manager)
        )
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.send(signal.SIGKILL)
        one.all_gone()
        shutil.rmtree(one.profiles, ignore_errors=True)


@pytest.fixture
def shown(bench_server: Any, screen: Callable[..., Screen]) -> Screen:
    """A kiosk that shows its page."""
    site = bench_server.call("GET", "/api/v1/sites").json["sites"][0]["id"]
    started = screen(f"{bench_server.url}/kiosk/{site}/kiosk1", bench_server.token("kiosk"))
    started.says("the page is shown")
    return started


def test_the_page_is_opened_and_enrolled_and_systemd_hears_of_it(
    shown: Screen, bench_server: Any, manager: Manager
) -> None:
    assert manager.hear() == "READY=1"
    assert manager.hear() == "WATCHDOG=1"
    assert manager.hear() == "WATCHDOG=1"
    said = " ".join(shown.processes().values())
    assert "--kiosk" in said
    assert bench_server.token("kiosk") not in said, "the token stands in a list that every user may read"
    assert "--remote-debugging-port" not in said
    shown.process.terminate()
    assert shown.process.wait(SECONDS) == 0
    assert shown.all_gone()
    assert list(shown.profiles.iterdir()) == []


def test_a_page_that_crashes_ends_the_browser_so_that_systemd_starts_another(shown: Screen) -> None:
    shown.send(signal.SIGKILL, "renderer")
    assert "crashed" in shown.says("ending the browser")
    assert shown.process.wait(SECONDS) == 1
    assert shown.all_gone()


def test_a_page_that_hangs_ends_the_browser(shown: Screen) -> None:
    shown.send(signal.SIGSTOP, "renderer")
    assert "hung" in shown.says("ending the browser")
    assert shown.process.wait(SECONDS) == 1
    assert shown.all_gone()


def test_a_browser_that_dies_is_noticed(shown: Screen) -> None:
    main = [number for number, said in shown.processes().items() if "--type=" not in said]
    for number in main:
        os.kill(number, signal.SIGKILL)
    shown.says("ending the browser")
    assert shown.process.wait(SECONDS) == 1


def test_no_browser_stays_behind_when_the_keeper_is_killed(shown: Screen) -> None:
    shown.process.kill()
    assert shown.all_gone()


def test_a_server_that_is_away_is_waited_for(
    running_server: Any, screen: Callable[..., Screen], manager: Manager
) -> None:
    server = running_server()
    site = server.call("GET", "/api/v1/sites").json["sites"][0]["id"]
    token = server.token("kiosk")
    server.stop()
    started = screen(f"{server.url}/kiosk/{site}/kiosk1", token)
    started.says("waiting for it")
    assert [manager.hear() for _ in range(4)] == ["READY=1", *["WATCHDOG=1"] * 3]
    server.restart()
    started.says("the page is shown")


def test_a_page_that_stays_refused_is_tried_again_and_systemd_is_told_nothing(
    bench_server: Any, screen: Callable[..., Screen], manager: Manager
) -> None:
    site = bench_server.call("GET", "/api/v1/sites").json["sites"][0]["id"]
    started = screen(f"{bench_server.url}/kiosk/{site}/kiosk1", "mt_wrong")
    started.says("status was 401")
    assert manager.hear_out() == ["READY=1"]


STRAYS = b"""<script>
fetch("/menu?open=" + document.dispatchEvent(new Event("contextmenu", { bubbles: true, cancelable: true })));
setTimeout(() => { location.href = "/elsewhere" }, 700);
</script>"""


class Straying(BaseHTTPRequestHandler):
    """A page that soon goes elsewhere, as when somebody finds a way out of it."""

    opened = 0
    languages = ""
    menu = ""

    def do_GET(self) -> None:
        """``/healthz``, the page, and nothing else."""
        path = self.path.partition("?")[0]
        if path == PAGE:
            Straying.opened += 1
            Straying.languages = self.headers["Accept-Language"]
        if path == "/menu":
            Straying.menu = self.path
        self.send_response(404 if path == "/elsewhere" else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if path == PAGE:
            self.wfile.write(STRAYS)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_a_page_that_went_elsewhere_comes_back(screen: Callable[..., Screen]) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Straying) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started = screen(f"http://127.0.0.1:{server.server_port}{PAGE}")
        started.says("the page is shown")
        started.says("status was 404")
        started.says("the page is shown")
        assert Straying.opened >= 2
        assert Straying.languages.startswith("ja")
        assert Straying.menu == "/menu?open=false", "a long press opens the browser's menu"
        started.process.terminate()
        started.process.wait(SECONDS)
        server.shutdown()


def stand_in(tmp_path: Path, does: str) -> str:
    program = tmp_path / "stand-in"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{shlex.quote(str(tmp_path / "flags"))}\n{does}\n')
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("does", "says"), [("exit 3", "has ended"), ("cat <&3 >/dev/null", "no answer for 1 s")]
)
def test_a_browser_that_does_not_come_up_is_given_up(
    does: str, says: str, tmp_path: Path, screen: Callable[..., Screen]
) -> None:
    program = tmp_path / "stand-in"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{shlex.quote(str(tmp_path / "flags"))}\n{does}\n')
    program.chmod(0o755)
    started = screen("https://hall.example/display/city-hall/hall1", browser=str(program), patience=1.0)
    assert says in started.says("ending the browser")
    assert started.process.wait(SECONDS) == 1
    assert started.all_gone()
    flags = (tmp_path / "flags").read_text().splitlines()
    assert flags[0] == "--kiosk"
    assert "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE hall.example" in flags
    assert flags[-1] == (KIOSK / "waiting.html").as_uri()


@pytest.mark.parametrize("page", ["", "hall.example/kiosk/a/b", "http://hall.example:8080/"])
def test_an_address_that_is_no_page_is_told(page: str) -> None:
    command = [sys.executable, str(KIOSK / "matanai_kiosk.py"), page]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert re.search(r"MATANAI_PAGE in\s+/etc/default/matanai-kiosk", ended.stderr)
