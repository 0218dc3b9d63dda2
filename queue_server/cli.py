"""The command line: ``matanai serve · check · ticket · buttons · token · person · backup · rebuild · demo · …``.

Thin: each command finds its options and calls who does the work; ``token`` and ``person`` stand in ``cli_access``,
``ticket`` in ``cli_ticket``, ``buttons`` in ``cli_buttons``. Heavy imports stand inside the commands, so that
``matanai token`` answers at once.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path

from . import cli_access, cli_buttons, cli_ticket
from .cli_common import (
    FAILED,
    MISUSED,
    Stop,
    add_command,
    add_configuration,
    add_database,
    open_log,
    run_work,
)

logger = logging.getLogger("queue_server.cli")
OF_PARTS = {
    "agent": "Drive the printers and call buttons of this machine for a server elsewhere.",
    "demo": "A whole simulated day in minutes.",
    "replay": "Play a recorded day into a running server.",
}
"""Commands whose module brings its own arguments; it is imported only when it is asked for."""
SERVE_ENVIRONMENT = (
    "Environment: MATANAI_SECRET_KEY (64 hexadecimal digits) is used instead of the key file beside the database; "
    "MATANAI_ADMIN_PASSWORD is the password of 'admin' at the very first start (else one is made and shown once)."
)


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
    from queue_server.settings import ConfigurationError, notes
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
        for note in notes(app[DEPS].settings):
            logger.warning("configuration: %s", note)

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
        raise Stop(str(error), MISUSED) from None
    except (LogError, KeyUnusable, server.CannotListen, OSError) as error:
        raise Stop(str(error)) from None
    return 0


def _check(options: argparse.Namespace) -> int:
    from queue_server.settings import ConfigurationError, check, load, notes

    mistakes = check(options.config, options.set)
    if mistakes:
        raise Stop(str(ConfigurationError(mistakes)), MISUSED)
    print(f"{options.config}: no mistakes")
    if found := notes(load(options.config, options.set)):
        print("Notes (it can be used as it is; see whether each is meant so):")
    for note in found:
        print(f"  {note}")
    return 0


def _backup(options: argparse.Namespace) -> int:
    from queue_server.log.backup import backup

    async def copy() -> int:
        return await backup(options.database, options.to)

    size = run_work(copy)
    print(f"{options.to}: {size:,} bytes. Keep the installation's key apart from it.")
    return 0


def _rebuild(options: argparse.Namespace) -> int:
    from queue_server.log import InUse, LogError
    from queue_server.log.rebuild import rebuild

    async def again() -> None:
        # alone: a server writes the same tables from what it remembers of the day
        async with open_log(options.database, exclusive=True) as log:
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

    try:
        asyncio.run(again())
    except InUse as error:
        raise Stop(
            f"{error.database} is in use by a running Matanai (process {error.process}): stop it first, "
            "because it writes the same tables"
        ) from None
    except (LogError, OSError) as error:
        raise Stop(str(error)) from None
    return 0


def _part(name: str, arguments: Sequence[str]) -> int:
    part = import_module(f"queue_server.{name}")
    parser = argparse.ArgumentParser(prog=f"matanai {name}", description=OF_PARTS[name])
    part.add_arguments(parser)
    return int(part.main(parser.parse_args(arguments)))


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="matanai", description="Queue management and call notification for city halls."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    serve = add_command(commands, "serve", _serve, "Run the server.")
    serve.epilog = SERVE_ENVIRONMENT
    add_configuration(serve)
    add_database(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument(
        "--port", type=_port, default=8080, help="port to listen on; 0: any free one (default: %(default)s)"
    )
    serve.add_argument(
        "--clock",
        type=_instant,
        metavar="TIME",
        help="for training: hall time starts here, e.g. 2026-11-20T09:00+09:00",
    )
    serve.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        metavar="N",
        help="for training: hall time runs N times as fast; 0: it stands, and is stepped over the API (default: 1)",
    )
    serve.add_argument(
        "--metrics", type=_address, metavar="HOST:PORT", help="serve /metrics there, apart from the pages"
    )
    serve.add_argument(
        "--access-log", action="store_true", help="log one line a request, without who sent it"
    )

    add_configuration(add_command(commands, "check", _check, "Name every mistake in a configuration."))

    cli_access.add_commands(commands)
    cli_ticket.add_commands(commands)
    cli_buttons.add_commands(commands)

    backup = add_command(
        commands, "backup", _backup, "Copy a SQLite database as of one moment, while the server runs or not."
    )
    add_database(backup)
    backup.add_argument("--to", type=Path, required=True, metavar="FILE", help="a file that is not there yet")

    rebuild = add_command(
        commands,
        "rebuild",
        _rebuild,
        "Make the tables of tickets and stages again from the log. With SQLite, stop the server first.",
    )
    add_database(rebuild)
    rebuild.add_argument("--site", metavar="ID", help="only this site (default: every site)")

    for name, text in OF_PARTS.items():
        commands.add_parser(name, help=text)  # only listed here: see main
    return parser


if __name__ == "__main__":
    sys.exit(main())
