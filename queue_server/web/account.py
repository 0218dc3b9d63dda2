"""What the web itself answers: signing in and out, health, and its own description."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from queue_server import contract

from .answers import json_answer
from .call import Call, Handler
from .passwords import TooBusy
from .problems import ProblemError, unavailable
from .sessions import COOKIE

_encode = msgspec.json.Encoder().encode

DETAILS_FOR = ("staff", "admin")


async def health(call: Call[Any]) -> web.Response:
    """``GET /healthz``: 200 while commands are taken, else 503; what ails the server only for staff."""
    deps = call.deps
    status = deps.log.status()
    details: dict[str, Any] | None = None
    if call.principal.role in DETAILS_FOR:
        details = {
            "reason": status.reason,
            "queued": status.queued,
            "streams": deps.hub.open_streams,
            "clock_step_seconds": deps.clock.step // 1000,
            "simulated_time": deps.clock.simulated,
            "warnings": dict(deps.warnings),
            **{name: check() for name, check in deps.checks.items()},
        }
    health = contract.Health(status="ok" if status.writable else "read-only", details=details)
    return json_answer(_encode(health), 200 if status.writable else 503)


async def sign_in(call: Call[contract.SignInBody]) -> web.Response:
    """``POST /api/v1/session``: the answer sets the cookie."""
    deps = call.deps
    # looked at before the password is: a hash costs more than the guess
    if deps.limits.misses.full(deps.limits.address(call.request)):
        raise ProblemError("too_many_misses").retry_after(deps.limits.misses.retry_after())
    people = await deps.log.read("person", login=call.body.login)
    try:
        right = await deps.passwords.check(people[0]["password_hash"] if people else None, call.body.password)
    except TooBusy:
        raise unavailable() from None
    if not right:
        raise ProblemError("wrong_password")
    person = people[0]
    value = await deps.sessions.open_person(person, deps.clock.real())
    answer = contract.SessionAnswer(login=person["login"], role=person["role"], site=person["site"])
    response = json_answer(_encode(answer), call.route.status)
    deps.sessions.give(response, value, device=False)
    return response


async def who(call: Call[Any]) -> contract.SessionAnswer:
    """``GET /api/v1/session``: who is signed in (a token has no login and gets its reference)."""
    cookie = call.request.cookies.get(COOKIE, "")
    role: Any = call.principal.role
    return contract.SessionAnswer(
        login=call.deps.sessions.login_of(cookie) or call.principal.ref, role=role, site=call.principal.site
    )


async def sign_out(call: Call[Any]) -> web.Response:
    """``DELETE /api/v1/session``"""
    cookie = call.request.cookies.get(COOKIE)
    if cookie:
        await call.deps.sessions.close(cookie, call.deps.clock.real())
    response = json_answer(b"{}")
    call.deps.sessions.take(response)
    return response


async def openapi(call: Call[Any]) -> web.Response:
    """``GET /api/v1/openapi.json``"""
    from .openapi import document

    response = json_answer(document())
    response.headers["Cache-Control"] = "no-cache"
    return response


HANDLERS: dict[str, Handler] = {
    "health": health,
    "openapi": openapi,
    "session.open": sign_in,
    "session": who,
    "session.close": sign_out,
}
