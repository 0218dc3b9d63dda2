"""The installation's secret and what is derived from it: ticket tokens and opaque references.

A ticket's token is derived from site and ticket id and stored nowhere. The log holds only its SHA-256.
"""

from __future__ import annotations

import os
import re
import secrets
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from hmac import digest
from pathlib import Path

VARIABLE = "MATANAI_SECRET_KEY"
TOKEN_LENGTH = 22
_KEY = re.compile(r"[0-9a-fA-F]{64}")


class KeyUnusable(Exception):
    """The secret cannot be used as it is. The message says where it stands and what to do."""


class Keys:
    """Derives tokens. ``secret``: 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.ticket_token = lru_cache(maxsize=256)(self._ticket_token)
        """``ticket_token(site, ticket)``: 22 characters of base64url (128 bits)."""

    def _ticket_token(self, site: str, ticket: str) -> str:
        mac = digest(self.secret, f"{site}\0{ticket}".encode(), "sha256")
        return urlsafe_b64encode(mac[:16])[:TOKEN_LENGTH].decode()

    def token_hash(self, site: str, ticket: str) -> str:
        """SHA-256 (hex) of a ticket's token: what the log holds."""
        return self.hash_of(self.ticket_token(site, ticket))

    @staticmethod
    def hash_of(token: str) -> str:
        """SHA-256 (hex) of any token."""
        return sha256(token.encode("utf-8", "replace")).hexdigest()

    def reference(self, kind: str, name: str) -> str:
        """An opaque reference to somebody (a login name must not stand in the log)."""
        mac = digest(self.secret, f"reference\0{kind}\0{name}".encode(), "sha256")
        return f"{kind}:{urlsafe_b64encode(mac[:9]).decode()}"


def key_file(database: str) -> Path:
    """Where the secret of an installation stands when it is not in the environment: beside a SQLite file,
    else in ``var/`` of the working directory."""
    scheme, _, rest = database.partition("://")
    if scheme == "sqlite" and len(rest) > 1:
        return Path(rest[1:] + ".key")
    return Path("var", "matanai.key")


def installation_secret(database: str) -> bytes:
    """The secret from ``MATANAI_SECRET_KEY`` or the key file, which is made at the first start.

    Raises ``KeyUnusable``.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        if not _KEY.fullmatch(given.strip()):
            raise KeyUnusable(
                f"{VARIABLE} must be 64 hexadecimal digits (found {len(given.strip())} characters): "
                "make one with `openssl rand -hex 32`, or unset it to use the key file"
            )
        return bytes.fromhex(given.strip())
    path = key_file(database)
    try:
        return _from_file(path)
    except FileNotFoundError:
        return _make(path)
    except OSError as error:
        raise KeyUnusable(f"the key file {path} cannot be read: {error.strerror}; check its owner") from None


def _from_file(path: Path) -> bytes:
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not _KEY.fullmatch(text):
        raise KeyUnusable(
            f"the key file {path} must hold 64 hexadecimal digits: restore it from the backup "
            "(without it no ticket that was given and no personal data can be read)"
        )
    return bytes.fromhex(text)


def _make(path: Path) -> bytes:
    secret = secrets.token_bytes(32)
    whole = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(whole, path)  # never over a file that is there
    except FileExistsError:
        return _from_file(path)  # another process was faster
    except OSError as error:
        raise KeyUnusable(
            f"the key file {path} cannot be written: {error.strerror}; make its folder writable, "
            f"or set {VARIABLE}"
        ) from None
    finally:
        whole.unlink(missing_ok=True)
    return secret
