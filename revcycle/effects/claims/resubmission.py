"""Resubmission: staff send a claim again that waits for a payer or has ended; what was written off is open again."""

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.work import clocks, inbox
from revcycle.domain.claims.progress import Corrected
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.money import dollars
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.news import News
from revcycle.effects.claims.correction import apply
from revcycle.rules.claims.resubmission import RULE

_WAITED_FOR = (ClockName.REMITTANCE, ClockName.ACKNOWLEDGMENT, ClockName.SETTLEMENT, ClockName.CROSSOVER)


def take_order(tx: Tx, act: Act, claim_id: str) -> Corrected | None:
    """Carry out an order to send the claim again: the new version, its books; None when there is none."""
    orders = inbox.take(tx, act.subject, News.RESUBMIT)
    if not orders:
        return None
    corrected = apply(tx, act, claim_id, orders[-1].reference)
    _open_again(tx, act, claim_id)
    claims.move(tx, act, claim_id, ClaimStage.READY_TO_BILL)
    for name in _WAITED_FOR:
        clocks.cancel(tx, act, name)
    return corrected


def _open_again(tx: Tx, act: Act, claim_id: str) -> None:
    row = claims.load(tx, claim_id)
    written_off = LedgerAccount.ADMINISTRATIVE_WRITE_OFF
    entries = (posted.entry for posted in ledger.entries_of(tx, claim_id=claim_id))
    cents = sum(entry.amount_cents for entry in entries if entry.account is written_off)
    if not cents:
        return
    told = {"claim_id": claim_id, "account_id": row.account_id, "payer_id": row.payer_id}
    back = (Entry(LedgerAccount.AR_INSURANCE, cents, **told), Entry(written_off, -cents, **told))
    ledger.post(
        tx, LedgerTransaction(f"reopen:{act.key}", LedgerKind.WRITE_OFF_REVERSED, back, act.at), act.at
    )
    reason = f"Sent again: the write-off of {dollars(cents)} is reversed, the payer owes it again."
    decisions.decide(tx, act, RULE, LedgerKind.WRITE_OFF_REVERSED.value, reason, part="reopen")
