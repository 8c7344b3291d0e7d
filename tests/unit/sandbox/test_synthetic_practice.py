"""The synthetic practice: the same from the same seed, sane to every edit, one story to each account."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.identifiers import is_npi
from revcycle.domain.patients.assistance import Household
from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.work.task_kinds import TASKS, TaskKind
from revcycle.edi.claim_837.x12_837 import read_claims
from revcycle.rules.claims.edits.scrubbing import scrub
from revcycle.rules.patients.assistance import offer
from revcycle.sandbox.payer.field_path import read_field
from revcycle.sandbox.payer.script import PayerScript, key_of, policy_key
from revcycle.sandbox.practice.cast import PatientActKind, PatientEvent, answer_task, patient_acts
from revcycle.sandbox.practice.files import save
from revcycle.sandbox.practice.life import DEFAULT_WEIGHTS, PATIENT_LIVES, Life, deal
from revcycle.sandbox.practice.people_script import PeopleScript
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate
from tests.support.policies import guideline, patient_policy_for

FIRST_DAY = date(2026, 1, 12)


@pytest.fixture(scope="module")
def practice() -> SyntheticPractice:
    return generate(7, 320, FIRST_DAY)


def _of(practice: SyntheticPractice, life: Life):
    return [part for part in practice.people.claims.values() if part.life is life]


def _claim(practice: SyntheticPractice, number: str):
    return next(claim for claim in practice.claims if claim.source_control_number == number)


def test_same_seed_gives_the_same_practice(practice):
    assert generate(7, 320, FIRST_DAY) == practice
    assert generate(8, 320, FIRST_DAY).claims != practice.claims


def test_every_life_is_dealt_and_clean_ones_are_the_majority(practice):
    dealt = Counter(part.life for part in practice.people.claims.values())
    assert len(practice.claims) == sum(dealt.values()) == 320
    assert set(dealt) == set(Life)
    assert min(dealt.values()) >= 3
    assert 0.6 < dealt[Life.PAID_CLEAN] / 320 < 0.7
    assert 0.1 < dealt[Life.PAID_PATIENT_PAYS] / 320 < 0.14


@pytest.mark.parametrize("claims", [1, 16, 47, 48, 100, 1000])
def test_deal_gives_exactly_as_many_lives_as_claims(claims):
    from random import Random

    lives = deal(Random(1), claims, DEFAULT_WEIGHTS)
    assert len(lives) == claims
    assert claims < 16 or set(lives) == set(Life)


def test_one_life_alone_can_be_asked_for():
    practice = generate(3, 4, FIRST_DAY, {Life.PLAN_KEPT: 1})
    assert [part.life for part in practice.people.claims.values()] == [Life.PLAN_KEPT] * 4


def test_claims_pass_every_edit_as_filed(practice):
    found = {
        claim.source_control_number: findings
        for claim in practice.claims
        if (findings := scrub(claim, FIRST_DAY))
    }
    assert found == {}


def test_identifiers_pass_their_check_digits(practice):
    for claim in practice.claims:
        assert is_npi(claim.billing_provider.npi)
        assert claim.rendering_provider is not None
        assert is_npi(claim.rendering_provider.npi)


def test_services_lie_in_the_fortnight_before_the_first_day(practice):
    days = {line.service_date for claim in practice.claims for line in claim.lines}
    assert min(days) >= FIRST_DAY - timedelta(14)
    assert max(days) < FIRST_DAY
    assert all(day.weekday() < 5 for day in days)


def test_payers_can_tell_every_claim_from_every_other(practice):
    keys = [key_of(claim, claim.coverages[0]) for claim in practice.claims]
    assert len(set(keys)) == len(keys)


def test_guarantors_have_several_patients_and_patient_lives_an_account_of_their_own(practice):
    lives, patients = defaultdict(set), defaultdict(set)
    for number, part in practice.people.claims.items():
        lives[part.guarantor].add(part.life)
        patients[part.guarantor].add(_claim(practice, number).patient.full_name)
    assert sum(len(names) > 1 for names in patients.values()) > 20
    for guarantor, told in lives.items():
        assert not told & PATIENT_LIVES or len(told) == 1, guarantor


def test_some_guarantors_prefer_spanish(practice):
    assert {part.language for part in practice.people.people.values()} == {"en", "es"}


def test_wrong_values_are_in_the_file_and_the_right_ones_in_the_script(practice):
    for life in (Life.REJECTED_277CA_CORRECTED, Life.DENIED_CO16_REPLACED):
        for part in _of(practice, life):
            claim = _claim(practice, part.source_control_number)
            (wrong,) = practice.script.behaviour(key_of(claim, claim.coverages[0])).wrong
            (right,) = part.corrections
            assert wrong.path == right.path
            assert read_field(claim, wrong.path) == wrong.value != right.value


def test_inactive_policy_is_filed_and_the_new_one_known_to_staff(practice):
    for part in _of(practice, Life.INACTIVE_COVERAGE_CORRECTED):
        coverage = _claim(practice, part.source_control_number).coverages[0]
        assert policy_key(coverage.payer_id, coverage.member_id) in practice.script.inactive
        (right,) = part.corrections
        assert right.path == "coverages[0].member_id"
        assert policy_key(coverage.payer_id, right.value) not in practice.script.inactive


def test_key_of_a_part_is_that_of_the_corrected_claim(practice):
    for part in practice.people.claims.values():
        claim = _claim(practice, part.source_control_number)
        coverage = claim.coverages[0]
        for right in part.corrections:
            if right.path == "coverages[0].member_id":
                coverage = replace(coverage, member_id=right.value)
        assert key_of(claim, coverage) == part.key


def test_secondary_life_has_two_coverages(practice):
    for part in _of(practice, Life.PRIMARY_THEN_SECONDARY):
        claim = _claim(practice, part.source_control_number)
        assert claim.coverage(Responsibility.SECONDARY) is not None


def test_scripts_survive_json(practice):
    assert PayerScript.from_json(practice.script.to_json()) == practice.script
    assert PeopleScript.from_json(practice.people.to_json()) == practice.people


def test_saved_file_reads_back_as_the_same_claims(practice, tmp_path):
    files = save(practice, tmp_path / "practice", datetime(2026, 1, 12, 9, tzinfo=UTC))
    file = read_claims(files.claims.read_bytes())
    assert (file.quarantined, file.findings) == ((), ())
    read = tuple(replace(one.claim, language="en") for one in file.claims)
    assert read == tuple(replace(claim, language="en") for claim in practice.claims)
    assert PayerScript.from_json(files.payer_script.read_text()) == practice.script
    assert PeopleScript.from_json(files.people_script.read_text()) == practice.people


def test_no_two_guarantors_share_a_name_and_birth_date(practice):
    accounts = defaultdict(set)
    for number, part in practice.people.claims.items():
        subscriber = _claim(practice, number).coverages[0].subscriber
        accounts[subscriber.full_name, subscriber.birth_date].add(part.guarantor)
    assert all(len(guarantors) == 1 for guarantors in accounts.values())


def test_payer_script_holds_no_name_and_no_member_id(practice):
    text = practice.script.to_json().upper()
    for claim in practice.claims:
        assert claim.patient.last_name.upper() not in text
        assert claim.coverages[0].member_id not in text


def test_staff_correct_what_is_wrong_and_approve_what_is_asked(practice):
    part = _of(practice, Life.REJECTED_277CA_CORRECTED)[0]
    answer = answer_task(practice.people, TaskKind.FIX_REJECTION, part.source_control_number)
    assert (answer.choice, answer.corrections) == ("corrected", part.corrections)
    answer = answer_task(practice.people, TaskKind.APPROVE_DISPUTED_WRITE_OFF)
    assert (answer.choice, answer.corrections) == ("approve", ())


def _acts(practice: SyntheticPractice, life: Life, event: PatientEvent, number: int = 1):
    guarantor = _of(practice, life)[0].guarantor
    return patient_acts(practice.people, guarantor, event, number, 12_000)


def test_patients_play_their_lives(practice):
    first = {life: _acts(practice, life, PatientEvent.STATEMENT) for life in PATIENT_LIVES}
    kinds = {life: [act.kind for act in acts] for life, acts in first.items()}
    assert kinds == {
        Life.PAID_PATIENT_PAYS: [PatientActKind.PAY],
        Life.LADDER_TO_AGENCY: [],
        Life.PLAN_KEPT: [PatientActKind.REQUEST_PLAN],
        Life.PLAN_BROKEN: [PatientActKind.REQUEST_PLAN],
        Life.HARDSHIP_CHARITY: [PatientActKind.APPLY_FOR_HARDSHIP],
        Life.DISPUTE_RESOLVED: [PatientActKind.DISPUTE],
    }
    assert first[Life.PAID_PATIENT_PAYS][0].amount_cents == 12_000


def test_paying_patient_pays_every_statement_and_others_answer_only_the_first(practice):
    statement = PatientEvent.STATEMENT
    assert _acts(practice, Life.PAID_PATIENT_PAYS, statement, 2)[0].kind is PatientActKind.PAY
    assert _acts(practice, Life.PLAN_KEPT, statement, 2) == ()


def test_kept_plan_pays_each_instalment_and_broken_plan_stops(practice):
    due = PatientEvent.INSTALLMENT_DUE
    assert all(_acts(practice, Life.PLAN_KEPT, due, number) for number in (1, 2, 3))
    assert [bool(_acts(practice, Life.PLAN_BROKEN, due, number)) for number in (1, 2, 3)] == [
        True,
        False,
        False,
    ]
    assert _acts(practice, Life.PLAN_BROKEN, PatientEvent.FINAL_NOTICE)[0].kind is PatientActKind.PAY


def test_disputing_patient_pays_after_the_answer_and_silent_one_never(practice):
    assert _acts(practice, Life.DISPUTE_RESOLVED, PatientEvent.DISPUTE_ANSWER)[0].kind is PatientActKind.PAY
    for event in PatientEvent:
        assert _acts(practice, Life.LADDER_TO_AGENCY, event) == ()


def test_patient_events_are_the_letters_there_are():
    letters = {kind.value for kind in ContactKind if kind is not ContactKind.CALL}
    assert {event.value for event in PatientEvent} == letters | {"installment_due"}


def test_staff_find_each_disputing_patient_as_right_as_the_script_says(practice):
    for part in _of(practice, Life.DISPUTE_RESOLVED):
        answer = answer_task(practice.people, TaskKind.RESOLVE_DISPUTE, part.source_control_number)
        assert answer.choice == practice.people.people[part.guarantor].dispute_outcome
    assert answer_task(practice.people, TaskKind.RESOLVE_DISPUTE).choice == "rejected"


def test_hardship_is_within_the_charity_policy_and_plans_within_theirs(practice):
    policy = patient_policy_for(FIRST_DAY)
    for part in practice.people.people.values():
        if part.life is Life.HARDSHIP_CHARITY:
            household = Household(part.household_size, part.household_income_cents)
            assert offer(household, policy, guideline(FIRST_DAY)).discount_percent == 100
        assert part.installments <= policy.plan_installments_max
    (plan,) = _acts(practice, Life.PLAN_KEPT, PatientEvent.STATEMENT)
    assert plan.first_due_after_days <= policy.plan_first_due_days_max
    assert plan.interval_days <= policy.plan_interval_days_max


def test_nobody_acts_on_nothing_owed(practice):
    guarantor = _of(practice, Life.PAID_PATIENT_PAYS)[0].guarantor
    assert patient_acts(practice.people, guarantor, PatientEvent.STATEMENT, 1, 0) == ()
    assert patient_acts(practice.people, "G9999", PatientEvent.STATEMENT, 1, 5_000) == ()


@pytest.mark.parametrize("kind", TaskKind)
def test_staff_answer_every_kind_of_task_with_one_of_its_choices(practice, kind):
    assert answer_task(practice.people, kind).choice in TASKS[kind].names


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (TaskKind.FIX_DENIAL, "corrected"),
        (TaskKind.APPROVE_APPEAL, "approve"),
        (TaskKind.APPROVE_WRITE_OFF, "write_off"),
        (TaskKind.APPROVE_REFERRAL, "refer"),
        (TaskKind.APPROVE_CHARITY, "approve"),
        (TaskKind.ASK_APPEAL_DECISION, "still_pending"),
        (TaskKind.FIND_DEPOSIT, "keep_waiting"),
        (TaskKind.FIX_LETTER, "try_again"),
    ],
)
def test_staff_choose_what_moves_the_work_on(practice, kind, answer):
    assert answer_task(practice.people, kind).choice == answer
