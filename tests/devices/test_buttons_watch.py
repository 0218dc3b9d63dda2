"""``matanai buttons watch``: what a box sends, and the rows for the configuration."""

import signal
import subprocess
import sys
import threading
import tomllib

import pytest
from boxes import Box, until

from buttons.watch import Codes, repeated


@pytest.fixture
def watched(tmp_path):
    """(box, lines so far, process)."""
    box = Box(tmp_path)
    device = f"serial://{box.path}?flow=none"
    command = [sys.executable, "-m", "queue_server.cli", "buttons", "watch", "--device", device]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = []

    def read():
        for line in process.stdout:
            said.append(line.rstrip("\n"))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    yield box, said, process
    if process.poll() is None:
        process.kill()
    process.wait()
    reader.join()
    process.stdout.close()
    process.stderr.close()
    if box.path.exists():
        box.unplug()


def test_bytes_as_they_come_and_rows_at_the_end(watched):
    box, said, process = watched
    until(lambda: said, "it says how to go on")
    for code in ("02 31 03", "02 32 03", "02 31 03", "02 32 03", "41", "41"):
        before = len(said)
        box.send(code, 2 if code == "41" else 1)
        until(lambda before=before: len(said) > before)
    assert "02 31 03 (new)" in said[1]
    assert "41  2 times" in said[5]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    until(lambda: said[-1] == 'press = "call-next"')
    keys = tomllib.loads("\n".join(said[7:]))["buttons"]["box"]["keys"]
    assert [(key["sends"], key.get("released")) for key in keys] == [("02 31 03", "02 32 03"), ("41", None)]


def test_a_line_that_goes_away(watched):
    box, said, process = watched
    until(lambda: said)
    box.unplug()
    assert process.wait(20) == 1
    assert "is the cable in?" in process.stderr.read()


def run(*options):
    command = [sys.executable, "-m", "queue_server.cli", "buttons", "watch", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_mistakes_are_one_sentence(tmp_path):
    missing = run("--device", f"serial://{tmp_path}/none")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr.count("\n") == 1
    assert "is the cable in?" in missing.stderr
    assert run("--device", "usb://04b8:0e28").returncode == 2
    assert run("--device", "nothing").returncode == 2
    assert "no port" in run("--device", "tcp://192.0.2.21").stderr


@pytest.mark.parametrize(
    ("burst", "code", "times"),
    [(b"A", b"A", 1), (b"AAA", b"A", 3), (b"ABAB", b"AB", 2), (b"ABA", b"ABA", 1)],
)
def test_what_is_repeated(burst, code, times):
    assert repeated(burst) == (code, times)


def test_a_box_with_one_code_a_button_has_no_pairs():
    codes = Codes()
    for burst in (b"A", b"A", b"B", b"B", b"C", b"C"):
        codes.add(burst)
    assert codes.rows().count("sends") == 3
    assert "released" not in codes.rows()
