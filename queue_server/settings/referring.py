"""Checks that what a key names is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from .mistakes import did_you_mean, listed
from .reading import Key, Source


def reference(source: Source, key: Key, kind: str, name: str | None, known: Collection[str]) -> None:
    """Note a name that is not among the known ones; None is no reference."""
    if name is None or name in known or source.mistaken(key):
        return
    names = list(known)
    source.note(
        key, "unknown_reference", kind=kind, name=name, hint=did_you_mean(name, names), known=listed(names)
    )


def references(source: Source, key: Key, kind: str, names: tuple[str, ...], known: Collection[str]) -> None:
    """The same for a list, which must not name anything twice."""
    for index, name in enumerate(names):
        reference(source, (*key, str(index)), kind, name, known)
    unique(source, key, names)


def unique(source: Source, key: Key, names: Iterable[Any]) -> None:
    """Note what stands in a list twice."""
    seen: set[Any] = set()
    for name in names:
        if name in seen:
            source.note(key, "repeated", name=name)
        seen.add(name)
