"""Small recorded days, and the programs that play them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Done(NamedTuple):
    """How a program ended."""

    status: int
    said: str
    errors: str

    def counted(self, pattern: str) -> int:
        """The number in front of what the pattern names."""
        found = re.search(rf"([\d,]+) {pattern}", self.said)
        assert found, self.said
        return int(found.group(1).replace(",", ""))


def replay(server: Any, file: Path, *options: str) -> Done:
    """`matanai replay` against a running server, as a person calls it."""
    command = [sys.executable, "-m", "queue_server.cli", "replay", str(file), "--url", server.url]
    done = subprocess.run(
        [*command, "--token", server.token("staff"), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def write(path: Path, header: str, lines: Sequence[str]) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def own_day(tmp_path: Path) -> Path:
    """Nine tickets in our own format: every outcome, a call out of order, an end at the moment of the next call."""
    return write(
        tmp_path / "day.csv",
        "service,issued_at,called_at,finished_at,counter,outcome",
        [
            "moving,2027-03-01T09:00:00+09:00,2027-03-01T09:01:30+09:00,2027-03-01T09:10:00+09:00,2,served",
            "moving,2027-03-01T09:00:20+09:00,2027-03-01T09:04:00+09:00,2027-03-01T09:06:00+09:00,3,served",
            "seal,2027-03-01T09:00:20+09:00,2027-03-01T09:03:00+09:00,2027-03-01T09:05:00+09:00,4,served",
            "moving,2027-03-01T09:02:00+09:00,,2027-03-01T09:09:00+09:00,,cancelled",
            "seal,2027-03-01T09:02:10+09:00,2027-03-01T09:05:00+09:00,2027-03-01T09:07:00+09:00,4,no_show",
            "seal,2027-03-01T09:03:00+09:00,2027-03-01T09:07:00+09:00,2027-03-01T09:07:00+09:00,4,served",
            "seal,2027-03-01T09:05:00+09:00,2027-03-01T09:05:00+09:00,2027-03-01T09:20:00+09:00,,served",
            "moving,2027-03-01T09:06:00+09:00,2027-03-01T09:11:00+09:00,2027-03-01T09:12:00+09:00,,cancelled",
            "moving,2027-03-01T09:30:00+09:00,,,,expired",
            "moving,2027-03-02T09:00:00+09:00,2027-03-02T09:00:10+09:00,2027-03-02T09:01:00+09:00,1,served",
        ],
    )
