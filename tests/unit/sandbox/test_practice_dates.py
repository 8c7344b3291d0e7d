"""The synthetic practice holds on any day: leap days, year ends, weekends; two files of it can be told apart."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from revcycle.domain.calendar import is_business_day
from revcycle.rules.claims.timely_filing import filing_deadline
from revcycle.sandbox.payer.script import PayerScript
from revcycle.sandbox.payer.script_folder import following
from revcycle.sandbox.practice.files import save
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import generate
from revcycle.sandbox.practice.unfinished import UNFINISHED
from tests.support.policies import policy_for

DAYS = [
    date(2028, 2, 29),
    date(2028, 3, 1),
    date(2027, 12, 31),
    date(2027, 1, 1),
    date(2027, 1, 2),
    date(2026, 11, 29),
    date(2026, 7, 4),
]


@pytest.mark.parametrize("day", DAYS)
def test_every_service_is_on_a_business_day_of_the_last_two_weeks(day: date) -> None:
    practice = generate(1, 60, day)
    services = {line.service_date for claim in practice.claims for line in claim.lines}
    assert min(services) >= day - timedelta(14)
    assert max(services) < day
    assert all(map(is_business_day, services))


@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_too_late_to_file(day: date) -> None:
    for claim in generate(1, 60, day).claims:
        first = claim.coverages[0]
        policy = policy_for(first.claim_filing_indicator, first.payer_id, claim.service_date_from)
        assert filing_deadline(policy, claim.service_date_from) > day


@pytest.mark.parametrize("day", DAYS)
def test_the_payer_rejects_denies_and_is_silent_on_every_day(day: date) -> None:
    script = generate(1, 300, day).script
    behaviours = script.claims.values()
    assert script.inactive
    assert any(one.rejection for one in behaviours)
    assert any(one.denial_code for one in behaviours)
    assert any(one.silent for one in behaviours)


def test_files_numbered_apart_share_no_number() -> None:
    first, second = generate(1, 20, DAYS[0]), generate(2, 20, DAYS[0], first_serial=21)
    assert first.people.claims.keys().isdisjoint(second.people.claims)


def test_the_unfinished_files_hold_a_denial_a_rejection_ended_coverage_and_a_silent_payer() -> None:
    lives = {life for file in UNFINISHED for life in file.lives}
    assert lives >= {
        Life.DENIED_CO16_REPLACED,
        Life.REJECTED_277CA_CORRECTED,
        Life.INACTIVE_COVERAGE_CORRECTED,
        Life.SILENT_PAYER_FOUND,
    }


def test_a_payer_learns_of_a_practice_written_after_it_was_started(tmp_path: Path) -> None:
    script = following(PayerScript(payment_days_min=1), tmp_path)
    assert not script.claims
    practice = generate(1, 60, DAYS[0])
    files = save(practice, tmp_path / "practice", datetime(2028, 2, 29, tzinfo=UTC))
    files.payer_script.rename(tmp_path / "practice.json")

    key = next(key for key, behaviour in practice.script.claims.items() if behaviour.denial_code)
    assert script.behaviour(key) == practice.script.claims[key]
    assert next(iter(practice.script.inactive)) in script.inactive
    assert len(script.claims) == len(practice.script.claims)
    assert script.payment_days_min == 1, "when it pays is its own matter"
    assert script.behaviour("K-of-nobody").denial_code == ""
