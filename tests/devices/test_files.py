"""Files in place of a printer: plain ones, device files, a folder of pictures."""

import fcntl
import os
import threading
import time

import pytest
import reading
from PIL import Image

from printers.printer import Printer
from printers.settings import PrinterSettings
from queue_server.devices import DeviceError, WriteFailed, open_device, parse_address
from queue_server.devices.waiting import readable


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


def test_a_device_file_that_talks(pty):
    """A terminal stands for /dev/usb/lp0: a character device that can be read, and vanishes with its cable."""
    fake = pty()
    made = device(f"file://{fake.path}?timeout=0.3")
    assert made.two_way
    made.write(b"A012\n", "job")
    os.write(fake._master, b"\x10\x00\x00\x00")
    assert readable(made._fd, 5)
    answers = made.ask(b"\x10\x04\x01\x10\x04\x04", 2, 30)
    assert answers == b"\x10\x00\x00\x00\x12\x12", "what came unasked stands before the answers"
    threading.Timer(0.05, os.write, (fake._master, b"\x14")).start()
    assert made.listen(30) == b"\x14"
    made.close()


def test_a_device_file_that_vanishes(pty, printers):
    fake = pty()
    made = device(f"file://{fake.path}?timeout=0.3")
    assert made.is_open
    threading.Timer(0.05, lambda: (printers.remove(fake), fake.end())).start()
    with pytest.raises(DeviceError, match="unplugged"):
        made.listen(30)
    with pytest.raises(WriteFailed, match="unplugged"):
        made.write(b"A", "job")
    assert not made.is_open
    with pytest.raises(DeviceError, match="unplugged"):
        made.open()


def test_what_the_driver_took_but_the_printer_did_not(tmp_path):
    """usblp takes a piece before the printer does; a pipe of two pages that nobody empties is like it."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 8192)
    try:
        made = device(f"file://{path}?timeout=0.2")
        made._is_device = True
        with pytest.raises(WriteFailed, match="timeout") as error:
            made.write(b" " * 8192, "job")
        assert error.value.written == 8192
        os.read(reader, 8192)
        made.write(b"A", "job")
        made.close()
    finally:
        os.close(reader)


def test_another_file_of_the_same_name(tmp_path):
    """A log that was rotated, a printer that was plugged in again: what is held is not what the name means."""
    path = tmp_path / "paper.bin"
    made = device(f"file://{path}")
    made.write(b"one", "job")
    path.rename(tmp_path / "old.bin")
    assert not made.is_open
    with pytest.raises(DeviceError, match="unplugged"):
        made.listen(1)
    made.open()
    assert made.listen(1) == made.ask(b"?", 1, 1) == b"", "a plain file has nothing to say"
    made.write(b"two", "job")
    assert path.read_bytes() == b"two"
    path.unlink()
    path.touch()
    assert not made.is_open


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
