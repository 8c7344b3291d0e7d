"""Applications for financial assistance: opened, judged by the poverty guideline, decided by a manager."""

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import assistance
from revcycle.db.practice import policies
from revcycle.domain.ledger import LedgerAccount, LedgerKind
from revcycle.domain.money import dollars
from revcycle.domain.patients.assistance import ApplicationState
from revcycle.domain.patients.patient_account import Ending
from revcycle.domain.patients.progress import RequestAnswer
from revcycle.domain.patients.requests import ApplicationToOpen
from revcycle.domain.work.act import Act
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import ChoiceName
from revcycle.effects.effect import Refused
from revcycle.effects.patients.ledger import claims_of, locked_standing, post, tell_claims
from revcycle.effects.patients.plans import shift_plan
from revcycle.effects.patients.requests import known, taken
from revcycle.rules.patients.assistance import discount_cents, offer

RULE = "assistance@1"
OVER_LIMIT, NO_DOCUMENTS = "income_over_limit", "documents_not_received"
_DENIAL_REASONS = (OVER_LIMIT, NO_DOCUMENTS, "service_not_covered")


def open_application(tx: Tx, act: Act, account_id: str, request: ApplicationToOpen) -> RequestAnswer:
    """Judge the household by policy. What policy never covers is denied at once, all else asks a manager.

    An application judged before stays as it is. Raises Refused.
    """
    owner, application, _ = known(assistance.load, tx, request.application_id)
    if owner != account_id:
        raise Refused(f"application {request.application_id} belongs to another account")
    if application.state is ApplicationState.RECORDED:
        _judge(tx, act, account_id, request)
    return taken(tx, account_id)


def _judge(tx: Tx, act: Act, account_id: str, request: ApplicationToOpen) -> None:
    application_id = request.application_id
    standing = locked_standing(tx, account_id)
    _, _, household = assistance.load(tx, application_id)
    policy = policies.patient_policy(tx, account_id, act.at.date())
    offered = offer(household, policy, policies.poverty_guideline(tx, act.at.date()))
    if offered.discount_percent:
        assistance.offered(tx, application_id, offered)
        outcome = "assistance_open"
        reason = f"The household qualifies for {offered.discount_percent} percent; asking for money pauses."
    else:
        assistance.over_limit(tx, application_id, offered, standing.billable_cents, OVER_LIMIT, act.at)
        outcome, reason = "assistance_denied", "The household's income is above the limit of the policy."
    decisions.decide(
        tx,
        act,
        RULE,
        outcome,
        reason,
        actor=request.actor,
        policy=policy.reference,
        facts={"application": application_id},
        part=application_id,
    )


def decide_application(
    tx: Tx, act: Act, account_id: str, application_id: str, decision: TaskDecision
) -> ApplicationState:
    """Give the discount to every balance free of payer liability, or record why not. The letter follows."""
    standing = locked_standing(tx, account_id)
    _, application, _ = assistance.load(tx, application_id)
    if application.state is not ApplicationState.OPEN:
        return application.state
    approved = decision.choice == ChoiceName.APPROVE
    percent = application.discount_percent if approved else 0
    parts = tuple(
        (share.claim_id, discount_cents(share.patient_cents, percent))
        for share in standing.billable
        if approved
    )
    given = sum(cents for _, cents in parts)
    if given:
        kind, debit = LedgerKind.CHARITY_CARE, LedgerAccount.CHARITY_CARE
        post(tx, act, account_id, kind, debit, parts, about=application_id)
        tell_claims(tx, act, parts, Ending.CHARITY_CARE)
    state = ApplicationState.APPROVED if approved else ApplicationState.DENIED
    named = decision.reason if decision.reason in _DENIAL_REASONS else NO_DOCUMENTS
    why = "" if approved else named
    assistance.decided(tx, application_id, state, standing.billable_cents, given, why, act.at)
    shift_plan(tx, act, account_id, application.applied_on)
    decisions.decide(
        tx,
        act,
        RULE,
        f"assistance_{state.value}",
        f"Charity care of {dollars(given)} ({percent} percent)." if approved else "Assistance was denied.",
        actor=decision.actor,
        policy=policies.patient_policy(tx, account_id, act.at.date()).reference,
        facts={"application": application_id},
        also=claims_of(parts),
    )
    return state
