"""N17: whatever happens in whatever order, nobody is asked for money they may not be asked for.

Random timelines drive the real activities over a real database; a model kept beside them, which knows nothing
of the rules, says what must never have happened.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.patient_requests import PatientRequestActivities
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Database, Tx
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
from revcycle.db.patients.statements import LetterRow, LetterState
from revcycle.db.work import clocks
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.patients.assistance import Household
from revcycle.domain.patients.contact import ASKS_FOR_MONEY, Channel, Contact, ContactKind
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeSubject
from revcycle.domain.patients.patient_account import Hold
from revcycle.domain.patients.patient_payment import PaymentMethod
from revcycle.domain.patients.patient_step import AccountAction, NextStep, Question
from revcycle.domain.patients.payment_plan import even_terms
from revcycle.domain.patients.requests import (
    ApplicationToOpen,
    DisputeToOpen,
    DisputeToResolve,
    PaymentToPost,
    PlanToAgree,
)
from revcycle.domain.person import Person
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import ChoiceName, TaskKind
from revcycle.effects.effect import Refused
from revcycle.effects.patients.assistance import decide_application, open_application
from revcycle.effects.patients.disputes import open_dispute, resolve_dispute
from revcycle.effects.patients.letter_drafts import draft
from revcycle.effects.patients.letter_release import release_letter
from revcycle.effects.patients.plans import agree_plan, end_plan
from revcycle.effects.patients.questions import answer_question
from revcycle.effects.patients.review import review_account
from revcycle.rules.patients.collections import contact_barriers
from tests.support.patients.patients import PLACE, claim_with_share, guarantor_account, open_database

START = datetime(2026, 1, 5, 15, tzinfo=UTC)
_PEOPLE = count()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = open_database(tmp_path_factory.mktemp("gate"))
    yield db
    db.close()


@dataclass
class Model:
    """What is true of the account, told by the events alone."""

    insurance_open: set[str] = field(default_factory=set)
    dispute: str = ""
    application: str = ""
    hold: bool = False
    asked: list[tuple[datetime, ContactKind]] = field(default_factory=list)
    statements: list[date] = field(default_factory=list)


class Timeline:
    """One account lived through random events, with the workflow's loop done by hand."""

    def __init__(self, db: Database) -> None:
        self.db, self.at, self.model, self.turn = db, START, Model(), 0
        person = Person("Zimmermann", f"Nr{next(_PEOPLE)}", date(1980, 1, 1), address=PLACE)
        self.account_id = guarantor_account(db, self.at, person=person)
        self.claims = [claim_with_share(db, self.account_id, 9_000, self.at)]
        with db.write() as tx:
            patient_accounts.begin(tx, self.account_id, self.at)
        self.interruptions: list[tuple[str, int]] = []

    def act(self) -> Act:
        self.turn += 1
        return Act(f"{self.account_id}:{self.turn}", subjects.account(self.account_id), self.at)

    def live(self, events: list[tuple[str, int]]) -> None:
        for name, number in events:
            if name == "interrupt":
                self.interruptions.append(("dispute" if number % 2 else "reverse", number))
            elif name == "days":
                self.days(number)
            else:
                self.happen(name, number)
                self.work()

    def days(self, number: int) -> None:
        until = self.at + timedelta(number)
        while True:
            step = self.work()
            if step.clock is None or step.clock.due_at > until:
                break
            self.at = max(step.clock.due_at, self.at + timedelta(hours=1))
        self.at = until
        self.work()

    def happen(self, name: str, number: int) -> None:
        with self.db.write() as tx:
            getattr(self, f"_{name}")(tx, number)
        if name == "new_claim":
            self.claims.append(claim_with_share(self.db, self.account_id, 1_000 + number, self.at))

    def _new_claim(self, tx: Tx, number: int) -> None:
        """Booked outside: the store opens its own transaction."""

    def _pay(self, tx: Tx, number: int) -> None:
        payments.record(
            tx, self.account_id, PaymentMethod.CHECK, 100 * number, self.at.date(), "clerk", self.at
        )

    def _dispute(self, tx: Tx, number: int) -> None:
        if not self.model.dispute:
            opened = disputes.open_(tx, self.account_id, DisputeSubject.OTHER, "no", (), "clerk", self.at)
            open_dispute(tx, self.act(), self.account_id, DisputeToOpen(opened, "clerk"))
            self.model.dispute = opened

    def _resolve(self, tx: Tx, number: int) -> None:
        if self.model.dispute:
            answer = DisputeToResolve(self.model.dispute, DisputeOutcome.REJECTED, "clerk")
            resolve_dispute(tx, self.act(), self.account_id, answer)
            self.model.dispute = ""

    def _apply(self, tx: Tx, number: int) -> None:
        if not self.model.application:
            applied = assistance.apply(tx, self.account_id, Household(2, 4_500_000), "clerk", self.at)
            open_application(tx, self.act(), self.account_id, ApplicationToOpen(applied, "clerk"))
            self.model.application = applied

    def _decide(self, tx: Tx, number: int) -> None:
        if self.model.application:
            decision = TaskDecision("approve" if number % 2 else "deny", "manager")
            applied = self.model.application
            decide_application(tx, self.act(), self.account_id, applied, decision)
            self.model.application = ""

    def _hold(self, tx: Tx, number: int) -> None:
        self.model.hold = not self.model.hold
        hold = Hold.COMPLAINT if self.model.hold else Hold.NONE
        patient_accounts.set_hold(tx, self.account_id, hold, self.at)

    def _plan(self, tx: Tx, number: int) -> None:
        standing = patient_accounts.standing(tx, self.account_id)
        if standing.billable_cents > 400:
            first = self.at.date() + timedelta(number % 45)
            terms = even_terms(standing.billable_cents, 1 + number % 4, first)
            plan_id = plans.propose(tx, self.account_id, terms, "clerk", self.at)
            try:
                agree_plan(tx, self.act(), self.account_id, PlanToAgree(plan_id, "clerk"))
            except Refused:
                return

    def _call(self, tx: Tx, number: int) -> None:
        if not contact_barriers(patient_accounts.standing(tx, self.account_id), ContactKind.CALL):
            contact = Contact(ContactKind.CALL, Channel.PHONE, self.at, "no_answer", "clerk")
            contacts.record(tx, self.account_id, contact)
            self.model.asked.append((self.at, ContactKind.CALL))

    def _refer(self, tx: Tx, number: int) -> None:
        """A manager says refer, whether or not anybody asked."""
        question = Question(TaskKind.APPROVE_REFERRAL, "", "", self.at, 0)
        decision = TaskDecision(ChoiceName.REFER, "manager")
        answer_question(tx, self.act(), self.account_id, question, decision)

    def _reverse(self, tx: Tx, number: int) -> None:
        claim_id = self.claims[number % len(self.claims)]
        owed = ledger.claim_balance(tx, claim_id).patient_cents
        if claim_id not in self.model.insurance_open and owed > 0:
            self._move(tx, claim_id, owed, ClaimStage.PENDING)
            self.model.insurance_open.add(claim_id)

    def _readjudicate(self, tx: Tx, number: int) -> None:
        for claim_id in sorted(self.model.insurance_open):
            owed = ledger.claim_balance(tx, claim_id).insurance_cents
            self._move(tx, claim_id, -owed, ClaimStage.PATIENT_DUE)
            self.model.insurance_open.discard(claim_id)

    def _move(self, tx: Tx, claim_id: str, cents: int, stage: ClaimStage) -> None:
        """Move an amount from the patient's share to insurance, or back."""
        lines = tuple(
            Entry(account, sign * cents, claim_id, self.account_id)
            for account, sign in ((LedgerAccount.AR_INSURANCE, 1), (LedgerAccount.AR_PATIENT, -1))
        )
        act = self.act()
        kind = LedgerKind.REMITTANCE_REVERSAL if cents > 0 else LedgerKind.REMITTANCE
        ledger.post(tx, LedgerTransaction(f"move:{act.key}", kind, lines, self.at), self.at)
        claims.move(tx, act, claim_id, stage)

    def work(self) -> NextStep:
        """The workflow's loop: judge and do until there is something to wait for."""
        self._post_payments()
        for _ in range(12):
            with self.db.write() as tx:
                judged = review_account(tx, self.act(), self.account_id)
            if judged.step.action is AccountAction.SEND:
                self._send(judged.step)
            elif judged.step.action is AccountAction.END_PLAN:
                with self.db.write() as tx:
                    assert judged.step.outcome is not None
                    end_plan(tx, self.act(), self.account_id, judged.step.reference, judged.step.outcome)
            else:
                return judged.step
        raise AssertionError("the account does not come to rest")

    def _post_payments(self) -> None:
        with self.db.read() as tx:
            rows = payments.of_account(tx, self.account_id)
        for row in rows:
            if row.posted_at is None:
                asked = PaymentToPost(row.payment_id, "clerk")
                PatientRequestActivities(self.db).post_payment(self.act(), self.account_id, asked)

    def _send(self, step: NextStep) -> None:
        kind = step.letter
        assert kind is not None
        with self.db.write() as tx:
            standing = patient_accounts.standing(tx, self.account_id)
            assert not contact_barriers(standing, kind), "the rule sends what the gate forbids"
            made = draft(tx, standing, kind, step.reference, self.at)
            row = patient_accounts.load(tx, self.account_id)
            written = LetterState.WRITTEN
            letter = LetterRow(
                made.letter_id, self.account_id, kind, row.episode, made.cycle, written, step.reference,
                made.balance_cents, made.due_on, "document", self.at, None, None,
            )  # fmt: skip
            statements.store(tx, letter, made.shares)
        if self.interruptions:
            self.happen(*self.interruptions.pop())
        with self.db.write() as tx:
            if release_letter(tx, self.act(), made.letter_id):
                self._check_letter(tx, letter)

    def _check_letter(self, tx: Tx, letter: LetterRow) -> None:
        assert not self.model.dispute, "contact during a dispute"
        if letter.kind not in ASKS_FOR_MONEY:
            return
        assert not self.model.application, "asked for money while assistance is open"
        assert not self.model.hold, "asked for money on hold"
        self.model.asked.append((self.at, letter.kind))
        for claim_id, cents in statements.shares_of(tx, letter.letter_id):
            balance = ledger.claim_balance(tx, claim_id)
            assert claim_id not in self.model.insurance_open, "billed while insurance is open"
            assert (balance.insurance_cents, balance.patient_cents) == (0, cents), "billed what is not owed"
        if letter.kind is ContactKind.STATEMENT:
            self.model.statements.append(self.at.date())

    def check_clocks(self) -> None:
        """What is waited for is armed, and the day by which a promised letter must be out; nothing has passed."""
        step = self.work()
        with self.db.read() as tx:
            armed = [clock.name for clock in clocks.armed(tx, subjects.account(self.account_id))]
        waits = [step.clock.name] if step.clock else []
        assert armed == [*waits, *([ClockName.LETTER_OUT] if step.promised else [])]
        assert step.clock is None or step.clock.due_at > self.at

    def check_referrals(self) -> None:
        with self.db.read() as tx:
            found = referrals.find(tx, self.account_id)
        for referral in found:
            assert not self.model.insurance_open
            before = [day for day in self.model.statements if day <= referral.referred_on]
            assert before, "referred without a statement"
            assert referral.referred_on >= before[0] + timedelta(120)
            asked = [(at, kind) for at, kind in self.model.asked if at.date() <= referral.referred_on]
            final = [at.date() for at, kind in asked if kind is ContactKind.FINAL_NOTICE]
            assert len(asked) >= 3
            assert final
            assert referral.referred_on >= final[-1] + timedelta(30)


