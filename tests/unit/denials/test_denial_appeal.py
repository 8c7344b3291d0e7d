"""The ladder and the guard of the packet."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.codes.carc import all_carcs
from revcycle.domain.denials.appeal import AppealKind, PacketFacts
from revcycle.letters.contexts_appeal import AppealArgument
from revcycle.rules.denials.appeal import (
    approve_by,
    argument_for,
    check_packet,
    judge_level,
    required_exhibits,
)
from tests.support.policies import policy_for

NOTICE = date(2026, 3, 2)
MEDICARE, COMMERCIAL = policy_for("MB", "", NOTICE), policy_for("CI", "", NOTICE)
APPEAL, PROOF = AppealKind.APPEAL, AppealKind.TIMELY_FILING_PROOF


def test_the_first_level_goes_by_itself_the_second_needs_a_manager() -> None:
    first = judge_level(COMMERCIAL, 1, APPEAL, NOTICE, NOTICE, 10_000)
    second = judge_level(COMMERCIAL, 2, APPEAL, NOTICE, NOTICE, 10_000)
    assert (first.possible, first.needs_approval) == (True, False)
    assert (second.possible, second.needs_approval) == (True, True)
    assert first.file_by == NOTICE + timedelta(180)


def test_a_hearing_is_taken_there_by_a_person() -> None:
    judged = judge_level(MEDICARE, 3, APPEAL, NOTICE, NOTICE, 1_000_000)
    assert not judged.possible
    assert "administrative law judge" in judged.reason


def test_the_ladder_ends() -> None:
    assert "ends at level 5" in judge_level(MEDICARE, 6, APPEAL, NOTICE, NOTICE, 1).reason


@given(st.integers(0, 400))
def test_no_level_is_filed_after_its_last_day(days: int) -> None:
    on = NOTICE + timedelta(days)
    judged = judge_level(COMMERCIAL, 1, APPEAL, NOTICE, on, 10_000)
    assert judged.possible == (days <= 180)


def test_medicare_hears_the_proof_of_filing_once() -> None:
    assert judge_level(MEDICARE, 1, PROOF, NOTICE, NOTICE, 1).possible
    assert not judge_level(MEDICARE, 2, PROOF, NOTICE, NOTICE, 1).possible
    assert judge_level(COMMERCIAL, 2, PROOF, NOTICE, NOTICE, 1).possible


def packet(**changes: Any) -> PacketFacts:
    whole: dict[str, Any] = {
        "last_day": NOTICE,
        "letter": True,
        "exhibits": required_exhibits(PROOF),
        "required": required_exhibits(PROOF),
        "filed_already": False,
    }
    return PacketFacts(**(whole | changes))


def test_a_whole_packet_in_time_goes_out() -> None:
    assert check_packet(packet(), NOTICE) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"letter": False, "problem": "the practice has no profile"}, "appeal.no_letter"),
        ({"exhibits": frozenset({"claim summary"})}, "appeal.missing_exhibit"),
        ({"filed_already": True}, "appeal.filed_already"),
        ({"last_day": NOTICE - timedelta(1)}, "appeal.too_late"),
    ],
)
def test_what_keeps_a_packet_here(changes: dict[str, object], code: str) -> None:
    findings = check_packet(packet(**changes), NOTICE)
    assert [finding.code for finding in findings] == [code]
    assert all(finding.message and finding.remedy for finding in findings)


def test_a_manager_may_let_a_late_packet_go_but_not_an_incomplete_one() -> None:
    late = packet(last_day=NOTICE - timedelta(1))
    assert check_packet(late, NOTICE, late_allowed=True) == ()
    assert check_packet(packet(letter=False), NOTICE, late_allowed=True)


def test_without_a_letter_its_exhibits_are_not_what_is_missing() -> None:
    findings = check_packet(packet(letter=False, exhibits=frozenset()), NOTICE)
    assert [finding.code for finding in findings] == ["appeal.no_letter"]


@pytest.mark.parametrize(("last_day_in", "days"), [(180, 5), (3, 3), (0, 1), (-9, 1)])
def test_a_manager_approves_in_five_days_and_before_the_last_day(last_day_in: int, days: int) -> None:
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)
    assert approve_by(NOTICE + timedelta(last_day_in), at) == at + timedelta(days)


def test_every_category_has_an_argument_that_was_written() -> None:
    for entry in all_carcs():
        AppealArgument(argument_for(entry.category))
