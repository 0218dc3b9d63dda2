"""Answers that say no: ``application/problem+json`` (RFC 9457) with a stable code and a sentence for people."""

from __future__ import annotations

import random
from typing import Any

import msgspec
from aiohttp import web

from queue_server import contract
from queue_server.contract import Names
from queue_server.domain.refusal import CODES

from .answers import HEADERS
from .texts import FALLBACKS, Texts

OURS: dict[str, int] = {
    # the request itself
    "bad_request": 400,
    "malformed_json": 400,
    "sign_in": 401,
    "not_enrolled": 401,
    "wrong_password": 401,
    "forbidden": 403,
    "wrong_pin": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_slow": 408,
    "past_ticket": 410,
    "body_too_large": 413,
    "invalid_body": 422,
    "invalid_query": 422,
    "invalid_key": 422,
    "key_required": 422,
    "key_reused": 422,
    "pin_locked": 429,
    "too_many_misses": 429,
    "too_many_requests": 429,
    "internal": 500,
    "unavailable": 503,
    "too_many_streams": 503,
    # what the parts refuse at the edge
    "unknown_agent": 404,
    "unknown_button": 404,
    "unknown_intake": 404,
    "unknown_kiosk": 404,
    "unknown_notice": 404,
    "unknown_device": 404,
    "unknown_job": 404,
    "clock_is_real": 409,
    "clock_not_back": 409,
    "no_agent": 409,
    "no_business_day": 409,
    "no_case": 409,
    "no_printer": 409,
    "no_staff_mode": 409,
    "department_needed": 422,
    "title_needed": 422,
    "invalid_date": 422,
    "invalid_time": 422,
    "service_or_services": 422,
    "unknown_language": 422,
}
STATUS: dict[str, int] = {**CODES, **OURS}
"""Every code that an answer may bear, and its HTTP status."""

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = (1, 3)
"""Between these many whole seconds a client is asked to come again when nothing better is known."""

_encode = msgspec.json.Encoder().encode


class ProblemError(Exception):
    """Raised by handlers: becomes a problem answer. ``facts`` fill the sentence and travel in the answer."""

    def __init__(self, code: str, status: int | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUS[code] if status is None else status
        self.facts = facts
        self.headers: dict[str, str] = {}
        self.names: dict[str, Names] = {}
        """Fact → what the sentence calls it instead of the id, by language."""

    def retry_after(self, seconds: int) -> ProblemError:
        """The same with a ``Retry-After`` header."""
        self.headers["Retry-After"] = str(seconds)
        return self


def jittered() -> int:
    """Seconds for ``Retry-After``: not everybody at once."""
    return random.randint(*RETRY_SECONDS)


def unavailable(code: str = "unavailable") -> ProblemError:
    """503: try again in a moment."""
    return ProblemError(code).retry_after(jittered())


def title_of(error: ProblemError, texts: Texts, lang: str) -> str:
    """What is wrong, in a few words."""
    return texts.get(lang, f"problem.{error.code}")


def detail_of(error: ProblemError, texts: Texts, lang: str) -> str:
    """What is wrong and what to do, with the facts filled in; empty when there is nothing to add."""
    key = f"problem.{error.code}.detail"
    facts = dict(error.facts)
    if isinstance(state := facts.get("state"), str):
        facts["state"] = texts.get(lang, f"problem.state.{state}")
    for fact, names in error.names.items():
        facts[fact] = next((names[tag] for tag in (lang, *FALLBACKS) if names.get(tag)), facts.get(fact, ""))
    text = texts.get(lang, key, **facts)
    return "" if text == key else text.strip()


def problem_response(error: ProblemError, texts: Texts, lang: str) -> web.Response:
    """The answer in the reader's language."""
    body = _encode(
        contract.Problem(
            type=f"urn:matanai:problem:{error.code}",
            title=title_of(error, texts, lang),
            status=error.status,
            code=error.code,
            detail=detail_of(error, texts, lang),
            facts=error.facts,
        )
    )
    headers = {"Content-Language": lang, **HEADERS, **error.headers}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.Response(body=body, status=error.status, content_type=CONTENT_TYPE, headers=headers)
