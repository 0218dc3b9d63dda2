"""Files in place of a printer: a device file or a plain one, pictures in a folder, and nothing at all."""

from __future__ import annotations

import os
import re
import select
import stat
import time
from pathlib import Path

from .addresses import Address
from .device import Device, DeviceError, WriteFailed

_CHUNK = 4096


class FileDevice(Device):
    """Appends bytes to a file. ``/dev/usb/lp0``, the kernel's own USB printer driver, is such a file and can answer.

    Device files are written without blocking: a printer out of paper would hold a blocking write for ever.
    """

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._fd = -1
        self.two_way = False

    @property
    def is_open(self) -> bool:
        """Whether the file is open."""
        return self._fd >= 0

    def open(self) -> None:
        """Open the file, made if it is not there; a device file for reading too where that is allowed."""
        if self._fd >= 0:
            return
        path = self.address.path
        flags = os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        if not path.startswith("/dev/"):  # an unplugged printer must not become a file of that name
            flags |= os.O_CREAT
        try:
            if os.path.exists(path) and stat.S_ISCHR(os.stat(path).st_mode):
                try:
                    self._fd = os.open(path, flags | os.O_RDWR)
                    self.two_way = True
                    return
                except PermissionError:
                    pass
            self._fd = os.open(path, flags | os.O_WRONLY, 0o640)
        except OSError as error:
            raise DeviceError("unreachable", str(error)) from None

    def write(self, data: bytes, name: str) -> None:
        """See `Device.write`."""
        if self._fd < 0:
            raise WriteFailed("unreachable", 0, "not open")
        written = 0
        until = time.monotonic() + self.address.timeout_s
        try:
            while written < len(data):
                try:
                    written += os.write(self._fd, data[written : written + _CHUNK])
                    until = time.monotonic() + self.address.timeout_s
                except BlockingIOError:
                    left = until - time.monotonic()
                    if left <= 0:
                        raise TimeoutError("no progress") from None
                    select.select([], [self._fd], [], min(left, 0.05))
        except OSError as error:
            reason = "timeout" if isinstance(error, TimeoutError) else "broken"
            raise WriteFailed(reason, written, f"{written} of {len(data)} bytes: {error}") from None

    def ask(self, question: bytes, count: int, within_s: float) -> bytes:
        """See `Device.ask`; only of a device file."""
        if not self.two_way:
            return b""
        self.write(question, "ask")
        answer = b""
        until = time.monotonic() + within_s
        while len(answer) < count and (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self._fd], [], [], left)
            try:
                part = os.read(self._fd, count - len(answer)) if ready else b""
            except BlockingIOError:
                continue
            except OSError as error:
                raise DeviceError("broken", str(error)) from None
            if not part:  # usblp answers "nothing" at once instead of waiting
                time.sleep(min(max(left, 0), 0.01))
            answer += part
        return answer

    def close(self) -> None:
        """See `Device.close`."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            try:
                os.close(fd)
            except OSError:
                pass


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
            raise DeviceError("unreachable", str(error)) from None
        self._open = True

    def write(self, data: bytes, name: str) -> None:
        """Put the picture down as ``<name>.png``, whole or not at all; a second time writes the same file."""
        path = self._folder / (re.sub(r"[^\w.-]", "_", name) + ".png")
        half = path.with_suffix(".part")
        try:
            half.write_bytes(data)
            half.replace(path)
        except OSError as error:
            raise WriteFailed("broken", 0, str(error)) from None

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
