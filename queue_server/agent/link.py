"""The line to the server: one connection pool, every wait with an end, every failure one of two kinds."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
import msgspec

from queue_server import contract

from .token import NoToken, read_token

T = TypeVar("T")

SILENT_S = 10.0
"""A stream that brings no byte for so long is dead: the server sends a comment every 5 s."""
POST_S = 8.0
CONNECT_S = 8.0
STREAM = "text/event-stream"
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 5.0)
"""Between attempts; each is shortened by chance, so that not every agent of a city comes at once."""
HINTS = {
    "forbidden": "the token is of another role: make one with `matanai token create --role agent --agent ID`",
    "not_found": "there is no Matanai at this address: give --server without a path",
}
"""For the person who has set the agent up, and is the one whom the server's own words send people to."""
_encode = msgspec.json.Encoder().encode


class Away(Exception):
    """The server cannot be reached, or cannot do it now. The message is for people."""


class Refused(Exception):
    """The server said no. ``code`` is the contract's; the message is for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{detail} ({code}, {status})")
        self.status = status
        self.code = code


class Message(msgspec.Struct, frozen=True):
    """One message of a stream, or a comment, which has no name and tells the server's real time (ms UTC)."""

    name: str
    data: bytes = b""
    server_ms: int = 0


class Link:
    """Calls of one server in the name of one token. ``url``: e.g. ``https://queue.example.lg.jp``."""

    def __init__(self, url: str, token_source: str) -> None:
        """Raises ``NoToken``."""
        self.url = url.rstrip("/")
        self._source = token_source
        self._token = read_token(token_source)
        self._run = secrets.token_hex(8)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=10),
            timeout=aiohttp.ClientTimeout(total=POST_S, sock_connect=CONNECT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=True,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def get(self, path: str, answer: type[T]) -> T:
        """``GET``. Raises ``Away``, ``Refused``."""
        return await self._call("GET", path, answer, None, {}, POST_S)

    async def post(
        self, path: str, answer: type[T], body: msgspec.Struct, *, key: str = "", within_s: float = POST_S
    ) -> T:
        """``POST``, tried once. ``key``: of idempotency. Raises ``Away``, ``Refused``."""
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return await self._call("POST", path, answer, _encode(body), headers, within_s)

    async def _call(
        self,
        method: str,
        path: str,
        answer: type[T],
        body: bytes | None,
        headers: dict[str, str],
        within_s: float,
    ) -> T:
        assert self._session is not None
        try:
            async with self._session.request(
                method,
                self.url + path,
                data=body,
                headers=self._signed(headers),
                timeout=aiohttp.ClientTimeout(total=within_s, sock_connect=CONNECT_S),
                allow_redirects=False,
            ) as response:
                data = await response.read()
                if response.status != 200:
                    raise self._problem(response.status, data)
                return msgspec.json.decode(data, type=answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Away(self._why(error)) from None
        except ValueError:  # msgspec.DecodeError is one, and what it says of bytes that are no text
            raise Away(self._strange()) from None

    async def stream(self, path: str, **query: str) -> AsyncGenerator[Message]:
        """The messages of a stream and its comments, until it ends. Raises ``Away``, ``Refused``."""
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENT_S)
        try:
            async with self._session.get(
                self.url + path,
                params={**query, "run": self._run},
                headers=self._signed({}),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise self._problem(response.status, await response.read())
                if response.content_type != STREAM:
                    raise Away(self._strange())
                name, rest = "", b""
                async for piece in response.content.iter_any():
                    *lines, rest = (rest + piece).split(b"\n")
                    for line in lines:
                        field, _, value = line.partition(b": ")
                        if field == b"event":
                            name = value.decode()
                        elif field == b"data":
                            yield Message(name, value)
                        elif not field and value:
                            yield Message("", server_ms=int(value))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Away(self._why(error)) from None
        except ValueError:  # bytes that are no text, a comment that is no time
            raise Away(self._strange()) from None
        raise Away(f"{self.url} has ended the line")

    def _signed(self, headers: dict[str, str]) -> dict[str, str]:
        return {**headers, "Authorization": f"Bearer {self._token}"}

    def _problem(self, status: int, data: bytes) -> Exception:
        if status >= 500 or status in (408, 429):
            return Away(f"{self.url} cannot take it now ({status})")
        try:
            problem = msgspec.json.decode(data, type=contract.Problem)
        except ValueError:
            return Away(f"{self.url} answered {status}, and not as Matanai does")
        if status == 401:
            try:
                self._token = read_token(self._source)
            except NoToken:
                pass  # it is being replaced, or the old one will be taken again
        return Refused(status, problem.code, HINTS.get(problem.code) or problem.detail or problem.title)

    def _strange(self) -> str:
        return f"{self.url} does not answer as Matanai does"

    def _why(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"{self.url} does not answer"
        if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError | ConnectionError):
            return f"{self.url} has ended the line"
        return f"{self.url} cannot be reached: {_plain(error)}"


def _plain(error: Exception) -> str:
    """One line without what only a programmer reads."""
    if isinstance(error, aiohttp.ClientConnectorError):
        reason = error.os_error
        return " ".join(str(reason.strerror or reason).split())
    return " ".join((str(error) or type(error).__name__).split())


class Patience:
    """Pauses between attempts, shared by every stream: when one gets through, the others try at once."""

    def __init__(self) -> None:
        self._failures = 0
        self._through = asyncio.Event()

    async def pause(self) -> None:
        """Wait before the next attempt."""
        whole = PAUSES_S[min(self._failures, len(PAUSES_S) - 1)]
        self._failures += 1
        self._through.clear()
        try:
            async with asyncio.timeout(whole * random.uniform(0.5, 1.0)):
                await self._through.wait()
        except TimeoutError:
            pass

    def through(self) -> None:
        """The server was reached."""
        self._failures = 0
        self._through.set()
