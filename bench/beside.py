"""What the machine itself does meanwhile: a bare program that wakes up on time and writes 4 KiB durably.

Its waits hold what a busy disk and busy neighbours cost everybody, the server included.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

EVERY_SECONDS = 0.02
BLOCK = bytes(4096)


class BareWrites:
    """A context manager around a load; then ``waits_ms`` has one wait every 20 ms, counted from when it was due."""

    def __init__(self, folder: str | Path) -> None:
        self.waits_ms: list[float] = []
        self._file = os.open(Path(folder, "beside"), os.O_RDWR | os.O_CREAT)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> BareWrites:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()
        os.close(self._file)

    def _work(self) -> None:
        due = time.perf_counter() + EVERY_SECONDS
        while not self._ending.wait(max(0.0, due - time.perf_counter())):
            os.pwrite(self._file, BLOCK, 0)
            os.fdatasync(self._file)
            self.waits_ms.append((time.perf_counter() - due) * 1000)
            due += EVERY_SECONDS
