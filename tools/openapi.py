"""Write docs/reference/openapi.json from the api's endpoints and their types: ``python -m tools.openapi``.

msgspec makes the schemas from the dataclasses that handlers take and answer; what it cannot know of how the api writes
JSON is mended here (see docs/decisions/0022-api-schemas.md).
"""

import inspect
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import msgspec.inspect as inspection

from revcycle.api import health, sessions
from revcycle.api.app import ENDPOINTS
from revcycle.api.asked import kinds
from revcycle.api.errors import RefusalCode, Refused
from revcycle.api.guard import BODY_BYTES_MAX, Endpoint
from revcycle.api.replies import Download
from revcycle.db import facts

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "openapi.json"
OPEN_ENDPOINTS = (sessions.LOGIN, *health.ENDPOINTS)
"""What needs no session."""
_REF = "#/components/schemas/"
_GIVEN = "Given"
"""What a schema's name ends in where a request may leave out what an answer always has."""

Json = dict[str, Any]

_ABOUT = f"""Claims, remittances, denials, patients' accounts and the work on them.

Amounts are whole cents, instants ISO 8601 with zone, days ISO 8601. `POST /login` gives a token. Every request goes
through one door: authenticate, authorise, run, audit, answer. A field or parameter that is not told here is refused.
Bodies are at most {BODY_BYTES_MAX // 1024 // 1024} MiB. What is not done is answered with a code, words, the place
and what to do next; the codes are at the end of each status. Not told here: `/metrics` (Prometheus text) and what
the Temporal UI asks of `/codec`.
"""
_HEADERS: Mapping[str, Json] = {
    "Reason": {
        "name": "Revcycle-Reason",
        "in": "header",
        "description": "Why a person is looked at; kept in the audit log.",
        "schema": {"type": "string", "maxLength": 200},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key again is the same act, not a second one.",
        "schema": {"type": "string"},
    },
}


