"""Request bodies: read no further than they may be long, decoded once into their type."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from .problems import ProblemError

LARGEST = 64 * 1024
SLOWEST_SECONDS = 10.0

Decode = Callable[[bytes], Any]


def decoder(shape: Any) -> Decode:
    """The decoder of a body's type."""
    return msgspec.json.Decoder(shape).decode


async def read_body(request: web.BaseRequest, decode: Decode) -> Any:
    """The decoded body; nothing at all counts as ``{}``.

    Raises 408 ``too_slow``, 413 ``body_too_large`` (before reading, when the length is announced), 400
    ``malformed_json`` and 422 ``invalid_body`` with ``where`` and ``reason``.
    """
    content = request.content
    if content.is_eof():  # the whole request came in one piece, as nearly all do
        raw = content.read_nowait()
    else:
        raw = await _read_slowly(request)
    if len(raw) > LARGEST:
        raise ProblemError("body_too_large", largest=LARGEST)
    try:
        body = decode(raw or b"{}")
    except msgspec.ValidationError as error:
        _must_be_json(raw)
        reason, _, where = str(error).partition(" - at ")
        raise ProblemError("invalid_body", where=where.strip("`") or "$", reason=reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProblemError("malformed_json") from None
    if b"\\u0000" in raw:
        # databases hold no NUL in a text
        raise ProblemError("invalid_body", where="$", reason="NUL characters are not allowed")
    return body


async def _read_slowly(request: web.BaseRequest) -> bytes:
    if (request.content_length or 0) > LARGEST:
        raise ProblemError("body_too_large", largest=LARGEST)
    try:
        async with asyncio.timeout(SLOWEST_SECONDS):
            return await request.read()
    except TimeoutError:
        raise ProblemError("too_slow") from None
    except web.HTTPRequestEntityTooLarge:
        raise ProblemError("body_too_large", largest=LARGEST) from None
    except web.RequestPayloadError:
        raise ProblemError("bad_request") from None


def _must_be_json(raw: bytes) -> None:
    """A shape can be wrong before the text turns out not to be JSON at all."""
    try:
        msgspec.json.decode(raw or b"{}", type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProblemError("malformed_json") from None


def query_of(shapes: dict[str, Any], request: web.BaseRequest) -> dict[str, Any]:
    """The query parameters a route knows, converted to their types. Raises 422 ``invalid_query``."""
    found: dict[str, Any] = {}
    given = request.query
    for name, shape in shapes.items():
        text = given.get(name)
        try:
            found[name] = msgspec.convert(text, shape, strict=False)
        except msgspec.ValidationError:
            raise ProblemError("invalid_query", name=name) from None
    return found
