"""What an effect on a claim answers its workflow."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.claims.claim_status import StatusOutcome
from revcycle.domain.claims.eligibility import CoverageOutcome
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.mail.acknowledgment import AcknowledgmentOutcome


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the answers so far mean.

    ``follow_up_at`` is when to ask the payer, once accepted; ``posted``: its remittance is here already.
    """

    outcome: AcknowledgmentOutcome
    reason: str
    follow_up_at: datetime
    posted: bool


@dataclass(frozen=True, slots=True)
class ClaimPosition:
    """``stage`` is where to go on; ``epoch`` tells this life of the workflow from the ones before it."""

    stage: ClaimStage
    ending: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the patient share ended (``paid_by_patient``, ``charity_care``, …); empty while it is open.

    ``posted``: instead, a payer has spoken again.
    """

    ending: str
    posted: bool


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """What the payer said. ``ask_again_at`` is the next follow-up; ``call`` tells that a person should telephone."""

    outcome: StatusOutcome
    reason: str
    ask_again_at: datetime
    call: bool


@dataclass(frozen=True, slots=True)
class CoverageChecked:
    """What the workflow remembers of a check: no member, no name, only what it means."""

    outcome: CoverageOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """``clean``: the claim is on its way. Else ``reason`` says what must be corrected, in plain words without identity.

    ``acknowledge_by`` is when the payer must have acknowledged; ``file_by`` the last day to file.
    """

    clean: bool
    reason: str
    acknowledge_by: datetime
    file_by: datetime
