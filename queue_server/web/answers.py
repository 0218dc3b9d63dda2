"""JSON answers of the API."""

from __future__ import annotations

from aiohttp import web

JSON = "application/json"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
"""On every answer of the API: it may carry a token or somebody's place in a queue."""


def json_answer(body: bytes, status: int = 200) -> web.Response:
    """An answer with a JSON body."""
    return web.Response(body=body, status=status, headers=HEADERS, content_type=JSON)
