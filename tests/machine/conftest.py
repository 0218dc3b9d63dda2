"""The machine around the programs: what systemd hears of them."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

HEARD_SECONDS = 30.0


class Manager:
    """The socket on which systemd listens to the programs that it started."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)

    def hear(self, seconds: float = HEARD_SECONDS) -> str | None:
        """The next message; None when there was none for so long."""
        self._socket.settimeout(seconds)
        try:
            return self._socket.recv(4096).decode()
        except (TimeoutError, BlockingIOError):
            return None

    def hear_out(self) -> list[str]:
        """What was told so far and nobody heard yet."""
        heard = []
        while (message := self.hear(0)) is not None:
            heard.append(message)
        return heard

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    """A service manager that listens; its address is for ``NOTIFY_SOCKET``."""
    listening = Manager(str(tmp_path / "notify"))
    yield listening
    listening.close()


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """The system's browser."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found is not None, "tools/system_packages.sh chromium"
    return found
