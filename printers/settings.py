"""What one printer needs to print: the keys a city wrote for it, its layout and its logo.

It is the same on the server and on an agent's machine, which gets it as JSON (``msgspec.json``); so everything that
decides how a ticket looks is inside, the logo's bytes too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from queue_server.devices import Address, parse_address
from queue_server.settings import FIELDS, Field, Settings
from queue_server.settings.printer_models import paper_size

Mode = Literal["", "raster", "text", "auto"]


class PaperLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on a ticket. The words of its notice are no part of it: they come with each ticket, worded."""

    fields: tuple[Field, ...] = FIELDS
    """From top to bottom."""
    logo: bytes = b""
    """A PNG; empty: none."""


class PrinterSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[printers.<id>]`` of the configuration with its layout."""

    device: str
    """The address; see `queue_server.devices`."""
    model: str = ""
    """For the width and the resolution; see `queue_server.settings.printer_models`."""
    width: int = 0
    """Dots a line; 0: the model's, else 576."""
    dpi: int = 0
    """Dots an inch; 0: the model's, else 203."""
    mode: Mode = ""
    """``raster``: a picture, any language. ``text``: the printer's own characters, short and Japanese only; other
    letters are folded or replaced. ``auto``: text if the printer has every letter, else raster. Empty: ``auto`` on
    a serial line, where a picture takes half a minute, ``raster`` elsewhere."""
    centred: bool = True
    """Let the printer centre pictures; off for one that prints them at the left, at 40 % more bytes."""
    fonts: str = ""
    """Folder of the font files; empty: the system's."""
    queue: int = 64
    """Tickets that may wait in the printer's own queue."""
    expires_s: int = 180
    """Seconds after which a ticket is not printed any more: its holder has noted the number and left."""
    layout: PaperLayout = PaperLayout()

    def size(self) -> tuple[int, int]:
        """Width in dots and resolution in dots per inch."""
        return paper_size(self.model, self.width, self.dpi)

    def address(self, name: str) -> Address:
        """Where the printer ``name`` is. Raises AddressError, which names the key and the remedy."""
        return parse_address(self.device, f"printers.{name}.device")


def printer_settings(settings: Settings, name: str) -> PrinterSettings:
    """The settings of one printer of a checked configuration.

    Reads the logo from the city's folder: raises OSError when it is gone since it was checked.
    """
    configured = settings.printers[name]
    keys = {key: getattr(configured, key) for key in PrinterSettings.__struct_fields__ if key != "layout"}
    layout = PaperLayout()
    if configured.layout is not None:
        written = settings.layouts[configured.layout]
        logo = Path(settings.folder, written.logo).read_bytes() if written.logo else b""
        layout = PaperLayout(fields=written.fields, logo=logo)
    return PrinterSettings(**keys, layout=layout)
