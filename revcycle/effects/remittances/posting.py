"""Posting an 835: claims in chunks, then provider adjustments, then the rest into suspense."""

from dataclasses import replace
from datetime import datetime

from revcycle.db import ledger
from revcycle.db.engine import Tx
from revcycle.db.remittances import remittance_matching, remittances
from revcycle.db.remittances.remittances import PaymentState, RemittanceState
from revcycle.domain.ledger import LedgerAccount, LedgerTransaction
from revcycle.domain.remittances.progress import PostedRemainder
from revcycle.effects.remittances.claim_postings import post_payments
from revcycle.rules.remittances import posting

CHUNK = 100
"""Claims posted in one transaction: long enough to be cheap, short enough to leave the writer to others."""


def refuse_payment(tx: Tx, remittance_id: str, position: int) -> bool:
    """A person said the payment is not ours: its money stays in suspense until it goes back."""
    remittances.change(tx, remittance_id, position, state=PaymentState.NOT_OURS.value)
    return True


def post_chunk(tx: Tx, remittance_id: str, at: datetime) -> bool:
    """Post the next claims of the remittance and ring them; tell whether there may be more."""
    rows = remittances.rows(tx, remittance_id=remittance_id, states=(PaymentState.MATCHED,), limit=CHUNK)
    post_payments(tx, rows, at, LedgerAccount.REMITTANCE_CLEARING)
    return len(rows) == CHUNK


def place_payment(tx: Tx, remittance_id: str, position: int, claim_id: str, at: datetime) -> bool:
    """Post one claim payment from suspense to the claim a person named; False when it cannot be."""
    row = remittances.payment_row(tx, remittance_id, position)
    wanted = claim_id or row.claim_id
    if row.state not in remittances.UNRESOLVED or not remittance_matching.known_claims(tx, (wanted,)):
        return False
    placed = replace(row, claim_id=wanted, state=PaymentState.MATCHED)
    return post_payments(tx, (placed,), at, LedgerAccount.SUSPENSE, asked=True)


def post_remainder(tx: Tx, remittance_id: str, at: datetime) -> PostedRemainder:
    """Post provider adjustments and put the rest into suspense: clearing then holds exactly BPR02."""
    header = remittances.facts(tx, remittance_id, with_claims=False)
    provider = posting.post_provider_adjustments(header.provider_adjustments, header.payer_id, remittance_id)
    if provider:
        key = f"remit:{remittance_id}:plb"
        ledger.post(tx, LedgerTransaction(key, "provider_adjustment", provider, at), at)
    cleared = sum(
        posted.entry.amount_cents
        for posted in ledger.entries_of(tx, remittance_id=remittance_id)
        if posted.entry.account is LedgerAccount.REMITTANCE_CLEARING
    )
    rest = header.payment_cents - cleared
    if rest:
        entries = posting.post_remainder(rest, header.payer_id, remittance_id)
        key = f"remit:{remittance_id}:suspense"
        ledger.post(tx, LedgerTransaction(key, "suspense", entries, at), at)
    remittances.set_state(tx, remittance_id, RemittanceState.POSTED, at)
    waiting = remittances.rows(tx, remittance_id=remittance_id, states=remittances.UNRESOLVED)
    return PostedRemainder(rest, tuple(row.position for row in waiting))
