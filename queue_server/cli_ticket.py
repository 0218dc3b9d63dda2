"""``matanai ticket preview`` and ``print``: a printer's ticket as a picture, and a sample of it on the printer."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from queue_server.clock import wall_ms

from .cli_common import FAILED, MISUSED, Stop, add_command, add_configuration, add_group

if TYPE_CHECKING:
    from queue_server.settings import Settings
    from queue_server.web import Texts

    from .cli_common import Commands


def _preview(options: argparse.Namespace) -> int:
    if sys.stdout.isatty():
        raise Stop("this is a picture: write it to a file, for example with > ticket.png", MISUSED)

    from printers import preview
    from printers.fonts import FontsMissing
    from printers.settings import printer_settings

    settings, texts = _configured(options)
    try:
        paper = preview.sample(settings, texts, options.printer, options.lang, wall_ms(), large=options.large)
        printed = preview.picture(printer_settings(settings, options.printer), paper, text=options.text)
    except (FontsMissing, OSError, ValueError) as error:
        raise Stop(str(error), FAILED) from None
    sys.stdout.buffer.write(printed)
    return 0


def _print(options: argparse.Namespace) -> int:
    import msgspec

    from printers import preview, trying
    from printers.settings import printer_settings
    from queue_server.devices import AddressError, parse_address

    settings, texts = _configured(options)
    name, lang = options.printer, options.lang
    agent = settings.printers[name].agent
    if agent and not options.device:
        raise Stop(
            f"printer {name!r} hangs on the machine of agent {agent!r}: run this there, with --device ADDRESS",
            MISUSED,
        )
    try:
        printer = printer_settings(settings, name)
        if options.device:
            parse_address(options.device, "--device")
            printer = msgspec.structs.replace(printer, device=options.device)
        if printer.address(name).kind == "none":
            raise Stop(f"printer {name!r} is none: (no printer): try one with --device ADDRESS", MISUSED)
        paper = preview.sample(settings, texts, name, lang, wall_ms())
    except AddressError as error:
        raise Stop(str(error), MISUSED) from None
    except OSError as error:
        raise Stop(str(error), FAILED) from None
    print(f"{name}: {printer.device} {printer.model}".rstrip(), flush=True)
    marked = trying.as_sample(paper, texts.get(lang, "ticket.sample"))
    return 0 if trying.try_out(name, printer, marked, lambda line: print(line, flush=True)) else FAILED


def _configured(options: argparse.Namespace) -> tuple[Settings, Texts]:
    """The configuration and the words on its tickets; printer and language of the options are known."""
    from pathlib import Path

    import printers
    from queue_server import web
    from queue_server.settings import ConfigurationError, load
    from queue_server.web.texts import CATALOGUES

    try:
        settings = load(options.config, options.set)
    except ConfigurationError as error:
        raise Stop(str(error), MISUSED) from None
    _known("printer", options.printer, list(settings.printers))
    _known("language", options.lang, list(settings.languages))
    return settings, web.Texts([Path(room.__path__[0], CATALOGUES) for room in (web, printers)])


def _known(kind: str, name: str, known: list[str]) -> None:
    from queue_server.settings.mistakes import did_you_mean, listed

    if name not in known:
        hint = did_you_mean(name, known)
        raise Stop(f"there is no {kind} {name!r}{hint}; use one of: {listed(known)}", MISUSED)


def add_commands(commands: Commands) -> None:
    """``ticket`` with its two actions."""
    actions = add_group(commands, "ticket", "What stands on tickets.")
    preview = add_command(
        actions, "preview", _preview, "Write a sample ticket of a printer to standard output, as a PNG."
    )
    _add_ticket(preview)
    preview.add_argument("--large", action="store_true", help="the reissue in large letters")
    preview.add_argument(
        "--text", action="store_true", help="in the printer's own characters, whatever its mode is"
    )
    printing = add_command(
        actions,
        "print",
        _print,
        "Print a sample ticket, marked as one, and tell what the printer answers. Needs no running server; one that "
        "drives the printer has to be stopped first.",
    )
    _add_ticket(printing)
    printing.add_argument(
        "--device",
        metavar="ADDRESS",
        help="a device of this machine instead of the configured one, e.g. usb://04b8:0e28",
    )


def _add_ticket(parser: argparse.ArgumentParser) -> None:
    add_configuration(parser)
    parser.add_argument("--printer", required=True, metavar="ID", help="a printer of the configuration")
    parser.add_argument(
        "--lang", default="ja", metavar="TAG", help="the holder's language (default: %(default)s)"
    )
