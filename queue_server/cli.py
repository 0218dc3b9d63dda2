"""The command line: ``matanai serve · check · token · backup · rebuild · demo · replay``.

Thin: each command finds its options and calls who does the work. Heavy imports stand inside the commands, so
that ``matanai token`` answers at once.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from queue_server.log import Log

T = TypeVar("T")

DATABASE = "sqlite:///var/matanai.db"
BROKEN_CONFIGURATION = 2
FAILED = 1
ROLES = ("kiosk", "display", "staff", "agent", "admin")
OF_PARTS = {
    "demo": "A whole simulated day in minutes.",
    "replay": "Play a recorded day into a running server.",
}
"""Commands whose module brings its own arguments; it is imported only when it is asked for."""


class Stop(Exception):
    """Ends the command with a message for the person at the terminal. ``status``: the exit code."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status


def main(arguments: Sequence[str] | None = None) -> int:
    """The entry point; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in OF_PARTS:
            return _part(given[0], given[1:])
        options = _parser().parse_args(given)
        return int(options.run(options) or 0)
    except Stop as stop:
        print(f"matanai: {stop}", file=sys.stderr)
        return stop.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return FAILED


# --- commands --------------------------------------------------------------------------------------


def _serve(options: argparse.Namespace) -> int:
    from queue_server.app import DEPS, ENDPOINTS, Options, create_app
    from queue_server.log import LogError
    from queue_server.settings import ConfigurationError
    from queue_server.web import logs, server
    from queue_server.web.keys import KeyUnusable

    def tell(text: str) -> None:
        print(text, flush=True)

    async def serve() -> None:
        app = await create_app(
            Options(
                config=options.config,
                database=options.database,
                overrides=options.set,
                clock=options.clock,
                speed=options.speed,
                metrics=options.metrics,
            ),
            tell,
        )

        def ready(url: str) -> None:
            app[DEPS].address = url
            tell(f"Matanai is ready: {url}")

        endpoints = app[ENDPOINTS]
        await server.run(
            app, endpoints, options.host, options.port, access_log=options.access_log, ready=ready
        )

    logs.set_up()
    try:
        asyncio.run(serve())
    except ConfigurationError as error:
        raise Stop(str(error), BROKEN_CONFIGURATION) from None
    except (LogError, KeyUnusable, server.CannotListen, OSError) as error:
        raise Stop(str(error)) from None
    return 0


def _check(options: argparse.Namespace) -> int:
    from queue_server.settings import ConfigurationError, check

    mistakes = check(options.config, options.set)
    if mistakes:
        raise Stop(str(ConfigurationError(mistakes)), BROKEN_CONFIGURATION)
    print(f"{options.config}: no mistakes")
    return 0


def _token_create(options: argparse.Namespace) -> int:
    from queue_server.web import tokens

    if (options.counter or options.department) and not options.site:
        raise Stop("--counter and --department need --site", BROKEN_CONFIGURATION)

    async def create() -> str:
        async with _database(options.database, new=True) as log:
            known = [row["id"] for row in await log.read("sites")]
            if options.site and known and options.site not in known:
                print(
                    f"matanai: note: site {options.site!r} is not among {', '.join(known)}", file=sys.stderr
                )
            return await tokens.create(
                log,
                role=options.role,
                name=options.name,
                site=options.site,
                counter=options.counter,
                department=options.department,
                now=_now(),
            )

    print(_with_database(create))
    return 0


def _token_list(options: argparse.Namespace) -> int:
    async def rows() -> list[dict[str, object]]:
        async with _database(options.database) as log:
            return await log.read("tokens")

    for row in _with_database(rows):
        scope = "/".join(str(row[part]) for part in ("site", "counter", "department") if row[part])
        made = datetime.fromtimestamp(int(str(row["created_at"])) / 1000, UTC).strftime("%Y-%m-%d")
        state = "revoked" if row["revoked_at"] is not None else "valid"
        print(f"{row['id']}  {row['role']:<8}{scope or '*':<24}{made}  {state:<8}{row['name']}")
    return 0


def _token_revoke(options: argparse.Namespace) -> int:
    from queue_server.web import tokens

    async def revoke() -> bool:
        async with _database(options.database) as log:
            return await tokens.revoke(log, options.id, _now())

    if not _with_database(revoke):
        raise Stop(f"there is no valid token with the id {options.id!r}: see `matanai token list`")
    return 0


def _backup(options: argparse.Namespace) -> int:
    from queue_server.log.backup import backup

    async def copy() -> int:
        return await backup(options.database, options.to)

    size = _with_database(copy)
    print(f"{options.to}: {size:,} bytes. Keep the installation's key apart from it.")
    return 0


def _rebuild(options: argparse.Namespace) -> int:
    from queue_server.log.rebuild import rebuild

    async def again() -> None:
        async with _database(options.database) as log:
            sites = [row["id"] for row in await log.read("sites")]
            if options.site and options.site not in sites:
                raise Stop(
                    f"site {options.site!r} is not in this log; there are: {', '.join(sites) or 'none'}"
                )
            for site in [options.site] if options.site else sites:
                done = await rebuild(log, site)
                print(
                    f"{site}: {done.days} days, {done.events} events, "
                    f"{done.tickets} tickets, {done.stages} stages"
                )

    _with_database(again)
    return 0


def _part(name: str, arguments: Sequence[str]) -> int:
    part = import_module(f"queue_server.{name}")
    parser = argparse.ArgumentParser(prog=f"matanai {name}", description=OF_PARTS[name])
    part.add_arguments(parser)
    return int(part.main(parser.parse_args(arguments)))


# --- the database beside a running server ----------------------------------------------------------


@asynccontextmanager
async def _database(url: str, *, new: bool = False) -> AsyncIterator[Log]:
    """The log of a database, for short work beside a running server.

    A SQLite file is made only if it may be ``new``: a misspelt address must not answer like an empty hall.
    """
    from queue_server.log import Log, LogError

    if not new and _missing(url):
        raise LogError(f"{url}: there is no such database")
    # no personal data are read or written: any key will do
    log = await Log.open(url, now=_now, key=bytes(32), exclusive=False)
    try:
        yield log
    finally:
        await log.close()


def _missing(url: str) -> bool:
    scheme, _, path = url.partition(":///")
    return scheme == "sqlite" and not Path(path).exists()


def _with_database(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    from queue_server.log import LogError

    try:
        return asyncio.run(work())
    except (LogError, OSError) as error:
        raise Stop(str(error)) from None


def _now() -> int:
    from queue_server.clock import wall_ms

    return wall_ms()


# --- arguments -------------------------------------------------------------------------------------


def _instant(text: str) -> int:
    """RFC 3339 with offset → ms UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-11-20T09:00+09:00") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} needs its offset, for example {text}+09:00")
    return int(at.timestamp() * 1000)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= 10_000:
        raise argparse.ArgumentTypeError("give a number from 0 (hall time is stepped by hand) to 10000")
    return speed


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return int(text)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host:
        raise argparse.ArgumentTypeError(f"{text!r} is not host:port, for example 127.0.0.1:9090")
    return host.strip("[]"), _port(port)


