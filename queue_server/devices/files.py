"""Files in place of a printer: a device file or a plain one, pictures in a folder, and nothing at all."""

from __future__ import annotations

import os
import re
import stat
import time
from pathlib import Path

from .addresses import Address
from .device import SLOWEST, Device, DeviceError, WriteFailed
from .faults import reason_of
from .waiting import read_some, writable

_CHUNK = 4096


class FileDevice(Device):
    """Appends bytes to a file. ``/dev/usb/lp0``, the kernel's own USB printer driver, is such a file and can answer.

    Device files are written without blocking: a printer out of paper would hold a blocking write for ever.
    """

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._fd = -1
        self._is_device = False
        self.two_way = False

    @property
    def is_open(self) -> bool:
        """Whether the file is open and still the one that bears the name."""
        if self._fd >= 0 and self._vanished():
            self.close()
        return self._fd >= 0

    def open(self) -> None:
        """Open the file, made if it is not there; a device file for reading too where that is allowed."""
        if self.is_open:
            return
        self.two_way = False
        path = self.address.path
        flags = os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        if not path.startswith("/dev/"):  # an unplugged printer must not become a file of that name
            flags |= os.O_CREAT
        try:
            self._is_device = os.path.exists(path) and stat.S_ISCHR(os.stat(path).st_mode)
            if self._is_device:
                try:
                    self._fd = os.open(path, flags | os.O_RDWR)
                    self.two_way = True
                    return
                except PermissionError:
                    pass
            self._fd = os.open(path, flags | os.O_WRONLY, 0o640)
        except OSError as error:
            raise DeviceError(reason_of(error), str(error)) from None

    def write(self, data: bytes, name: str) -> None:
        """See `Device.write`."""
        if self._fd < 0:
            raise WriteFailed("unplugged", 0, "not open")
        written = 0
        until = time.monotonic() + self.address.timeout_s
        in_all = time.monotonic() + SLOWEST * self.address.timeout_s
        try:
            while written < len(data):
                if time.monotonic() > in_all:
                    raise TimeoutError("too slow")
                try:
                    written += os.write(self._fd, data[written : written + _CHUNK])
                    until = time.monotonic() + self.address.timeout_s
                except BlockingIOError:
                    left = until - time.monotonic()
                    if left <= 0:
                        raise TimeoutError("no progress") from None
                    writable(self._fd, left)
                    # usblp calls itself writable while the printer is out of paper.
                    time.sleep(min(left, 0.005))
            if self._is_device and not writable(self._fd, self.address.timeout_s):
                raise TimeoutError("the last piece was not taken")  # usblp takes it before the printer does
        except OSError as error:
            raise WriteFailed(reason_of(error), written, f"{written} of {len(data)} bytes: {error}") from None

    def listen(self, within_s: float) -> bytes:
        """See `Device.listen`; only a device file has something to say."""
        if self._fd < 0 or self._vanished():
            raise DeviceError("unplugged", f"{self.address.path} is not there any more")
        if not self.two_way:
            return b""
        try:
            return read_some(self._fd, within_s)
        except OSError as error:
            raise DeviceError(reason_of(error), str(error)) from None

    def close(self) -> None:
        """See `Device.close`."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            try:
                os.close(fd)
            except OSError:
                pass

    def _vanished(self) -> bool:
        """Whether the name is gone or stands for another file: unplugged, or plugged in again."""
        try:
            named, ours = os.stat(self.address.path), os.fstat(self._fd)
        except OSError:
            return True
        return (named.st_dev, named.st_ino) != (ours.st_dev, ours.st_ino)


class DrawDevice(Device):
    """A folder that receives each ticket as a PNG, for halls and developers without a printer."""

    two_way = False

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._folder = Path(address.path)
        self._open = False

    @property
    def is_open(self) -> bool:
        """Whether the folder was there."""
        return self._open

    def open(self) -> None:
        """Make the folder if it is not there."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DeviceError(reason_of(error), str(error)) from None
        self._open = True

    def write(self, data: bytes, name: str) -> None:
        """Put the picture down as ``<name>.png``, whole or not at all; a second time writes the same file."""
        path = self._folder / (re.sub(r"[^\w.-]", "_", name) + ".png")
        half = path.with_suffix(".part")
        try:
            half.write_bytes(data)
            half.replace(path)
        except OSError as error:
            raise WriteFailed(reason_of(error), 0, str(error)) from None

    def close(self) -> None:
        """Nothing is held."""
        self._open = False


class NoDevice(Device):
    """No printer: every job is taken and forgotten."""

    two_way = False

    @property
    def is_open(self) -> bool:
        """Always."""
        return True

    def open(self) -> None:
        """Nothing to open."""

    def write(self, data: bytes, name: str) -> None:
        """Nothing to write."""

    def close(self) -> None:
        """Nothing to close."""
