"""Applications for financial assistance: opened, judged by the poverty guideline, decided by a manager."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.patients import assistance
from revcycle.db.practice import policies
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.patients.assistance import ApplicationState
from revcycle.domain.patients.patient_account import Ending
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.patients.ledger import locked_standing, note, post, tell_claims
from revcycle.effects.patients.plans import shift_plan
from revcycle.rules.patients.assistance import discount_cents, offer
from revcycle.rules.patients.patient_questions import APPROVE

RULE = "assistance@1"
OVER_LIMIT, NO_DOCUMENTS = "income_over_limit", "documents_not_received"
_DENIAL_REASONS = (OVER_LIMIT, NO_DOCUMENTS, "service_not_covered")


def open_application(tx: Tx, account_id: str, application_id: str, actor: str, key: str, at: datetime) -> str:
    """Judge the household by policy. What policy never covers is denied at once, all else asks a manager."""
    owner, application, household = assistance.load(tx, application_id)
    if owner != account_id or application.state is not ApplicationState.RECORDED:
        return f"application {application_id} cannot be opened on this account"
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, at.date())
    offered = offer(household, policy, policies.poverty_guideline(tx, at.date()))
    figures = {"discount_percent": offered.discount_percent, "poverty_percent": offered.poverty_percent}
    if offered.discount_percent:
        assistance.change(tx, application_id, ApplicationState.OPEN, **figures)
        reason = f"The household qualifies for {offered.discount_percent} percent; asking for money pauses."
    else:
        before = {"before_cents": standing.billable_cents, "denial_reason": OVER_LIMIT, "decided_at": at}
        assistance.change(tx, application_id, ApplicationState.DENIED, **figures, **before)
        reason = "The household's income is above the limit of the policy."
    outcome = "assistance_open" if offered.discount_percent else "assistance_denied"
    facts = {"application": application_id}
    note(tx, key, account_id, RULE, outcome, reason, at, actor=actor, policy=policy.reference, facts=facts)
    return ""


def decide_application(
    tx: Tx, account_id: str, application_id: str, decision: TaskDecision, key: str, at: datetime
) -> str:
    """Give the discount to every balance free of payer liability, or record why not. The letter follows."""
    standing = locked_standing(tx, account_id)
    _, application, _ = assistance.load(tx, application_id)
    if application.state is not ApplicationState.OPEN:
        return application.state.value
    approved = decision.choice == APPROVE
    percent = application.discount_percent if approved else 0
    parts = tuple(
        (share.claim_id, discount_cents(share.patient_cents, percent))
        for share in standing.billable
        if approved
    )
    given = sum(cents for _, cents in parts)
    if given:
        post(tx, f"charity:{application_id}", account_id, LedgerAccount.CHARITY_CARE, parts, at)
        tell_claims(tx, parts, Ending.CHARITY_CARE, at)
    state = ApplicationState.APPROVED if approved else ApplicationState.DENIED
    why = decision.reason if decision.reason in _DENIAL_REASONS else NO_DOCUMENTS
    assistance.change(
        tx,
        application_id,
        state,
        before_cents=standing.billable_cents,
        discount_cents=given,
        denial_reason="" if approved else why,
        decided_at=at,
    )
    shift_plan(tx, account_id, application.applied_on, at)
    policy = policies.patient_policy(tx, account_id, at.date()).reference
    reason = (
        f"Charity care of {dollars(given)} ({percent} percent)." if approved else "Assistance was denied."
    )
    facts = {"application": application_id}
    note(
        tx,
        key,
        account_id,
        RULE,
        f"assistance_{state.value}",
        reason,
        at,
        actor=decision.actor,
        policy=policy,
        facts=facts,
        parts=parts,
    )
    return state.value
