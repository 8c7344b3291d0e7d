"""How a denial ends in the books and on the claim: written off, the patient's, or the next payer's."""

from datetime import datetime

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.denials import denials
from revcycle.db.denials.denials import DenialRow
from revcycle.db.engine import Tx
from revcycle.db.work import deadlines, doorbell
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.denials.denial import DenialOutcome, DenialState
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerTransaction
from revcycle.domain.money import dollars
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import AccountStart
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.denials.facts import CORRECTED_CLAIM
from revcycle.rules.claims.coverage_order import next_coverage
from revcycle.rules.denials import denial_routing

PAID_MEANWHILE = "Insurance owes nothing any more: it was paid or adjusted meanwhile."


def write_off(tx: Tx, denial_id: str, approval: TaskDecision, at: datetime) -> int:
    """Write off the open insurance balance, as the person in the approval decided; return the cents."""
    denial = denials.load(tx, denial_id)
    key = f"writeoff:{denial_id}"
    cents = _move(tx, denial, LedgerAccount.ADMINISTRATIVE_WRITE_OFF, key, "administrative_write_off", at)
    words = (approval.reason or f"{denial.code} could not be collected").rstrip(".")
    reason = f"{dollars(cents)} written off as administrative: {words}." if cents else PAID_MEANWHILE
    outcome = "written_off" if cents else "nothing_open"
    decisions.record(tx, _acted(denial, key, outcome, reason, approval.actor, cents, at))
    return cents


def bill_patient(tx: Tx, denial_id: str, actor: str, at: datetime) -> int:
    """Move the open insurance balance to the patient and tell the account; return the cents."""
    denial = denials.load(tx, denial_id)
    key = f"patient:{denial_id}"
    cents = _move(tx, denial, LedgerAccount.AR_PATIENT, key, "patient_responsibility", at)
    if not cents:
        decisions.record(tx, _acted(denial, key, "nothing_open", PAID_MEANWHILE, actor, cents, at))
        return 0
    account_id = claims.load(tx, denial.claim_id).account_id
    claims.set_stage(tx, denial.claim_id, ClaimStage.PATIENT_DUE, at)
    doorbell.tell(tx, AccountStart(account_id), News.BALANCE_DUE, denial.claim_id, at)
    reason = f"{dollars(cents)} is the patient's to pay: {denial.code}, {denial.reason}."
    decisions.record(tx, _acted(denial, key, "patient_due", reason, actor, cents, at))
    return cents


def _move(tx: Tx, denial: DenialRow, to: LedgerAccount, key: str, kind: str, at: datetime) -> int:
    """Move the claim's open insurance balance to the account; return the cents."""
    row = claims.load(tx, denial.claim_id)
    cents = max(ledger.claim_balance(tx, denial.claim_id).insurance_cents, 0)
    told = {
        "claim_id": row.claim_id,
        "account_id": row.account_id,
        "payer_id": denial.payer_id,
        "code": denial.code,
    }
    entries = (Entry(to, cents, **told), Entry(LedgerAccount.AR_INSURANCE, -cents, **told))
    ledger.post(tx, LedgerTransaction(key, kind, entries, at), at)
    return cents


def next_payer(tx: Tx, denial_id: str, actor: str, at: datetime) -> bool:
    """Make the next coverage the payer asked; tell False when there is none."""
    denial = denials.load(tx, denial_id)
    row = claims.load(tx, denial.claim_id)
    coverage = next_coverage(claims.facts(tx, denial.claim_id), row.responsibility)
    if coverage is None:
        return False
    claims.change(
        tx,
        denial.claim_id,
        at,
        payer_id=coverage.payer_id,
        filing_indicator=coverage.claim_filing_indicator,
        responsibility=coverage.responsibility.value,
        payer_claim_control_number="",
        stage=ClaimStage.NEXT_PAYER.value,
    )
    reason = f"{denial.code}: {denial.reason}. The next payer ({coverage.responsibility.value}) is asked."
    key = f"next-payer:{denial_id}"
    decisions.record(tx, _acted(denial, key, "next_payer", reason, actor, denial.value_cents, at))
    return True


def _acted(
    denial: DenialRow, key: str, outcome: str, reason: str, actor: str, cents: int, at: datetime
) -> Decision:
    return Decision(
        key=key,
        subject=subjects.claim(denial.claim_id),
        rule="person" if actor != "system" else denial_routing.RULE,
        policy=denial.policy,
        outcome=outcome,
        reason=reason,
        actor=actor,
        occurred_at=at,
        recorded_at=at,
        facts={"denial": denial.denial_id, "code": denial.code, "cents": str(cents)},
    )


def close(tx: Tx, denial_id: str, outcome: DenialOutcome, at: datetime) -> bool:
    """End a denial and its clock."""
    denials.change(tx, denial_id, at, state=DenialState.ENDED.value, outcome=outcome.value)
    subject = subjects.claim(denials.load(tx, denial_id).claim_id)
    if outcome is DenialOutcome.CORRECTED:
        deadlines.meet(tx, subject, CORRECTED_CLAIM, at)
    else:
        deadlines.end(tx, subject, CORRECTED_CLAIM, DeadlineState.CANCELLED, at)
    return True
