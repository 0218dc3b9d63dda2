"""Loads and checks a city's configuration, and fetches its secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .mistakes import ConfigurationError, Mistake
from .model import City, Settings
from .reading import UNREAD, read
from .shape import Shape
from .whole import check_city

_PIN = re.compile(r"\d{4,12}", re.ASCII)


def load(folder: Path, overrides: Sequence[str] = ()) -> Settings:
    """The configuration in ``folder`` with ``KEY=VALUE`` overrides (``--set``).

    Raises ``ConfigurationError`` with every mistake at once.
    """
    settings, mistakes = _examine(folder, overrides)
    if settings is None or mistakes:
        raise ConfigurationError(mistakes)
    return settings


def check(folder: Path, overrides: Sequence[str] = ()) -> list[Mistake]:
    """Every mistake in the configuration; empty when it can be used."""
    return _examine(folder, overrides)[1]


def _examine(folder: Path, overrides: Sequence[str]) -> tuple[Settings | None, list[Mistake]]:
    source = read(folder, overrides)
    if unread := [mistake for mistake in source.mistakes if mistake.code in UNREAD]:
        return None, unread  # whatever else could be found may only follow from what is not there
    shape = Shape(source)
    city: City = shape.convert(City, source.tree, ())
    check_city(source, city, shape.texts)
    settings = Settings(**msgspec.structs.asdict(city), folder=str(folder.resolve()))
    return settings, sorted(source.mistakes, key=lambda m: m.file)


class SecretMissing(Exception):
    """A secret cannot be read. The message names where it was looked for, never the secret."""


def secret(settings: Settings, reference: str) -> str:
    """The secret that ``env:NAME`` or ``file:PATH`` (relative to the city's folder) names.

    Raises ``SecretMissing`` when it is not there or empty: whoever needs it decides what to do without.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        value = os.environ.get(name, "")
        where = f"the environment variable {name}"
    else:
        path = Path(settings.folder, name)
        where = f"the file {path}"
        try:
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"{where} cannot be read: {error}") from None
    if not value:
        raise SecretMissing(f"{where} is empty or not set")
    return value


def pin(settings: Settings, reference: str) -> str:
    """The secret that opens a kiosk's staff mode.

    Raises ``SecretMissing`` when it cannot be read or is not 4 to 12 digits, which is all that the pad can type.
    """
    found = secret(settings, reference)
    if not _PIN.fullmatch(found):
        raise SecretMissing(f"the PIN in {reference} is not 4 to 12 digits")
    return found
