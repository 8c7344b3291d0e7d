"""Reviews an account: requests adopted, credits used, the rule asked, the clocks armed that it names."""

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import assistance, disputes, patient_accounts, payments
from revcycle.db.practice import policies
from revcycle.db.work import inbox
from revcycle.domain.ledger import LedgerAccount, LedgerKind
from revcycle.domain.money import dollars
from revcycle.domain.patients.assistance import ApplicationState
from revcycle.domain.patients.dispute import DisputeState
from revcycle.domain.patients.patient_account import Ending
from revcycle.domain.patients.patient_step import AccountReview
from revcycle.domain.patients.requests import ApplicationToOpen, DisputeToOpen
from revcycle.domain.work.act import Act
from revcycle.effects.patients.account_clocks import follow
from revcycle.effects.patients.assistance import open_application
from revcycle.effects.patients.disputes import open_dispute
from revcycle.effects.patients.ledger import claims_of, locked_standing, post, tell_claims
from revcycle.effects.patients.payments import enter
from revcycle.rules.patients.patient_billing import allocate, next_step
from revcycle.rules.patients.patient_questions import questions

RULE = "patient_billing@1"


def review_account(tx: Tx, act: Act, account_id: str) -> AccountReview:
    """Read the news, judge the account, and arm the clocks of what comes next."""
    inbox.take(tx, act.subject)
    _adopt(tx, act, account_id)
    _use_credits(tx, act, account_id)
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, act.at.date())
    step = next_step(standing, policy, act.at.date())
    patient_accounts.set_state(tx, account_id, step.state, act.at)
    follow(tx, act, step, policy)
    asked = questions(standing, policy, act.at.date())
    return AccountReview(patient_accounts.position(tx, account_id), step, asked)


def _adopt(tx: Tx, act: Act, account_id: str) -> None:
    """Take requests that were stored while the engine was away; their own updates then find them taken."""
    for row in payments.unposted(tx, account_id):
        enter(tx, act, payments.load(tx, row.payment_id), row.actor)
    dispute = disputes.unfinished(tx, account_id)
    if dispute is not None and dispute.state is DisputeState.RECORDED:
        open_dispute(tx, act, account_id, DisputeToOpen(dispute.dispute_id, "system"))
    application = assistance.unfinished(tx, account_id)
    if application is not None and application.state is ApplicationState.RECORDED:
        open_application(tx, act, account_id, ApplicationToOpen(application.application_id, "system"))


def _use_credits(tx: Tx, act: Act, account_id: str) -> None:
    """Turn what a late payer decision left paid too much into credit, and pay open claims with credit."""
    standing = locked_standing(tx, account_id)
    overpaid = tuple(
        (share.claim_id, -share.patient_cents)
        for share in standing.shares
        if share.patient_cents < 0 and share.insurance_cents == 0
    )
    credit_cents = standing.credit_cents + sum(cents for _, cents in overpaid)
    if overpaid:
        kind, freed = LedgerKind.PATIENT_OVERPAYMENT, LedgerAccount.PATIENT_CREDIT
        post(tx, act, account_id, kind, LedgerAccount.AR_PATIENT, overpaid, credit=freed)
        reason = f"A late decision of the payer left {dollars(sum(c for _, c in overpaid))} paid too much."
        decisions.decide(tx, act, RULE, "credit", reason, part="credit", also=claims_of(overpaid))
    spent = allocate(credit_cents, standing.billable) if credit_cents > 0 else None
    if spent is not None and spent.claims:
        kind, debit = LedgerKind.PATIENT_CREDIT_USED, LedgerAccount.PATIENT_CREDIT
        post(tx, act, account_id, kind, debit, spent.claims)
        kept = min(standing.credit_kept_cents, spent.over_cents)
        patient_accounts.keep_credit(tx, account_id, kept, act.at)
        reason = f"{dollars(credit_cents - spent.over_cents)} of the patient's credit pays open claims."
        also = claims_of(spent.claims)
        decisions.decide(tx, act, RULE, "credit_used", reason, part="credit_used", also=also)
        tell_claims(tx, act, spent.claims, Ending.PAID_BY_PATIENT)
