"""A network printer (port 9100)."""

from __future__ import annotations

import os
import socket
import struct
import sys
import time

from .addresses import Address
from .device import SLOWEST, Device, DeviceError, WriteFailed
from .waiting import readable

_CHUNK = 4096
# Small, so that a printer that stopped reading is noticed: what lies in our own buffer was not printed.
_SEND_BUFFER = 16 * 1024
# A printer that was switched off says no good-bye: seconds of silence, then questions to its system, then it is gone.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}
_DROP = struct.pack("ii", 1, 0)
_UNHEARD = 4096  # more than any printer has to say; one that babbles must not fill the memory


class TcpDevice(Device):
    """A socket written to with time-outs and counted bytes; "written" means that the printer acknowledged them."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._socket: socket.socket | None = None
        self._heard = b""  # came in before anybody listened

    @property
    def is_open(self) -> bool:
        """Whether a connection stands, as far as can be seen without sending."""
        if self._socket is not None and not self._take(self._socket):
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
        for option, value in _KEEP_ALIVE.items():
            if hasattr(socket, option):
                made.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
        self._socket, self._heard = made, b""

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
                if time.monotonic() - started > limit * SLOWEST:
                    raise TimeoutError("too slow")
                written += line.send(data[written : written + _CHUNK])
            self._acknowledged(line, limit)
        except OSError as error:  # TimeoutError is one
            self._take(line)  # why it stopped taking bytes, it may have told meanwhile
            # Drop what still waits on our side: a printer that wakes up later must not print a ticket of before.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP)
            self._socket = None
            line.close()
            reason = "timeout" if isinstance(error, TimeoutError) else "broken"
            raise WriteFailed(reason, written, f"{written} of {len(data)} bytes: {error}") from None

    def listen(self, within_s: float) -> bytes:
        """See `Device.listen`."""
        line = self._socket
        stands = line is not None
        if line is not None:
            if not self._heard:
                readable(line.fileno(), within_s)
            stands = self._take(line)
            if not stands:
                self.close()
        heard, self._heard = self._heard, b""
        if not heard and not stands:
            raise DeviceError("broken", "not open" if line is None else "closed by the printer")
        return heard

    def _say(self, question: bytes, within_s: float) -> None:
        """See `Device._say`."""
        if self._socket is None:
            raise DeviceError("broken", "not open")
        try:
            self._socket.settimeout(max(within_s, 0.01))
            self._socket.sendall(question)
        except OSError as error:
            raise DeviceError(
                "timeout" if isinstance(error, TimeoutError) else "broken", str(error)
            ) from None

    def close(self) -> None:
        """See `Device.close`."""
        line, self._socket = self._socket, None
        if line is None:
            return
        try:
            if _unacknowledged(line):  # another thread is writing; what it has left is of no use any more
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP)
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        line.close()

    def _take(self, line: socket.socket) -> bool:
        """Keep what the printer said unasked, for `listen`; False when it closed the line."""
        try:
            line.setblocking(False)
            for _ in range(_UNHEARD // 256):
                if not (part := line.recv(256)):
                    return False
                self._heard = (self._heard + part)[-_UNHEARD:]
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True

    @staticmethod
    def _acknowledged(line: socket.socket, limit: float) -> None:
        """Wait until nothing sent is unacknowledged, at most ``limit`` seconds without progress."""
        before, until = -1, 0.0
        while True:
            left = _unacknowledged(line)
            if failed := line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(failed, os.strerror(failed))
            if left == 0:
                return
            if left != before:  # never more than our small send buffer, so this ends
                before, until = left, time.monotonic() + limit
            elif time.monotonic() > until:
                raise TimeoutError(f"{left} bytes not acknowledged")
            time.sleep(0.002)


def _unacknowledged(line: socket.socket) -> int:
    """Bytes sent and not acknowledged. Linux can tell; elsewhere sent must be enough."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    left: int = struct.unpack("i", fcntl.ioctl(line, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
    return left
