"""Where the agent's token is."""

from __future__ import annotations

import os
from pathlib import Path


class NoToken(Exception):
    """There is no token where it was said to be. The message is for people."""


def read_token(source: str) -> str:
    """The token of ``env:NAME``, ``file:PATH`` or the token itself. Raises ``NoToken``.

    A file is read again whenever the server refuses what it held: a new token needs no restart, unless the file is a
    copy made at the start, as systemd's credentials are.
    """
    kind, _, where = source.partition(":")
    if kind == "env":
        found = os.environ.get(where, "").strip()
        if not found:
            raise NoToken(f"--token {source}: the environment has no {where}")
        return found
    if kind == "file":
        try:
            found = Path(where).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NoToken(f"--token {source}: {getattr(error, 'strerror', None) or error}") from None
        if not found:
            raise NoToken(f"--token {source}: the file is empty")
        return found
    return source.strip()
