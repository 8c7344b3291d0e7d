"""Answers: facts to JSON, and bytes with a name."""

import json
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Download:
    """An answer that is a document."""

    content: bytes
    media_type: str
    file_name: str


def plain(value: object) -> Any:
    """Return what JSON cannot write by itself: dates as ISO, facts as objects, quantities as numbers."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Decimal):  # quantities, never money
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def reply(answer: object, status: int = 200) -> Response:
    """Write an answer; nobody may keep a copy on the way."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, Download):
        headers["content-disposition"] = f'attachment; filename="{answer.file_name}"'
        return Response(answer.content, status, headers, answer.media_type)
    text = json.dumps(answer, default=plain, ensure_ascii=False)
    return Response(text, status, headers, "application/json")
