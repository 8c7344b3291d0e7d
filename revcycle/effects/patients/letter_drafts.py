"""The facts of each letter to a guarantor, ready for the letters room. Asked for only by an open gate."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from revcycle.db.engine import Tx
from revcycle.db.patients import accounts, assistance, disputes, patient_accounts, statements
from revcycle.db.patients.patient_accounts import PatientAccountRow
from revcycle.db.practice import policies, practices
from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.patients.patient_account import AccountStanding, BillingStep
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.effects.patients.ledger import Parts
from revcycle.effects.patients.letter_facts import aging, visit
from revcycle.letters.catalog import LetterContext
from revcycle.letters.contexts_account import (
    CharityDecisionContext,
    CharityOutcome,
    CharityReason,
    DisputeAnswerContext,
    DisputeFinding,
)
from revcycle.letters.contexts_notice import FinalNoticeContext, NoticeContext
from revcycle.letters.contexts_plan import Installment, PlanAgreementContext, PlanBrokenContext
from revcycle.letters.contexts_statement import LadderStep, StatementContext
from revcycle.letters.letterhead import Letterhead
from revcycle.rules.patients.collections import referral_on
from revcycle.rules.patients.payment_plans import plan_progress


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter's facts: ``shares`` is what it asks for, ``due_on`` by when. Identity: stays in the activity."""

    letter_id: str
    kind: ContactKind
    cycle: int
    context: LetterContext
    language: str
    balance_cents: int
    shares: Parts = ()
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything a letter is written from."""

    tx: Tx
    kind: ContactKind
    reference: str
    standing: AccountStanding
    row: PatientAccountRow
    policy: PatientPolicy
    language: str
    on: date
    head: dict[str, Any]


def draft(tx: Tx, standing: AccountStanding, kind: ContactKind, reference: str, at: datetime) -> Draft:
    """Return the letter's facts. Raises MissingValue or UnbalancedLetter when they cannot make a letter."""
    account_id = standing.account_id
    guarantor, language = accounts.guarantor(tx, account_id)
    head = {
        "letterhead": Letterhead.of(practices.load(tx)),
        "guarantor_name": guarantor.full_name,
        "guarantor_address_lines": guarantor.address.lines if guarantor.address else (),
        "account_id": account_id,
    }
    row = patient_accounts.load(tx, account_id)
    policy = policies.patient_policy(tx, standing.account_id, at.date())
    desk = _Desk(tx, kind, reference, standing, row, policy, language, at.date(), head)
    return _WRITERS[kind](desk)


def asked_of(standing: AccountStanding, kind: ContactKind) -> Parts:
    """Return what a letter of this kind asks for now: it goes out only while this is what it says."""
    if kind is ContactKind.PLAN_BROKEN and standing.plan is not None:
        covered = standing.plan.claim_ids
        return tuple(
            sorted((s.claim_id, s.patient_cents) for s in standing.billable if s.claim_id in covered)
        )
    if kind in _ASKING:
        return tuple(sorted((share.claim_id, share.patient_cents) for share in standing.billable))
    return ()


def _statement(desk: _Desk) -> Draft:
    shares, due_on = desk.standing.billable, desk.on + timedelta(desk.policy.payment_due_days)
    asked, cycle = asked_of(desk.standing, desk.kind), desk.row.cycle + 1
    letter_id = statements.letter_id(desk.standing.account_id, desk.kind, cycle, asked, desk.on)
    context = StatementContext(
        **desk.head,
        statement_id=_printed(letter_id),
        statement_date=desk.on,
        due_date=due_on,
        visits=tuple(visit(desk.tx, share, desk.language) for share in shares),
        balance_cents=desk.standing.billable_cents,
        aging=aging(shares, desk.on),
        step=_TONES.get(desk.standing.ladder.step, LadderStep.FIRST)
        if desk.standing.ladder.restate
        else LadderStep.FIRST,
    )
    return Draft(
        letter_id, desk.kind, cycle, context, desk.language, desk.standing.billable_cents, asked, due_on
    )


def _printed(statement_id: str) -> str:
    """Return a statement's number as the letter and its slip print it: cycle and content."""
    return "-".join(statement_id.split("-")[-2:])


def _statement_facts(desk: _Desk) -> dict[str, Any]:
    """What a notice says of the statement it is about."""
    ladder = desk.standing.ladder
    assert ladder.statement_on is not None
    due_on = statements.load(desk.tx, ladder.statement_id).due_on
    return {
        "statement_id": _printed(ladder.statement_id),
        "statement_date": ladder.statement_on,
        "due_date": due_on or ladder.statement_on + timedelta(desk.policy.payment_due_days),
        "balance_cents": desk.standing.billable_cents,
    }


def _notice(desk: _Desk) -> Draft:
    pay_by = desk.on + timedelta(desk.policy.past_due_days - desk.policy.reminder_days)
    facts = desk.head | _statement_facts(desk)
    return _ask(desk, NoticeContext(**facts, letter_date=desk.on, pay_by=pay_by), pay_by)


