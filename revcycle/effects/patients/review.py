"""Reviews an account: credits used, the rule asked, the next clock armed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from revcycle.db import once
from revcycle.db.engine import Tx
from revcycle.db.patients import assistance, disputes, patient_accounts, payments
from revcycle.db.practice import policies
from revcycle.db.work import deadlines, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.patients.assistance import ApplicationState
from revcycle.domain.patients.dispute import DisputeState
from revcycle.domain.patients.patient_account import Ending
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.patient_step import AccountAction, AccountReview, NextStep
from revcycle.domain.work import subjects
from revcycle.effects.patients.assistance import open_application
from revcycle.effects.patients.disputes import open_dispute
from revcycle.effects.patients.ledger import locked_standing, note, post, tell_claims
from revcycle.effects.patients.payments import post_payment
from revcycle.rules.patients.patient_billing import allocate, next_step
from revcycle.rules.patients.patient_questions import questions


def review(tx: Tx, account_id: str, key: str, at: datetime) -> AccountReview:
    """Read the news, judge the account, keep the answer in its row and arm the clock it names."""
    inbox.take(tx, subjects.account(account_id))
    _adopt(tx, account_id, at)
    _use_credits(tx, account_id, key, at)
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, at.date())
    step = next_step(standing, policy, at.date())
    patient_accounts.change(tx, account_id, at, state=step.state.value)
    _arm(tx, account_id, step, policy, at)
    asked = questions(standing, policy, at.date())
    return AccountReview(patient_accounts.position(tx, account_id), step, asked)


def _adopt(tx: Tx, account_id: str, at: datetime) -> None:
    """Take requests that were stored while the engine was away, under the keys their updates would have used."""
    for payment in payments.unposted(tx, account_id):
        _once(
            tx,
            post_payment,
            account_id,
            payment.payment_id,
            payment.actor,
            f"payment:{payment.payment_id}",
            at,
        )
    dispute = disputes.unfinished(tx, account_id)
    if dispute is not None and dispute.state is DisputeState.RECORDED:
        key = f"dispute:{dispute.dispute_id}"
        _once(tx, open_dispute, account_id, dispute.dispute_id, "system", key, at)
    application = assistance.unfinished(tx, account_id)
    if application is not None and application.state is ApplicationState.RECORDED:
        key = f"application:{application.application_id}"
        _once(tx, open_application, account_id, application.application_id, "system", key, at)


def _once(
    tx: Tx,
    take: Callable[[Tx, str, str, str, str, datetime], str],
    account_id: str,
    reference: str,
    actor: str,
    key: str,
    at: datetime,
) -> None:
    once.once(tx, key, bool, lambda: not take(tx, account_id, reference, actor, key, at))


def _use_credits(tx: Tx, account_id: str, key: str, at: datetime) -> None:
    """Turn what a late payer decision left paid too much into credit, and pay open claims with credit."""
    standing = locked_standing(tx, account_id)
    overpaid = tuple(
        (share.claim_id, -share.patient_cents)
        for share in standing.shares
        if share.patient_cents < 0 and share.insurance_cents == 0
    )
    credit_cents = standing.credit_cents + sum(cents for _, cents in overpaid)
    if overpaid:
        freed = LedgerAccount.PATIENT_CREDIT
        post(tx, f"credit_from:{key}", account_id, LedgerAccount.AR_PATIENT, overpaid, at, credit=freed)
        reason = f"A late decision of the payer left {dollars(sum(c for _, c in overpaid))} paid too much."
        note(tx, f"credit_from:{key}", account_id, "patient_billing@1", "credit", reason, at, parts=overpaid)
    spent = allocate(credit_cents, standing.billable) if credit_cents > 0 else None
    if spent is not None and spent.claims:
        post(tx, f"credit_to:{key}", account_id, LedgerAccount.PATIENT_CREDIT, spent.claims, at)
        kept = min(standing.credit_kept_cents, spent.over_cents)
        patient_accounts.change(tx, account_id, at, credit_kept_cents=kept)
        reason = f"{dollars(credit_cents - spent.over_cents)} of the patient's credit pays open claims."
        note(
            tx,
            f"credit_to:{key}",
            account_id,
            "patient_billing@1",
            "credit_used",
            reason,
            at,
            parts=spent.claims,
        )
        tell_claims(tx, spent.claims, Ending.PAID_BY_PATIENT, at)


def _arm(tx: Tx, account_id: str, step: NextStep, policy: PatientPolicy, at: datetime) -> None:
    """Move the letter's clock. It stays armed while its letter is on the way: the release meets it."""
    row, subject = patient_accounts.load(tx, account_id), subjects.account(account_id)
    on_the_way = step.action is AccountAction.SEND and row.wake_name == letter_clock(step.letter)
    if on_the_way or (row.wake_name, row.wake_at) == (step.name, step.wake_at):
        return
    deadlines.end(tx, subject, row.wake_name, DeadlineState.CANCELLED, at)
    if step.promised and step.wake_at is not None:
        deadlines.arm(tx, subject, step.name, step.wake_at + timedelta(policy.letter_slack_days), at)
    patient_accounts.change(tx, account_id, at, wake_at=step.wake_at, wake_name=step.name)


def letter_clock(kind: str) -> str:
    """Return the name of the clock that a letter's going out meets."""
    return kind.replace("_", " ")
