"""The ``Idempotency-Key`` header: the same key is the same act, however often it arrives."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import msgspec

from queue_server.log import IdempotencyKey

from .problems import ProblemError

HEADER = "Idempotency-Key"
LONGEST = 200

_encode = msgspec.json.Encoder(order="deterministic").encode


def read_key(header: str | None, *, required: bool) -> str | None:
    """The header's value. Raises 422 ``invalid_key`` or ``key_required``."""
    if header is None:
        if required:
            raise ProblemError("key_required")
        return None
    if not 0 < len(header) <= LONGEST or not header.isascii() or not header.isprintable():
        raise ProblemError("invalid_key", longest=LONGEST)
    return header


def idempotency_key(value: str, principal: str, path: str, body: Any, secret: bytes) -> IdempotencyKey:
    """What the log remembers. ``path`` is the concrete one, which holds site and route; ``body`` is decoded.

    The body's hash takes the installation's ``secret``: from a plain one a PIN, a need or a note could be guessed.
    """
    scope = f"{principal}\0{path}\0{value}".encode("utf-8", "surrogateescape")
    return IdempotencyKey(
        blake2b(scope, digest_size=16).hexdigest(),
        blake2b(_encode(body), digest_size=16, key=secret, person=b"idempotency").hexdigest(),
    )
