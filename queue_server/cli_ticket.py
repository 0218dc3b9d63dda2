"""``matanai ticket preview``: what a printer's ticket looks like, without a printer."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from queue_server.clock import wall_ms

from .cli_common import FAILED, MISUSED, Stop, add_command, add_configuration, add_group

if TYPE_CHECKING:
    from .cli_common import Commands


def _preview(options: argparse.Namespace) -> int:
    if sys.stdout.isatty():
        raise Stop("this is a picture: write it to a file, for example with > ticket.png", MISUSED)

    from pathlib import Path

    import printers
    from printers import preview
    from printers.fonts import FontsMissing
    from printers.settings import printer_settings
    from queue_server import web
    from queue_server.settings import ConfigurationError, load
    from queue_server.web.texts import CATALOGUES

    try:
        settings = load(options.config, options.set)
    except ConfigurationError as error:
        raise Stop(str(error), MISUSED) from None
    _known("printer", options.printer, list(settings.printers))
    _known("language", options.lang, list(settings.languages))
    texts = web.Texts([Path(room.__path__[0], CATALOGUES) for room in (web, printers)])
    try:
        paper = preview.sample(settings, texts, options.printer, options.lang, wall_ms(), large=options.large)
        printed = preview.picture(printer_settings(settings, options.printer), paper, text=options.text)
    except (FontsMissing, OSError, ValueError) as error:
        raise Stop(str(error), FAILED) from None
    sys.stdout.buffer.write(printed)
    return 0


def _known(kind: str, name: str, known: list[str]) -> None:
    from queue_server.settings.mistakes import did_you_mean, listed

    if name not in known:
        hint = did_you_mean(name, known)
        raise Stop(f"there is no {kind} {name!r}{hint}; use one of: {listed(known)}", MISUSED)


def add_commands(commands: Commands) -> None:
    """``ticket`` with its one action."""
    actions = add_group(commands, "ticket", "What stands on tickets.")
    preview = add_command(
        actions, "preview", _preview, "Write a sample ticket of a printer to standard output, as a PNG."
    )
    add_configuration(preview)
    preview.add_argument("--printer", required=True, metavar="ID", help="a printer of the configuration")
    preview.add_argument(
        "--lang", default="ja", metavar="TAG", help="the holder's language (default: %(default)s)"
    )
    preview.add_argument("--large", action="store_true", help="the reissue in large letters")
    preview.add_argument(
        "--text", action="store_true", help="in the printer's own characters, whatever its mode is"
    )
