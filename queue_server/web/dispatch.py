"""The short way to the API's endpoints: a walk through a tree of path segments, before aiohttp's own router.

A request of the API needs no middleware and no match object, which cost as much as its endpoint. Whatever the
tree does not know goes the usual way through the application, which knows the same routes: pages, static
files, escaped characters, wrong methods and addresses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web
from aiohttp.hdrs import EXPECT

from .endpoints import Endpoint

Handle = Callable[[Any], Awaitable[web.StreamResponse]]

_PARAMETER = None
_LEAF = ...


def dispatcher(endpoints: Sequence[Endpoint], usual: Handle) -> Handle:
    """A request handler that finds the endpoint of a request itself and leaves the rest to ``usual``."""
    trees: dict[str, dict[Any, Any]] = {}
    for endpoint in endpoints:
        node = trees.setdefault(endpoint.route.method, {})
        names = []
        for part in endpoint.route.path.split("/"):
            if part.startswith("{"):
                names.append(part[1:-1])
                node = node.setdefault(_PARAMETER, {})
            else:
                node = node.setdefault(part, {})
        node[_LEAF] = (endpoint.handle, tuple(names))

    def handle(request: web.Request) -> Awaitable[web.StreamResponse]:
        node = trees.get(request.method)
        path = request.rel_url.raw_path
        if node is None or "%" in path or EXPECT in request.headers:
            return usual(request)
        values = []
        for part in path.split("/"):
            child = node.get(part)
            if child is None:
                child = node.get(_PARAMETER)
                if child is None or not part:
                    return usual(request)
                values.append(part)
            node = child
        leaf = node.get(_LEAF)
        if leaf is None:
            return usual(request)
        return leaf[0](request, dict(zip(leaf[1], values, strict=True)))  # type: ignore[no-any-return]

    return handle
