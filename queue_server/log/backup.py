"""A copy of the database, taken while the server runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from pathlib import Path

from .errors import LogError
from .sqlite import EXPLAINED, REASONS


async def backup(url: str, target: Path) -> int:
    """Copy a SQLite database to a new file as of one moment, check the copy; its size in bytes.

    The copy holds encrypted personal data but not the key: keep the installation's secret elsewhere. Raises
    ``LogError`` when the target exists or cannot be written, and for PostgreSQL, whose own tool does this better.
    """
    if not url.startswith("sqlite:///"):
        raise LogError(
            "PostgreSQL is copied with its own tool, also while the server runs: "
            f"pg_dump --format=custom --file={target} <database address>"
        )
    return await asyncio.to_thread(_copy, Path(url.removeprefix("sqlite:///")), target)


def _copy(source: Path, target: Path) -> int:
    if not source.is_file():
        raise LogError(f"{source}: there is no such database")
    if target.exists():
        raise LogError(f"{target} exists already: name a new file, or remove it first")
    part = target.with_name(target.name + ".part")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        with (
            contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
            contextlib.closing(sqlite3.connect(part)) as new,
        ):
            old.backup(new)  # all pages in one go: a copy of one moment, and in WAL mode it blocks nobody
            new.execute("PRAGMA journal_mode = DELETE")
            found = new.execute("PRAGMA quick_check").fetchone()[0]
            if found != "ok":
                raise LogError(f"{source}: the copy is damaged ({found}); the original may be, too")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except sqlite3.Error as error:
        reason = REASONS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "io_error")
        raise LogError(f"{target}: the copy failed: {EXPLAINED[reason]}") from error
    except OSError as error:
        raise LogError(f"{target}: the copy failed: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size
