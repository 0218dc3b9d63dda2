"""The OpenAPI document is complete and true: requests made from it find no answer that it does not know."""

import json
import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from queue_server.contract import ROUTES
from queue_server.web.openapi import document

SITE = "/api/v1/sites/bench"
TRUE = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
OFTEN = st.sampled_from([True, True, True, False])
PLAIN = [route for route in ROUTES if not route.stream and route.name != "session.close"]
SCHEMA = schemathesis.openapi.from_dict(json.loads(document()))
OPERATIONS = {
    (operation.ok().method.upper(), operation.ok().path): operation.ok()
    for operation in SCHEMA.get_all_operations()
}


@pytest.fixture(scope="module")
def hall(bench_server):
    """Ids that exist: half of the requests are about them."""
    for counter in "123":
        bench_server.call("POST", f"{SITE}/counters/{counter}/open", {}, role="staff")
    tickets = [
        bench_server.call(
            "POST", f"{SITE}/tickets", {"channel": "staff", "service": "service"}, role="staff"
        ).json
        for _ in range(12)
    ]
    bench_server.call("POST", f"{SITE}/counters/1/call-next", {}, role="staff")
    body = {"department": "back-office", "title": "x"}
    bench_server.call("POST", f"{SITE}/counters/1/hand-off", body, role="staff")
    board = bench_server.call("GET", f"{SITE}/departments/back-office/handoffs", role="staff").json
    return {
        "site": ["bench"],
        "counter": ["1", "2", "3", "4"],
        "ticket": [ticket["id"] for ticket in tickets],
        "token": [ticket["token"] for ticket in tickets],
        "number": [ticket["number"] for ticket in tickets],
        "department": ["back-office"],
        "handoff": [handoff["id"] for handoff in board["handoffs"]],
        "device": ["kiosk1"],
        "service": ["service"],
    }


@pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in PLAIN])
def test_no_answer_outside_the_document(bench_server, hall, route):
    operation = OPERATIONS[route.method, route.path]
    role = next((who for who in ("staff", "kiosk", "agent", "admin") if who in route.who), None)
    headers = {} if role is None else {"Authorization": f"Bearer {bench_server.token(role)}"}

    modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if route.body is not None else [])]

    @settings(
        max_examples=25,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes]), data=st.data())
    def ask(case, data):
        for name in case.path_parameters or {}:
            if name in hall and (name == "site" or data.draw(OFTEN)):
                case.path_parameters[name] = data.draw(st.sampled_from(hall[name]))
        if isinstance(case.body, dict):
            for name in case.body:
                if name in hall and data.draw(OFTEN):
                    case.body[name] = data.draw(st.sampled_from(hall[name]))
        response = case.call(base_url=bench_server.url, headers=headers)
        case.validate_response(response, checks=TRUE)

    ask()
    assert bench_server.call("GET", "/healthz").status == 200


@pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in ROUTES])
def test_the_document_names_everything(bench_server, route):
    found = bench_server.call("GET", "/api/v1/openapi.json").json["paths"][route.path][route.method.lower()]
    parameters = {(p["in"], p["name"]): p for p in found["parameters"]}
    assert {name for where, name in parameters if where == "path"} == set(re.findall(r"{(\w+)}", route.path))
    assert set(route.query) <= {name for where, name in parameters if where == "query"}
    assert (("header", "Idempotency-Key") in parameters) is (route.method == "POST")
    assert (("header", "Last-Event-ID") in parameters) is route.stream
    assert all(p["description"] != name for (_, name), p in parameters.items())
    assert ("requestBody" in found) is (route.body is not None)
    assert str(route.status) in found["responses"]
    assert {"429", "500", "503"} <= set(found["responses"])
    if not route.who & {"all", "holder"}:
        assert {"401", "403"} <= set(found["responses"])
        assert found["security"] == [{"bearer": []}, {"session": []}]
    for status, answer in found["responses"].items():
        if int(status) >= 400 and (route.name, status) != ("health", "503"):
            assert list(answer["content"]) == ["application/problem+json"]


def test_the_document_is_one(bench_server):
    """Every reference leads somewhere, and schemas forbid what the server refuses."""
    answer = bench_server.call("GET", "/api/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    text = answer.body.decode()
    schemas = answer.json["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= set(schemas)
    assert schemas["IssueBody"]["additionalProperties"] is False
    assert schemas["IssueBody"]["required"] == ["channel"]
    assert "PublicTicketEvent" in schemas
    assert answer.json["openapi"].startswith("3.1")
