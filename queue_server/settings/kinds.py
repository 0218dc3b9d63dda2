"""The kinds of values that the tables of a configuration are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

Names = dict[str, str]
Id = str
"""A reference to another table by its key."""

NonNegative = Annotated[int, Meta(ge=0, description="a whole number, 0 or more")]
Positive = Annotated[int, Meta(ge=1, description="a whole number, 1 or more")]
Minutes = Annotated[float, Meta(gt=0, le=1440, description="a number of minutes, above 0 and at most 1440")]
TimeOfDay = Annotated[str, Meta(pattern=r"^\d{1,2}:\d\d$", description="a time of day such as 8:30")]
Span = Annotated[
    str, Meta(pattern=r"^\d{1,2}:\d\d-\d{1,2}:\d\d$", description="a span of hours such as 8:30-17:15")
]
YearlyDays = Annotated[
    str, Meta(pattern=r"^\d\d-\d\d\.\.\d\d-\d\d$", description="days of every year such as 12-29..01-03")
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Prefix = Annotated[
    str, Meta(pattern=r"^[^\d\s]{0,4}$", description="up to 4 characters without digits or blanks")
]
Language = Annotated[
    str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z]+)*$", description="a language tag such as pt-BR")
]
Url = Annotated[str, Meta(pattern=r"^https?://[^\s/]+", description="an address such as https://example.jp")]
Device = Annotated[
    str,
    Meta(
        pattern=r"^(tcp|serial|usb|file|draw|none):",
        description="a device that begins with tcp: serial: usb: file: draw: or none:",
    ),
]
Bytes = Annotated[
    str,
    Meta(
        pattern=r"^( *([0-9A-Fa-f]{2}|\{[a-z]+(:[0-9]+)?\}))* *$",
        description="bytes as pairs of hex digits, such as 02 31 03",
    ),
]
"""What goes over a line, in and out; in what is sent, ``{…}`` stands for what is known only then."""
Secret = Annotated[
    str,
    Meta(
        pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$",
        extra={"secret": True},
        description="env:NAME or file:PATH",
    ),
]
