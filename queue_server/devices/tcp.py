"""A network printer (port 9100)."""

from __future__ import annotations

import os
import socket
import struct
import sys
import time

from .addresses import Address
from .device import Device, DeviceError, WriteFailed

_CHUNK = 4096
# Small, so that a printer that stopped reading is noticed: what lies in our own buffer was not printed.
_SEND_BUFFER = 16 * 1024
_SLOWEST = (
    6  # a whole ticket may take this many time-outs: a slow printer makes progress, a dead one does not
)


class TcpDevice(Device):
    """A socket written to with time-outs and counted bytes; "written" means that the printer acknowledged them."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._socket: socket.socket | None = None

    @property
    def is_open(self) -> bool:
        """Whether a connection stands, as far as can be seen without sending."""
        if self._socket is not None and self._hung_up(self._socket):
            self.close()  # the printer ends idle connections; sending into one would lose a ticket
        return self._socket is not None

    def open(self) -> None:
        """Connect."""
        if self.is_open:
            return
        address = self.address
        try:
            made = socket.create_connection((address.host, address.port), timeout=address.timeout_s)
        except OSError as error:
            raise DeviceError("unreachable", f"{address.host}:{address.port}: {error}") from None
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket = made

    def write(self, data: bytes, name: str) -> None:
        """Send all, then wait until the other side has acknowledged the last byte."""
        line = self._socket
        if line is None:
            raise WriteFailed("unreachable", 0, "not open")
        limit = self.address.timeout_s
        started = time.monotonic()
        written = 0
        try:
            line.settimeout(limit)
            while written < len(data):
                if time.monotonic() - started > limit * _SLOWEST:
                    raise TimeoutError("too slow")
                written += line.send(data[written : written + _CHUNK])
            self._acknowledged(line, limit)
        except OSError as error:  # TimeoutError is one
            # Drop what still waits on our side: a printer that wakes up later must not print a ticket of before.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._socket = None
            line.close()
            reason = "timeout" if isinstance(error, TimeoutError) else "broken"
            raise WriteFailed(reason, written, f"{written} of {len(data)} bytes: {error}") from None
        if not self.address.keep:
            self.close()

    def ask(self, question: bytes, count: int, within_s: float) -> bytes:
        """See `Device.ask`."""
        line = self._socket if self.is_open else None
        if line is None:
            raise DeviceError("unreachable", "not open")
        until = time.monotonic() + within_s
        answer = b""
        try:
            line.settimeout(within_s)
            line.sendall(question)
            while len(answer) < count and (left := until - time.monotonic()) > 0:
                line.settimeout(left)
                part = line.recv(count - len(answer))
                if not part:
                    raise DeviceError("broken", "closed by the printer")
                answer += part
        except TimeoutError:
            pass
        except OSError as error:
            raise DeviceError("broken", str(error)) from None
        return answer

    def close(self) -> None:
        """See `Device.close`."""
        line, self._socket = self._socket, None
        if line is None:
            return
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        line.close()

    @staticmethod
    def _hung_up(line: socket.socket) -> bool:
        """Whether the printer closed the line. What it said unasked is dropped: it would be taken for an answer."""
        try:
            line.setblocking(False)
            while line.recv(256):
                pass
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True

    @staticmethod
    def _acknowledged(line: socket.socket, limit: float) -> None:
        """Wait until nothing sent is unacknowledged, at most ``limit`` seconds without progress.

        Linux can tell; elsewhere sent must be enough.
        """
        if sys.platform != "linux":
            return
        import fcntl
        import termios

        before, until = -1, 0.0
        while True:
            left = struct.unpack("i", fcntl.ioctl(line, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
            if failed := line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(failed, os.strerror(failed))
            if left == 0:
                return
            if left != before:  # never more than our small send buffer, so this ends
                before, until = left, time.monotonic() + limit
            elif time.monotonic() > until:
                raise TimeoutError(f"{left} bytes not acknowledged")
            time.sleep(0.002)
