"""What can go wrong with the log.

LogError
├── CannotOpen        at start: the message is for the person at the terminal
│   └── InUse         another process has the SQLite file
├── LogUnavailable    a command was not (or not surely) written: 503, try again with the same key
├── KeyReused         the same idempotency key with another body: 422
├── CommandFailed     a defect of ours while deciding: 500; nothing was written
├── UnknownSite       nobody called ``ensure_site`` for it
└── Damaged           a stored event cannot be read
"""

from __future__ import annotations

from pathlib import Path


class LogError(Exception):
    """Base of everything the log raises."""


class CannotOpen(LogError):
    """The database cannot be used as it is. The message says what is wrong, where, and what to do."""


class InUse(CannotOpen):
    """Another process has the SQLite file ``database``; ``process`` is its number, as far as it is known."""

    def __init__(self, database: Path, process: str) -> None:
        super().__init__(
            f"{database} is in use by another Matanai (process {process}): "
            "stop it first, or give this one another --database"
        )
        self.database = database
        self.process = process


class LogUnavailable(LogError):
    """The command was not written, or nobody knows: repeat it with the same idempotency key.

    ``reason`` is one of ``disk_full``, ``read_only``, ``io_error``, ``busy``, ``connection_lost``,
    ``conflict``, ``damaged``, ``internal``, ``closed``, and ``late`` for a command whose time was over before it was
    decided: that one is certainly not written.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the log takes no commands now ({reason})")
        self.reason = reason


class KeyReused(LogError):
    """The idempotency key was used today for another request."""

    def __init__(self) -> None:
        super().__init__("this idempotency key was used today with another body")


class CommandFailed(LogError):
    """The command raised inside the core. Nothing of it was written; other commands are not concerned."""

    def __init__(self, command: str, site: str) -> None:
        super().__init__(f"{command} at site {site} failed inside the core; nothing was written")


class UnknownSite(LogError):
    """The log does not serve this site."""

    def __init__(self, site: str) -> None:
        super().__init__(f"site {site!r} is not served here: call ensure_site first")


class Damaged(LogError):
    """A stored event cannot be read or does not follow the one before it."""


class StorageFailed(Exception):
    """Raised by the adapters when the database, not the statement, is at fault. Never leaves the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
