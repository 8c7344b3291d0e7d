"""Resubmission: staff send a claim again that waits for a payer or has ended; what was written off is open again."""

from datetime import datetime

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.work import deadlines, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerTransaction
from revcycle.domain.money import dollars
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.effects.claims.acknowledgment import REMITTANCE
from revcycle.effects.claims.correction import apply
from revcycle.effects.claims.position import SETTLEMENT
from revcycle.effects.claims.release import ACKNOWLEDGMENT
from revcycle.rules.claims.resubmission import RULE


def take_order(tx: Tx, claim_id: str, key: str, at: datetime) -> bool:
    """Carry out an order to send the claim again: the new version, its books; tell whether there was one."""
    orders = inbox.take(tx, subjects.claim(claim_id), News.RESUBMIT)
    if not orders:
        return False
    apply(tx, claim_id, orders[-1].reference, key, at)
    _open_again(tx, claim_id, key, at)
    claims.change(tx, claim_id, at, stage=ClaimStage.READY_TO_BILL.value, ending="")
    for clock in (REMITTANCE, ACKNOWLEDGMENT, SETTLEMENT):
        deadlines.end(tx, subjects.claim(claim_id), clock, DeadlineState.CANCELLED, at)
    return True


def _open_again(tx: Tx, claim_id: str, key: str, at: datetime) -> None:
    row = claims.load(tx, claim_id)
    written_off = LedgerAccount.ADMINISTRATIVE_WRITE_OFF
    entries = (posted.entry for posted in ledger.entries_of(tx, claim_id=claim_id))
    cents = sum(entry.amount_cents for entry in entries if entry.account is written_off)
    if not cents:
        return
    told = {"claim_id": claim_id, "account_id": row.account_id, "payer_id": row.payer_id}
    back = (Entry(LedgerAccount.AR_INSURANCE, cents, **told), Entry(written_off, -cents, **told))
    ledger.post(tx, LedgerTransaction(f"reopen:{key}", "write_off_reversed", back, at), at)
    decisions.record(
        tx,
        Decision(
            key=f"reopen:{key}",
            subject=subjects.claim(claim_id),
            rule=RULE,
            outcome="write_off_reversed",
            reason=f"Sent again: the write-off of {dollars(cents)} is reversed, the payer owes it again.",
            actor="system",
            occurred_at=at,
            recorded_at=at,
        ),
    )
