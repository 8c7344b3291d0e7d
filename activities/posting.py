"""Posting an 835: claims in chunks, then provider adjustments, then the rest into suspense."""

from dataclasses import dataclass, replace
from datetime import datetime

from temporalio import activity

from activities.claim_postings import post_payments
from revcycle.db import effects, ledger, remittance_matching, remittances
from revcycle.db.engine import Database, Tx
from revcycle.db.remittances import PaymentState, RemittanceState
from revcycle.domain.ledger import LedgerAccount, LedgerTransaction
from revcycle.rules import posting

CHUNK = 100
"""Claims posted in one transaction: long enough to be cheap, short enough to leave the writer to others."""


@dataclass(frozen=True, slots=True)
class PostedRemainder:
    """What lies in suspense, and the claim payments a person must place."""

    suspense_cents: int
    unresolved: tuple[int, ...]


class PostingActivities:
    """Moves a balanced, matched remittance into the books."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def post_chunk(self, remittance_id: str, key: str, at: datetime) -> bool:
        """Post the next claims of the remittance and ring them; tell whether there may be more."""
        with self._db.write() as tx:
            return effects.once(tx, key, bool, lambda: _post_chunk(tx, remittance_id, at))

    @activity.defn
    def post_remainder(self, remittance_id: str, key: str, at: datetime) -> PostedRemainder:
        """Post provider adjustments and put the rest into suspense: clearing then holds exactly BPR02."""
        with self._db.write() as tx:
            return effects.once(tx, key, PostedRemainder, lambda: _post_remainder(tx, remittance_id, at))

    @activity.defn
    def place_payment(self, remittance_id: str, position: int, claim_id: str, key: str, at: datetime) -> bool:
        """Post one claim payment from suspense to the claim a person named; False when it cannot be."""
        with self._db.write() as tx:
            return effects.once(tx, key, bool, lambda: _place(tx, remittance_id, position, claim_id, at))

    @activity.defn
    def refuse_payment(self, remittance_id: str, position: int, key: str, at: datetime) -> None:
        """A person said the payment is not ours: its money stays in suspense until it goes back."""
        with self._db.write() as tx:
            effects.once(tx, key, bool, lambda: _refuse(tx, remittance_id, position))


def _refuse(tx: Tx, remittance_id: str, position: int) -> bool:
    remittances.change(tx, remittance_id, position, state=PaymentState.NOT_OURS.value)
    return True


def _post_chunk(tx: Tx, remittance_id: str, at: datetime) -> bool:
    rows = remittances.rows(tx, remittance_id=remittance_id, states=(PaymentState.MATCHED,), limit=CHUNK)
    post_payments(tx, rows, at, LedgerAccount.REMITTANCE_CLEARING)
    return len(rows) == CHUNK


def _place(tx: Tx, remittance_id: str, position: int, claim_id: str, at: datetime) -> bool:
    row = remittances.payment_row(tx, remittance_id, position)
    wanted = claim_id or row.claim_id
    if row.state not in remittances.UNRESOLVED or not remittance_matching.known_claims(tx, (wanted,)):
        return False
    placed = replace(row, claim_id=wanted, state=PaymentState.MATCHED)
    return post_payments(tx, (placed,), at, LedgerAccount.SUSPENSE, asked=True)


def _post_remainder(tx: Tx, remittance_id: str, at: datetime) -> PostedRemainder:
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
