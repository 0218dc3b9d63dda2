"""JSON answers of the API, written to the socket in one piece."""

from __future__ import annotations

import time
from email.utils import formatdate
from http import HTTPStatus
from typing import cast

from aiohttp import HttpVersion11, web

JSON = "application/json"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
"""On every answer of the API: it may carry a token or somebody's place in a queue."""

_HEADS: dict[int, bytes] = {}
_date = (0, b"")


def json_answer(body: bytes, status: int = 200) -> web.Response:
    """An answer with a JSON body, to which cookies and headers can be added."""
    return web.Response(body=body, status=status, headers=HEADERS, content_type=JSON)


def quick_answer(body: bytes, status: int) -> web.StreamResponse:
    """The same when nothing is to be added: a tenth of the work."""
    return cast(web.StreamResponse, QuickAnswer(body, status))


class QuickAnswer:
    """What aiohttp's protocol asks of a response, and no more: head and body go out in one write.

    Only for what the protocol itself gets: a middleware may expect a whole ``web.StreamResponse``.
    """

    __slots__ = ("_slow", "body", "keep_alive", "status")

    def __init__(self, body: bytes, status: int) -> None:
        self.body = body
        self.status = status
        self.keep_alive = True
        self._slow: web.Response | None = None

    @property
    def body_length(self) -> int:
        """Bytes of the body."""
        return len(self.body)

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write the answer. A connection that ends after it, or an old version of HTTP, takes the usual way."""
        if not request.keep_alive or request.version != HttpVersion11:
            self._slow = json_answer(self.body, self.status)
            await self._slow.prepare(request)
            self.keep_alive = bool(self._slow.keep_alive)
            return
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client has gone")
        head = _HEADS.get(self.status) or _head(self.status)
        transport.write(b"%b%b\r\nContent-Length: %d\r\n\r\n%b" % (head, _now(), len(self.body), self.body))
        if transport.get_write_buffer_size():
            await request.writer.drain()  # who sends many requests and reads no answers has to wait

    async def write_eof(self) -> None:
        """End of the answer."""
        if self._slow is not None:
            await self._slow.write_eof()


def _head(status: int) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Content-Type: {JSON}",
        *(f"{name}: {value}" for name, value in HEADERS.items()),
        "Date: ",
    ]
    return _HEADS.setdefault(status, "\r\n".join(lines).encode())


def _now() -> bytes:
    """The ``Date`` header's value, made once a second."""
    global _date
    second = int(time.time())
    if second != _date[0]:
        _date = (second, formatdate(second, usegmt=True).encode())
    return _date[1]
