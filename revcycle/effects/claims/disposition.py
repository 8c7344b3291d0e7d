"""The judgement after a posting: what the claim's balances and the newest remittance say comes next."""

from datetime import datetime
from typing import Any

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.ledger import Balance
from revcycle.db.remittances import remittances
from revcycle.db.remittances.remittances import PaymentRow
from revcycle.db.work import deadlines, doorbell, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.claim import Coverage
from revcycle.domain.claims.disposition import Adjudication, AdjudicationOutcome
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import AccountStart
from revcycle.effects.claims.acknowledgment import REMITTANCE
from revcycle.effects.claims.records import take_request
from revcycle.effects.claims.resubmission import take_order
from revcycle.rules.claims.coverage_order import next_coverage
from revcycle.rules.claims.disposition import RULE, ClaimStanding, explain, judge

PAID, PAID_BY_PATIENT = "paid", "paid_by_patient"

_STAGES = {
    AdjudicationOutcome.PAID: ClaimStage.CLOSED,
    AdjudicationOutcome.PATIENT_DUE: ClaimStage.PATIENT_DUE,
    AdjudicationOutcome.NEXT_PAYER: ClaimStage.NEXT_PAYER,
    AdjudicationOutcome.DENIED: ClaimStage.DENIED,
    AdjudicationOutcome.REVERSED: ClaimStage.PENDING,
    AdjudicationOutcome.OPEN: ClaimStage.PARTIALLY_PAID,
}


def judge_adjudication(tx: Tx, claim_id: str, key: str, at: datetime) -> Adjudication:
    """Say what comes next, and make it so: stage, ending, next payer, the account told."""
    subject = subjects.claim(claim_id)
    if take_order(tx, claim_id, key, at):
        return Adjudication(AdjudicationOutcome.RESUBMIT)
    if asked := take_request(tx, claim_id, at):
        return Adjudication(AdjudicationOutcome.OPEN, reason=asked)
    if not inbox.take(tx, subject, News.POSTED):
        return Adjudication(AdjudicationOutcome.OPEN, posted=False)
    row = claims.load(tx, claim_id)
    balance = ledger.claim_balance(tx, claim_id)
    posted = remittances.posted(tx, claim_id)
    following = None
    if balance.insurance_cents > 0:  # only then there may be a next payer; opening the facts costs
        following = next_coverage(claims.facts(tx, claim_id), row.responsibility)
    judged = judge(_standing(balance, posted, following))
    claims.change(tx, claim_id, at, **_changes(tx, row, judged, posted, following))
    _stop_clocks(tx, subject, judged, at)
    _tell(tx, row, judged, posted, at)
    decisions.record(tx, _decision(subject, key, judged, at))
    return judged


def _standing(balance: Balance, posted: tuple[PaymentRow, ...], following: Coverage | None) -> ClaimStanding:
    newest = posted[-1].remittance_id if posted else ""
    told = [row for row in posted if row.remittance_id == newest]
    standing = [row for row in told if row.status_code != "22" and not row.reversed_by]
    return ClaimStanding(
        insurance_cents=balance.insurance_cents,
        patient_cents=balance.patient_cents,
        remittance_id=newest,
        status_codes=tuple(row.status_code for row in standing or told),
        denied_cents=sum(row.denied_cents for row in standing),
        denial_codes=tuple(dict.fromkeys(code for row in standing for code in row.denial_codes)),
        next_responsibility=following.responsibility.value if following else "",
    )


def _changes(
    tx: Tx,
    row: ClaimRow,
    judged: Adjudication,
    posted: tuple[PaymentRow, ...],
    following: Coverage | None,
) -> dict[str, Any]:
    changes: dict[str, Any] = {"stage": _STAGES[judged.outcome].value, "ending": ""}
    told = [one.payer_claim_control_number for one in posted if one.status_code != "22"]
    if told:
        changes["payer_claim_control_number"] = told[-1]
    if judged.outcome is AdjudicationOutcome.PAID:
        changes["ending"] = _ending(tx, row.claim_id, posted)
    elif judged.outcome is AdjudicationOutcome.NEXT_PAYER and following is not None:
        changes["payer_id"] = following.payer_id
        changes["filing_indicator"] = following.claim_filing_indicator
        changes["responsibility"] = following.responsibility.value
        changes["payer_claim_control_number"] = ""  # that number is the payer's before; the next has none yet
    return changes


def _ending(tx: Tx, claim_id: str, posted: tuple[PaymentRow, ...]) -> str:
    """Only after a reversal can a claim that insurance settles hold the patient's money already."""
    if not any(row.status_code == "22" for row in posted):
        return PAID
    entries = ledger.entries_of(tx, claim_id=claim_id)
    by_patient = any(posted.entry.account is LedgerAccount.CASH for posted in entries)
    return PAID_BY_PATIENT if by_patient else PAID


def _stop_clocks(tx: Tx, subject: str, judged: Adjudication, at: datetime) -> None:
    """The remittance is here, in time or not; for a claim that is settled no other clock matters any more."""
    settled = judged.outcome is AdjudicationOutcome.PAID
    for clock in deadlines.of_subject(tx, subject):
        if clock.state is not DeadlineState.ARMED:
            continue
        if clock.name == REMITTANCE:
            came = DeadlineState.MISSED if clock.due_at < at else DeadlineState.MET
            deadlines.end(tx, subject, clock.name, came, at)
        elif settled:
            deadlines.end(tx, subject, clock.name, DeadlineState.CANCELLED, at)


def _tell(tx: Tx, row: ClaimRow, judged: Adjudication, posted: tuple[PaymentRow, ...], at: datetime) -> None:
    if judged.outcome is AdjudicationOutcome.PATIENT_DUE:
        doorbell.tell(tx, AccountStart(row.account_id), News.BALANCE_DUE, row.claim_id, at)
    elif judged.outcome is AdjudicationOutcome.PAID and any(one.status_code == "22" for one in posted):
        # After a reversal the account may wait for the share that has just vanished.
        doorbell.tell(tx, AccountStart(row.account_id), News.BALANCE_CHANGED, row.claim_id, at)


def _decision(subject: str, key: str, judged: Adjudication, at: datetime) -> Decision:
    facts = {"remittance": judged.remittance_id} if judged.remittance_id else {}
    if judged.denial_codes:
        facts["codes"] = ",".join(judged.denial_codes)
    return Decision(
        key=key,
        subject=subject,
        rule=RULE,
        outcome=judged.outcome.value,
        reason=explain(judged),
        actor="system",
        occurred_at=at,
        recorded_at=at,
        facts=facts,
    )
