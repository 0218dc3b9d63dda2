"""Reads a city's files and the overrides of the command line into one tree of plain values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .mistakes import Mistake

Tree = dict[str, Any]
Key = tuple[str, ...]

OVERRIDE = "--set"
UNREAD = frozenset({"no_folder", "no_file", "unreadable", "not_utf8", "syntax"})
"""Mistakes for which a file's keys are not known."""
_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


class Source:
    """The merged tree, where each part of it came from, and what went wrong on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree: Tree = {}
        self.origins: dict[Key, str] = {}
        self.raw: dict[Key, str] = {}
        """Overrides as they were typed: the fallback where a text is expected."""
        self.mistakes: list[Mistake] = []

    def file_of(self, key: Key) -> str:
        """The file in which ``key`` stands, or would stand."""
        for length in range(len(key), -1, -1):
            if (origin := self.origins.get(key[:length])) is not None:
                return origin
        return f"sites/{key[1]}/site.toml" if len(key) > 1 and key[0] == "sites" else "city.toml"

    def note(self, key: Key, code: str, **facts: Any) -> None:
        """Add a mistake at ``key``."""
        self.mistakes.append(Mistake(self.file_of(key), ".".join(key), code, facts))

    def mistaken(self, key: Key) -> bool:
        """True when a mistake is known at ``key`` or below it."""
        dotted = ".".join(key)
        return any(m.key == dotted or m.key.startswith(dotted + ".") for m in self.mistakes)


def read(folder: Path, overrides: Sequence[str]) -> Source:
    """Read ``*.toml`` of the folder and of ``sites/<id>/``, then apply ``KEY=VALUE`` overrides."""
    source = Source(folder)
    if not folder.is_dir():
        source.mistakes.append(Mistake(str(folder), "", "no_folder", {"folder": str(folder)}))
        return source
    if not (folder / "city.toml").is_file():
        source.mistakes.append(Mistake("city.toml", "", "no_file"))
    for path in sorted(folder.glob("*.toml")):
        _add_file(source, path, path.name, ())
    for path in sorted(folder.glob("sites/*/*.toml")):
        _add_file(source, path, path.relative_to(folder).as_posix(), ("sites", path.parent.name))
    for override in overrides:
        _override(source, override)
    return source


def _add_file(source: Source, path: Path, name: str, base: Key) -> None:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        source.mistakes.append(Mistake(name, "", "unreadable", {"reason": reason}))
        return
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        source.mistakes.append(Mistake(name, "", "not_utf8", {"line": before + 1}))
        return
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = _LINE.search(message)
        line = match.group(1) if match else "the last"
        source.mistakes.append(Mistake(name, "", "syntax", {"line": line, "reason": _LINE.sub("", message)}))
        return
    _merge(source, table, name, base)


def _merge(source: Source, table: Tree, name: str, base: Key) -> None:
    """Add a file's tables: a section may be split over files, a record of it may not."""
    target = source.tree
    for part in base:
        target = target.setdefault(part, {})
    source.origins.setdefault(base, name)
    for section, content in table.items():
        key = (*base, section)
        there = target.get(section)
        if there is None:
            target[section] = dict(content) if isinstance(content, dict) else content
            source.origins[key] = name
            if isinstance(content, dict):
                source.origins.update({(*key, record): name for record in content})
        elif not isinstance(there, dict) or not isinstance(content, dict):
            source.mistakes.append(
                Mistake(name, ".".join(key), "defined_twice", {"other": source.file_of(key)})
            )
        elif key == ("sites",):
            for site, site_table in content.items():
                _merge(source, site_table if isinstance(site_table, dict) else {}, name, (*key, site))
        else:
            _merge_records(source, there, content, name, key)


def _merge_records(source: Source, there: Tree, content: Tree, name: str, key: Key) -> None:
    for record, value in content.items():
        at = (*key, record)
        if record in there:
            source.mistakes.append(
                Mistake(name, ".".join(at), "defined_twice", {"other": source.file_of(at)})
            )
        else:
            there[record] = value
            source.origins[at] = name


def _override(source: Source, text: str) -> None:
    dotted, equals, raw = text.partition("=")
    key = tuple(part.strip() for part in dotted.split("."))
    if not equals or not all(key):
        source.mistakes.append(Mistake(OVERRIDE, "", "override_form", {"text": dotted if equals else text}))
        return
    target = source.tree
    for depth, part in enumerate(key[:-1]):
        if part not in target:
            target[part] = {}
            source.origins[key[: depth + 1]] = OVERRIDE
        below = target[part]
        if not isinstance(below, dict):
            parent = ".".join(key[: depth + 1])
            source.mistakes.append(Mistake(OVERRIDE, ".".join(key), "override_path", {"parent": parent}))
            return
        target = below
    target[key[-1]] = _value(raw.strip())
    for stale in [k for k in source.origins if k[: len(key)] == key]:
        del source.origins[stale]
    source.origins[key] = OVERRIDE
    source.raw[key] = raw.strip()


def _value(raw: str) -> Any:
    """A TOML value where it is one, else the text itself."""
    try:
        parsed = tomllib.loads(f"value = {raw}")
    except tomllib.TOMLDecodeError:
        return raw
    return parsed["value"] if len(parsed) == 1 else raw
