"""One server a file: an advisory lock on ``<file>.lock``, let go by the system when the process dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from .errors import InUse


class FileLock:
    """The lock of one database file. Raises ``OSError`` when the lock file cannot be written."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Take it or raise ``InUse`` at once, naming the process that has it."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode("ascii", "replace").strip()
            os.close(file)
            raise InUse(self._database, holder or "unknown") from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def drop(self) -> None:
        """Let it go; nothing happens when it is not held. The file stays: removing it would race."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Take it for a moment."""
        self.take()
        try:
            yield
        finally:
            self.drop()