_HAPPENINGS = (
    *("pay", "dispute", "resolve", "apply", "decide", "hold", "plan"),
    *("call", "refer", "reverse", "readjudicate", "new_claim", "interrupt"),
)
_EVENTS = st.one_of(
    st.tuples(st.just("days"), st.integers(1, 45)),
    st.tuples(st.just("days"), st.just(31)),
    st.tuples(
        st.sampled_from(_HAPPENINGS),
        st.integers(1, 60),
    ),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(events=st.lists(_EVENTS, min_size=4, max_size=22))
def test_no_timeline_breaks_the_contact_gate(database: Database, events: list[tuple[str, int]]) -> None:
    life = Timeline(database)
    life.live(events)
    life.check_referrals()
    life.check_clocks()
    with database.read() as tx:
        assert sum(ledger.trial_balance(tx).values()) == 0


def test_the_undisturbed_ladder_ends_at_the_agency(database: Database) -> None:
    life = Timeline(database)
    for _ in range(6):
        life.live([("days", 31), ("refer", 1)])
    life.check_referrals()
    with database.read() as tx:
        assert len(referrals.find(tx, life.account_id)) == 1


def test_a_dispute_between_writing_and_release_stops_the_letter(database: Database) -> None:
    life = Timeline(database)
    life.live([("interrupt", 1), ("days", 60)])
    with database.read() as tx:
        letters = statements.of_account(tx, life.account_id)
    assert [letter.state for letter in letters] == [LetterState.REFUSED]
