"""From a remittance to an open denial: what was refused, what we know beside it, and the way it goes."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.denials import denials
from revcycle.db.denials.denials import DenialRow
from revcycle.db.engine import Tx
from revcycle.db.mail import acknowledgments
from revcycle.db.practice import policies
from revcycle.db.remittances import remittances
from revcycle.db.remittances.remittances import StoredClaimPayment
from revcycle.db.work import deadlines
from revcycle.domain.claims.claim import Claim
from revcycle.domain.decision import Decision
from revcycle.domain.denials.denial import (
    DenialHistory,
    DenialOutcome,
    DenialRoute,
    DenialRouteKind,
    DenialState,
)
from revcycle.domain.denials.progress import DenialPlan
from revcycle.domain.exchange.policy import PayerPolicy
from revcycle.domain.money import dollars
from revcycle.domain.work import subjects
from revcycle.effects.denials.facts import CORRECTED_CLAIM, STATE_OF_ROUTE, denial_payments, filing_limit
from revcycle.rules.claims.coverage_order import next_coverage
from revcycle.rules.claims.timely_filing import alert_day, corrected_claim_deadline
from revcycle.rules.denials import appeal as appeal_rule
from revcycle.rules.denials import denial_routing


def classify(tx: Tx, claim_id: str, denial_id: str, remittance_id: str, at: datetime) -> DenialPlan:
    """Open the denial the remittance brought, with its way, its clock and its decision."""
    row, claim = claims.load(tx, claim_id), claims.facts(tx, claim_id)
    payments = denial_payments(tx, claim_id, remittance_id)
    notice = payments[0].payment_date if payments else at.date()
    policy = policies.payer_policy(tx, row.filing_indicator, row.payer_id, notice)
    refused = denial_routing.denied(tuple(a for p in payments for a in p.payment.all_adjustments))
    remarks = _remarks(payments)
    judged = denial_routing.route(refused, remarks, policy, _history(tx, row, claim, policy), notice)
    correct_by = corrected_claim_deadline(policy, claim.service_date_from, notice)
    if not judged.value_cents:
        judged = replace(judged, value_cents=max(ledger.claim_balance(tx, claim_id).insurance_cents, 0))
    denial = _denial(row, denial_id, remittance_id, judged, remarks, policy, (notice, correct_by), at)
    denials.insert(tx, denial)
    if judged.route in (DenialRouteKind.CORRECT, DenialRouteKind.PERSON):
        due_at = appeal_rule.closing_time(correct_by)
        deadlines.arm(tx, subjects.claim(claim_id), CORRECTED_CLAIM, due_at, at)
    decisions.record(tx, _routed(denial, at))
    return DenialPlan(
        route=denial.route,
        code=denial.code,
        reason=denial.reason,
        payer_class=policy.payer_class,
        value_cents=denial.value_cents,
        work_by=_work_by(policy, correct_by, at),
    )


def _work_by(policy: PayerPolicy, correct_by: date, at: datetime) -> datetime:
    """Return when a person must have dealt with it: soon, and long before the last day; never in the past."""
    soon = at + timedelta(days=policy.safety_buffer_days)
    latest = appeal_rule.closing_time(alert_day(policy, correct_by))
    return max(min(soon, latest), at + timedelta(days=1))


def _remarks(payments: tuple[StoredClaimPayment, ...]) -> tuple[str, ...]:
    of_claim = (code for p in payments for code in p.payment.remark_codes)
    of_lines = (code for p in payments for service in p.payment.services for code in service.remark_codes)
    return tuple(dict.fromkeys((*of_claim, *of_lines)))


def _history(tx: Tx, row: ClaimRow, claim: Claim, policy: PayerPolicy) -> DenialHistory:
    limit = filing_limit(tx, row, claim, policy)
    proofs = acknowledgments.proof_of_filing(tx, row.claim_id)
    accepted = (proof.accepted_277ca_at for proof in proofs)
    return DenialHistory(
        proof_on_file=any(moment is not None and moment.date() <= limit for moment in accepted),
        authorization_on_file=bool(claim.prior_authorization_number),
        next_payer=next_coverage(claim, row.responsibility) is not None,
        corrections=sum(d.outcome is DenialOutcome.CORRECTED for d in denials.of_claim(tx, row.claim_id)),
        duplicate_paid=any(
            p.stands and p.payment.payment_cents > 0 for p in remittances.claim_payments(tx, row.claim_id)
        ),
    )


def _denial(
    row: ClaimRow,
    denial_id: str,
    remittance_id: str,
    judged: DenialRoute,
    remarks: tuple[str, ...],
    policy: PayerPolicy,
    days: tuple[date, date],
    at: datetime,
) -> DenialRow:
    return DenialRow(
        denial_id=denial_id,
        claim_id=row.claim_id,
        remittance_id=remittance_id,
        payer_id=row.payer_id,
        filing_indicator=row.filing_indicator,
        category=judged.category,
        code=judged.code,
        remark_codes=remarks,
        route=judged.route,
        reason=judged.reason,
        evidence=judged.evidence,
        likelihood_percent=judged.likelihood_percent,
        value_cents=judged.value_cents,
        policy=policy.reference,
        notice_date=days[0],
        correct_by=days[1],
        state=STATE_OF_ROUTE.get(judged.route, DenialState.OPEN),
        outcome=None,
        created_at=at,
        updated_at=at,
    )


def _routed(denial: DenialRow, at: datetime) -> Decision:
    words = denial.route.value.replace("_", " ")
    refused = f"{dollars(denial.value_cents)} denied ({denial.code or 'no reason given'})"
    facts = {
        "denial": denial.denial_id,
        "remittance": denial.remittance_id,
        "code": denial.code,
        "remarks": ",".join(denial.remark_codes),
        "category": denial.category,
        "notice_date": denial.notice_date.isoformat(),
        "correct_by": denial.correct_by.isoformat(),
        "value_cents": str(denial.value_cents),
    }
    return Decision(
        key=f"classify:{denial.denial_id}",
        subject=subjects.claim(denial.claim_id),
        rule=denial_routing.RULE,
        policy=denial.policy,
        outcome=denial.route.value,
        reason=f"{refused}: {denial.reason}. Next: {words}.",
        actor="system",
        occurred_at=at,
        recorded_at=at,
        facts=facts,
    )
