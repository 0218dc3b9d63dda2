"""The tables that take many rows at once: columns in order, and what a second row with one key does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)  # a key of caches: by identity
class Table:
    """One bulk-insert target. ``columns``: name → SQL type; ``conflict``: the clause after the rows."""

    name: str
    columns: dict[str, str]
    conflict: str = ""

    @property
    def quoted(self) -> str:
        """The columns, quoted because ``by`` and ``key`` are SQL words."""
        return ", ".join(map(_quoted, self.columns))

    @property
    def head(self) -> str:
        """``INSERT INTO name (columns)``."""
        return f"INSERT INTO {self.name} ({self.quoted})"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _replacing(
    name: str, key: tuple[str, ...], columns: dict[str, str], fixed: tuple[str, ...] = ()
) -> Table:
    """A later row with the same key replaces all but ``fixed``, which never changes and may be indexed."""
    changes = ", ".join(f"{_quoted(c)} = excluded.{_quoted(c)}" for c in columns if c not in key + fixed)
    return Table(name, columns, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}")


EVENTS = Table(
    "events",
    {
        "site": "text",
        "seq": "bigint",
        "day": "text",
        "at": "bigint",
        "cmd": "bigint",
        "kind": "text",
        "v": "bigint",
        "by": "text",
        "key": "text",
        "body": "text",
        "data": "text",
    },
)

TICKETS = _replacing(
    "tickets",
    ("site", "day", "ticket"),
    {
        "site": "text",
        "day": "text",
        "ticket": "text",
        "number": "text",
        "band": "text",
        "value": "bigint",
        "lap": "bigint",
        "service": "text",
        "services": "text",
        "channel": "text",
        "kiosk": "text",
        "lang": "text",
        "priority": "text",
        "units": "bigint",
        "issued_at": "bigint",
        "token_hash": "text",
        "called_at": "bigint",
        "started_at": "bigint",
        "ended_at": "bigint",
        "state": "text",
        "counter": "text",
        "calls": "bigint",
        "wait_ms": "bigint",
        "service_ms": "bigint",
        "handoffs": "bigint",
        "handoffs_done": "bigint",
    },
    fixed=("token_hash", "number", "band", "value", "lap", "channel", "kiosk", "units", "issued_at"),
)

STAGES = _replacing(
    "stages",
    ("site", "day", "seq"),
    {
        "site": "text",
        "day": "text",
        "seq": "bigint",
        "ticket": "text",
        "number": "text",
        "service": "text",
        "counter": "text",
        "issued_at": "bigint",
        "called_at": "bigint",
        "started_at": "bigint",
        "ended_at": "bigint",
        "outcome": "text",
        "wait_ms": "bigint",
        "service_ms": "bigint",
        "from_call": "bigint",
        "pickup": "bigint",
        "recalls": "bigint",
    },
    fixed=("ticket", "number", "service", "counter", "issued_at", "called_at", "wait_ms", "pickup"),
)

PRIVATE = _replacing(
    "private",
    ("site", "ref"),
    {"site": "text", "ref": "text", "kind": "text", "data": "bytea", "erase_at": "bigint"},
)

DELIVERIES = Table(
    "deliveries",
    {
        "id": "text",
        "site": "text",
        "seq": "bigint",
        "channel": "text",
        "ticket": "text",
        "kind": "text",
        "address": "text",
        "body": "text",
        "state": "text",
        "tries": "bigint",
        "next_at": "bigint",
        "expires_at": "bigint",
        "created_at": "bigint",
        "updated_at": "bigint",
    },
    "ON CONFLICT (id) DO NOTHING",
)

CURSORS = Table(
    "cursors",
    {"reader": "text", "site": "text", "seq": "bigint"},
    "ON CONFLICT (reader, site) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > cursors.seq",
)
