"""Ids made at the edge, and private texts that events refer to."""

from __future__ import annotations

import secrets
import time

from .call import PrivateText


def new_reference(prefix: str = "") -> str:
    """An id: of a ticket, a hand-off, a private row. Not a secret: it begins with the time, 56 bits are random.

    Rows that are written together then lie together, which makes a busy commit several times cheaper.
    """
    return f"{prefix}{time.time_ns() // 1_000_000:012x}{secrets.token_hex(7)}"


def private_text(kind: str, text: str | None) -> tuple[str | None, tuple[PrivateText, ...]]:
    """(reference, rows) for a text that staff wrote; nothing for none."""
    if not text:
        return None, ()
    ref = new_reference()
    return ref, (PrivateText(ref, kind, text.encode()),)
