"""What the commands share: how they end with a message, their place in the help, the database beside a server."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from queue_server.clock import wall_ms

if TYPE_CHECKING:
    from queue_server.log import Log

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

T = TypeVar("T")
Run = Callable[[argparse.Namespace], int]
"""Does the work of a command; the exit code."""

DATABASE = "sqlite:///var/matanai.db"
MISUSED = 2
"""Exit code: what was asked for or configured cannot be, whatever the state of things."""
FAILED = 1


class Stop(Exception):
    """Ends the command with a message for the person at the terminal. ``status``: the exit code."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status


def add_command(commands: Commands, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    """A command whose help says ``text``, in the list and on its own page."""
    found = commands.add_parser(name, help=text, description=text)
    found.set_defaults(run=run)
    return found


def add_group(commands: Commands, name: str, text: str) -> Commands:
    """Room for commands of two words, such as ``token create``."""
    return commands.add_parser(name, help=text, description=text).add_subparsers(
        metavar="ACTION", required=True
    )


def add_configuration(parser: argparse.ArgumentParser) -> None:
    """The options ``--config`` and ``--set``."""
    parser.add_argument(
        "--config", type=Path, required=True, metavar="DIR", help="the city's folder, e.g. config/aobahama"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a key by its dotted path, e.g. limits.streams=500; may be repeated",
    )


def add_database(parser: argparse.ArgumentParser) -> None:
    """The option ``--database``."""
    parser.add_argument(
        "--database",
        default=DATABASE,
        metavar="URL",
        help="sqlite:///relative.db, sqlite:////absolute.db or postgresql://user@host/name (default: %(default)s)",
    )


@asynccontextmanager
async def open_log(url: str, *, new: bool = False, exclusive: bool = False) -> AsyncIterator[Log]:
    """The log of a database, for short work beside a running server, or without one when ``exclusive``.

    A SQLite file is made only if it may be ``new``: a misspelt address must not answer like an empty hall.
    Raises ``LogError``.
    """
    from queue_server.log import Log, LogError

    if not new and _is_missing(url):
        raise LogError(f"{url}: there is no such database")
    # no personal data are read or written: any key will do
    log = await Log.open(url, now=wall_ms, key=bytes(32), exclusive=exclusive)
    try:
        yield log
    finally:
        await log.close()


def _is_missing(url: str) -> bool:
    scheme, _, path = url.partition(":///")
    return scheme == "sqlite" and not Path(path).exists()


def run_work(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run to the end; what goes wrong with the database becomes a ``Stop``."""
    from queue_server.log import LogError

    try:
        return asyncio.run(work())
    except (LogError, OSError) as error:
        raise Stop(str(error)) from None
