"""Patients' payments: into the books once, a plan's claims first, then the oldest; what is over is credit."""

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import payments
from revcycle.domain.ledger import LedgerAccount, LedgerKind
from revcycle.domain.money import dollars
from revcycle.domain.patients.patient_account import Ending
from revcycle.domain.patients.patient_payment import PatientPayment
from revcycle.domain.patients.progress import RequestAnswer
from revcycle.domain.patients.requests import PaymentToPost
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Refused
from revcycle.effects.patients.ledger import claims_of, locked_standing, post, tell_claims
from revcycle.effects.patients.requests import known, taken
from revcycle.rules.patients.patient_billing import allocate

RULE = "patient_billing@1"


def post_payment(tx: Tx, act: Act, account_id: str, request: PaymentToPost) -> RequestAnswer:
    """Enter a payment and tell the claims it settles; one that is in the books stays as it is. Raises Refused."""
    payment = known(payments.load, tx, request.payment_id)
    if payment.account_id != account_id:
        raise Refused(f"payment {request.payment_id} belongs to another account")
    enter(tx, act, payment, request.actor)
    return taken(tx, account_id)


def enter(tx: Tx, act: Act, payment: PatientPayment, actor: str) -> None:
    """Enter a payment once, whoever brings it: the request, or the review that finds it not in the books."""
    standing = locked_standing(tx, payment.account_id)
    if payments.is_posted(tx, payment.payment_id):
        return
    plan_claims = standing.plan.claim_ids if standing.plan else ()
    spread = allocate(payment.amount_cents, standing.billable, plan_claims)
    over = spread.over_cents
    post(
        tx,
        act,
        payment.account_id,
        LedgerKind.PATIENT_PAYMENT,
        LedgerAccount.CASH,
        spread.claims,
        about=payment.payment_id,
        code=payment.method.value,
        over_cents=over,
    )
    payments.posted(tx, payment.payment_id, standing.plan.plan_id if standing.plan else "", over, act.at)
    reason = f"The patient paid {dollars(payment.amount_cents)} by {payment.method.value}."
    if over:
        reason += f" {dollars(over)} is more than is owed and kept as credit."
    decisions.decide(
        tx,
        act,
        RULE,
        "payment",
        reason,
        actor=actor,
        facts={"payment": payment.payment_id},
        part=payment.payment_id,
        also=claims_of(spread.claims),
    )
    tell_claims(tx, act, spread.claims, Ending.PAID_BY_PATIENT)