def _label(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say what it is for, e.g. 'kiosk 1'")
    return text.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="matanai", description="Queue management and call notification for city halls."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=text, description=text)
        found.set_defaults(run=run)
        return found

    serve = command("serve", _serve, "Run the server.")
    _configuration(serve)
    _of_database(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=8080, help="0 finds a free one (default: %(default)s)")
    serve.add_argument("--clock", type=_instant, metavar="TIME", help="hall time starts here: for training")
    serve.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        metavar="N",
        help="hall time runs N times as fast; 0: it stands, and is stepped over the API",
    )
    serve.add_argument("--metrics", type=_address, metavar="HOST:PORT", help="serve /metrics there")
    serve.add_argument("--access-log", action="store_true", help="one line a request, without addresses")

    _configuration(command("check", _check, "Name every mistake in a configuration."))

    token = commands.add_parser("token", help="Tokens of devices and programs.")
    tokens = token.add_subparsers(metavar="ACTION", required=True)
    create = tokens.add_parser("create", help="Make a token and print it, this one time.")
    create.set_defaults(run=_token_create)
    create.add_argument("--role", required=True, choices=ROLES)
    create.add_argument(
        "--name", type=_label, required=True, metavar="LABEL", help="what it is for, e.g. 'kiosk 1'"
    )
    for scope in ("site", "counter", "department"):
        create.add_argument(f"--{scope}", metavar="ID", help=f"only for this {scope}")
    listing = tokens.add_parser("list", help="List tokens, without the tokens.")
    listing.set_defaults(run=_token_list)
    revoke = tokens.add_parser("revoke", help="End a token and the devices enrolled with it.")
    revoke.set_defaults(run=_token_revoke)
    revoke.add_argument("id", metavar="ID", help="from `matanai token list`")
    for parser_of_token in (create, listing, revoke):
        _of_database(parser_of_token)

    backup = command("backup", _backup, "Copy the database while the server runs.")
    _of_database(backup)
    backup.add_argument("--to", type=Path, required=True, metavar="FILE", help="a file that is not there yet")

    rebuild = command("rebuild", _rebuild, "Make the tables of tickets and stages again from the log.")
    _of_database(rebuild)
    rebuild.add_argument("--site", metavar="ID", help="only this site")

    for name, text in OF_PARTS.items():
        commands.add_parser(name, help=text)  # only listed here: see main
    return parser


def _configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, required=True, metavar="DIR", help="the city's folder")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override a key by its dotted path"
    )


def _of_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        default=DATABASE,
        metavar="URL",
        help="sqlite:///file.db or postgresql://user@host/name (default: %(default)s)",
    )


if __name__ == "__main__":
    sys.exit(main())
