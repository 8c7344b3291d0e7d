"""Corrections: what staff changed becomes the claim's next version."""

from dataclasses import replace
from datetime import datetime

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims, corrections
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.practice import policies
from revcycle.db.remittances import remittances
from revcycle.domain.claims.claim import ClaimFrequency
from revcycle.domain.decision import Decision
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerTransaction
from revcycle.domain.work import subjects


def apply(tx: Tx, claim_id: str, correction_id: str, key: str, at: datetime) -> int:
    """Write the corrected version inside a transaction; without changes the claim goes again as it is."""
    proposed = corrections.load(tx, correction_id)
    row = claims.load(tx, claim_id)
    claim = corrections.corrected(claims.facts(tx, claim_id), proposed.changes)
    adjudicated = any(paid.payer_id == row.payer_id for paid in remittances.claim_payments(tx, claim_id))
    policy = policies.payer_policy(tx, row.filing_indicator, row.payer_id, row.service_date)
    if adjudicated and row.payer_claim_control_number and policy.accepts_replacement:
        claim = replace(
            claim,
            claim_frequency=ClaimFrequency.REPLACEMENT,
            payer_claim_control_number=row.payer_claim_control_number,
        )
    _rebook_charge(tx, row, claim.charge_cents - row.charge_cents, key, at)
    fields = ", ".join(sorted(proposed.changes))
    cause = f"corrected: {fields}" if fields else "sent again"
    version = claims.save_version(tx, claim_id, claim, cause, at)
    payer_id = next(c.payer_id for c in claim.coverages if c.responsibility is row.responsibility)
    claims.change(tx, claim_id, at, payer_id=payer_id)
    decisions.record(
        tx,
        Decision(
            key=key,
            subject=subjects.claim(claim_id),
            rule="person",
            outcome="corrected" if fields else "sent_again",
            reason=f"{proposed.reason or 'Corrected'} ({fields or 'sent again'}); the claim is now version {version}.",
            actor=proposed.actor,
            occurred_at=at,
            recorded_at=at,
            facts={"correction": correction_id, "version": str(version), "frequency": claim.claim_frequency},
        ),
    )
    return version


def _rebook_charge(tx: Tx, row: ClaimRow, more_cents: int, key: str, at: datetime) -> None:
    """A corrected charge is a further entry: what was booked stays."""
    if not more_cents:
        return
    entries = (
        Entry(LedgerAccount.AR_INSURANCE, more_cents, row.claim_id, row.account_id, row.payer_id),
        Entry(LedgerAccount.CHARGES, -more_cents, row.claim_id, row.account_id, row.payer_id),
    )
    ledger.post(tx, LedgerTransaction(f"charge:{key}", "charge_correction", entries, at), at)
