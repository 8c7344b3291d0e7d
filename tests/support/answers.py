"""Every answer a served api gives is compared with docs/reference/openapi.json, whoever asked."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DOCUMENT = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8")
)

_FORMATS = FormatChecker(["date"])


@_FORMATS.checks("date-time", raises=ValueError)
def _has_zone(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document's schemas, closed: an answer has no field that is not told."""
    schemas = deepcopy(document["components"]["schemas"])
    for schema in schemas.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return {"components": {"schemas": schemas}}


class ApiContract:
    """What a document says of each operation's answers."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._schemas = strict(document)
        self._paths = [
            (re.compile(re.sub(r"\{\w+\}", r"[^/]+", path)), len(re.findall(r"\{", path)), operations)
            for path, operations in document["paths"].items()
        ]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the operation of a request, the path with the fewest variables first; None where none is told."""
        fits = [(holes, told) for pattern, holes, told in self._paths if pattern.fullmatch(path)]
        told = min(fits, key=lambda fit: fit[0])[1] if fits else {}
        found: dict[str, Any] | None = told.get(method.lower())
        return found

    def problems(self, operation: dict[str, Any], status: int, media_type: str, body: bytes) -> Iterator[str]:
        """Yield what in an answer is other than told."""
        name = operation["operationId"]
        told = operation["responses"].get(str(status))
        if told is None:
            yield f"{name} answers {status}, which is not told"
            return
        if "$ref" in told:
            told = self._document["components"]["responses"][told["$ref"].rpartition("/")[2]]
        media_type = media_type.partition(";")[0]
        if media_type not in told["content"]:
            yield f"{name} answers {status} as {media_type}, told is {', '.join(told['content'])}"
        elif media_type == "application/json":
            reference = told["content"][media_type]["schema"]["$ref"]
            for error in self._validator(reference).iter_errors(json.loads(body)):
                yield f"{name} answers {status}: at {error.json_path} {error.message[:200]}"

    @cache  # noqa: B019  # one contract lives as long as the tests
    def _validator(self, reference: str) -> Draft202012Validator:
        return Draft202012Validator({"$ref": reference} | self._schemas, format_checker=_FORMATS)


CONTRACT = ApiContract(DOCUMENT)


class AnswersChecked:
    """An api whose every answer is compared on its way out; ``problems`` are what was found."""

    def __init__(self, app: ASGIApp, contract: ApiContract = CONTRACT) -> None:
        self.problems: list[str] = []
        self._app = app
        self._contract = contract

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        operation = scope["type"] == "http" and self._contract.operation(scope["method"], scope["path"])
        if not operation:
            await self._app(scope, receive, send)
            return
        begun: list[Message] = []
        body = bytearray()

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
            body.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, watch)
        (start,) = begun
        media_type = dict(start["headers"]).get(b"content-type", b"").decode()
        self.problems += self._contract.problems(operation, start["status"], media_type, bytes(body))
