"""The code tables: every row read, every route real, one mind with the posting of remittances."""

from datetime import date

import pytest

from revcycle.domain.codes import table
from revcycle.domain.codes.carc import all_carcs, carc
from revcycle.domain.codes.rarc import rarc
from revcycle.domain.codes.status_codes import explain_status
from revcycle.domain.denials.denial import DenialRouteKind
from revcycle.rules.remittances.posting import CONTRACTUAL, INFORMATIONAL, PATIENT_SHARE

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


@pytest.mark.parametrize("code", sorted({*CONTRACTUAL, *PATIENT_SHARE, *INFORMATIONAL}))
def test_what_the_posting_takes_off_is_no_denial_here(code: str) -> None:
    known = carc(code, ON)
    assert known is not None
    assert not known.denies


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
