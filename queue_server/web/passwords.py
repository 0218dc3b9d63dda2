"""People's passwords: argon2id in a thread, a few at a time, so that guessing cannot take the machine."""

from __future__ import annotations

import asyncio
import secrets
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

AT_ONCE = 2
MEMORY_KIB, ROUNDS, LANES = 19 * 1024, 2, 1
"""OWASP's recommendation for argon2id with little memory: two sign-ins at once must not double the server's."""
MOST_WAITING = 32


def new_password() -> str:
    """A password that nobody guesses: 16 characters."""
    return secrets.token_urlsafe(12)


class TooBusy(Exception):
    """Too many people sign in at this moment."""


class Passwords:
    """Hashes and checks. Each check costs memory and some tens of milliseconds on purpose."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(memory_cost=MEMORY_KIB, time_cost=ROUNDS, parallelism=LANES)

    @cached_property
    def _nobody(self) -> str:
        """A hash that no password has: unknown logins take as long as wrong passwords."""
        return self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """The hash to store. Blocks for some tens of milliseconds."""
        return self._hasher.hash(password)

    async def check(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` belongs to the stored hash; never for None. Raises ``TooBusy``."""
        if self._waiting >= MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(self._verify, stored, password)
        finally:
            self._waiting -= 1

    def _verify(self, stored: str | None, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
