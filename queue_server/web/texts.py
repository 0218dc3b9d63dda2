"""Texts for people, by language and key: every room brings gettext catalogues whose ids are stable keys."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

FALLBACKS = ("ja", "en")
"""Where a text is looked for when the reader's language has none."""
CATALOGUES = "locales"


class _Missing(dict[str, Any]):
    """Facts of a sentence; what is missing stays visible instead of failing the answer."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


class Texts:
    """Catalogues ``<folder>/<lang>.po`` of all rooms; a later room's text replaces an earlier one's."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = list(folders)
        self._read: dict[str, dict[str, str]] = {}

    def add(self, folder: Path) -> None:
        """Read also the catalogues of this folder."""
        self._folders.append(folder)
        self._read.clear()

    def get(self, lang: str, key: str, /, **facts: Any) -> str:
        """The text, with ``{fact}`` filled in; in Japanese, then English, then the key itself when missing."""
        for tag in (lang, *FALLBACKS):
            text = self.catalogue(tag).get(key)
            if text:
                return text.format_map(_Missing(facts)) if "{" in text else text
        return key

    def has(self, key: str) -> bool:
        """Whether any catalogue a reader falls back to knows the key."""
        return any(key in self.catalogue(tag) for tag in FALLBACKS)

    def has_pages(self, lang: str) -> bool:
        """Whether pages can be read in the language. A room may have texts in more: tickets on paper do."""
        return "language.name" in self.catalogue(lang)

    def catalogue(self, lang: str) -> dict[str, str]:
        """Key → text of one language, read when first asked for."""
        found = self._read.get(lang)
        if found is None:
            found = self._read[lang] = {}
            for folder in self._folders:
                found.update(_read(folder / f"{lang}.po"))
        return found


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    # imported here: a start needs no texts
    from babel.messages.pofile import PoFileError, read_po

    try:
        with path.open("rb") as file:
            messages = read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        logger.error("the catalogue %s cannot be read: %s", path, error)
        return {}
    return {
        message.id: message.string
        for message in messages
        if message.id and isinstance(message.id, str) and isinstance(message.string, str) and message.string
    }
