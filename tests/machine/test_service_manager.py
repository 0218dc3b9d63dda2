"""What the programs tell systemd, on a real socket."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from queue_server.service_manager import notifying

from .conftest import Manager

BEATS = 0.2
"""Seconds between two signs of life where a test asks for them."""
TWO_BEATS = str(int(BEATS * 2 * 1_000_000))

TURNING = """
import asyncio, sys
from queue_server.service_manager import notifying

async def work():
    async with notifying():
        while await asyncio.to_thread(sys.stdin.readline) == "hang\\n":
            print("hanging", flush=True)
            sys.stdin.readline()  # in the loop's own thread: nothing else turns meanwhile

asyncio.run(work())
"""


@contextmanager
def turning(manager: Manager, **env: str) -> Iterator[subprocess.Popen[str]]:
    """A program that works, hangs when it reads ``hang``, works again after another line, and ends at ``end``."""
    command = [sys.executable, "-c", TURNING]
    env = {**os.environ, "NOTIFY_SOCKET": manager.address, **env}
    with subprocess.Popen(
        command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def say(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def test_the_server_says_that_it_is_ready_that_it_turns_and_that_it_stops(
    running_server: Any, manager: Manager
) -> None:
    server = running_server(env={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": TWO_BEATS})
    assert manager.hear() == "READY=1"
    assert server.call("GET", "/healthz").status == 200
    assert [manager.hear() for _ in range(3)] == ["WATCHDOG=1"] * 3
    assert server.stop() == 0
    told = manager.hear_out()
    assert told[-1] == "STOPPING=1"
    assert set(told[:-1]) <= {"WATCHDOG=1"}


def test_the_agent_works_even_while_the_server_is_away(manager: Manager) -> None:
    command = [sys.executable, "-m", "queue_server.cli", "agent", "--server", "http://127.0.0.1:9"]
    env = {**os.environ, "NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": TWO_BEATS, "TOKEN": "mt_none"}
    with subprocess.Popen([*command, "--token", "env:TOKEN"], env=env, stderr=subprocess.DEVNULL) as process:
        assert [manager.hear() for _ in range(4)] == ["READY=1", *["WATCHDOG=1"] * 3]
        process.terminate()
        assert process.wait(20) == 0
    assert manager.hear_out()[-1] == "STOPPING=1"


def test_a_server_that_cannot_begin_does_not_say_that_it_is_ready(
    tmp_path: Path, running_server: Any, manager: Manager
) -> None:
    with pytest.raises(AssertionError, match="the server ended"):
        running_server(
            "bench", "--set", "queue.nonsense=1", env={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1"}
        )
    assert manager.hear_out() == []


def test_a_loop_that_hangs_stops_telling(manager: Manager) -> None:
    with turning(manager, WATCHDOG_USEC=TWO_BEATS) as process:
        assert [manager.hear() for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
        say(process, "hang")
        assert process.stdout is not None
        assert process.stdout.readline() == "hanging\n"
        manager.hear_out()
        assert manager.hear(BEATS * 4) is None
        say(process, "go on")
        assert manager.hear() == "WATCHDOG=1"
        say(process, "end")
        assert process.wait(20) == 0
        assert manager.hear_out()[-1] == "STOPPING=1"


@pytest.mark.parametrize(
    "env", [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": TWO_BEATS, "WATCHDOG_PID": "1"}]
)
def test_without_a_watchdog_or_with_anothers_only_start_and_end_are_told(
    manager: Manager, env: dict[str, str]
) -> None:
    with turning(manager, **env) as process:
        assert manager.hear() == "READY=1"
        assert manager.hear(BEATS * 3) is None
        say(process, "end")
        assert manager.hear() == "STOPPING=1"


def test_the_watchdog_of_this_very_process_is_told(manager: Manager) -> None:
    # WATCHDOG_PID is known only in the process: the shell's `exec` keeps it
    script = 'WATCHDOG_PID=$$ exec "$0" -c "$1"'
    env = {**os.environ, "NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": TWO_BEATS}
    with subprocess.Popen(
        ["sh", "-c", script, sys.executable, TURNING], env=env, text=True, stdin=subprocess.PIPE
    ) as process:
        assert [manager.hear() for _ in range(2)] == ["READY=1", "WATCHDOG=1"]
        say(process, "end")


async def test_the_abstract_name_space(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = Manager(f"@matanai-{uuid4()}")
    monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
    async with notifying():
        assert manager.hear() == "READY=1"
    assert manager.hear() == "STOPPING=1"
    manager.close()


async def test_a_manager_that_does_not_listen_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    worked = False
    with caplog.at_level(logging.WARNING):
        async with notifying():
            worked = True
    assert worked
    assert "NOTIFY_SOCKET" in caplog.text


LOGGING = """
import logging, os, sys
if sys.argv[1] == "journal":
    about = os.fstat(2)
    os.environ["JOURNAL_STREAM"] = f"{about.st_dev}:{about.st_ino}"
from queue_server.web import logs
logs.set_up()
for level in (logging.INFO, logging.WARNING, logging.ERROR):
    logging.getLogger("a").log(level, "a message")
"""


@pytest.mark.parametrize(("where", "before"), [("journal", ["<6>", "<4>", "<3>"]), ("file", ["", "", ""])])
def test_the_journal_gets_the_level_of_each_line(tmp_path: Path, where: str, before: list[str]) -> None:
    log = tmp_path / "log"
    env = {**os.environ, "JOURNAL_STREAM": "8:1"}  # of another stream: a shell that systemd began
    with log.open("wb") as stream:
        subprocess.run([sys.executable, "-c", LOGGING, where], stderr=stream, env=env, check=True)
    assert [line.partition("{")[0] for line in log.read_text().splitlines()] == before
