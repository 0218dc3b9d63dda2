"""A client of the hall's HTTP API, for the programs of ours that play people and staff: replay, demonstration, load.

It speaks the contract's types and nothing else. What the server could not take (restarting, too many requests)
is sent again under the same idempotency key, so nothing is done twice.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import msgspec

from queue_server import contract

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""How long a call is tried again while a server that was there is away or overrun."""
FIRST_SECONDS = 3.0
"""How long the first call is tried: the server may be about to start, or the address may be wrong."""
OVERRUN = ("too_many_requests", "too_many_misses")
"""Refusals with 429 that pass by themselves. Others with 429 are the hall's own rules: a kiosk that rests."""
_encode = msgspec.json.Encoder().encode


class ServerAway(Exception):
    """The server cannot be reached, or does not answer as a hall does. The message is for people."""


class CallRefused(Exception):
    """The server said no. ``code`` is the contract's."""

    def __init__(self, status: int, problem: contract.Problem) -> None:
        super().__init__(f"{problem.detail or problem.title} ({problem.code}, {status})")
        self.status = status
        self.code = problem.code
        self.facts = problem.facts


class Client:
    """One connection pool to one server, in the name of one token. ``url``: e.g. ``http://127.0.0.1:8080``."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._patience = FIRST_SECONDS
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=30),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def get(self, path: str, answer: type[T], **query: str) -> T:
        """``GET``; ``answer`` is a type of the contract. Raises ``CallRefused``, ``ServerAway``."""
        return await self._call("GET", path, answer, None, query)

    async def post(self, path: str, answer: type[T], body: msgspec.Struct | None = None) -> T:
        """``POST``, once however often it has to be sent. Raises ``CallRefused``, ``ServerAway``."""
        return await self._call("POST", path, answer, b"{}" if body is None else _encode(body), None)

    async def _call(
        self, method: str, path: str, answer: type[T], body: bytes | None, query: dict[str, str] | None
    ) -> T:
        assert self._session is not None
        headers = {} if body is None else {"Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = secrets.token_hex(12)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while True:
            try:
                async with self._session.request(
                    method, self.url + path, data=body, params=query, headers=headers
                ) as response:
                    data = await response.read()
                    self._patience = PATIENCE_SECONDS
                    if response.status < 400:
                        return _decoded(data, answer, self.url + path)
                    refusal = _refusal(response.status, data, self.url + path)
                    passing = response.status == 503 or (
                        isinstance(refusal, CallRefused) and refusal.code in OVERRUN
                    )
                    if not passing or loop.time() > until:
                        raise refusal
                    wait = _seconds(response.headers.get("Retry-After"))
            except (aiohttp.ClientConnectionError, TimeoutError) as error:
                if loop.time() > until:
                    raise ServerAway(f"{self.url} does not answer: {str(error) or 'timed out'}") from None
                wait = 0.2
            except aiohttp.InvalidURL:
                raise ServerAway(
                    f"{self.url} is no address of a server (expected e.g. http://127.0.0.1:8080)"
                ) from None
            await asyncio.sleep(wait)

    async def events(self, site: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """The public events of a site as (name, data), from its board on; ends when the connection does."""
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
        name = ""
        try:
            async with self._session.get(
                f"{self.url}/api/v1/sites/{site}/events", timeout=timeout
            ) as response:
                async for line in response.content:
                    field, _, value = line.decode().rstrip("\r\n").partition(": ")
                    if field == "event":
                        name = value
                    elif field == "data":
                        yield name, msgspec.json.decode(value)
        except (aiohttp.ClientError, TimeoutError):
            return


def _decoded(data: bytes, answer: type[T], url: str) -> T:
    try:
        return msgspec.json.decode(data, type=answer)
    except msgspec.DecodeError as error:
        raise ServerAway(f"{url} does not answer as a hall does: {error}") from None


def _refusal(status: int, data: bytes, url: str) -> Exception:
    try:
        return CallRefused(status, msgspec.json.decode(data, type=contract.Problem))
    except msgspec.DecodeError:
        return ServerAway(f"{url} answered {status}, and not as a hall does")


def _seconds(retry_after: str | None) -> float:
    try:
        return max(0.1, float(retry_after or 0.5))
    except ValueError:
        return 0.5
