"""A denial: what the payer refused, what we do about it, and how it ended."""

from dataclasses import dataclass
from enum import StrEnum

from revcycle.domain.denials.appeal import AppealOutcome
from revcycle.domain.work.task_kinds import ChoiceName, TaskKind


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


STATE_OF_ROUTE = {
    DenialRouteKind.CORRECT: DenialState.CORRECTING,
    DenialRouteKind.APPEAL: DenialState.APPEALING,
    DenialRouteKind.PROVE_TIMELY_FILING: DenialState.APPEALING,
    DenialRouteKind.WRITE_OFF_REQUEST: DenialState.AWAITING_APPROVAL,
}
"""Where a denial stands on each way; on the others it is open."""
TASK_OF_ROUTE = {
    DenialRouteKind.CORRECT: TaskKind.FIX_DENIAL,
    DenialRouteKind.PERSON: TaskKind.CLASSIFY_DENIAL,
    DenialRouteKind.WRITE_OFF_REQUEST: TaskKind.APPROVE_WRITE_OFF,
}
"""What is asked of a person on the ways that need one from the first step."""
ROUTE_OF_CHOICE: dict[str, DenialRouteKind] = {
    ChoiceName.APPEAL: DenialRouteKind.APPEAL,
    ChoiceName.PROVE_TIMELY_FILING: DenialRouteKind.PROVE_TIMELY_FILING,
    ChoiceName.WRITE_OFF: DenialRouteKind.WRITE_OFF_REQUEST,
    ChoiceName.BILL_PATIENT: DenialRouteKind.BILL_PATIENT,
    ChoiceName.NEXT_PAYER: DenialRouteKind.NEXT_PAYER,
}
"""Which way a person's answer turns a denial."""
AFTER_LEVEL: dict[AppealOutcome, DenialOutcome | DenialRouteKind] = {
    AppealOutcome.OVERTURNED: DenialOutcome.OVERTURNED,
    AppealOutcome.NOT_FILED: DenialRouteKind.WRITE_OFF_REQUEST,
}
"""Where the end of a level leads; after the other ends the way goes on to the next level."""


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
