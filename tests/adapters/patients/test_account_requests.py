"""Requests on an account, through their doors: each counts once, a refused one leaves nothing behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.patient_requests import PatientRequestActivities
from revcycle.db import decisions, ledger
from revcycle.db.engine import Database, Tx
from revcycle.db.patients import assistance, disputes, patient_accounts, payments, plans
from revcycle.domain.patients.assistance import ApplicationState, Household
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeState, DisputeSubject
from revcycle.domain.patients.patient_account import Hold
from revcycle.domain.patients.patient_payment import PaymentMethod
from revcycle.domain.patients.payment_plan import PlanState, even_terms
from revcycle.domain.patients.progress import RequestAnswer
from revcycle.domain.patients.requests import (
    ApplicationToOpen,
    DisputeToOpen,
    DisputeToResolve,
    HoldToSet,
    PaymentToPost,
    PlanToAgree,
)
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Door, Refused, request
from tests.support.patients.patients import GUARANTOR, claim_with_share, guarantor_account, open_database

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
CLERK = "ms clerk"


class Counter:
    """An account that owes 65 dollars, and the door to it."""

    def __init__(self, db: Database) -> None:
        self.db, self.doors, self.acts = db, PatientRequestActivities(db), 0
        self.account_id = guarantor_account(db, AT)
        self.claim_id = claim_with_share(db, self.account_id, 6_500, AT)
        with db.write() as tx:
            patient_accounts.begin(tx, self.account_id, AT)

    def act(self, key: str = "") -> Act:
        self.acts += 1
        return Act(key or f"act {self.acts}", subjects.account(self.account_id), AT)

    def payment(self, cents: int) -> str:
        with self.db.write() as tx:
            method, today = PaymentMethod.CARD, AT.date()
            return payments.record(tx, self.account_id, method, cents, today, CLERK, AT)

    def plan(self, cents: int) -> str:
        with self.db.write() as tx:
            terms = even_terms(cents, 2, AT.date() + timedelta(10))
            return plans.propose(tx, self.account_id, terms, CLERK, AT)

    def outcomes(self) -> list[str]:
        with self.db.read() as tx:
            told = decisions.of_subject(tx, subjects.account(self.account_id))
        return [decision.outcome for decision in told]

    def owed(self) -> int:
        with self.db.read() as tx:
            return ledger.account_balance(tx, self.account_id).patient_cents


@pytest.fixture(params=["sqlite", "postgres"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    url = request.getfixturevalue("fresh_postgres_url") if request.param == "postgres" else ""
    db = open_database(tmp_path, url)
    yield Counter(db)
    db.close()


def test_a_payment_counts_once_whoever_brings_it(counter: Counter) -> None:
    asked = PaymentToPost(counter.payment(2_500), CLERK)
    for key in ("first", "first", "another"):
        (answer, _) = counter.doors.post_payment(counter.act(key), counter.account_id, asked)
        assert answer.position is not None
        assert answer.position.patient_cents == 4_000
    assert counter.outcomes() == ["payment"]
    with counter.db.read() as tx:
        (told,) = decisions.of_subject(tx, subjects.claim(counter.claim_id))
    assert told.reason == "The patient paid $25.00 by card."


def test_a_refused_plan_leaves_nothing_and_the_corrected_one_is_taken_under_the_same_key(
    counter: Counter,
) -> None:
    wrong, right = PlanToAgree(counter.plan(6_000), CLERK), PlanToAgree(counter.plan(6_500), CLERK)
    (answer, _) = counter.doors.agree_plan(counter.act("plan"), counter.account_id, wrong)
    assert answer.position is None
    assert "$65.00" in answer.refusal
    assert counter.outcomes() == []
    (answer, _) = counter.doors.agree_plan(counter.act("plan"), counter.account_id, right)
    assert answer.refusal == ""
    assert counter.outcomes() == ["plan_agreed"]
    with counter.db.read() as tx:
        assert plans.load(tx, wrong.plan_id)[1].state is PlanState.PROPOSED


def test_a_payment_of_another_account_is_refused(counter: Counter) -> None:
    asked = PaymentToPost(counter.payment(2_500), CLERK)
    other = guarantor_account(counter.db, AT, person=replace(GUARANTOR, first_name="Another"))
    (answer, _) = counter.doors.post_payment(counter.act(), other, asked)
    assert answer.refusal == f"payment {asked.payment_id} belongs to another account"
    assert counter.owed() == 6_500


class Hasty(Door):
    """A door that writes before it thinks."""

    @request
    def hold(self, tx: Tx, act: Act, account_id: str, allowed: bool) -> RequestAnswer:
        """Write first, refuse then."""
        patient_accounts.set_hold(tx, account_id, Hold.COMPLAINT, act.at)
        if not allowed:
            raise Refused("not so fast")
        return RequestAnswer(patient_accounts.position(tx, account_id))


def test_what_a_refused_request_wrote_is_taken_back(counter: Counter) -> None:
    hasty, account_id = Hasty(counter.db), counter.account_id
    assert hasty.hold(counter.act("one"), account_id, False) == (RequestAnswer(refusal="not so fast"), None)
    with counter.db.read() as tx:
        assert patient_accounts.load(tx, account_id).hold is Hold.NONE
    (answer, _) = hasty.hold(counter.act("one"), account_id, True)
    assert answer.position is not None
    with counter.db.read() as tx:
        assert patient_accounts.load(tx, account_id).hold is Hold.COMPLAINT


def test_requests_about_nothing_are_refused_in_words(counter: Counter) -> None:
    doors, account_id = counter.doors, counter.account_id
    for answer, _ in (
        doors.post_payment(counter.act(), account_id, PaymentToPost("P999999", CLERK)),
        doors.agree_plan(counter.act(), account_id, PlanToAgree("L999999", CLERK)),
        doors.open_application(counter.act(), account_id, ApplicationToOpen("H999999", CLERK)),
        doors.open_dispute(counter.act(), account_id, DisputeToOpen("Q999999", CLERK)),
        doors.resolve_dispute(
            counter.act(), account_id, DisputeToResolve("Q999999", DisputeOutcome.REJECTED, CLERK)
        ),
    ):
        assert answer.position is None
        assert "999999" in answer.refusal
    assert counter.outcomes() == []


def test_a_dispute_is_opened_once_and_answered_once(counter: Counter) -> None:
    doors, account_id = counter.doors, counter.account_id
    with counter.db.write() as tx:
        made = disputes.open_(tx, account_id, DisputeSubject.AMOUNT, "too much", (), CLERK, AT)
    for _ in range(2):
        (answer, _) = doors.open_dispute(counter.act(), account_id, DisputeToOpen(made, CLERK))
        assert answer.refusal == ""
    asked = DisputeToResolve(made, DisputeOutcome.REJECTED, CLERK)
    assert doors.resolve_dispute(counter.act(), account_id, asked)[0].refusal == ""
    assert doors.resolve_dispute(counter.act(), account_id, asked)[0].refusal != ""
    assert counter.outcomes() == ["dispute_open", "dispute_rejected"]
    with counter.db.read() as tx:
        assert disputes.load(tx, made)[1].state is DisputeState.ANSWERED


def test_an_application_is_judged_once(counter: Counter) -> None:
    with counter.db.write() as tx:
        made = assistance.apply(tx, counter.account_id, Household(2, 3_000_000), CLERK, AT)
    for _ in range(2):
        asked = ApplicationToOpen(made, CLERK)
        (answer, _) = counter.doors.open_application(counter.act(), counter.account_id, asked)
        assert answer.refusal == ""
    assert counter.outcomes() == ["assistance_open"]
    with counter.db.read() as tx:
        assert assistance.load(tx, made)[1].state is ApplicationState.OPEN


def test_a_hold_is_set_and_ended(counter: Counter) -> None:
    for hold in (Hold.LITIGATION, Hold.NONE):
        counter.doors.set_hold(counter.act(), counter.account_id, HoldToSet(hold, CLERK))
        with counter.db.read() as tx:
            assert patient_accounts.load(tx, counter.account_id).hold is hold
    assert counter.outcomes() == ["hold", "hold_ended"]


@pytest.mark.parametrize(
    "asked",
    [
        PaymentToPost("not an id", CLERK),
        PaymentToPost("P000001", ""),
        PlanToAgree("P000001", CLERK),
        ApplicationToOpen("H", CLERK),
        DisputeToOpen("", CLERK),
        DisputeToResolve("Q1x", DisputeOutcome.REJECTED, CLERK),
        HoldToSet(Hold.DECEASED, ""),
    ],
)
def test_a_request_names_its_row_and_a_person(
    asked: PaymentToPost | PlanToAgree | ApplicationToOpen | DisputeToOpen | DisputeToResolve | HoldToSet,
) -> None:
    with pytest.raises(ValueError, match=r"named by its id|needs the person"):
        asked.check()
