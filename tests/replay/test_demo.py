"""`matanai demo`: numbers, calls and drawn tickets within seconds, every screen answers, Ctrl-C ends it cleanly."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.real_process

SECONDS = 40.0


def fetch(url: str, cookies: list[str] | None = None) -> tuple[int, str]:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        with opener.open(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_a_day_begins_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, (tmp_path / "said").open("w") as said:
        port = taken.getsockname()[1]
        demo = subprocess.Popen(
            [sys.executable, "-m", "queue_server.cli", "demo", "--speed", "600", "--port", str(port)],
            cwd=tmp_path,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith("MATANAI_")},
        )
        try:
            until = time.monotonic() + SECONDS
            drawn: list[Path] = []
            while len(drawn) < 3:
                assert demo.poll() is None, (tmp_path / "said").read_text()
                assert time.monotonic() < until, (tmp_path / "said").read_text()
                time.sleep(0.2)
                drawn = sorted((tmp_path / "var" / "demo").glob("*/tickets/*.png"))
            text = (tmp_path / "said").read_text()
            found = re.search(r"every screen +(http://\S+)/\n", text)
            assert found, text
            url = found.group(1)
            assert not url.endswith(f":{port}")
            look_around(url, text)
            while not re.search(r"numbers [1-9]", (tmp_path / "said").read_text()):
                assert time.monotonic() < until, "no progress line"
                time.sleep(0.2)
        finally:
            demo.send_signal(signal.SIGINT)
            status = demo.wait(timeout=20)
    text = (tmp_path / "said").read_text()
    assert status == 0, text
    assert "Traceback" not in text
    assert '"level":"error"' not in text
    assert "The demonstration has ended." in text
    with Image.open(drawn[0]) as picture:
        dark, light = picture.convert("L").getextrema()
        assert picture.height > 300
        assert (dark, light) == (0, 255)


def look_around(url: str, text: str) -> None:
    """Every address that the terminal and the start page give leads somewhere."""
    status, start = fetch(url + "/")
    assert status == 200
    links = {link for link in re.findall(r'href="(/[^"]*)"', start) if not link.startswith("/static/")}
    assert sum("token=" in link for link in links) >= 10
    addresses = {url + link.replace("&amp;", "&") for link in links} | set(
        re.findall(r"http://\S+token=\S+", text)
    )
    answers = {address: fetch(address)[0] for address in addresses}
    assert set(answers.values()) == {200}, answers
