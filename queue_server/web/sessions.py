"""Sessions in a cookie: of people who signed in, and of enrolled devices. The rows are in the database.

A device's session lasts as long as its token is valid. A person's is looked up again every few seconds, so a
session that another process revoked ends soon.
"""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import web
from msgspec.structs import replace

from queue_server.log import Log, Transaction

from .keys import Keys
from .principals import Principal
from .tokens import Tokens, hash_of

COOKIE = "matanai_session"
PERSON_MS = 12 * 3_600_000
"""A working day: who signs in in the morning is not asked again."""
DEVICE_MS = 400 * 86_400_000
LOOK_AGAIN_MS = 5_000
MOST_KEPT = 10_000


class Sessions:
    """Opens, finds and closes sessions. Times are real time, ms UTC."""

    def __init__(self, log: Log, tokens: Tokens, keys: Keys, *, secure: bool) -> None:
        self._log = log
        self._tokens = tokens
        self._keys = keys
        self._secure = secure
        self._kept: dict[str, tuple[Principal, str | None, int, int]] = {}
        """Hash of the cookie → principal, login, when it ends, until when that is trusted."""

    async def open_person(self, person: dict[str, Any], now: int) -> str:
        """A session of a row of ``people``; the cookie's value."""
        return await self._open(now, PERSON_MS, login=person["login"], token=None)

    async def open_device(self, token: Principal, now: int) -> str:
        """A session of the device that bears a token; the cookie's value."""
        return await self._open(now, DEVICE_MS, login=None, token=token.ref.removeprefix("token:"))

    async def _open(self, now: int, lasts: int, *, login: str | None, token: str | None) -> str:
        value = secrets.token_urlsafe(24)

        def write(tx: Transaction) -> None:
            tx.execute("drop_sessions", now=now)
            tx.execute(
                "add_session",
                hash=hash_of(value),
                login=login,
                token=token,
                now=now,
                expires_at=now + lasts,
            )

        await self._log.run(write)
        return value

    async def find(self, value: str, now: int) -> Principal | None:
        """Who the cookie belongs to, or None. Raises ``LogUnavailable``."""
        hashed = hash_of(value)
        kept = self._kept.get(hashed)
        if kept is not None and now < kept[3] and now < kept[2]:
            return kept[0]
        found = await self._look_up(hashed, now)
        if found is None:
            self._kept.pop(hashed, None)
            return None
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[hashed] = found
        return found[0]

    def login_of(self, value: str) -> str | None:
        """The login of a session that ``find`` has just found; None for a device's."""
        kept = self._kept.get(hash_of(value))
        return None if kept is None else kept[1]

    async def _look_up(self, hashed: str, now: int) -> tuple[Principal, str | None, int, int] | None:
        rows = await self._log.read("session", hash=hashed, now=now)
        if not rows:
            return None
        session = rows[0]
        until = now + LOOK_AGAIN_MS
        if session["token"] is not None:
            principal = self._tokens.by_id(session["token"])
            if principal is None:
                return None
            return replace(principal, by_cookie=True), None, session["expires_at"], until
        people = await self._log.read("person", login=session["login"])
        if not people:
            return None
        person = people[0]
        ref = self._keys.reference("person", person["login"])
        principal = Principal(
            ref=ref,
            role=person["role"],
            site=person["site"],
            counter=person["counter"],
            department=person["department"],
            by_cookie=True,
            limit_key=ref,
        )
        return principal, person["login"], session["expires_at"], until

    async def close(self, value: str, now: int) -> None:
        """Revoke a session."""
        hashed = hash_of(value)
        self._kept.pop(hashed, None)
        await self._log.run(lambda tx: tx.execute("revoke_session", hash=hashed, now=now))

    def give(self, response: web.StreamResponse, value: str, *, device: bool) -> None:
        """Set the cookie: not readable by scripts, not sent from other sites."""
        response.set_cookie(
            COOKIE,
            value,
            max_age=DEVICE_MS // 1000 if device else None,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )

    def take(self, response: web.StreamResponse) -> None:
        """Remove the cookie."""
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=self._secure)
