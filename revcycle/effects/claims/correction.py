"""Corrections: what staff changed becomes the claim's next version."""

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims, corrections
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.claims.corrections import Correction
from revcycle.db.engine import Tx
from revcycle.db.remittances import remittances
from revcycle.domain.claims.claim import Claim, ClaimFrequency
from revcycle.domain.claims.progress import Corrected
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.effects.claims.payer_clocks import follow_facts, policy_of
from revcycle.rules.claims.correcting import must_verify, sent_again_as


def apply(tx: Tx, act: Act, claim_id: str, correction_id: str) -> Corrected:
    """Write the corrected version; without changes the claim goes again as it is.

    What follows from the facts follows: plain columns, the charge in the books, the filing clock. Where the payer
    must confirm the coverage again the claim is ready to bill once more.
    """
    proposed = corrections.load(tx, correction_id)
    before, old = claims.load(tx, claim_id), claims.facts(tx, claim_id)
    claim = corrections.corrected(old, proposed.changes)
    verify = must_verify(old, claim, before.responsibility)
    claim = sent_again_as(claim, _number_there(tx, before, claim))
    _rebook_charge(tx, act, before, claim.charge_cents - before.charge_cents)
    fields = ", ".join(sorted(proposed.changes))
    version = claims.save_version(
        tx, claim_id, claim, f"corrected: {fields}" if fields else "sent again", act.at
    )
    _decide(tx, act, proposed, version, claim.claim_frequency, verify)
    if verify:
        claims.move(tx, act, claim_id, ClaimStage.READY_TO_BILL)
    _follow(tx, act, before, claim)
    return Corrected(version, verify)


def _number_there(tx: Tx, row: ClaimRow, claim: Claim) -> str:
    """Return the number under which the payer asked has adjudicated the claim, if it takes replacements; else empty."""
    coverage = claim.coverage(row.responsibility) or claim.coverages[0]
    if coverage.payer_id != row.payer_id:
        return ""  # another payer has never seen it
    adjudicated = any(paid.payer_id == row.payer_id for paid in remittances.claim_payments(tx, row.claim_id))
    if not adjudicated or not policy_of(tx, row).accepts_replacement:
        return ""
    return row.payer_claim_control_number


def _follow(tx: Tx, act: Act, before: ClaimRow, claim: Claim) -> None:
    """Let number and filing clock follow the facts. The clock is the claim's own: an act of its denial leaves it.

    The next release of the claim looks again.
    """
    after = claims.load(tx, before.claim_id)
    new_payer = after.payer_id != before.payer_id
    if new_payer and after.payer_claim_control_number:
        claims.note_payer_number(tx, act, after.claim_id, "")
    if act.subject == subjects.claim(after.claim_id):
        follow_facts(tx, act, after, claim, new_payer=new_payer)


def _decide(
    tx: Tx, act: Act, proposed: Correction, version: int, frequency: ClaimFrequency, verify: bool
) -> None:
    fields = ", ".join(sorted(proposed.changes)) or "sent again"
    asked = " The payer is asked about the coverage again." if verify else ""
    decisions.decide(
        tx,
        act,
        "person",
        "corrected" if proposed.changes else "sent_again",
        f"{proposed.reason or 'Corrected'} ({fields}); the claim is now version {version}.{asked}",
        subject=subjects.claim(proposed.claim_id),
        actor=proposed.actor,
        facts={"correction": proposed.correction_id, "version": str(version), "frequency": frequency},
    )


def _rebook_charge(tx: Tx, act: Act, row: ClaimRow, more_cents: int) -> None:
    """A corrected charge is a further entry: what was booked stays."""
    if not more_cents:
        return
    entries = (
        Entry(LedgerAccount.AR_INSURANCE, more_cents, row.claim_id, row.account_id, row.payer_id),
        Entry(LedgerAccount.CHARGES, -more_cents, row.claim_id, row.account_id, row.payer_id),
    )
    ledger.post(
        tx, LedgerTransaction(f"charge:{act.key}", LedgerKind.CHARGE_CORRECTION, entries, act.at), act.at
    )
