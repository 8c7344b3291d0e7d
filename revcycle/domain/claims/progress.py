"""What an effect on a claim answers its workflow."""

from dataclasses import dataclass

from revcycle.domain.claims.claim_status import StatusOutcome
from revcycle.domain.claims.eligibility import CoverageOutcome
from revcycle.domain.claims.step import ClaimStep
from revcycle.domain.mail.acknowledgment import AcknowledgmentOutcome
from revcycle.domain.work.task_kinds import TaskKind


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the answers so far mean. ``posted``: other news of the claim waits, a remittance or an order."""

    outcome: AcknowledgmentOutcome
    reason: str
    posted: bool


@dataclass(frozen=True, slots=True)
class LostTask:
    """A task that an earlier life of a claim's process had put before a person."""

    task_id: str
    kind: TaskKind


@dataclass(frozen=True, slots=True)
class ClaimPosition:
    """Where a claim's process goes on that starts anew.

    ``epoch`` tells this life of it from the ones before. ``asked`` counts the questions for its status since it
    was sent, ``reason`` says what a person is to look at. On FIGHT_DENIAL ``denial_id`` is the denial under way
    (empty: none was opened yet) and ``remittance_id`` the remittance that brought it. ``tasks`` are open still.
    """

    epoch: int
    step: ClaimStep
    asked: int = 0
    reason: str = ""
    denial_id: str = ""
    remittance_id: str = ""
    tasks: tuple[LostTask, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """``settled``: the account has settled the patient's share. ``posted``: instead, a payer has spoken again."""

    settled: bool
    posted: bool


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """What the payer said; ``call`` tells that a person should telephone."""

    outcome: StatusOutcome
    reason: str
    call: bool


@dataclass(frozen=True, slots=True)
class CoverageChecked:
    """What the workflow remembers of a check: no member, no name, only what it means."""

    outcome: CoverageOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """``clean``: the claim is on its way. Else ``reason`` says what to correct, in plain words without identity."""

    clean: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """The claim's version now. ``verify``: who is asked or insured changed, so the payer is asked again."""

    version: int
    verify: bool
