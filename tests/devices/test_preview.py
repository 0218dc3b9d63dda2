"""`matanai ticket preview`: a picture on standard output, or one clear sentence."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import reading
from PIL import Image

from queue_server import cli

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "config" / "aobahama")


@pytest.fixture
def drawn(capfdbinary):
    """Runs the command and opens its picture."""

    def run(*options, config=SAMPLE):
        assert cli.main(["ticket", "preview", "--config", config, *options]) == 0
        out, err = capfdbinary.readouterr()
        assert err == b""
        return Image.open(io.BytesIO(out))

    return run


@pytest.mark.parametrize(
    ("options", "width"),
    [
        (("--printer", "kiosk1", "--lang", "vi"), 576),
        (("--printer", "kiosk2", "--lang", "ja", "--large"), 576),
        (("--printer", "minami1", "--lang", "es"), 432),
        (("--printer", "minami1", "--text"), 432),
        (("--printer", "kiosk1", "--set", "printers.kiosk1.device=serial:///dev/ttyUSB0"), 576),
        (("--printer", "kiosk1", "--set", "printers.kiosk1.model=Epson TM-T88VII"), 512),
    ],
)
def test_a_ticket_of_the_printer(drawn, options, width):
    picture = drawn(*options)
    assert picture.format == "PNG"
    assert 0 < picture.width - width < 100
    assert [code.rpartition("/t/")[2] for code in reading.qr_codes(picture)] == ["sample-sample-sample-1"]


def test_the_text_mode_is_drawn_as_text_and_large_as_large(drawn):
    plain, text = drawn("--printer", "kiosk1"), drawn("--printer", "kiosk1", "--text")
    assert plain.height > text.height
    assert drawn("--printer", "kiosk1", "--large").height > plain.height * 1.2
    assert drawn("--printer", "kiosk1", "--set", "printers.kiosk1.mode=text").tobytes() == text.tobytes()


def test_a_city_without_kiosk_for_the_printer_and_without_layouts(drawn):
    assert drawn("--printer", "kiosk1", config=str(ROOT / "config" / "bench")).height > 500
    assert drawn("--printer", "reception").height > 500


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (("--printer", "kiosk9"), ("no printer 'kiosk9'", "did you mean 'kiosk")),
        (("--printer", "kiosk1", "--lang", "vie"), ("no language 'vie'", "did you mean 'vi'?", "zh-Hans")),
        (("--printer", "kiosk1", "--set", "layouts.main.logo=gone.png"), ("gone.png", "no such file")),
        (("--printer", "kiosk1", "--set", "printers.kiosk1.model=TM-m30IV"), ("did you mean 'TM-m30",)),
    ],
)
def test_what_cannot_be_drawn_is_told(capfd, options, parts):
    assert cli.main(["ticket", "preview", "--config", SAMPLE, *options]) == 2
    out, message = capfd.readouterr()
    assert out == ""
    assert message.startswith("matanai: ")
    assert "Traceback" not in message
    for part in parts:
        assert part in message


def test_no_picture_goes_to_a_terminal():
    master, slave = os.openpty()
    try:
        command = [sys.executable, "-m", "queue_server.cli", "ticket", "preview", "--printer", "kiosk1"]
        finished = subprocess.run(
            [*command, "--config", SAMPLE], stdout=slave, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(slave)
    assert finished.returncode == 2
    assert b"write it to a file, for example with > ticket.png" in finished.stderr
    os.set_blocking(master, False)
    with pytest.raises((BlockingIOError, OSError)):  # nothing came
        os.read(master, 1)
    os.close(master)
