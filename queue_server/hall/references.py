"""Ids made at the edge, and private texts that events refer to."""

from __future__ import annotations

import secrets

from queue_server.log import PrivateRow

PRIVATE_DAYS = 7
"""How long notes, reasons and needs are kept; longer only what a case needs."""


def new_reference(prefix: str = "") -> str:
    """A random id (72 bits): of a ticket, a hand-off, a private row."""
    return prefix + secrets.token_hex(9)


def private_text(kind: str, text: str | None) -> tuple[str | None, tuple[PrivateRow, ...]]:
    """(reference, rows) for a text that staff wrote; nothing for none."""
    if not text:
        return None, ()
    ref = new_reference()
    return ref, (PrivateRow(ref, kind, text.encode(), PRIVATE_DAYS),)
