"""A device on a serial line (RS-232 or a USB adapter). pyserial sets the line up; reading and writing are done here."""

from __future__ import annotations

import errno
import os
import termios
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .addresses import Address
from .device import Device, DeviceError, WriteFailed
from .faults import reason_of
from .waiting import gone, read_some, writable

if TYPE_CHECKING:
    import serial

# Written in small pieces, each only when the last is nearly gone: a busy printer's buffer holds a few hundred
# bytes, the system's queue holds thousands, and what lies in a queue when the printer stops is not printed.
_CHUNK = 64
_LEFT = 32
_closing: set[str] = set()
"""Ports that the system has not closed yet: opening one would wait as long."""
_NO_LINES = (errno.ENOTTY, errno.EINVAL, errno.ENOSYS)


class SerialDevice(Device):
    """A serial port with the hand-shake done here.

    Linux ignores DSR, and pyserial without a write time-out waits for ever on RTS or XOFF: so the ready line is
    looked at before each piece, and no piece may wait longer than the time-out.
    """

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._port: serial.Serial | None = None
        self._has_lines = True

    @property
    def is_open(self) -> bool:
        """Whether the port was opened and is still there."""
        if self._port is not None and gone(self._port.fileno()):
            self.close()
        return self._port is not None

    @property
    def ready(self) -> bool:
        """See `Device.ready`."""
        try:
            return self._port is not None and self._ready(self._port)
        except OSError as error:
            raise DeviceError(reason_of(error), str(error)) from None

    def open(self) -> None:
        """Open the port, 8 bits, no parity, 1 stop bit. What came in before is thrown away."""
        if self.is_open:
            return
        import serial

        address = self.address
        if address.path in _closing:
            raise DeviceError("busy", f"the system is still closing {address.path}")
        try:
            self._port = serial.Serial(
                address.path,
                baudrate=address.baud,
                xonxoff=address.flow == "xonxoff",
                rtscts=address.flow == "rtscts",
                exclusive=True,
            )
        except (OSError, ValueError, termios.error) as error:  # SerialException is an OSError
            raise DeviceError(reason_of(error), str(error)) from None
        self._has_lines = True

    def write(self, data: bytes, name: str) -> None:
        """Send all at the pace of the wire, and wait until the last piece has left the system's queue."""
        port = self._port
        if port is None:
            raise WriteFailed("unplugged", 0, "not open")
        begun = 0  # counted before a piece is written: one that timed out may have gone in part
        try:
            for at in range(0, len(data), _CHUNK):
                self._wait(lambda: self._ready(port), "not_ready")
                self._wait(lambda: port.out_waiting <= _LEFT, "timeout")
                piece = data[at : at + _CHUNK]
                begun = at + len(piece)
                self._put(port, piece, self.address.timeout_s)
            self._wait(lambda: port.out_waiting == 0, "timeout")
        except (OSError, DeviceError) as error:
            reason = error.reason if isinstance(error, DeviceError) else reason_of(error)
            raise WriteFailed(reason, begun, f"{begun} of {len(data)} bytes: {error}") from None

    def listen(self, within_s: float) -> bytes:
        """See `Device.listen`."""
        if self._port is None:
            raise DeviceError("unplugged", "not open")
        try:
            return read_some(self._port.fileno(), within_s)
        except OSError as error:
            raise DeviceError(reason_of(error), str(error)) from None

    def close(self) -> None:
        """Let go of the port; what is still queued is dropped, else closing could wait for half a minute."""
        port, self._port = self._port, None
        if port is None:
            return
        try:
            termios.tcflush(port.fileno(), termios.TCIOFLUSH)
            stuck = port.out_waiting > 0
        except (OSError, termios.error):
            stuck = False
        if stuck:
            # In the adapter's own buffer, out of reach: the kernel waits for it, so let another thread wait.
            _closing.add(self.address.path)
            threading.Thread(target=self._let_go, args=(port,), name="serial-close", daemon=True).start()
        else:
            self._let_go(port)

    def _let_go(self, port: serial.Serial) -> None:
        try:
            port.close()
        except OSError:
            pass
        _closing.discard(self.address.path)

    def _say(self, question: bytes, within_s: float) -> None:
        """See `Device._say`: a printer that holds its ready line down still answers questions."""
        if self._port is None:
            raise DeviceError("unplugged", "not open")
        try:
            self._put(self._port, question, within_s)
        except OSError as error:
            raise DeviceError(reason_of(error), str(error)) from None

    @staticmethod
    def _put(port: serial.Serial, piece: bytes, within_s: float) -> None:
        """Give the system a piece. Raises OSError; TimeoutError when it took nothing for so many seconds."""
        while piece:
            if not writable(port.fileno(), within_s):
                raise TimeoutError(f"nothing taken in {within_s:g} s")
            try:
                piece = piece[os.write(port.fileno(), piece) :]
            except BlockingIOError:
                time.sleep(0.002)

    def _wait(self, done: Callable[[], bool], reason: str) -> None:
        until = time.monotonic() + self.address.timeout_s
        while not done():
            if time.monotonic() > until:
                raise DeviceError(reason, f"no progress in {self.address.timeout_s:g} s")
            time.sleep(0.002)

    def _ready(self, port: serial.Serial) -> bool:
        """Whether the printer holds its ready line (with flow=dsrdtr; else always)."""
        if self.address.flow != "dsrdtr" or not self._has_lines:
            return True
        try:
            return bool(port.dsr)
        except OSError as error:
            if error.errno not in _NO_LINES:
                raise
            # A pseudo-terminal, or an adapter without the line: there is nothing to wait for.
            self._has_lines = False
            return True
