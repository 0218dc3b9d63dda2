"""Logs as one JSON object a line, without paths, queries or anything that people wrote."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from queue_server.service_manager import StandardError

_encode = msgspec.json.Encoder(enc_hook=str).encode


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, message; of an exception its type and where it was raised, not its text."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging.Formatter``."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[0] is not None:
            entry["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            entry["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
        return _encode(entry).decode()


def set_up(level: int = logging.INFO) -> None:
    """Send the logs of the process to standard error."""
    handler = StandardError()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


class AccessLog(AbstractAccessLogger):
    """One line a request, when asked for: the route's template, never the path."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """See ``AbstractAccessLogger``. ``time``: seconds."""
        self.logger.info(
            "request",
            extra={
                "facts": {
                    "method": request.method,
                    "route": _route(request),
                    "status": response.status,
                    "ms": round(time * 1000, 1),
                }
            },
        )


def _route(request: web.BaseRequest) -> str:
    """The template of the request's route; empty for what never came to one: another address, or no HTTP at all."""
    try:
        resource = request.match_info.route.resource  # type: ignore[attr-defined]
    except (AttributeError, AssertionError):  # aiohttp asserts that it was resolved
        return ""
    return "" if resource is None else str(resource.canonical)
