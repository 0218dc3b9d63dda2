"""Bearer tokens of devices and programs: kept as SHA-256, looked up in memory.

``matanai token`` writes to the database beside a running server, so an unknown token is looked for there, and
the table is read again every few seconds to notice what was revoked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, get_args

from queue_server.contract import Role
from queue_server.log import Log, Transaction

from .principals import Principal

REFRESH_SECONDS = 2.0
ROLES: tuple[str, ...] = get_args(Role)
PREFIX = "mt_"
"""Makes a token that leaked into a log or a repository easy to find."""


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


class Tokens:
    """The tokens of the installation."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._by_hash: dict[str, Principal] = {}
        self._by_id: dict[str, Principal] = {}

    async def refresh(self) -> None:
        """Read the table. Raises ``LogUnavailable``."""
        rows = await self._log.read("tokens")
        valid = [row for row in rows if row["revoked_at"] is None]
        self._by_hash = {row["hash"]: self._kept(row) for row in valid}
        self._by_id = {row["id"]: self._by_hash[row["hash"]] for row in valid}

    def _kept(self, row: Mapping[str, Any]) -> Principal:
        return self._by_hash.get(row["hash"]) or _principal(row)

    def known(self, token: str) -> Principal | None:
        """Who bears a token, from memory."""
        return self._by_hash.get(hash_of(token))

    async def find(self, token: str) -> Principal | None:
        """Who bears a token, from memory or else from the database."""
        found = self.known(token)
        if found is None and len(token) <= 200:
            rows = await self._log.read("token_by_hash", hash=hash_of(token))
            if rows:
                await self.refresh()
                found = self.known(token)
        return found

    def by_id(self, token_id: str) -> Principal | None:
        """The principal of a token that is still valid."""
        return self._by_id.get(token_id)


def _principal(row: Mapping[str, Any]) -> Principal:
    return Principal(
        ref=f"token:{row['id']}",
        role=row["role"],
        site=row["site"],
        counter=row["counter"],
        department=row["department"],
        agent=row["agent"],
        limit_key=f"token:{row['id']}",
    )


def new_token() -> str:
    """A new token: 192 bits."""
    return PREFIX + secrets.token_urlsafe(24)


async def create(
    log: Log,
    *,
    role: str,
    name: str,
    now: int,
    site: str | None = None,
    counter: str | None = None,
    department: str | None = None,
    agent: str | None = None,
) -> str:
    """Write a new token and return it: the only time that anybody sees it. ``now``: real time, ms UTC."""
    token = new_token()

    def write(tx: Transaction) -> None:
        tx.execute(
            "add_token",
            id=secrets.token_hex(6),
            role=role,
            site=site,
            counter=counter,
            department=department,
            agent=agent,
            name=name,
            hash=hash_of(token),
            now=now,
        )

    await log.run(write)
    return token


async def revoke(log: Log, token_id: str, now: int) -> bool:
    """Revoke a token by its id, and the device sessions it was exchanged for; whether there was one."""

    def write(tx: Transaction) -> int:
        tx.execute("revoke_sessions_of", login=None, token=token_id, now=now)
        return tx.execute("revoke_token", id=token_id, now=now)

    return await log.run(write) > 0
