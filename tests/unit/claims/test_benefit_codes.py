"""The code tables of eligibility and claim status: every row read, in words, with a source and a day."""

from datetime import date

import pytest

from revcycle.domain.claims.benefit import ACTIVE, INACTIVE, BenefitKind
from revcycle.domain.codes import table
from revcycle.domain.codes.benefit_codes import benefit_code, in_words
from revcycle.domain.codes.eligibility_rejections import known, reject_reason
from revcycle.domain.codes.service_types import all_service_types, service_type, service_words
from revcycle.domain.codes.status_codes import explain_status, status_known

ON = date(2026, 6, 1)
TABLES = ("benefit_codes.csv", "eligibility_rejections.csv", "service_types.csv", "status_codes.csv")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_words_a_day_and_a_source(name: str) -> None:
    rows = table.rows(name)
    keys = [(row.get("list", ""), row["code"], row["effective_from"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row["meaning"].strip()
        assert row["source"].strip()
        assert date.fromisoformat(row["effective_from"]) < ON


def test_every_kind_of_benefit_the_rules_ask_for_is_in_the_table() -> None:
    for kind in (*BenefitKind, *ACTIVE, *INACTIVE):
        assert benefit_code("information", kind) is not None


@pytest.mark.parametrize("code", "CNPRSWXY")
def test_every_follow_up_says_what_to_do(code: str) -> None:
    told = benefit_code("follow_up", code)
    assert told is not None
    assert told.action


def test_every_reject_reason_says_what_to_do() -> None:
    for row in table.rows("eligibility_rejections.csv"):
        told = reject_reason(row["code"], ON)
        assert told is not None
        assert told.action
    assert known("72")
    assert not known("ZZ")
    assert reject_reason("ZZ", ON) is None


def test_the_service_types_core_asks_for_are_there() -> None:
    core = [kind.code for kind in all_service_types() if kind.core]
    generic = [kind.code for kind in all_service_types() if kind.generic]
    assert len(core) > 50
    assert set(generic) == {"1", "33", "35", "47", "48", "50", "86", "88", "98", "AL", "MH", "UC"}
    assert set(generic) <= set(core)


def test_an_unknown_code_stands_for_itself() -> None:
    assert in_words("period", "23") == "calendar year"
    assert in_words("period", "999") == "999"
    assert service_words("98") == "physician office visit"
    assert service_words("999") == "999"
    assert service_type("999", ON) is None


def test_the_whole_list_of_statuses_is_told_in_words() -> None:
    rows = [row for row in table.rows("status_codes.csv") if row["list"] == "status"]
    assert len(rows) > 700
    for row in rows:
        told = explain_status(f"A7:{row['code']}:IL")
        assert told is not None
        assert told.action


def test_known_statuses_are_told_from_unknown_ones() -> None:
    assert status_known("F1", "65")
    assert status_known("A2", "")
    assert not status_known("ZZ", "65")
    assert not status_known("F1", "9999")
