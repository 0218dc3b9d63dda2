"""From the table of the contract to what the server answers: one thin wrapper per row."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from aiohttp import web

from queue_server.contract import Route
from queue_server.log import KeyReused, LogError, LogUnavailable, UnknownSite

from .answers import json_answer, quick_answer
from .bodies import decoder, query_of, read_body
from .call import Call, Handler
from .credentials import principal_of
from .deps import Deps
from .idempotency import HEADER, idempotency_key, read_key
from .principals import ANYONE, HOLDER, Principal, may
from .problems import ProblemError, problem_response, unavailable

logger = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode

Handle = Callable[[web.Request, dict[str, str]], Awaitable[web.StreamResponse]]


class Endpoint(NamedTuple):
    """A row of the table with what answers it: ``handle(request, path parameters)``, which never raises."""

    route: Route
    handle: Handle


def endpoints(deps: Deps, routes: Mapping[str, Route], handlers: Mapping[str, Handler]) -> list[Endpoint]:
    """The rows that have a handler. Raises ``KeyError`` for a handler without a row in the table."""
    return [
        Endpoint(routes[name], _endpoint(deps, routes[name], handler)) for name, handler in handlers.items()
    ]


def definitions(found: Sequence[Endpoint]) -> list[web.RouteDef]:
    """The same for aiohttp's own router."""

    def usual(handle: Handle) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            return await handle(request, request.match_info)

        return handler

    def options(route: Route) -> dict[str, Any]:
        # aiohttp answers HEAD by a GET without its body: not for streams, which it would open
        return {"allow_head": not route.stream} if route.method == "GET" else {}

    return [web.RouteDef(route.method, route.path, usual(handle), options(route)) for route, handle in found]


def _endpoint(deps: Deps, route: Route, handler: Handler) -> Handle:
    decode = None if route.body is None else decoder(route.body)
    posts = route.method == "POST"
    sites = deps.settings.sites
    has_site = "{site}" in route.path
    status = route.status
    figures = deps.figures.of(route)

    async def endpoint(request: web.Request, params: dict[str, str]) -> web.StreamResponse:
        figures.requests += 1
        principal: Principal | None = None
        try:
            principal = await _admit(deps, route, request, params)
            if has_site and params["site"] not in sites:
                raise ProblemError("not_found")
            query = query_of(route.query, request) if route.query else {}
            body: Any = None
            key = None
            if decode is not None:
                body = await read_body(request, decode)
            if posts:
                value = read_key(request.headers.get(HEADER), required=principal.by_cookie)
                if value is not None:
                    key = idempotency_key(value, principal.ref, request.path, body, deps.keys.secret)
            answer = await handler(Call(deps, request, route, principal, params, query, body, key))
            if isinstance(answer, web.StreamResponse):
                return answer
            encoded = answer if type(answer) is bytes else _encode(answer)
            return json_answer(encoded, status) if request.method == "HEAD" else quick_answer(encoded, status)
        except (ConnectionError, web.HTTPRedirection):
            raise
        except Exception as error:
            figures.problems += 1
            problem = problem_of(deps, request, error, principal)
            return problem_response(problem, deps.texts, deps.languages.of(request))

    return endpoint


async def _admit(deps: Deps, route: Route, request: web.Request, params: dict[str, str]) -> Principal:
    """The principal, if it may call the route; else 401, 403 or 429."""
    who = route.who
    if "holder" in who:
        return HOLDER
    principal = await principal_of(deps, request)
    if principal is None or principal is ANYONE:
        if "all" not in who:
            raise ProblemError("sign_in")
        if principal is None:
            deps.limits.misses.count(deps.limits.address(request))
        return ANYONE
    if not deps.limits.hits.count(principal.limit_key):
        raise ProblemError("too_many_requests").retry_after(deps.limits.hits.retry_after())
    if "all" not in who and not may(principal, route, params):
        raise ProblemError("forbidden")
    return principal


def problem_of(
    deps: Deps, request: web.BaseRequest, error: Exception, principal: Principal | None = None
) -> ProblemError:
    """The problem behind whatever went wrong. A refusal of somebody unknown counts as a miss."""
    problem = _problem(error)
    if 400 <= problem.status < 500 and (principal is None or principal is ANYONE or principal is HOLDER):
        misses = deps.limits.misses
        if not misses.count(deps.limits.address(request)):
            return ProblemError("too_many_misses").retry_after(misses.retry_after())
    return problem


def _problem(error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, LogUnavailable | UnknownSite):  # a site's view may be on its way back
        return unavailable()
    if isinstance(error, KeyReused):
        return ProblemError("key_reused")
    if isinstance(error, web.HTTPException):
        return of_http(error)
    if not isinstance(error, LogError):
        # the traceback only: the message of an unexpected error may quote what somebody sent
        logger.error("a request failed: %s", type(error).__name__, exc_info=error)
    else:
        logger.error("a command failed: %s", error)
    return ProblemError("internal")


def of_http(error: web.HTTPException) -> ProblemError:
    """One of aiohttp's own errors as a problem of ours."""
    codes = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
    code = codes.get(error.status, "bad_request" if error.status < 500 else "internal")
    problem = ProblemError(code, max(error.status, 400))
    allow = error.headers.get("Allow")
    if allow:
        problem.headers["Allow"] = allow
    return problem
