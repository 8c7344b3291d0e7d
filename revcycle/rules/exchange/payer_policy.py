"""Which policy a payer's clocks run by on a day."""

from datetime import date

from revcycle.domain.codes.payer_policies import BY_CLASS, BY_PAYER, CLASS_OF_INDICATOR
from revcycle.domain.exchange.policy import PayerPolicy


def policy_for(filing_indicator: str, payer_id: str, on: date) -> PayerPolicy:
    """Return the policy in force: the payer's own where one is known, else that of its class.

    ``filing_indicator`` is SBR09. Before the first dated policy, the first one holds.
    """
    payer_class = CLASS_OF_INDICATOR.get(filing_indicator, "commercial")
    versions = BY_PAYER.get((payer_id, payer_class)) or BY_CLASS[payer_class]
    in_force = [policy for policy in versions if policy.effective_from <= on]
    return in_force[-1] if in_force else versions[0]