def _final_notice(desk: _Desk) -> Draft:
    assert desk.standing.ladder.statement_on is not None
    day = referral_on(desk.on, desk.standing.ladder.statement_on, desk.policy)
    facts = desk.head | _statement_facts(desk)
    return _ask(desk, FinalNoticeContext(**facts, letter_date=desk.on, referral_on=day), day)


def _plan_agreement(desk: _Desk) -> Draft:
    plan = desk.standing.plan
    assert plan is not None
    schedule = enumerate(plan.terms.schedule, start=1)
    context = PlanAgreementContext(
        **desk.head,
        letter_date=desk.on,
        plan_id=plan.plan_id,
        installments=tuple(
            Installment(number=n, due_date=due_on, amount_cents=cents) for n, (due_on, cents) in schedule
        ),
        total_cents=plan.terms.total_cents,
        sign_by=plan.terms.first_due_on,
        grace_days=desk.policy.plan_grace_days,
    )
    return _answer(desk, context, plan.terms.total_cents)


def _plan_broken(desk: _Desk) -> Draft:
    plan = desk.standing.plan
    assert plan is not None
    progress = plan_progress(plan, desk.policy, desk.on)
    catch_up_by = desk.on + timedelta(desk.policy.plan_grace_days)
    context = PlanBrokenContext(
        **desk.head,
        letter_date=desk.on,
        plan_id=plan.plan_id,
        missed_due_date=progress.missed_due_on or desk.on,
        missed_cents=progress.missed_cents,
        remaining_cents=plan.owed_cents,
        catch_up_by=catch_up_by,
    )
    return _ask(desk, context, catch_up_by)


def _charity_decision(desk: _Desk) -> Draft:
    _, application, _ = assistance.load(desk.tx, desk.reference)
    left = application.before_cents - application.discount_cents
    if application.denial_reason:
        outcome = CharityOutcome.DENIED
    else:
        outcome = CharityOutcome.APPROVED_IN_PART if left else CharityOutcome.APPROVED_IN_FULL
    context = CharityDecisionContext(
        **desk.head,
        letter_date=desk.on,
        application_date=application.applied_on,
        outcome=outcome,
        balance_before_cents=application.before_cents,
        discount_cents=application.discount_cents,
        balance_after_cents=left,
        discount_percent=0 if application.denial_reason else application.discount_percent,
        reason=CharityReason(application.denial_reason) if application.denial_reason else None,
    )
    return _answer(desk, context, left)


def _dispute_answer(desk: _Desk) -> Draft:
    _, dispute = disputes.load(desk.tx, desk.reference)
    left = dispute.before_cents + dispute.change_cents
    outcome = DisputeFinding.BILL_CHANGED if left else DisputeFinding.BILL_CANCELLED
    due_on = desk.on + timedelta(desk.policy.payment_due_days)
    context = DisputeAnswerContext(
        **desk.head,
        letter_date=desk.on,
        dispute_date=dispute.opened_on,
        subject=dispute.subject,
        outcome=outcome if dispute.change_cents else DisputeFinding.BILL_CORRECT,
        balance_before_cents=dispute.before_cents,
        change_cents=dispute.change_cents,
        balance_after_cents=left,
        due_date=due_on,
    )
    return _answer(desk, context, left, due_on)


def _ask(desk: _Desk, context: LetterContext, due_on: date) -> Draft:
    """A letter that asks for what is open now."""
    asked = asked_of(desk.standing, desk.kind)
    cents = sum(part for _, part in asked)
    account_id, cycle = desk.standing.account_id, desk.row.cycle
    letter_id = statements.letter_id(account_id, desk.kind, cycle, asked, desk.on)
    return Draft(letter_id, desk.kind, cycle, context, desk.language, cents, asked, due_on)


def _answer(desk: _Desk, context: LetterContext, cents: int, due_on: date | None = None) -> Draft:
    """A letter that answers what the patient asked."""
    account_id, cycle = desk.standing.account_id, desk.row.cycle
    letter_id = statements.letter_id(account_id, desk.kind, cycle, desk.reference)
    return Draft(letter_id, desk.kind, cycle, context, desk.language, cents, (), due_on)


_TONES = {BillingStep.REMINDER: LadderStep.REMINDER, BillingStep.PAST_DUE: LadderStep.PAST_DUE}
"""A restated statement speaks as the ladder stood; only the final notice itself may threaten an agency."""

_ASKING = (ContactKind.STATEMENT, ContactKind.REMINDER, ContactKind.PAST_DUE, ContactKind.FINAL_NOTICE)

_WRITERS: dict[ContactKind, Callable[[_Desk], Draft]] = {
    ContactKind.STATEMENT: _statement,
    ContactKind.REMINDER: _notice,
    ContactKind.PAST_DUE: _notice,
    ContactKind.FINAL_NOTICE: _final_notice,
    ContactKind.PLAN_AGREEMENT: _plan_agreement,
    ContactKind.PLAN_BROKEN: _plan_broken,
    ContactKind.CHARITY_DECISION: _charity_decision,
    ContactKind.DISPUTE_ANSWER: _dispute_answer,
}
