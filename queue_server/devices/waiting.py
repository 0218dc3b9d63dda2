"""Waiting for bytes on a file descriptor, with an end.

By ``poll``, not ``select``: a server with a thousand open pages has descriptors that ``select`` cannot take.
"""

from __future__ import annotations

import errno
import math
import os
import select
import time

_PIECE = 4096
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL
_PAUSE_S = 0.01


def readable(fd: int, within_s: float) -> bool:
    """Whether there is something to read (or the other end is gone), at most ``within_s`` seconds from now."""
    return bool(_poll(fd, select.POLLIN, within_s))


def writable(fd: int, within_s: float) -> bool:
    """Whether something can be written (or the other end is gone), at most ``within_s`` seconds from now."""
    return bool(_poll(fd, select.POLLOUT, within_s))


def read_some(fd: int, within_s: float) -> bytes:
    """What there is to read from a non-blocking descriptor as soon as there is something, or nothing after
    ``within_s`` seconds. Raises OSError when the other end is gone and everything from it has been read."""
    until = time.monotonic() + within_s
    while True:
        left = max(0.0, until - time.monotonic())
        seen = _poll(fd, select.POLLIN, left)
        if not seen:
            return b""
        try:
            if part := os.read(fd, _PIECE):
                return part
        except BlockingIOError:
            pass
        if seen & _GONE:
            raise OSError(errno.ENODEV, "the other end is gone")
        if left <= 0:
            return b""
        time.sleep(
            min(left, _PAUSE_S)
        )  # usblp and idle terminals answer "nothing" at once instead of waiting


def gone(fd: int) -> bool:
    """Whether the other end is gone."""
    return bool(_poll(fd, 0, 0) & _GONE)


def _poll(fd: int, events: int, within_s: float) -> int:
    poll = select.poll()
    poll.register(fd, events)
    told = poll.poll(math.ceil(within_s * 1000))
    return told[0][1] if told else 0
