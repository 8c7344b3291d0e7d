"""Patients' payments: into the books once, a plan's claims first, then the oldest; what is over is credit."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.patients import payments
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.patients.patient_account import Ending
from revcycle.effects.patients.ledger import locked_standing, note, post, tell_claims
from revcycle.rules.patients.patient_billing import allocate


def post_payment(tx: Tx, account_id: str, payment_id: str, actor: str, key: str, at: datetime) -> str:
    """Enter a payment and tell the claims it settles; return why it cannot be entered, or nothing."""
    payment = payments.load(tx, payment_id)
    if payment.account_id != account_id:
        return f"payment {payment_id} belongs to another account"
    standing = locked_standing(tx, account_id)
    plan_claims = standing.plan.claim_ids if standing.plan else ()
    spread = allocate(payment.amount_cents, standing.billable, plan_claims)
    over = spread.over_cents
    post(tx, key, account_id, LedgerAccount.CASH, spread.claims, at, payment.method.value, over_cents=over)
    payments.posted(tx, payment_id, standing.plan.plan_id if standing.plan else "", over, at)
    reason = f"The patient paid {dollars(payment.amount_cents)} by {payment.method.value}."
    if over:
        reason += f" {dollars(over)} is more than is owed and kept as credit."
    note(
        tx,
        key,
        account_id,
        "patient_billing@1",
        "payment",
        reason,
        at,
        actor=actor,
        facts={"payment": payment_id},
        parts=spread.claims,
    )
    tell_claims(tx, spread.claims, Ending.PAID_BY_PATIENT, at)
    return ""
