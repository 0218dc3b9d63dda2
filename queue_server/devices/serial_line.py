"""A printer on a serial line (RS-232 or a USB adapter), by pyserial."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .addresses import Address
from .device import Device, DeviceError, WriteFailed

try:
    from termios import error as _LineError  # noqa: N812 - pyserial lets it through, and it is no OSError
except ImportError:  # not on Windows
    _LineError = OSError  # type: ignore[assignment,misc]

if TYPE_CHECKING:
    import serial

# Written in small pieces, each only when the last is nearly gone: a busy printer's buffer holds a few hundred
# bytes, the system's queue holds thousands, and what lies in a queue when the printer stops is not printed.
_CHUNK = 64
_LEFT = 32


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
        """Whether the port was opened and did not fail since."""
        return self._port is not None

    def open(self) -> None:
        """Open the port, 8 bits, no parity, 1 stop bit."""
        if self._port is not None:
            return
        import serial

        address = self.address
        try:
            self._port = serial.Serial(
                address.path,
                baudrate=address.baud,
                timeout=address.timeout_s,
                write_timeout=address.timeout_s,
                xonxoff=address.flow == "xonxoff",
                rtscts=address.flow == "rtscts",
                exclusive=True,
            )
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise DeviceError("unreachable", str(error)) from None

    def write(self, data: bytes, name: str) -> None:
        """Send all at the pace of the wire, and wait until the last piece has left the system's queue."""
        port = self._port
        if port is None:
            raise WriteFailed("unreachable", 0, "not open")
        begun = 0  # counted before a piece is written: one that timed out may have gone in part
        try:
            for at in range(0, len(data), _CHUNK):
                self._wait(lambda: self._ready(port), "not_ready")
                self._wait(lambda: self._waiting(port) <= _LEFT, "timeout")
                piece = data[at : at + _CHUNK]
                begun = at + len(piece)
                port.write(piece)
            self._wait(lambda: self._waiting(port) == 0, "timeout")
        except (OSError, DeviceError, _LineError) as error:
            reason = error.reason if isinstance(error, DeviceError) else self._reason(error)
            raise WriteFailed(reason, begun, f"{begun} of {len(data)} bytes: {error}") from None

    def ask(self, question: bytes, count: int, within_s: float) -> bytes:
        """See `Device.ask`."""
        port = self._port
        if port is None:
            raise DeviceError("unreachable", "not open")
        try:
            port.reset_input_buffer()
            port.write(question)
            port.timeout = within_s
            return bytes(port.read(count))
        except (OSError, _LineError) as error:
            raise DeviceError(self._reason(error), str(error)) from None

    def close(self) -> None:
        """Let go of the port; what is still queued is dropped, else closing could wait for half a minute."""
        port, self._port = self._port, None
        if port is None:
            return
        for step in (port.reset_output_buffer, port.close):
            try:
                step()
            except (OSError, _LineError):
                pass

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
        except OSError:  # a pseudo-terminal or an adapter without the line: there is nothing to wait for
            self._has_lines = False
            return True

    @staticmethod
    def _waiting(port: serial.Serial) -> int:
        return int(port.out_waiting)

    @staticmethod
    def _reason(error: Exception) -> str:
        return "timeout" if type(error).__name__ == "SerialTimeoutException" else "broken"
