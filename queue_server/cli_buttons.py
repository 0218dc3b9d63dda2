"""``matanai buttons watch``: which bytes a call box sends."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .cli_common import MISUSED, Stop, add_command, add_group

if TYPE_CHECKING:
    from .cli_common import Commands


def _watch(options: argparse.Namespace) -> int:
    from buttons.watch import CannotWatch, watch
    from queue_server.devices import AddressError, parse_address

    try:
        address = parse_address(options.device, "--device", port=None)
    except AddressError as error:
        raise Stop(str(error), MISUSED) from None
    if address.kind not in ("serial", "tcp"):
        raise Stop(f"--device: {options.device}: call buttons hang on a serial: or tcp: line", MISUSED)
    try:
        watch(address, lambda line: print(line, flush=True))
    except CannotWatch as error:
        raise Stop(str(error)) from None
    return 0


def add_commands(commands: Commands) -> None:
    """``buttons`` with its one action."""
    actions = add_group(commands, "buttons", "Call buttons and number panels.")
    watch = add_command(
        actions,
        "watch",
        _watch,
        "Print the bytes that a box sends as they come, and at Ctrl-C the rows for the configuration.",
    )
    watch.add_argument(
        "--device",
        required=True,
        metavar="ADDRESS",
        help="e.g. serial:///dev/ttyUSB1?baud=9600 or tcp://192.0.2.21:4001",
    )
