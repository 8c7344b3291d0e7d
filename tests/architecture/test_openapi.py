"""openapi.json is OpenAPI 3.1 and tells every endpoint with its typed body and answer; other answers are found.

``openapi_schema.json`` is the schema of OpenAPI 3.1 documents (OpenAPI Initiative, Apache-2.0).
"""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from revcycle.api.app import ENDPOINTS
from revcycle.api.claims.facts import ClaimFacts, LineShown
from revcycle.api.errors import RefusalCode
from revcycle.domain.claims.claim import Claim, ServiceLine
from revcycle.rules.claims import resubmission
from tests.support.answers import DOCUMENT, ApiContract
from tools.openapi import OPEN_ENDPOINTS, is_download

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CLAIM_RUNG = {"claim_id": "C000001", "stage": "closed", "rung": True}


def parts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from parts(part)
    elif isinstance(node, list):
        for part in node:
            yield from parts(part)


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    told = DOCUMENT["paths"].items()
    return {(method.upper(), path): operation for path, one in told for method, operation in one.items()}


def test_the_document_is_openapi() -> None:
    checker = Draft202012Validator(json.loads((HERE / "openapi_schema.json").read_text()))
    assert not [error.message for error in checker.iter_errors(DOCUMENT)]
    broken = deepcopy(DOCUMENT)
    broken["paths"]["/claims"]["get"]["parameters"][0]["in"] = "nowhere"
    assert list(checker.iter_errors(broken))


def test_its_schemas_are_json_schema_and_its_references_lead_somewhere() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = {part["$ref"] for part in parts(DOCUMENT) if isinstance(part.get("$ref"), str)}
    for reference in references:
        node = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            node = node[name]
    used = {reference.rpartition("/")[2] for reference in references if "/schemas/" in reference}
    assert used == set(DOCUMENT["components"]["schemas"])


def test_every_endpoint_is_told_once_with_its_permission() -> None:
    told = operations()
    assert set(told) == {(one.method, one.path) for one in (*OPEN_ENDPOINTS, *ENDPOINTS)}
    twice = [
        name for name, times in Counter(one["operationId"] for one in told.values()).items() if times > 1
    ]
    assert not twice
    for endpoint in ENDPOINTS:
        permission = told[endpoint.method, endpoint.path].get("x-permission")
        assert permission == (endpoint.permission and endpoint.permission.value)


def test_bodies_and_answers_are_frozen_dataclasses() -> None:
    for endpoint in (*OPEN_ENDPOINTS, *ENDPOINTS):
        answer = getattr(endpoint.answer, "__origin__", endpoint.answer)
        for kind in (answer, endpoint.body, endpoint.query):
            if kind is not None:
                assert is_dataclass(kind), (endpoint.action, kind)
                assert kind.__dataclass_params__.frozen, (endpoint.action, kind)  # type: ignore[attr-defined]  # typeshed does not tell it
                assert "__slots__" in vars(kind), (endpoint.action, kind)
        assert (
            is_download(endpoint)
            or "content" in operations()[endpoint.method, endpoint.path]["responses"][str(endpoint.status)]
        )


BAGS = {
    "PayerEntries": "a row of policy holds the fields of its kind; an unknown one is refused by the policy itself",
    "PolicySet": "changes name fields of any kind of policy, which refuses those it does not have",
}


def test_no_schema_is_a_bag_of_anything() -> None:
    bags = {
        name
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for part in parts(schema)
        if part.get("type") == "object"
        and not part.get("properties")
        and not part.get("additionalProperties")
    }
    assert bags == set(BAGS)


def test_no_handler_of_the_api_answers_a_bag() -> None:
    for file in sorted((ROOT / "revcycle" / "api").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                answer = ast.unparse(node.returns) if node.returns else ""
                allowed = (file.name, node.name) in {("guard.py", "carried"), ("replies.py", "parts")}
                assert allowed or not answer.startswith("dict[str, Any]"), f"{file.name}: {node.name}"


def test_a_claim_is_shown_whole() -> None:
    """What is added to a claim must be added to what is shown of it."""
    for shown, facts in ((ClaimFacts, Claim), (LineShown, ServiceLine)):
        assert {field.name for field in fields(facts)} <= {field.name for field in fields(shown)}


def test_the_codes_of_a_rule_are_codes_of_the_api() -> None:
    source = Path(resubmission.__file__).read_text(encoding="utf-8")
    written = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and str(node.value).startswith("resubmission.")
    }
    assert written
    assert written <= set(RefusalCode)


@pytest.mark.parametrize(
    ("status", "media_type", "change", "problem"),
    [
        (200, "application/json", {}, ""),
        (200, "application/json", {"stage": "asleep"}, "$.stage"),
        (200, "application/json", {"more": 1}, "more"),
        (200, "application/json", {"rung": None}, "$.rung"),
        (200, "text/html", {}, "text/html"),
        (418, "application/json", {}, "not told"),
        (404, "application/json", {}, "error"),
    ],
)
def test_an_answer_other_than_told_is_found(
    status: int, media_type: str, change: dict[str, Any], problem: str
) -> None:
    contract = ApiContract(DOCUMENT)
    operation = contract.operation("POST", "/claims/C000001/rehydrate")
    assert operation is not None
    body = json.dumps(CLAIM_RUNG | change).encode()
    found = list(contract.problems(operation, status, media_type, body))
    assert bool(found) == bool(problem)
    assert problem in " ".join(found)


def test_a_day_and_an_instant_are_looked_at() -> None:
    contract = ApiContract(DOCUMENT)
    operation = contract.operation("GET", "/health")
    assert operation is not None
    for said, wrong in (("2026-01-05T13:00:00+00:00", 0), ("2026-01-05T13:00:00", 1), ("soon", 1)):
        body = json.dumps({"alive": True, "business_time": said}).encode()
        assert len(list(contract.problems(operation, 200, "application/json", body))) == wrong
