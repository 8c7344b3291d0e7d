"""The stores of patient billing, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from revcycle.db.engine import Database
from revcycle.db.patients import (
    assistance,
    contacts,
    disputes,
    patient_accounts,
    payments,
    plans,
    referrals,
    statements,
)
from revcycle.db.patients.contacts import patient_contacts
from revcycle.db.patients.payments import NoMoney
from revcycle.db.patients.referrals import Referral
from revcycle.db.patients.statements import LetterRow, LetterState
from revcycle.domain.patients.assistance import ApplicationState, Household, Offer, Region
from revcycle.domain.patients.contact import Channel, Contact, ContactKind
from revcycle.domain.patients.dispute import DisputeState, DisputeSubject
from revcycle.domain.patients.patient_account import AccountState, BillingStep, Hold, Ladder
from revcycle.domain.patients.patient_payment import PaymentMethod
from revcycle.domain.patients.payment_plan import PlanState, even_terms
from tests.support.patients.patients import claim_with_share, guarantor_account, open_database, reverse

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("fresh_postgres_url") if request.param == "postgres" else ""
    made = open_database(tmp_path, url)
    yield made
    made.close()


@pytest.fixture
def account_id(db: Database) -> str:
    made = guarantor_account(db, AT)
    claim_with_share(db, made, 4_000, AT, days_ago=20)
    claim_with_share(db, made, 2_500, AT, days_ago=40)
    with db.write() as tx:
        patient_accounts.begin(tx, made, AT)
    return made


def letter(account_id: str, number: int, state: LetterState = LetterState.WRITTEN) -> LetterRow:
    key = statements.letter_id(account_id, ContactKind.STATEMENT, number, "content")
    due_on = AT.date() + timedelta(30)
    return LetterRow(
        key, account_id, ContactKind.STATEMENT, 1, number, state, "", 6_500, due_on, "d", AT, None, None
    )


def test_standing_holds_the_open_shares_oldest_first(db: Database, account_id: str) -> None:
    with db.read() as tx:
        standing = patient_accounts.standing(tx, account_id)
    assert [(s.claim_id, s.patient_cents) for s in standing.billable] == [
        ("C000002", 2_500),
        ("C000001", 4_000),
    ]
    assert standing.billable_cents == 6_500
    reverse(db, "C000001", 4_000, AT)
    with db.read() as tx:
        assert [s.claim_id for s in patient_accounts.standing(tx, account_id).shares] == ["C000002"]


def test_an_account_begins_again_where_it_stood_or_anew(db: Database, account_id: str) -> None:
    with db.write() as tx:
        reminded = Ladder(BillingStep.REMINDER, AT.date())
        patient_accounts.move_ladder(tx, account_id, reminded, AT)
        assert patient_accounts.begin(tx, account_id, AT) == 2
        assert patient_accounts.load(tx, account_id).step is BillingStep.REMINDER
        patient_accounts.set_state(tx, account_id, AccountState.CLOSED, AT)
        assert patient_accounts.begin(tx, account_id, AT) == 3
        row = patient_accounts.load(tx, account_id, lock=True)
    assert (row.step, row.episode, row.state) == (BillingStep.NOT_BILLED, 2, AccountState.GATHERING)


def test_accounts_are_listed_by_state(db: Database, account_id: str) -> None:
    with db.write() as tx:
        patient_accounts.set_hold(tx, account_id, Hold.LITIGATION, AT)
        assert [row.account_id for row in patient_accounts.find(tx, state=AccountState.GATHERING)] == [
            account_id
        ]
        assert patient_accounts.find(tx, state=AccountState.BILLED) == ()
        assert patient_accounts.position(tx, account_id).patient_cents == 6_500
        with pytest.raises(patient_accounts.NoPatientBilling):
            patient_accounts.load(tx, "A999999")


def test_only_letters_that_went_out_count_as_billed(db: Database, account_id: str) -> None:
    asked = (("C000001", 4_000), ("C000002", 2_500))
    first = letter(account_id, 1)
    with db.write() as tx:
        statements.store(tx, first, asked)
        statements.store(tx, first, asked)
        assert statements.billed(tx, account_id, 1) == {}
        statements.release(tx, first.letter_id, AT)
        assert statements.unmailed(tx, account_id) == (first.letter_id,)
        second = letter(account_id, 2)
        statements.store(tx, second, (("C000001", 3_000),))
        later = AT + timedelta(30)
        statements.release(tx, second.letter_id, later)
        statements.mailed(tx, second.letter_id, later)
        assert statements.unmailed(tx, account_id) == (first.letter_id,)
        assert statements.billed(tx, account_id, 1) == {
            "C000001": (3_000, AT.date()),
            "C000002": (2_500, AT.date()),
        }
        assert statements.billed(tx, account_id, 2) == {}
        assert statements.shares_of(tx, first.letter_id) == asked
        assert [row.cycle for row in statements.of_account(tx, account_id)] == [1, 2]
        assert [row.cycle for row in statements.find(tx, kind=ContactKind.STATEMENT)] == [2, 1]
        assert statements.count_by_kind(tx) == {"statement": 2}


def test_payments_wait_to_be_posted(db: Database, account_id: str) -> None:
    with db.write() as tx:
        made = payments.record(tx, account_id, PaymentMethod.CASH, 500, AT.date(), "ms clerk", AT)
        with pytest.raises(NoMoney):
            payments.record(tx, account_id, PaymentMethod.CASH, 0, AT.date(), "ms clerk", AT)
        with pytest.raises(payments.NoSuchPayment):
            payments.load(tx, "P999999")
        assert payments.load(tx, made).amount_cents == 500
        assert payments.of_account(tx, account_id)[0].posted_at is None
        payments.posted(tx, made, "L000001", 100, AT)
        (row,) = payments.of_account(tx, account_id)
    assert (row.plan_id, row.over_cents, row.posted_at) == ("L000001", 100, AT)


def test_plans_run_from_proposal_to_end(db: Database, account_id: str) -> None:
    terms = even_terms(6_500, 3, date(2026, 4, 1))
    with db.write() as tx:
        plan_id = plans.propose(tx, account_id, terms, "ms clerk", AT)
        assert plans.running(tx, account_id) is None
        plans.activate(tx, plan_id, ("C000001", "C000002"))
        plans.last_chance(tx, plan_id, date(2026, 4, 20))
        plan = patient_accounts.standing(tx, account_id).plan
        assert plan is not None
        assert (plan.terms, plan.owed_cents, plan.state) == (terms, 6_500, PlanState.LAST_CHANCE)
        plans.end(tx, plan_id, PlanState.BROKEN, AT)
        assert plans.running(tx, account_id) is None
        assert [p.plan_id for p in plans.of_account(tx, account_id)] == [plan_id]
        with pytest.raises(plans.NoSuchPlan):
            plans.load(tx, "L999999")


def test_the_household_is_sealed(db: Database, account_id: str) -> None:
    household = Household(3, 2_345_678, Region.ALASKA)
    with db.write() as tx:
        made = assistance.apply(tx, account_id, household, "ms clerk", AT)
        raw = tx.connection.exec_driver_sql("SELECT household FROM assistance_applications").scalar_one()
        assert b"2345678" not in bytes(raw)
        assert assistance.load(tx, made)[2] == household
        open_now = assistance.unfinished(tx, account_id)
        assert open_now is not None
        assert open_now.open
        assistance.offered(tx, made, Offer(75, 180))
        assert assistance.load(tx, made)[1].state is ApplicationState.OPEN
        assistance.decided(tx, made, ApplicationState.APPROVED, 6_500, 4_875, "", AT)
        assistance.close(tx, made)
        assert assistance.unfinished(tx, account_id) is None
        assert assistance.of_account(tx, account_id)[0].discount_percent == 75
        with pytest.raises(assistance.NoSuchApplication):
            assistance.load(tx, "H999999")


def test_an_open_dispute_comes_before_an_answered_one(db: Database, account_id: str) -> None:
    with db.write() as tx:
        words = "my sister told me otherwise"
        first, second = (
            disputes.open_(tx, account_id, DisputeSubject.AMOUNT, words, claim_ids, "ms clerk", AT)
            for claim_ids in ((), ("C000001",))
        )
        disputes.answered(tx, first, 1, -1, AT)
        waiting = disputes.unfinished(tx, account_id)
        assert waiting is not None
        assert (waiting.dispute_id, waiting.claim_ids, waiting.open) == (second, ("C000001",), True)
        disputes.move(tx, second, DisputeState.CLOSED)
        answered = disputes.unfinished(tx, account_id)
        assert answered is not None
        assert (answered.dispute_id, answered.open) == (first, False)
        assert disputes.words(tx, first) == words
        with pytest.raises(disputes.NoSuchDispute):
            disputes.load(tx, "Q999999")


def test_contacts_are_never_rewritten(db: Database, account_id: str) -> None:
    call = Contact(ContactKind.CALL, Channel.PHONE, AT, "no_answer", "ms clerk")
    with db.write() as tx:
        contacts.record(tx, account_id, replace(call, occurred_at=AT - timedelta(9)))
        contacts.record(tx, account_id, call)
        assert len(contacts.of_account(tx, account_id)) == 2
        assert contacts.of_account(tx, account_id, AT.date()) == (call,)
    with pytest.raises(DBAPIError), db.write() as tx:
        tx.connection.execute(patient_contacts.delete())


def test_referrals_are_listed(db: Database, account_id: str) -> None:
    made = Referral("A000001-1", account_id, "s", 6_500, ("C000001", "C000002"), AT.date(), "ms manager")
    with db.write() as tx:
        referrals.record(tx, made, AT)
        assert referrals.find(tx) == referrals.find(tx, account_id) == (made,)
        assert referrals.find(tx, "A999999") == ()
