"""What can be used as it is written and may still be meant otherwise: told by ``matanai check`` and at every start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from .loading import SecretMissing, pin, secret
from .mistakes import did_you_mean
from .model import Settings
from .model_devices import Buttons, Layout, Printer

SENTENCES: dict[str, tuple[str, str]] = {
    "no_public_url": (
        "not set: the QR code on a ticket leads to where its ticket machine reaches the server",
        "write the address that residents' phones reach",
    ),
    "unspoken_language": (
        "the program has no words of its own in {name!r}{hint}",
        "correct it, or keep it: the city's texts are shown in it, the program's in Japanese",
    ),
    "secret_unreadable": (
        "{reason}",
        "needed by the server: let the user and the environment that it runs with have it",
    ),
    "idle_agent": (
        "nothing hangs on this agent",
        "write agent = {name!r} at a printer or at buttons, or remove it",
    ),
    "idle_buttons": (
        "neither keys nor shows: the line is opened and not used",
        "write keys or shows, or remove it",
    ),
    "idle_show": ("nothing is sent to this counter", "write what its lamp or panel is sent, or remove it"),
    "no_digits": (
        "no digits of the number are sent",
        "write {{digits:3}} or {{bcd:2}} for a panel; a lamp that says that somebody is there needs none",
    ),
    "paperless_fallback": (
        "{name!r} gives no paper ({kind}:)",
        "name a printer that prints, or remove the key",
    ),
    "no_fonts_here": (
        "there is no folder {folder} on this machine",
        "correct it, or remove it: the system's fonts are used without it",
    ),
    "not_printed": (
        "written, and not among fields: it is not printed",
        "add {name!r} to fields, or remove it",
    ),
}
"""Code → sentence, remedy (English)."""
SPOKEN = ("ja", "ja-easy", "en", "pt-BR", "vi", "zh-Hans", "es")
"""The languages of the program's own words."""
PAPERLESS = ("draw", "none")


class Note(Struct, frozen=True):
    """One thing worth a look. ``key`` is the dotted path from the city's root."""

    key: str
    code: str
    facts: dict[str, Any] = {}

    def __str__(self) -> str:
        what, remedy = SENTENCES[self.code]
        return f"{self.key}: {what.format(**self.facts)} ({remedy.format(**self.facts)})"


def notes(settings: Settings) -> list[Note]:
    """What is worth a look in a configuration without mistakes, as seen from this machine and this user."""
    return list(_all(settings))


def _all(settings: Settings) -> Iterator[Note]:
    if settings.public_url is None:
        yield Note("public_url", "no_public_url")
    for index, name in enumerate(settings.languages):
        if name not in SPOKEN:
            hint = did_you_mean(name, SPOKEN)
            yield Note(f"languages.{index}", "unspoken_language", {"name": name, "hint": hint})
    yield from _secrets(settings)
    used = {printer.agent for printer in settings.printers.values()}
    used |= {buttons.agent for buttons in settings.buttons.values()}
    for name in settings.agents:
        if name not in used:
            yield Note(f"agents.{name}", "idle_agent", {"name": name})
    for name, printer in settings.printers.items():
        yield from _printer(settings, f"printers.{name}", printer)
    for name, layout in settings.layouts.items():
        yield from _layout(f"layouts.{name}", layout)
    for name, buttons in settings.buttons.items():
        yield from _buttons(f"buttons.{name}", buttons)


def _secrets(settings: Settings) -> Iterator[Note]:
    line = settings.line
    found = [
        ("line.channel_secret", line.channel_secret, secret),
        ("line.channel_access_token", line.channel_access_token, secret),
    ]
    for site, about in settings.sites.items():
        for name, kiosk in about.kiosks.items():
            found.append((f"sites.{site}.kiosks.{name}.staff_pin", kiosk.staff_pin, pin))
    for key, reference, read in found:
        if reference is not None:
            try:
                read(settings, reference)
            except SecretMissing as error:
                yield Note(key, "secret_unreadable", {"reason": str(error)})


def _printer(settings: Settings, at: str, printer: Printer) -> Iterator[Note]:
    if printer.fallback is not None:
        kind = _kind(settings.printers[printer.fallback].device)
        if kind in PAPERLESS and _kind(printer.device) not in PAPERLESS:
            yield Note(f"{at}.fallback", "paperless_fallback", {"name": printer.fallback, "kind": kind})
    # the fonts of an agent's printer are on the agent's machine
    if printer.fonts and printer.agent is None and not Path(printer.fonts).is_dir():
        yield Note(f"{at}.fonts", "no_fonts_here", {"folder": printer.fonts})


def _layout(at: str, layout: Layout) -> Iterator[Note]:
    for name, written in (("logo", layout.logo), ("notice", layout.notice)):
        if written and name not in layout.fields:
            yield Note(f"{at}.{name}", "not_printed", {"name": name})


def _buttons(at: str, buttons: Buttons) -> Iterator[Note]:
    if not buttons.keys and not buttons.shows:
        yield Note(at, "idle_buttons")
    for counter, show in buttons.shows.items():
        here = f"{at}.shows.{counter}"
        if not any(getattr(show, field).strip() for field in show.__struct_fields__):
            yield Note(here, "idle_show")
        elif show.number.strip() and "{digits:" not in show.number and "{bcd:" not in show.number:
            yield Note(f"{here}.number", "no_digits")


def _kind(device: str) -> str:
    return device.partition(":")[0]
