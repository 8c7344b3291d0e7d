"""A denial: what the payer refused, what we do about it, and how it ended."""

from dataclasses import dataclass
from enum import StrEnum


class DenialOutcome(StrEnum):
    """How a denial ended, as the claim must know it.

    CORRECTED: a corrected version of the claim is stored, submit it. OVERTURNED: the payer will pay, wait for
    the remittance. WRITTEN_OFF: a manager approved and the books say so. PATIENT_DUE, NEXT_PAYER: somebody
    else owes it.
    """

    CORRECTED = "corrected"
    OVERTURNED = "overturned"
    WRITTEN_OFF = "written_off"
    PATIENT_DUE = "patient_due"
    NEXT_PAYER = "next_payer"


class DenialState(StrEnum):
    """Where an open denial stands."""

    OPEN = "open"
    CORRECTING = "correcting"
    APPEALING = "appealing"
    AWAITING_APPROVAL = "awaiting_approval"
    ENDED = "ended"


class DenialRouteKind(StrEnum):
    """What to do about a denial. None of them takes money out of the books by itself."""

    CORRECT = "correct"
    APPEAL = "appeal"
    PROVE_TIMELY_FILING = "prove_timely_filing"
    WRITE_OFF_REQUEST = "write_off_request"
    BILL_PATIENT = "bill_patient"
    NEXT_PAYER = "next_payer"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class DenialHistory:
    """What we know of the claim beyond the remittance, as yes, no and counts.

    ``proof_on_file``: an acknowledgment shows the claim arrived; ``next_payer``: another coverage has not
    been asked; ``corrections``: how often this claim was corrected after a denial; ``duplicate_paid``: the
    same services were already paid to us.
    """

    proof_on_file: bool = False
    authorization_on_file: bool = False
    next_payer: bool = False
    corrections: int = 0
    duplicate_paid: bool = False


@dataclass(frozen=True, slots=True)
class DenialRoute:
    """What a denial is and what to do about it. ``reason`` is one plain sentence without identity.

    ``code`` is the deciding group and reason (``CO-197``); ``likelihood`` the chance of being paid after all,
    in percent (a planning prior, not a promise); ``value_cents`` the amount denied; ``evidence`` what to lay
    beside the answer.
    """

    category: str
    route: DenialRouteKind
    code: str
    reason: str
    evidence: tuple[str, ...]
    likelihood_percent: int
    value_cents: int

    @property
    def expected_cents(self) -> int:
        """Value times likelihood: what the worklist sorts by."""
        return self.value_cents * self.likelihood_percent // 100
