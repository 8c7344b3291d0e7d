"""Answers: facts to JSON, and bytes with a name."""

import json
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from msgspec import UNSET
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Download:
    """An answer that is a document."""

    media_type: ClassVar[str] = "application/octet-stream"
    content: bytes
    file_name: str


class Pdf(Download):
    """A letter or packet."""

    __slots__ = ()
    media_type = "application/pdf"


class Csv(Download):
    """A table."""

    __slots__ = ()
    media_type = "text/csv"


class X12(Download):
    """Bytes as they came."""

    __slots__ = ()
    media_type = "application/edi-x12"


def parts(fact: Any) -> dict[str, Any]:
    """Return the fields of a fact by name, each as it is: what a longer answer repeats of it."""
    return {name: getattr(fact, name) for name in fact.__dataclass_fields__}


def plain(value: object) -> Any:
    """Return what JSON cannot write by itself: dates as ISO, facts as objects, quantities as numbers.

    A field that is UNSET is left out: the facts do not say it. A name that Python keeps for itself ends in ``_``.
    """
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name.rstrip("_"): said for name, said in parts(value).items() if said is not UNSET}
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
