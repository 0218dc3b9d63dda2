"""The keys a city may write for one printer, and what they mean together."""

from __future__ import annotations

from typing import Literal

import msgspec

from queue_server.devices import Address, parse_address

Mode = Literal["", "raster", "text", "auto"]

# Dots a line and dots an inch of printers common in Japan (80 mm paper unless the name says otherwise).
MODELS: dict[str, tuple[int, int]] = {
    "TM-T88V": (512, 180),
    "TM-T88VI": (512, 180),
    "TM-T88VII": (512, 180),
    "TM-T20II": (576, 203),
    "TM-T20III": (576, 203),
    "TM-T70II": (576, 203),
    "TM-T90II": (576, 203),
    "TM-m30": (576, 203),
    "TM-m30II": (576, 203),
    "TM-m30III": (576, 203),
    "TM-m55": (576, 203),
    "RP-F10-80mm": (576, 203),
    "RP-F10-58mm": (432, 203),
    "mC-Print3": (576, 203),
    "CT-S651": (640, 203),
    "CT-S281": (384, 203),
}
_USUAL = (576, 203)


class PrinterSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[printers.<id>]`` of the configuration."""

    device: str
    """The address; see `queue_server.devices`."""
    model: str = ""
    """A name of `MODELS`, for the width and the resolution."""
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

    def size(self) -> tuple[int, int]:
        """Width in dots and resolution in dots per inch."""
        width, dpi = MODELS.get(self.model, _USUAL)
        return self.width or width, self.dpi or dpi

    def check(self, key: str = "printers.?") -> tuple[Address | None, list[str]]:
        """The address, and every mistake as a sentence that names the key and the remedy."""
        wrong: list[str] = []
        address = None
        try:
            address = parse_address(self.device, f"{key}.device")
        except ValueError as error:
            wrong.append(str(error))
        if self.model and self.model not in MODELS:
            wrong.append(
                f"{key}.model: unknown model {self.model!r}; write one of {', '.join(MODELS)}, or width "
                f"and dpi instead"
            )
        width, dpi = self.size()
        if not 256 <= width <= 1024:
            wrong.append(
                f"{key}.width: {width} dots; write what the printer's manual says (384 to 640 is usual)"
            )
        if not 100 <= dpi <= 255:
            wrong.append(f"{key}.dpi: {dpi}; write 180 or 203")
        if self.queue < 1:
            wrong.append(f"{key}.queue: {self.queue}; write 1 or more")
        if self.expires_s < 1:
            wrong.append(
                f"{key}.expires_s: {self.expires_s}; write the seconds a ticket stays worth printing"
            )
        return address, wrong
