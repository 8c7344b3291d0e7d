"""What several effects need to know of a denial: its policy, its remittance, its filing limit."""

from datetime import date

from revcycle.db.claims.claims import ClaimRow
from revcycle.db.denials.denials import DenialRow
from revcycle.db.engine import Tx
from revcycle.db.practice import policies
from revcycle.db.remittances import remittances
from revcycle.db.remittances.remittances import StoredClaimPayment
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.exchange.policy import PayerPolicy
from revcycle.rules.claims.timely_filing import filing_deadline, secondary_deadline


def policy_of(tx: Tx, denial: DenialRow) -> PayerPolicy:
    """Return the policy a denial's clocks run by: the one in force on the day of its notice."""
    return policies.payer_policy(tx, denial.filing_indicator, denial.payer_id, denial.notice_date)


def denial_payments(tx: Tx, claim_id: str, remittance_id: str) -> tuple[StoredClaimPayment, ...]:
    """Return what the remittance says of the claim, reversals left out; without one named, the newest."""
    told = tuple(
        p for p in remittances.claim_payments(tx, claim_id) if p.stands and not p.payment.is_reversal
    )
    named = tuple(p for p in told if p.remittance_id == remittance_id)
    return named or told[-1:]


def filing_limit(tx: Tx, row: ClaimRow, claim: Claim, policy: PayerPolicy) -> date:
    """Return the last day for the first claim to the payer asked now."""
    earlier = [
        p for p in remittances.claim_payments(tx, row.claim_id) if p.stands and p.payer_id != row.payer_id
    ]
    if row.responsibility is Responsibility.PRIMARY or not earlier:
        return filing_deadline(policy, claim.service_date_from)
    return secondary_deadline(policy, claim.service_date_from, earlier[0].payment_date)
