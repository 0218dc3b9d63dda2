"""Connections of the server: aiohttp's protocol, with problem answers also for what is no HTTP at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web

from .deps import Deps
from .endpoints import problem_of
from .problems import ProblemError, problem_response

logger = logging.getLogger(__name__)


class Connection(web.RequestHandler):
    """One connection."""

    __slots__ = ("_deps",)

    def __init__(
        self, deps: Deps, server: web.Server, loop: asyncio.AbstractEventLoop, **options: Any
    ) -> None:
        super().__init__(server, loop=loop, **options)
        self._deps = deps

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to a request that the parser refused, or that failed outside of every endpoint."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun: nothing more can be said on this connection")
        if status < 500:
            problem = problem_of(self._deps, request, ProblemError("bad_request"))
        else:
            logger.error("a request failed: %s", type(exc).__name__, exc_info=exc)
            problem = ProblemError("internal")
        response = problem_response(problem, self._deps.texts, self._deps.languages.of(request))
        response.force_close()
        return response


def connections(
    deps: Deps, server: web.Server, loop: asyncio.AbstractEventLoop, **options: Any
) -> Callable[[], Connection]:
    """What makes the protocol of each new connection. ``options``: those of ``web.RequestHandler``."""
    return lambda: Connection(deps, server, loop, **options)
