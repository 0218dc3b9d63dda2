"""Files in place of a printer: plain ones, device files, a folder of pictures."""

import os
import time

import pytest
import reading
from PIL import Image

from printers.printer import Printer
from printers.settings import PrinterSettings
from queue_server.devices import DeviceError, WriteFailed, open_device, parse_address


def device(url):
    made = open_device(parse_address(url))
    made.open()
    return made


def test_a_file_is_appended_to(tmp_path):
    path = tmp_path / "paper.bin"
    for data in (b"one", b"two"):
        made = device(f"file://{path}")
        made.write(data, "job")
        made.close()
    assert path.read_bytes() == b"onetwo"


def test_a_missing_device_file_is_not_made(tmp_path):
    with pytest.raises(DeviceError, match="unplugged"):
        device("file:///dev/matanai-no-such-printer")
    with pytest.raises(DeviceError, match="unplugged"):
        device(f"file://{tmp_path}/no/such/folder/paper.bin")


def test_a_device_file_that_takes_nothing_is_given_up(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        made = device(f"file://{path}?timeout=0.2")
        started = time.monotonic()
        with pytest.raises(WriteFailed, match="timeout") as error:
            made.write(b"x" * 1_000_000, "job")
        assert time.monotonic() - started < 2
        assert 0 < error.value.written < 1_000_000
        made.close()
    finally:
        os.close(reader)


def test_tickets_drawn_into_a_folder(tmp_path, paper):
    sample = paper("ja")
    printer = Printer("draw", PrinterSettings(device=f"draw://{tmp_path}/tickets"))
    for _ in range(2):  # the same job again is the same file
        printer.look()
        printer.send(printer.encode(sample), f"{sample.number}-0123abcd")
    files = list((tmp_path / "tickets").iterdir())
    assert [file.name for file in files] == ["A012-0123abcd.png"]
    with Image.open(files[0]) as picture:
        assert reading.number(picture)[0] == "A012"
        assert reading.qr_codes(picture) == [sample.qr]
    printer.send(b"x", "../../evil/A1-1")
    assert (tmp_path / "tickets" / ".._.._evil_A1-1.png").exists()
