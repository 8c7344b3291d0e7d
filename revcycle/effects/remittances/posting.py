"""Posting an 835: claims in chunks, then provider adjustments, then the rest into suspense."""

from dataclasses import replace

from revcycle.db import ledger
from revcycle.db.engine import Tx
from revcycle.db.remittances import remittance_matching, remittances
from revcycle.domain.ledger import LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.remittances.progress import PostedRemainder
from revcycle.domain.remittances.state import UNRESOLVED, PaymentState, RemittanceState
from revcycle.domain.work.act import Act
from revcycle.effects.remittances.claim_postings import post_payments
from revcycle.rules.remittances import posting

CHUNK = 100
"""Claims posted in one transaction: long enough to be cheap, short enough to leave the writer to others."""


def refuse_payment(tx: Tx, act: Act, remittance_id: str, position: int) -> bool:
    """A person said the payment is not ours: its money stays in suspense until it goes back."""
    remittances.set_payment_state(tx, remittance_id, position, PaymentState.NOT_OURS)
    return True


def post_chunk(tx: Tx, act: Act, remittance_id: str) -> bool:
    """Post the next claims of the remittance and ring them; tell whether there may be more."""
    rows = remittances.rows(tx, remittance_id=remittance_id, states=(PaymentState.MATCHED,), limit=CHUNK)
    post_payments(tx, act, rows, LedgerAccount.REMITTANCE_CLEARING)
    return len(rows) == CHUNK


def place_payment(tx: Tx, act: Act, remittance_id: str, position: int, claim_id: str) -> bool:
    """Post one claim payment from suspense to the claim a person named; False when it cannot be."""
    row = remittances.payment_row(tx, remittance_id, position)
    wanted = claim_id or row.claim_id
    if row.state not in UNRESOLVED or not remittance_matching.known_claims(tx, (wanted,)):
        return False
    placed = replace(row, claim_id=wanted, state=PaymentState.MATCHED)
    return post_payments(tx, act, (placed,), LedgerAccount.SUSPENSE, asked=True)


def post_remainder(tx: Tx, act: Act, remittance_id: str) -> PostedRemainder:
    """Post provider adjustments and put the rest into suspense: clearing then holds exactly BPR02.

    Once it is posted clearing holds what the bank still owes, so a second time there is no rest.
    """
    if remittances.load(tx, remittance_id).state is not RemittanceState.BALANCED:
        return PostedRemainder(0)
    header = remittances.facts(tx, remittance_id, with_claims=False)
    provider = posting.post_provider_adjustments(header.provider_adjustments, header.payer_id, remittance_id)
    if provider:
        key = f"remit:{remittance_id}:plb"
        ledger.post(tx, LedgerTransaction(key, LedgerKind.PROVIDER_ADJUSTMENT, provider, act.at), act.at)
    cleared = sum(
        posted.entry.amount_cents
        for posted in ledger.entries_of(tx, remittance_id=remittance_id)
        if posted.entry.account is LedgerAccount.REMITTANCE_CLEARING
    )
    rest = header.payment_cents - cleared
    if rest:
        entries = posting.post_remainder(rest, header.payer_id, remittance_id)
        key = f"remit:{remittance_id}:suspense"
        ledger.post(tx, LedgerTransaction(key, LedgerKind.SUSPENSE, entries, act.at), act.at)
    remittances.set_state(tx, remittance_id, RemittanceState.POSTED, act.at)
    return PostedRemainder(rest)
