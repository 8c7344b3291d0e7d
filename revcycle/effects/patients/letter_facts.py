"""What a letter to a guarantor says of claims: each visit's numbers from the books, in plain words."""

from collections import defaultdict
from datetime import date

from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.domain.claims.claim import Claim
from revcycle.domain.codes.plain_services import plain_service
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.patients.patient_account import ClaimShare
from revcycle.letters.contexts_statement import Aging, BalanceReason, StatementLine, Visit

_REASONS = {
    "PR-1": BalanceReason.DEDUCTIBLE,
    "PR-2": BalanceReason.COINSURANCE,
    "PR-3": BalanceReason.COPAYMENT,
    "PR-96": BalanceReason.NON_COVERED,
    "PR-204": BalanceReason.NON_COVERED,
}
_AND_MORE = {"en": "and {} more", "es": "y {} más"}
_PATIENT_MONEY = (LedgerAccount.CASH, LedgerAccount.PATIENT_CREDIT)


def visit(tx: Tx, share: ClaimShare, language: str) -> Visit:
    """Return one claim as a visit of one line: the books hold amounts by claim, none is apportioned."""
    claim = claims.facts(tx, share.claim_id)
    return Visit(
        service_date=share.service_date,
        patient_first_name=claim.patient.first_name,
        provider_name=_provider(claim),
        lines=(_line(tx, share, claim, language),),
    )


def _provider(claim: Claim) -> str:
    provider = claim.rendering_provider or claim.billing_provider
    return " ".join(part for part in (provider.first_name, provider.last_or_organization_name) if part)


def _line(tx: Tx, share: ClaimShare, claim: Claim, language: str) -> StatementLine:
    sums: dict[LedgerAccount, int] = defaultdict(int)
    reasons: dict[str, int] = defaultdict(int)
    for posted in ledger.entries_of(tx, claim_id=share.claim_id):
        entry = posted.entry
        sums[entry.account] += entry.amount_cents
        if entry.account is LedgerAccount.AR_PATIENT and entry.code.startswith("PR-"):
            reasons[entry.code] += entry.amount_cents
    charge = -sums[LedgerAccount.CHARGES]
    patient_paid = sum(sums[account] for account in _PATIENT_MONEY)
    insurance_paid = sums[LedgerAccount.REMITTANCE_CLEARING] + sums[LedgerAccount.SUSPENSE]
    code = max(reasons, key=lambda code: (reasons[code], code)) if reasons else ""
    return StatementLine(
        description=_description(claim, language),
        charge_cents=charge,
        insurance_paid_cents=insurance_paid,
        adjustment_cents=charge - insurance_paid - patient_paid - share.patient_cents,
        patient_paid_cents=patient_paid,
        balance_cents=share.patient_cents,
        reason=_REASONS.get(code, BalanceReason.OTHER),
    )


def _description(claim: Claim, language: str) -> str:
    dearest = max(claim.lines, key=lambda line: (line.charge_cents, -line.line_number))
    words = plain_service(dearest.procedure_code, language)
    more = len(claim.lines) - 1
    return f"{words} {_AND_MORE[language].format(more)}" if more else words


def aging(shares: tuple[ClaimShare, ...], on: date) -> Aging:
    """Return the balance by days since a statement first asked for it."""
    buckets = [0, 0, 0, 0, 0]
    for share in shares:
        days = (on - share.first_billed_on).days if share.first_billed_on else 0
        buckets[min(max(days - 1, 0) // 30, 4)] += share.patient_cents
    return Aging(
        current_cents=buckets[0],
        over_30_cents=buckets[1],
        over_60_cents=buckets[2],
        over_90_cents=buckets[3],
        over_120_cents=buckets[4],
    )
