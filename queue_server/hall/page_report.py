"""``/staff/{site}/report``: the day in numbers, to be printed."""

from __future__ import annotations

from aiohttp import web

from queue_server.web import Deps


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page."""
    return []
