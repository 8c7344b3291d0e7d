"""The code tables: every row read, every route real, one mind with the posting of remittances."""

from datetime import date

import pytest

from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.codes import table
from revcycle.domain.codes.carc import all_carcs, carc
from revcycle.domain.codes.claim_status import CLAIM_STATUSES, PROCESSED, claim_status
from revcycle.domain.codes.rarc import rarc
from revcycle.domain.codes.status_codes import explain_status
from revcycle.domain.denials.denial import DenialRouteKind
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup
from revcycle.rules.remittances.posting import AdjustmentClass, classify

ON = date(2026, 6, 1)


def test_every_reason_code_is_read_once() -> None:
    codes = [row["code"] for row in table.rows("carc.csv")]
    assert len(codes) == len(set(codes)) == len(all_carcs()) == 169
    for entry in all_carcs():
        assert entry.meaning
        assert entry.source
        assert 0 <= entry.overturn_percent <= 100
        assert not entry.denies or DenialRouteKind(entry.route)


def test_every_remark_code_is_read() -> None:
    rows = table.rows("rarc.csv")
    assert len(rows) == 120
    assert all(rarc(row["code"], ON) is not None for row in rows)


def posts(group: str, code: str) -> AdjustmentClass:
    return classify(Adjustment(AdjustmentGroup(group), code, 100), ON)


@pytest.mark.parametrize("code", [entry.code for entry in all_carcs()])
def test_what_the_posting_takes_off_is_no_denial_here(code: str) -> None:
    known = carc(code, ON)
    assert known is not None
    if {posts("CO", code), posts("PR", code)} != {AdjustmentClass.DENIAL}:
        assert not known.denies


@pytest.mark.parametrize(
    ("group", "codes", "does"),
    [
        ("CO", "24 44 45 59 94 104 131 137 144 161 223 237 246 253 303 P12", AdjustmentClass.CONTRACTUAL),
        ("PR", "1 2 3 45 66 142 201 247 248 275", AdjustmentClass.PATIENT),
        ("CO", "23", AdjustmentClass.INFORMATIONAL),
        ("CO", "1 2 3 16 18 22 29 50 97 109 197 ZZZ", AdjustmentClass.DENIAL),
        ("PR", "16 23 29 50 96 104 253 ZZZ", AdjustmentClass.DENIAL),
    ],
)
def test_a_reason_posts_as_its_row_says(group: str, codes: str, does: AdjustmentClass) -> None:
    assert {posts(group, code) for code in codes.split()} == {does}


def test_only_the_listed_reasons_take_anything_off() -> None:
    taken = {entry.code for entry in all_carcs() if posts("OA", entry.code) is AdjustmentClass.CONTRACTUAL}
    assert len(taken) == 16
    assert sum(posts("PR", entry.code) is AdjustmentClass.PATIENT for entry in all_carcs()) == 10


def test_a_payer_in_each_place_of_the_line_has_its_claim_status() -> None:
    assert set(PROCESSED.values()) == {"1", "2", "3"}
    assert {code for code, kind in CLAIM_STATUSES.items() if not kind.posts} == {"23", "25"}
    assert {code for code, kind in CLAIM_STATUSES.items() if kind.forwarded} == {"19", "20", "21", "23"}
    assert CLAIM_STATUSES["20"].processed_as is Responsibility.SECONDARY
    assert claim_status("99") is None


def test_an_unknown_code_is_none() -> None:
    assert carc("999", ON) is None
    assert rarc("N99999", ON) is None
    assert explain_status("A7:99999") is None
    assert explain_status("Z9:20") is None


def test_a_code_is_known_before_its_first_entry_too() -> None:
    assert carc("197", date(1999, 1, 1)) == carc("197", ON)
    legacy = carc("15", ON)
    assert legacy is not None
    assert legacy.retired


def test_a_status_is_told_in_plain_words_with_what_to_do() -> None:
    told = explain_status("A7:164:IL")
    assert told is not None
    assert told.meaning.endswith("the member number is missing or invalid (subscriber)")
    assert "member id" in told.action
    accepted = explain_status("A2")
    assert accepted is not None
    assert accepted.action == "wait for the remittance"
