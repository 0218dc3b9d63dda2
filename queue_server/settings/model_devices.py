"""What may stand in a configuration about devices: printers, their layouts, call buttons and panels, agents."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from .kinds import Bytes, Device, Id, Names, NonNegative, Positive

Field = Literal[
    "reissue",
    "logo",
    "title",
    "number",
    "purposes",
    "area",
    "ahead",
    "wait",
    "issued",
    "qr",
    "absent",
    "notice",
    "rule",
]
"""What may stand on a ticket; ``rule`` is a line across the paper and may come often."""
FIELDS: tuple[Field, ...] = (
    "reissue", "logo", "title", "rule", "number", "purposes", "area", "rule", "ahead", "wait", "issued", "rule",
    "qr", "absent", "notice",
)  # fmt: skip
"""The order in which the holder's questions come: which number am I, for what, where do I go, how long, and if I am
late. ``rule`` at the edge of the paper or beside another is left out."""
ButtonAction = Literal[
    "call-next",
    "recall",
    "start",
    "finish",
    "hold",
    "no-show",
    "await-pickup",
    "undo",
    "open",
    "pause",
    "close",
]
"""What a button does at its counter, by the names of the API."""


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the frozen tables."""


class Layout(_Table, frozen=True, kw_only=True):
    """What stands on a ticket."""

    fields: tuple[Field, ...] = FIELDS
    """From top to bottom; ``reissue`` and ``number`` are always needed."""
    logo: str = ""
    """A PNG in the city's folder, printed in black and white; not on tickets in text mode."""
    notice: Names = {}
    """The hall's own words at the end; may hold line feeds."""


class Printer(_Table, frozen=True, kw_only=True):
    """A ticket printer."""

    site: Id
    names: Names = {}
    """As staff and residents call it ("the printer at the entrance"); empty: its id."""
    device: Device
    """Where it is; relative paths start at the working directory of whoever drives it."""
    agent: Id | None = None
    """The agent's machine that it hangs on; None: this server, or the network."""
    layout: Id | None = None
    """What stands on its tickets; None: everything, in our order."""
    model: str = ""
    """For the width and the resolution."""
    width: NonNegative = 0
    """Dots a line; 0: the model's."""
    dpi: NonNegative = 0
    """Dots an inch; 0: the model's."""
    mode: Literal["", "raster", "text", "auto"] = ""
    centred: bool = True
    fonts: str = ""
    """Folder of the font files; empty: the system's."""
    queue: Positive = 64
    """Tickets that may wait in the printer's own queue."""
    expires_s: Positive = 180
    """Seconds after which a ticket is not printed any more."""
    fallback: Id | None = None
    """The printer that takes over when this one cannot print; it hangs on the same machine."""


class Agent(_Table, frozen=True, kw_only=True):
    """A machine (a kiosk's, a branch's) that drives the devices on its own cables: ``matanai agent``."""

    site: Id
    names: Names = {}


class ButtonKey(_Table, frozen=True, kw_only=True):
    """One button of a box."""

    sends: Bytes
    """The bytes when it is pressed."""
    released: Bytes = ""
    """The bytes when it is let go; without them a long press cannot be told."""
    counter: Id
    press: ButtonAction
    long: ButtonAction | None = None
    """What a long press does instead."""


class ButtonShow(_Table, frozen=True, kw_only=True):
    """What is sent to the lamp, display or panel of one counter. Bytes as pairs of hex digits; ``{digits:3}`` is the
    number in so many ASCII digits, ``{bcd:2}`` in so many bytes of two digits each, ``{xor}`` and ``{sum}`` the check
    byte of what stands before it."""

    number: Bytes = ""
    """When a number is called there, or served."""
    empty: Bytes = ""
    """When nobody is there."""
    waiting: Bytes = ""
    """When somebody waits whom the counter could call (a lamp)."""
    idle: Bytes = ""
    """When nobody does."""
    refused: Bytes = ""
    """When a press could not be done (a blink, a beep)."""


class Buttons(_Table, frozen=True, kw_only=True):
    """A serial line at the counters: call buttons in, lamps and number panels out."""

    site: Id
    names: Names = {}
    device: Device
    agent: Id | None = None
    debounce_ms: Annotated[int, Meta(ge=0, le=1000, description="a whole number from 0 to 1000")] = 80
    """A button that is pressed again so soon has only bounced."""
    long_ms: Annotated[int, Meta(ge=300, le=10000, description="a whole number from 300 to 10000")] = 1200
    """Held so long, a press is a long one."""
    keys: tuple[ButtonKey, ...] = ()
    shows: dict[str, ButtonShow] = {}
    """By counter."""
    repeat_s: NonNegative = 30
    """What is shown is sent again so often, for a panel that was switched off meanwhile; 0: never."""
