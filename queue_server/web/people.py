"""People who sign in with a password: added, given a new password, disabled, beside a running server too.

A login is never free again: what a disabled person did must not look like somebody else's doing.
"""

from __future__ import annotations

from queue_server.log import Log, Transaction


async def add(
    log: Log,
    *,
    login: str,
    password_hash: str,
    role: str,
    now: int,
    site: str | None = None,
    counter: str | None = None,
    department: str | None = None,
) -> bool:
    """Let somebody sign in; False when the login is taken. ``now``: real time, ms UTC."""

    def write(tx: Transaction) -> int:
        return tx.execute(
            "add_person",
            login=login,
            password_hash=password_hash,
            role=role,
            site=site,
            counter=counter,
            department=department,
            name_ref=None,
            now=now,
        )

    return await log.run(write) > 0


async def set_password(log: Log, login: str, password_hash: str, now: int) -> bool:
    """Give a new password and end the person's sessions; whether there is such a person."""

    def write(tx: Transaction) -> int:
        tx.execute("revoke_sessions_of", login=login, token=None, now=now)
        return tx.execute("set_password", login=login, password_hash=password_hash)

    return await log.run(write) > 0


async def disable(log: Log, login: str, now: int) -> bool:
    """Let a person sign in no more and end their sessions; whether there was such a person."""

    def write(tx: Transaction) -> int:
        tx.execute("revoke_sessions_of", login=login, token=None, now=now)
        return tx.execute("disable_person", login=login, now=now)

    return await log.run(write) > 0
