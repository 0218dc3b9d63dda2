"""The OpenAPI 3.1 document, made from the table and the types of ``contract``."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from queue_server import contract
from queue_server.contract import ROUTES, Route

from .bodies import LARGEST
from .idempotency import HEADER, LONGEST
from .problems import CONTENT_TYPE
from .sessions import COOKIE

REF = "#/components/schemas/{name}"

ALWAYS = {
    400: "The request or its JSON cannot be read",
    429: "Too many misses from this address, or too many requests with this token",
    500: "A defect of ours",
    503: "Try again in a moment, with the same idempotency key",
}
WITH_CREDENTIALS = {401: "No valid token or session", 403: "The role or its scope does not allow it"}
WITH_BODY = {408: "The body does not arrive", 413: f"The body is longer than {LARGEST} bytes"}
REFUSED = {409: "The rules of the hall say no; `code` says why"}
UNKNOWN = {404: "There is no such thing here"}
WRONG = {422: "The body, the query or the idempotency key is not what it should be"}
PAST = {410: "The ticket is of a past day"}

PARAMETERS = {
    "site": "Id of a site",
    "counter": "Id of a counter",
    "ticket": "Id of a ticket",
    "number": "A number as it is printed",
    "department": "Id of a department",
    "handoff": "Id of a hand-off",
    "kiosk": "Id of a kiosk",
    "device": "Id of a device",
    "job": "Id of a job",
    "holding": "Ids of jobs that the agent has in hand, with commas between them",
    "run": "A random name of the agent's process, by which two with one token are told apart",
    "token": "The token of a ticket, as its QR code carries it",
    "after": "Resume after this seq; `Last-Event-ID` wins over it",
    "date": "A day, YYYY-MM-DD; by default the running one",
    "days": "How many days before today, 1 to 62; by default 14",
}
SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Devices and programs (`matanai token create`)",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"People who signed in, enrolled devices. Posts then need `{HEADER}`.",
    },
}


@cache
def document() -> bytes:
    """The document as JSON."""
    return msgspec.json.encode(_document())


def _document() -> dict[str, Any]:
    shapes = {shape for route in ROUTES for shape in (route.answer, route.body) if shape not in (None, str)}
    shapes -= {dict[str, Any]}
    ordered = sorted(
        [*shapes, contract.Problem, contract.Tick, *contract.STREAMED], key=lambda shape: shape.__name__
    )
    _, schemas = msgspec.json.schema_components(ordered, ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Matanai",
            "version": version("matanai"),
            "description": "Queue management and call notification for city halls. Times are RFC 3339 with offset.",
        },
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SECURITY},
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary or _summary(route),
        "tags": [route.name.split(".")[0]],
        "parameters": _parameters(route),
        "responses": _responses(route),
        "x-roles": sorted(route.who),
    }
    if "all" in route.who:
        operation["security"] = [{}, {"bearer": []}, {"session": []}]
    elif "holder" in route.who:
        operation["security"] = []
    else:
        operation["security"] = [{"bearer": []}, {"session": []}]
    if route.body is not None:
        schema = {"$ref": REF.format(name=route.body.__name__)}
        operation["requestBody"] = {
            "required": _must_have_body(route),
            "content": {"application/json": {"schema": schema}},
        }
    return operation


def _summary(route: Route) -> str:
    words = re.sub(r"[.\-]", " ", route.name)
    return words[0].upper() + words[1:]


def _must_have_body(route: Route) -> bool:
    return any(field.required for field in msgspec.structs.fields(route.body))


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PARAMETERS.get(name, name),
            "schema": {"type": "string", "minLength": 1},
        }
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    for name, shape in route.query.items():
        found.append(
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": PARAMETERS.get(name, name),
                "schema": _without_null(msgspec.json.schema(shape)),
            }
        )
    found.append(
        {
            "name": "lang",
            "in": "query",
            "required": False,
            "description": "The language of messages, before `Accept-Language`",
            "schema": {"type": "string"},
        }
    )
    if route.method == "POST":
        found.append(
            {
                "name": HEADER,
                "in": "header",
                "required": False,
                "description": "The same key with the same body is the same act, to the end of the day. "
                "Required with a session cookie.",
                "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
            }
        )
    if route.stream:
        found.append(
            {
                "name": "Last-Event-ID",
                "in": "header",
                "required": False,
                "description": "Resume after this seq",
                "schema": {"type": "string"},
            }
        )
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is left out rather than null."""
    choices = [choice for choice in schema.pop("anyOf", []) if choice != {"type": "null"}]
    return choices[0] if len(choices) == 1 else schema


def _responses(route: Route) -> dict[str, Any]:
    problems = dict(ALWAYS)
    if "all" not in route.who and "holder" not in route.who:
        problems |= WITH_CREDENTIALS
    if route.name == "session.open":
        problems |= {401: "Login or password is wrong"}
    if "{" in route.path:
        problems |= UNKNOWN
    if "agent" in route.who:  # its token may name none, or one that the configuration does not know
        problems |= UNKNOWN | REFUSED
    if "holder" in route.who:
        problems |= PAST
    if route.query:
        problems |= WRONG
    if route.method == "POST":
        problems |= WRONG | WITH_BODY
        if route.name != "session.open":
            problems |= UNKNOWN | REFUSED
    problem = {"schema": {"$ref": REF.format(name="Problem")}}
    found: dict[str, Any] = {str(route.status): _success(route)}
    for status, text in sorted(problems.items()):
        found[str(status)] = {"description": text, "content": {CONTENT_TYPE: problem}}
        if status in (429, 503):
            found[str(status)]["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}
    if route.name == "health":
        found["503"] = {**found["200"], "description": "Commands are not taken at the moment"}
    return found


def _success(route: Route) -> dict[str, Any]:
    if route.stream:
        return {
            "description": "Server-sent events",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    schema: dict[str, Any] = {"type": "object"}
    if route.answer != dict[str, Any]:
        schema = {"$ref": REF.format(name=route.answer.__name__)}
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if route.name == "tickets":
        content["text/csv"] = {"schema": {"type": "string"}}
    return {"description": "Created" if route.status == 201 else "Done", "content": content}
