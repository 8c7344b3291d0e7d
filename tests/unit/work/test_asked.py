"""What a request carries is read field by field, and what does not fit is refused with its place and a remedy."""

import json
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import pytest
from msgspec import Meta

from revcycle.api import asked
from revcycle.api.asked import Cents, Flag, ListLimit, Secret, Text
from revcycle.api.errors import Refusal, RefusalCode


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Form:
    name: Text
    secret: Secret = "none"  # a default, not a password
    colour: Colour = Colour.RED
    cents: Cents | None = None
    on: date | None = None
    all: Flag = ""
    limit: ListLimit = 200
    sure: bool = False
    ids: Annotated[tuple[str, ...], Meta(description="a list of ids")] = ()
    changes: dict[str, str] = field(default_factory=dict)


def test_a_body_is_read_into_its_types() -> None:
    body = b"""{"name": " Grace ", "secret": " s ", "colour": "blue", "cents": 2500, "on": "2026-03-31",
               "sure": true, "ids": ["a"], "changes": {"a": "b"}}"""
    assert asked.from_body(Form, body) == Form(
        "Grace", " s ", Colour.BLUE, 2500, date(2026, 3, 31), sure=True, ids=("a",), changes={"a": "b"}
    )


def test_a_query_is_read_from_text_and_what_is_empty_is_not_said() -> None:
    read = asked.from_form(
        Form, {"name": "G", "limit": "5", "all": "yes", "on": "", "colour": "", "cents": "7"}
    )
    assert read == Form("G", limit=5, all="yes", cents=7)


@pytest.mark.parametrize(
    ("given", "where", "message", "remedy"),
    [
        ({}, "name", "name is missing", "give name"),
        ({"name": "  "}, "name", "name is missing or not a text", "give name"),
        ({"name": 5}, "name", "name is missing or not a text", "give name"),
        ({"nmae": "G"}, "nmae", "a field", "known are name, secret"),
        ({"colour": "green"}, "colour", "colour is not known", "one of red, blue"),
        ({"all": "no"}, "all", "all is not known", "one of yes"),
        ({"cents": 0}, "cents", "cents is not a number", "whole cents, like 2500"),
        ({"cents": 12.5}, "cents", "cents is not a number", "whole cents, like 2500"),
        ({"cents": True}, "cents", "cents is not a number", "whole cents, like 2500"),
        ({"cents": "12"}, "cents", "cents is not a number", "whole cents, like 2500"),
        ({"limit": 10_001}, "limit", "limit is not a number", "or leave it out"),
        ({"on": "yesterday"}, "on", "on is not a day", "write it like 2026-03-31"),
        ({"sure": "yes"}, "sure", "neither true nor false", "or leave it out"),
        ({"ids": "a"}, "ids", "ids cannot be used", "give a list of ids, or leave it out"),
        ({"changes": {"a": 1}}, "changes", "changes cannot be used", "give changes, or leave it out"),
    ],
)
def test_what_does_not_fit_is_refused_in_plain_words(
    given: dict[str, Any], where: str, message: str, remedy: str
) -> None:
    whole = given if {"name", "nmae"} & set(given) or not given else {"name": "G"} | given
    with pytest.raises(Refusal) as refused:
        asked.from_body(Form, json.dumps(whole).encode())
    told = refused.value
    assert (told.code, told.where) == (RefusalCode.BAD_INPUT, where)
    assert message in str(told)
    assert remedy in told.remedy


def test_a_refusal_does_not_repeat_what_was_said() -> None:
    for name in ("colour", "on", "cents", "name"):
        with pytest.raises(Refusal) as refused:
            asked.from_body(Form, b'{"name": "G", "%s": ["Zebedee"]}' % name.encode())
        assert "Zebedee" not in str(refused.value) + refused.value.remedy


@pytest.mark.parametrize("body", [b"[]", b"{", b"null", b"\xff"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal, match="not a JSON object"):
        asked.from_body(Form, body)