def document() -> Json:
    """Return the whole document (OpenAPI 3.1)."""
    told = (*OPEN_ENDPOINTS, *ENDPOINTS)
    answered, given = _answer_schemas(told), _given_schemas(told)
    while differing := [name for name in given if given[name] != answered.get(name, given[name])]:
        for name in differing:  # one that refers to another differs once the other has its own name
            _rename(given, name, name + _GIVEN)
    paths: dict[str, Json] = {}
    for endpoint in told:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, given)
    forms = {endpoint.query.__name__ for endpoint in told if endpoint.query is not None}
    schemas = answered | {name: schema for name, schema in given.items() if name not in forms}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        "openapi": "3.1.0",
        "info": {"title": project["name"], "version": project["version"], "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": dict(_HEADERS),
            "responses": {str(status): _refused(status) for status in _statuses()},
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


def summary(endpoint: Endpoint) -> str:
    """Return what an endpoint does: the first words of its handler's docstring."""
    words = (inspect.getdoc(endpoint.handler) or "").split("\n\n")[0]
    return " ".join(words.split()).replace("``", "`")


def is_download(endpoint: Endpoint) -> bool:
    """Tell whether the answer is a document, not JSON."""
    return isinstance(endpoint.answer, type) and issubclass(endpoint.answer, Download)


def schema_name(kind: Any) -> str:
    """Return the name of a type's schema."""
    facts.learn(kind)
    (schema,), _ = msgspec.json.schema_components((kind,), ref_template="{name}")
    return _plain_name(schema["$ref"])


def _schemas(types: tuple[Any, ...]) -> dict[str, Json]:
    """Return the schemas of the types and of all they hold, by name. Raises AssertionError for a name of two."""
    facts.learn(tuple[types])  # type: ignore[valid-type]  # a tuple of whatever types there are
    _, schemas = msgspec.json.schema_components(types, ref_template=_REF + "{name}")
    twice = [name for name in schemas if "." in name]
    assert not twice, f"two types have one name: {', '.join(twice)}"
    for name, field in _instants(types):
        for part in _parts(schemas[name]["properties"][field]):
            if part.get("type") == "string":
                part["format"] = "date-time"
    schemas = {name: _mended(schema) for name, schema in schemas.items()}
    for name in list(schemas):
        if (plain := _plain_name(name)) != name:
            _rename(schemas, name, plain)
    return schemas


def _instants(types: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    """Yield the fields that are instants, by schema and name: all have a zone here, which msgspec cannot know."""
    todo: list[Any] = list(inspection.multi_type_info(types))
    seen: set[type[Any]] = set()
    while todo:
        node = todo.pop()
        if isinstance(node, inspection.DataclassType):
            if node.cls not in seen:
                seen.add(node.cls)
                for field in node.fields:
                    if _is_instant(field.type):
                        yield node.cls.__name__, field.name
                    todo.append(field.type)
        else:
            todo += _inside(node)


def _is_instant(node: Any) -> bool:
    told = node.types if isinstance(node, inspection.UnionType) else (node,)
    return any(isinstance(one, inspection.DateTimeType) for one in told)


def _inside(node: Any) -> list[Any]:
    names = ("type", "types", "item_type", "item_types", "key_type", "value_type")
    found = [getattr(node, name) for name in names if hasattr(node, name)]
    return [part for one in found for part in (one if isinstance(one, tuple) else (one,))]


def _plain_name(name: str) -> str:
    """Return the name without what only the code needs: ``Report_AgingRow_`` is the AgingReport."""
    if report := re.fullmatch(r"Report_(\w+?)(?:Row)?_", name):
        return f"{report[1]}Report"
    return name.removesuffix("Row")


def _rename(schemas: dict[str, Json], old: str, new: str) -> None:
    """Rename a schema, and wherever it is referred to. Raises AssertionError for a name that is taken."""
    assert new not in schemas, f"{old} cannot be called {new}: that is another"
    schemas[new] = schemas.pop(old)
    schemas[new]["title"] = new
    for schema in schemas.values():
        for part in _parts(schema):
            if part.get("$ref") == _REF + old:
                part["$ref"] = _REF + new


def _parts(schema: Any) -> Iterator[Json]:
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from _parts(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _parts(part)


def _mended(schema: Json) -> Json:
    """Say what msgspec cannot know: Decimals leave as numbers, ``for_`` is ``for``, words are strings."""
    for part in _parts(schema):
        if part.get("format") == "decimal":
            del part["format"]
            part["type"] = "number"
        if "enum" in part and all(isinstance(word, str) for word in part["enum"]):
            part["type"] = "string"
    if "properties" in schema:
        schema["properties"] = {name.rstrip("_"): part for name, part in schema["properties"].items()}
        schema["required"] = [name.rstrip("_") for name in schema.get("required", [])]
    if "description" in schema:
        schema["description"] = inspect.cleandoc(schema["description"]).replace("``", "`")
    return schema


def _answer_schemas(told: tuple[Endpoint, ...]) -> dict[str, Json]:
    """Return the schemas of the answers: every field is there, but those the facts may leave out (UNSET)."""
    answers = [endpoint.answer for endpoint in told if not is_download(endpoint)]
    schemas = _schemas((*dict.fromkeys(answers), Refused))
    for schema in schemas.values():
        for name, part in schema.get("properties", {}).items():
            if "default" in part:
                del part["default"]
                schema["required"].append(name)
        if "required" in schema:
            schema["required"] = [name for name in schema["properties"] if name in schema["required"]]
    return schemas


def _given_schemas(told: tuple[Endpoint, ...]) -> dict[str, Json]:
    """Return the schemas of bodies and queries: a body takes no other field than those told."""
    forms = [form for endpoint in told for form in (endpoint.query, endpoint.body) if form is not None]
    schemas = _schemas(tuple(dict.fromkeys(forms)))
    for form in forms:
        schemas[form.__name__]["additionalProperties"] = False
    return schemas


def _operation(endpoint: Endpoint, given: dict[str, Json]) -> Json:
    operation: Json = {
        "operationId": endpoint.action,
        "tags": [endpoint.handler.__module__.split(".")[2]],
        "summary": summary(endpoint),
        "parameters": list(_parameters(endpoint, given)),
        "responses": {str(endpoint.status): _answer(endpoint)} | _refusals(endpoint),
    }
    if endpoint in OPEN_ENDPOINTS:
        operation["security"] = []
    elif endpoint.permission is not None:
        operation["x-permission"] = endpoint.permission.value
    if endpoint.body is not None:
        schema = {"$ref": _REF + schema_name(endpoint.body)}
        required = bool(given[schema_name(endpoint.body)]["required"])
        operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": schema}}}
    if endpoint.file:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(endpoint: Endpoint, given: dict[str, Json]) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    if endpoint.query is not None:
        schema = given[schema_name(endpoint.query)]
        for name in kinds(endpoint.query):
            part = dict(schema["properties"][name])
            words = part.pop("description", "")
            required = name in schema["required"]
            told = {"name": name, "in": "query", "required": required, "schema": part}
            yield told | ({"description": words} if words else {})
    if endpoint not in OPEN_ENDPOINTS:
        yield {"$ref": "#/components/parameters/Reason"}
        if endpoint.method != "GET":
            yield {"$ref": "#/components/parameters/IdempotencyKey"}


def _answer(endpoint: Endpoint) -> Json:
    if is_download(endpoint):
        content = {endpoint.answer.media_type: {"schema": {"type": "string", "format": "binary"}}}
        return {"description": "The document.", "content": content}
    schema = {"$ref": _REF + schema_name(endpoint.answer)}
    return {"description": "The answer.", "content": {"application/json": {"schema": schema}}}


def _statuses() -> tuple[int, ...]:
    return tuple(sorted({code.status for code in RefusalCode}))


def _refused(status: int) -> Json:
    told = "; ".join(f"`{code}`: {code.meaning}" for code in RefusalCode if code.status == status)
    schema = {"$ref": _REF + Refused.__name__}
    return {"description": f"{told}.", "content": {"application/json": {"schema": schema}}}


def _refusals(endpoint: Endpoint) -> Json:
    """Return the statuses an endpoint may refuse with."""
    if endpoint in health.ENDPOINTS:
        ready = {"503": _answer(endpoint) | {"description": "Database or engine does not answer."}}
        return ready if endpoint.handler is health.readiness else {}
    statuses = {401, 413, 422, 500}
    if endpoint not in OPEN_ENDPOINTS:
        statuses |= {403} if endpoint.permission is not None else set()
        statuses |= {404} if "{" in endpoint.path or endpoint.query is not None else set()
        statuses |= {409, 503} if endpoint.method != "GET" else set()
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def reference() -> str:
    """Return the document as it is written."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the document. Returns the exit code."""
    PAGE.write_text(reference())
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
