"""``matanai demo``: a simulated day of the sample city, on real pages, with a printer that draws its tickets."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys

from queue_server.client import ServerAway

HOURS = 10.0
"""Of hall time in a day: from the opening of the day to the last resident."""
FASTEST = 5_000.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of ``matanai demo``."""
    parser.add_argument(
        "--port",
        type=int,
        default=8080,
        help="port to listen on, or the next free one (default: %(default)s)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--minutes", type=_positive, default=4.0, metavar="M", help="a day takes about M minutes (default: 4)"
    )
    parser.add_argument(
        "--speed", type=_positive, metavar="N", help="hall time runs N times as fast (instead of --minutes)"
    )
    parser.add_argument("--once", action="store_true", help="end after one day")


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0 and up to {FASTEST:g}")
    return value


def main(args: argparse.Namespace) -> int:
    """Runs until Ctrl-C (or the end of the day with ``--once``): 0. 1 when it cannot."""
    from queue_server.log import LogError
    from queue_server.settings import ConfigurationError
    from queue_server.web import logs
    from queue_server.web.server import CannotListen

    from .running import NoConfiguration, run

    speed = args.speed or min(FASTEST, HOURS * 60 / args.minutes)
    logs.set_up()
    logging.getLogger().setLevel(logging.WARNING)  # the terminal is for the progress line
    try:
        asyncio.run(run(args.host, args.port, speed, once=args.once))
    except (NoConfiguration, ConfigurationError, CannotListen, LogError, ServerAway, OSError) as error:
        sys.stderr.write(f"matanai demo: {error}\n")
        return 1
    except KeyboardInterrupt:  # before the server was listening
        return 0
    return 0
