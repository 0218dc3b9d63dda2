"""Personal data at rest: AES-256-GCM with a key derived from the installation's secret.

Site and reference are bound into each row, so that a row copied to another place does not open.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from .errors import Damaged

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE = 12
DAY_MS = 86_400_000


class Cipher:
    """Seals and opens private rows. ``secret`` is the installation's key (at least 16 bytes)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("the installation's secret must have at least 16 bytes")
        self._secret = secret

    @cached_property
    def _aead(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"matanai private rows 1")
        return AESGCM(derive.derive(self._secret))

    def seal(self, site: str, ref: str, data: bytes) -> bytes:
        """What is stored for ``data`` (clear)."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._aead.encrypt(nonce, data, _bound(site, ref))

    def open(self, site: str, ref: str, sealed: bytes) -> bytes:
        """The clear data. Raises ``Damaged`` when it was changed, moved, or sealed under another secret."""
        from cryptography.exceptions import InvalidTag

        try:
            if sealed[:1] != VERSION:
                raise InvalidTag
            return self._aead.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], _bound(site, ref))
        except InvalidTag:
            raise Damaged(
                "a private row cannot be opened: it was changed, or the installation's secret is not the one "
                "it was written with"
            ) from None


def _bound(site: str, ref: str) -> bytes:
    return f"{site}\0{ref}".encode()
