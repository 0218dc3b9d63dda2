"""What a program of ours tells systemd: ready, still turning, stopping (``man sd_notify``), and how bad a line of the
log is (``man sd-daemon``).

Where no service manager asks for it (``NOTIFY_SOCKET``, ``JOURNAL_STREAM`` are not set), nothing is told.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

logger = logging.getLogger(__name__)

_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
"""Level and syslog's number for it, ``man 3 syslog``."""


class StandardError(logging.StreamHandler):  # type: ignore[type-arg]
    """Logs to standard error. The journal gets each line with its level before it, so that ``journalctl -p`` finds it;
    it takes that off again."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self._journal = _is_journal(sys.stderr.fileno())

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging.Handler``."""
        text = super().format(record)
        if not self._journal:
            return text
        priority = next((number for level, number in _PRIORITIES if record.levelno >= level), 7)
        return f"<{priority}>{text}"


def _is_journal(stream: int) -> bool:
    """Whether a stream goes to the journal: systemd tells its device and inode (``man systemd.exec``)."""
    try:
        about = os.fstat(stream)
    except OSError:
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{about.st_dev}:{about.st_ino}"


@asynccontextmanager
async def notifying() -> AsyncIterator[None]:
    """Around the time in which a program works: ready at the start, stopping at the end.

    In between the event loop itself says, twice in each ``WatchdogSec`` of the unit, that it turns. A loop that hangs
    stops saying it, and systemd ends the process and starts another. Never raises: a manager that does not listen is
    a line in the log.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        yield
        return
    await _tell(address, b"READY=1")
    seconds = _watchdog_seconds()
    turning = None if seconds is None else asyncio.create_task(_keep_telling(address, seconds / 2))
    try:
        yield
    finally:
        if turning is not None:
            turning.cancel()
        await _tell(address, b"STOPPING=1")


def _watchdog_seconds() -> float | None:
    """``WatchdogSec`` of our unit; None where there is none, or where it is another process's."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdecimal() or int(microseconds) == 0:
        return None
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    return int(microseconds) / 1_000_000


async def _keep_telling(address: str, seconds: float) -> None:
    while True:
        await _tell(address, b"WATCHDOG=1")
        await asyncio.sleep(seconds)


async def _tell(address: str, message: bytes) -> None:
    """One datagram. ``address``: a path, or ``@name`` in Linux's abstract name space."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.setblocking(False)
        try:
            line.connect("\0" + address[1:] if address.startswith("@") else address)
            await asyncio.get_running_loop().sock_sendall(line, message)
        except OSError as error:
            logger.warning("the service manager at NOTIFY_SOCKET does not listen: %s", error)
