"""Every SQL statement by its name, read once from ``sql/*.sql``.

A file is a list of statements, each under a line ``-- name: NAME``. Parameters are written ``:parameter``.
The same text runs on both databases.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"
_HEADER = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)


@cache
def queries() -> dict[str, str]:
    """Name → statement. Raises ``ValueError`` when two statements have one name."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.sql")):
        parts = _HEADER.split(file.read_text(encoding="utf-8"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            if name in found:
                raise ValueError(f"{file.name}: the statement {name!r} exists twice")
            found[name] = text.strip()
    return found


def sql(name: str) -> str:
    """The statement of this name. Raises ``KeyError`` with the name when there is none."""
    return queries()[name]
