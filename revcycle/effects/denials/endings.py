"""How a denial ends in the books and on the claim: written off, the patient's, or the next payer's."""

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.denials import denials
from revcycle.db.denials.denials import DenialRow
from revcycle.db.engine import Tx
from revcycle.db.work import clocks, doorbell
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.denials.denial import DenialOutcome
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.money import dollars
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import AccountStart
from revcycle.domain.work.task import TaskDecision
from revcycle.rules.claims.coverage_order import next_coverage
from revcycle.rules.denials import denial_routing

PAID_MEANWHILE = "Insurance owes nothing any more: it was paid or adjusted meanwhile."


def write_off_denial(tx: Tx, act: Act, denial_id: str, approval: TaskDecision) -> DenialOutcome:
    """Write off the open insurance balance, as the person in the approval decided, and end the denial.

    Where nothing is open any more the denial is overturned, not written off.
    """
    denial = denials.load(tx, denial_id)
    to = LedgerAccount.ADMINISTRATIVE_WRITE_OFF
    cents = _move(tx, act, denial, to, f"writeoff:{denial_id}", LedgerKind.ADMINISTRATIVE_WRITE_OFF)
    words = (approval.reason or f"{denial.code} could not be collected").rstrip(".")
    reason = f"{dollars(cents)} written off as administrative: {words}." if cents else PAID_MEANWHILE
    ended = DenialOutcome.WRITTEN_OFF if cents else DenialOutcome.OVERTURNED
    _decide(tx, act, denial, ended.value if cents else "nothing_open", reason, approval.actor, cents)
    return _end(tx, act, denial_id, ended)


def bill_denial_to_patient(tx: Tx, act: Act, denial_id: str, actor: str) -> DenialOutcome:
    """Make the open insurance balance the patient's, tell the account, and end the denial.

    Where nothing is open any more the denial is overturned, and the patient owes nothing for it.
    """
    denial = denials.load(tx, denial_id)
    to = LedgerAccount.AR_PATIENT
    cents = _move(tx, act, denial, to, f"patient:{denial_id}", LedgerKind.PATIENT_RESPONSIBILITY)
    if not cents:
        _decide(tx, act, denial, "nothing_open", PAID_MEANWHILE, actor, cents)
        return _end(tx, act, denial_id, DenialOutcome.OVERTURNED)
    account_id = claims.load(tx, denial.claim_id).account_id
    claims.move(tx, act, denial.claim_id, ClaimStage.PATIENT_DUE)
    doorbell.tell(tx, AccountStart(account_id), News.BALANCE_DUE, denial.claim_id, act.at)
    reason = f"{dollars(cents)} is the patient's to pay: {denial.code}, {denial.reason}."
    _decide(tx, act, denial, DenialOutcome.PATIENT_DUE.value, reason, actor, cents)
    return _end(tx, act, denial_id, DenialOutcome.PATIENT_DUE)


def _move(tx: Tx, act: Act, denial: DenialRow, to: LedgerAccount, key: str, kind: LedgerKind) -> int:
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
    ledger.post(tx, LedgerTransaction(key, kind, entries, act.at), act.at)
    return cents


def send_denial_to_next_payer(tx: Tx, act: Act, denial_id: str, actor: str) -> bool:
    """Make the next coverage the payer asked, and end the denial; tell False when there is no other coverage."""
    denial = denials.load(tx, denial_id)
    row = claims.load(tx, denial.claim_id)
    coverage = next_coverage(claims.facts(tx, denial.claim_id), row.responsibility)
    if coverage is None:
        return False
    claims.ask_payer(tx, act, denial.claim_id, coverage.responsibility)
    claims.move(tx, act, denial.claim_id, ClaimStage.NEXT_PAYER)
    reason = f"{denial.code}: {denial.reason}. The next payer ({coverage.responsibility.value}) is asked."
    _decide(tx, act, denial, DenialOutcome.NEXT_PAYER.value, reason, actor, denial.value_cents)
    _end(tx, act, denial_id, DenialOutcome.NEXT_PAYER)
    return True


def close_denial(tx: Tx, act: Act, denial_id: str, outcome: DenialOutcome) -> DenialOutcome:
    """End a denial whose end was decided elsewhere: its claim was corrected, or its appeal won."""
    return _end(tx, act, denial_id, outcome)


def _end(tx: Tx, act: Act, denial_id: str, outcome: DenialOutcome) -> DenialOutcome:
    """End a denial and its clocks: work that was done in time is met, a correction likewise."""
    denials.end(tx, denial_id, outcome, act.at)
    clocks.meet(tx, act, ClockName.DENIAL_WORK)
    if outcome is DenialOutcome.CORRECTED:
        clocks.meet(tx, act, ClockName.CORRECTED_CLAIM)
    clocks.cancel_all(tx, act)
    return outcome


def _decide(tx: Tx, act: Act, denial: DenialRow, outcome: str, reason: str, actor: str, cents: int) -> None:
    decisions.decide(
        tx,
        act,
        "person" if actor != "system" else denial_routing.RULE,
        outcome,
        reason,
        subject=subjects.claim(denial.claim_id),
        actor=actor,
        policy=denial.policy,
        facts={"denial": denial.denial_id, "code": denial.code, "cents": str(cents)},
    )
