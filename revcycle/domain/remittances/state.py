"""Where a remittance and each of its claim payments stand, and which step of the process each state is."""

from enum import StrEnum


class RemittanceState(StrEnum):
    """Where a remittance stands, in the database and the worklist."""

    RECEIVED = "received"
    HELD = "held"
    """It does not balance as a whole: a person looks."""
    BALANCED = "balanced"
    """It balances, or a person let it pass: it may post."""
    REJECTED = "rejected"
    POSTED = "posted"
    """It waits for its money."""
    REASSOCIATED = "reassociated"
    """It has its money, or needs none."""


class PaymentState(StrEnum):
    """Where one claim payment stands."""

    RECEIVED = "received"
    HELD = "held"
    """Its amounts do not balance."""
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    """No claim was found for it."""
    POSTED = "posted"
    ORPHAN = "orphan"
    """A reversal of nothing that was posted."""
    REPEATED = "repeated"
    """The same payment was posted before."""
    INFORMATIONAL = "informational"
    """It moves no money, as its claim status says."""
    NOT_OURS = "not_ours"


UNRESOLVED = (PaymentState.HELD, PaymentState.UNMATCHED, PaymentState.ORPHAN, PaymentState.REPEATED)
"""The states whose money lies in suspense until a person decides."""


class RemittanceStep(StrEnum):
    """The steps of the process Remittance; the last three are how it ends."""

    BALANCE = "balance"
    POST = "post"
    SETTLE = "settle"
    REJECTED = "rejected"
    REASSOCIATED = "reassociated"
    ENDED_BEFORE = "ended before"


STEP_OF: dict[RemittanceState, RemittanceStep] = {
    RemittanceState.RECEIVED: RemittanceStep.BALANCE,
    RemittanceState.HELD: RemittanceStep.BALANCE,
    RemittanceState.BALANCED: RemittanceStep.POST,
    RemittanceState.POSTED: RemittanceStep.SETTLE,
    RemittanceState.REASSOCIATED: RemittanceStep.ENDED_BEFORE,
    RemittanceState.REJECTED: RemittanceStep.ENDED_BEFORE,
}
"""Where a remittance goes on that is started anew; while a claim payment is unplaced it is never ended."""


def step_of(state: RemittanceState, unresolved: bool) -> RemittanceStep:
    """Return the step at which a remittance in a state goes on."""
    if unresolved and state is RemittanceState.REASSOCIATED:
        return RemittanceStep.SETTLE
    return STEP_OF[state]
