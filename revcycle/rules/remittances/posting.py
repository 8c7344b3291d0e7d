"""What an 835 does to the books: claim payments, their reversals and provider adjustments as ledger entries.

Payments debit REMITTANCE_CLEARING until the bank's deposit comes. A denial posts nothing: what it refuses
stays open. Only what a contract or a law takes off is an adjustment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.codes.carc import AdjustmentPosting, carc
from revcycle.domain.codes.claim_status import claim_status
from revcycle.domain.finding import Finding, Severity
from revcycle.domain.ledger import Entry, LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.remittances.remittance import (
    Adjustment,
    AdjustmentGroup,
    ClaimPayment,
    ProviderAdjustment,
)

RULE = "posting@1"


class AdjustmentClass(StrEnum):
    """What an adjustment does: takes off, asks the patient, repeats what is known, or refuses."""

    CONTRACTUAL = "contractual"
    PATIENT = "patient"
    INFORMATIONAL = "informational"
    DENIAL = "denial"


_DOES = {
    AdjustmentPosting.CONTRACTUAL: AdjustmentClass.CONTRACTUAL,
    AdjustmentPosting.WITHHOLD: AdjustmentClass.CONTRACTUAL,
    AdjustmentPosting.PATIENT: AdjustmentClass.PATIENT,
    AdjustmentPosting.INFORMATIONAL: AdjustmentClass.INFORMATIONAL,
    AdjustmentPosting.NEXT_PAYER: AdjustmentClass.DENIAL,
    AdjustmentPosting.BUNDLED: AdjustmentClass.DENIAL,
    AdjustmentPosting.DENIAL: AdjustmentClass.DENIAL,
}


@dataclass(frozen=True, slots=True)
class ClaimContext:
    """What the posting must know of the claim.

    ``open_cents`` is its insurance balance before; ``further_payer`` says that a coverage after this payer is
    left to bill, so the patient's share is that payer's question first. ``source`` is where the money comes
    from: REMITTANCE_CLEARING, or SUSPENSE when it was put there while nobody knew the claim. ``paid_on`` is the
    remittance's day: reason codes mean what they meant then.
    """

    claim_id: str
    account_id: str
    payer_id: str
    remittance_id: str
    open_cents: int
    further_payer: bool
    paid_on: date
    source: LedgerAccount = LedgerAccount.REMITTANCE_CLEARING


@dataclass(frozen=True, slots=True)
class Posting:
    """Entries that sum to zero, and what they mean in sums. ``denied_cents`` is refused and stays open."""

    entries: tuple[Entry, ...]
    payment_cents: int
    contractual_cents: int
    patient_cents: int
    denied_cents: int
    denial_codes: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def classify(adjustment: Adjustment, on: date) -> AdjustmentClass:
    """Say what an adjustment does, as the table of reason codes had it on the day; an unknown reason refuses."""
    known = carc(adjustment.reason_code, on)
    if known is None:
        return AdjustmentClass.DENIAL
    patients = adjustment.group is AdjustmentGroup.PATIENT_RESPONSIBILITY
    return _DOES[known.patient_posting if patients else known.posting]


def post_payment(payment: ClaimPayment, context: ClaimContext) -> Posting:
    """Post a payment: the money, then the patient's share, then contractual adjustments, never below zero.

    A later payer repeats what an earlier one took off; only what is still open can be taken off again. Money
    is never capped: an overpayment shows as a negative balance.
    """
    patient = () if context.further_payer else _sums(payment, AdjustmentClass.PATIENT, context.paid_on)
    contractual = _sums(payment, AdjustmentClass.CONTRACTUAL, context.paid_on)
    left = context.open_cents - payment.payment_cents
    patient_posted = _capped(patient, left)
    left -= sum(cents for _, cents in patient_posted)
    contractual_posted = _capped(contractual, left)
    denied = _sums(payment, AdjustmentClass.DENIAL, context.paid_on)
    repeated = sum(c for _, c in (*patient, *contractual)) - sum(
        c for _, c in (*patient_posted, *contractual_posted)
    )
    return Posting(
        entries=(
            *_pair(context, context.source, payment.payment_cents, "payment"),
            *_moved(context, LedgerAccount.AR_PATIENT, patient_posted),
            *_moved(context, LedgerAccount.CONTRACTUAL_ADJUSTMENT, contractual_posted),
        ),
        payment_cents=payment.payment_cents,
        contractual_cents=sum(cents for _, cents in contractual_posted),
        patient_cents=sum(cents for _, cents in patient_posted),
        denied_cents=sum(cents for _, cents in denied),
        denial_codes=tuple(code for code, cents in denied if cents > 0),
        findings=_already_taken(repeated),
    )


def speaker(claim: Claim, payer_id: str, status_code: str, asked: Responsibility) -> Responsibility:
    """Return in which place of the line the payer of a remittance spoke.

    Its payer id says so when one coverage has it; else CLP02 does; else it is the payer asked last.
    """
    places = [coverage.responsibility for coverage in claim.coverages if coverage.payer_id == payer_id]
    if len(places) == 1:
        return places[0]
    said = claim_status(status_code)
    return (said and said.processed_as) or asked


def _sums(payment: ClaimPayment, wanted: AdjustmentClass, on: date) -> tuple[tuple[str, int], ...]:
    """Return the cents of each group and reason of the class, in the order the payer gave them."""
    sums: dict[str, int] = {}
    for adjustment in payment.all_adjustments:
        if classify(adjustment, on) is wanted:
            code = f"{adjustment.group.value}-{adjustment.reason_code}"
            sums[code] = sums.get(code, 0) + adjustment.amount_cents
    return tuple(sums.items())


def _capped(sums: tuple[tuple[str, int], ...], left: int) -> tuple[tuple[str, int], ...]:
    posted = []
    for code, cents in sorted(sums, key=lambda item: item[1]):  # what gives back comes before what takes off
        taken = min(cents, max(left, 0)) if cents > 0 else cents
        left -= taken
        posted.append((code, taken))
    return tuple(posted)


def _pair(context: ClaimContext, account: LedgerAccount, cents: int, code: str) -> tuple[Entry, ...]:
    if not cents:
        return ()
    debit = Entry(
        account,
        cents,
        claim_id=context.claim_id,
        account_id=context.account_id,
        payer_id=context.payer_id,
        remittance_id=context.remittance_id,
        code=code,
    )
    return debit, replace(debit, account=LedgerAccount.AR_INSURANCE, amount_cents=-cents)


def _moved(
    context: ClaimContext, account: LedgerAccount, sums: Iterable[tuple[str, int]]
) -> tuple[Entry, ...]:
    return tuple(entry for code, cents in sums for entry in _pair(context, account, cents, code))


def _already_taken(cents: int) -> tuple[Finding, ...]:
    if cents <= 0:
        return ()
    message = f"Adjustments of {dollars(cents)} were in the books already and were not taken off again."
    remedy = "None for a later payer; for a first payer compare the remittance with the claim's ledger."
    return (Finding("posting.already_taken", "CAS", message, remedy, Severity.WARNING),)


def explain(posted: Posting) -> str:
    """Say a posting in one plain sentence, and what was found with it."""
    parts = (
        ("adjusted by contract or law", posted.contractual_cents),
        ("left to the patient", posted.patient_cents),
        ("denied", posted.denied_cents),
    )
    paid = dollars(posted.payment_cents) if posted.payment_cents else "nothing"
    told = "; ".join(
        (f"The payer paid {paid}", *(f"{dollars(cents)} {what}" for what, cents in parts if cents))
    )
    return " ".join((f"{told}.", *(finding.message for finding in posted.findings)))


def reverse_posting(original: tuple[Entry, ...], remittance_id: str) -> tuple[Entry, ...]:
    """Return the entries that undo an earlier posting; the money leaves through the new remittance."""
    return tuple(
        replace(
            entry,
            amount_cents=-entry.amount_cents,
            remittance_id=remittance_id,
            account=LedgerAccount.REMITTANCE_CLEARING
            if entry.account is LedgerAccount.SUSPENSE
            else entry.account,
        )
        for entry in original
    )


def post_provider_adjustments(
    adjustments: tuple[ProviderAdjustment, ...], payer_id: str, remittance_id: str
) -> tuple[Entry, ...]:
    """Post PLB, whose positive amounts reduce the payment; interest (L6) is income."""
    entries = []
    for adjustment in adjustments:
        account = (
            LedgerAccount.INTEREST_INCOME
            if adjustment.reason_code == "L6"
            else LedgerAccount.PROVIDER_ADJUSTMENT
        )
        taken = Entry(
            account,
            adjustment.amount_cents,
            payer_id=payer_id,
            remittance_id=remittance_id,
            code=f"PLB-{adjustment.reason_code}",
        )
        clearing = replace(
            taken, account=LedgerAccount.REMITTANCE_CLEARING, amount_cents=-adjustment.amount_cents
        )
        entries += [taken, clearing]
    return tuple(entries)


def post_remainder(cents: int, payer_id: str, remittance_id: str) -> tuple[Entry, ...]:
    """Put money that no claim could take (unmatched, out of balance, in quarantine) into suspense."""
    if not cents:
        return ()
    clearing = Entry(
        LedgerAccount.REMITTANCE_CLEARING,
        cents,
        payer_id=payer_id,
        remittance_id=remittance_id,
        code="suspense",
    )
    return clearing, replace(clearing, account=LedgerAccount.SUSPENSE, amount_cents=-cents)
