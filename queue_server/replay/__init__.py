"""``matanai replay``: plays a recorded day into a running server, ticket by ticket, over the HTTP API."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from queue_server.client import CallRefused, ServerAway

from .choice import Choice
from .reading import read
from .recorded import RecordUnreadable
from .session import NoHall, replay

WRONG, DIFFERENT = 2, 1
FASTEST = 1e9


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of ``matanai replay``."""
    parser.add_argument(
        "file", type=Path, metavar="FILE.csv", help="the record; its kind is told by its header"
    )
    parser.add_argument("--url", required=True, help="the server, e.g. http://127.0.0.1:8080")
    parser.add_argument("--token", required=True, help="a token of role staff")
    parser.add_argument("--site", help="the site to play into (needed when there are several)")
    parser.add_argument("--day", metavar="YYYY-MM-DD", help="which day of the file (default: the first)")
    parser.add_argument("--office", help="which office of a file of snapshots (default: the first)")
    parser.add_argument(
        "--queue",
        action="append",
        default=[],
        metavar="ID",
        help="only this queue or service; may be repeated",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="RECORDED=SERVICE",
        help="play a recorded service as this one of the site; may be repeated",
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        metavar="N",
        help="times as fast as the record (default: as hall time runs; where it is stepped, as fast as answers come)",
    )


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def main(args: argparse.Namespace) -> int:
    """0 when the hall produced the counts of the record, 1 when not or when it stopped, 2 for a wrong call."""
    try:
        record = read(args.file, Choice(args.day, args.office, args.queue))
        equal = asyncio.run(replay(record, args.url, args.token, args.site, args.map, args.speed))
    except RecordUnreadable as error:
        sys.stderr.write(f"matanai replay: {error}\n")
        return WRONG
    except (ServerAway, NoHall, CallRefused) as error:
        sys.stderr.write(f"matanai replay: {error}\n")
        return DIFFERENT
    except KeyboardInterrupt:
        sys.stderr.write("\nmatanai replay: stopped; the hall stays as it is\n")
        return DIFFERENT
    return 0 if equal else DIFFERENT
