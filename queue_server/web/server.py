"""The listening process: from an application to a socket, and a clean end at SIGTERM."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import resource
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress

from aiohttp import web

from queue_server.service_manager import notifying

from .connections import connections
from .deps import Deps
from .dispatch import dispatcher
from .endpoints import Endpoint
from .logs import AccessLog

DEPS = web.AppKey("deps", Deps)
BACKLOG = 2_048
"""Connections that may wait: after a restart every screen of a hall comes back at once."""
SHUTDOWN_SECONDS = 3.0
KEEPALIVE_SECONDS = 75.0
LINGERING_SECONDS = 2.0
"""How long a body that nobody wants is thrown away before the connection is cut."""
COLLECT = (20_000, 50, 100)
"""Requests make few cycles; the state of a day need not be walked through again and again."""


class CannotListen(Exception):
    """The address cannot be used. The message says why."""


async def run(
    app: web.Application,
    endpoints: Sequence[Endpoint],
    host: str,
    port: int,
    *,
    access_log: bool,
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT. ``ready(url)`` is called once connections are taken; port 0 finds a free one.

    ``endpoints`` are found before the application is asked, except with an access log, which wants its routes.

    Raises ``CannotListen``. The application is cleaned up in any case.
    """
    _allow_many_files()
    options = {
        "access_log_class": AccessLog,
        "access_log": logging.getLogger("access") if access_log else None,
        "keepalive_timeout": KEEPALIVE_SECONDS,
        "lingering_time": LINGERING_SECONDS,
        "auto_decompress": False,  # nobody has to send us compressed bodies, and a small one can become huge
    }
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    listening: asyncio.Server | None = None
    try:
        await runner.setup()
        server = runner.server
        assert isinstance(server, web.Server)
        if not access_log:
            server.request_handler = dispatcher(endpoints, server.request_handler)
        factory = connections(app[DEPS], server, loop, **options)
        try:
            listening = await loop.create_server(factory, host, port, backlog=BACKLOG)
        except OSError as error:
            raise CannotListen(_explained(error, host, port)) from None
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT)
        ready(_url(host, listening.sockets[0].getsockname()[1]))
        async with notifying():
            await stopping.wait()
    finally:
        if listening is not None:
            listening.close()
        await runner.cleanup()


def _allow_many_files() -> None:
    """Every screen and phone is an open file, and systems often begin with 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _explained(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use: stop the other program, or give --port another number"
    if error.errno == errno.EACCES:
        return f"port {port} may not be opened by this user: give --port a number above 1023"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"
