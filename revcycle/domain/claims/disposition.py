"""Where a claim stands after a payer has spoken: what the judgement of its postings says comes next."""

from dataclasses import dataclass
from enum import StrEnum


class AdjudicationOutcome(StrEnum):
    """What comes next for the claim."""

    PAID = "paid"
    """Nothing is open: the claim is closed."""
    PATIENT_DUE = "patient_due"
    """Insurance is done; the rest is the patient's share. The account has been told."""
    NEXT_PAYER = "next_payer"
    """Another coverage has not been asked yet; with ``crossover`` the payer forwards the claim itself."""
    DENIED = "denied"
    """Something of what insurance owes was denied."""
    REVERSED = "reversed"
    """The payer took its payment back; its correction is awaited."""
    RESUBMIT = "resubmit"
    """Staff have the claim sent again; its new version is written."""
    OPEN = "open"
    """Something is open (or overpaid) and no remittance says why: a person decides."""


@dataclass(frozen=True, slots=True)
class Adjudication:
    """The judgement, without identity.

    ``insurance_cents`` and ``patient_cents`` are open balances; ``denied_cents`` is the part of the insurance
    balance that was denied, for ``denial_codes`` (``CO-197``). ``remittance_id`` is the newest posting behind
    the judgement, empty when there is none. On NEXT_PAYER the claim's row names the next payer already
    (``responsibility`` says which); ``crossover`` then means: wait, and file it only when the payer has not.
    ``reason`` says on OPEN what a person is to look at. Without ``posted`` nothing new had come and nothing was judged.
    """

    outcome: AdjudicationOutcome
    patient_cents: int = 0
    denied_cents: int = 0
    insurance_cents: int = 0
    remittance_id: str = ""
    denial_codes: tuple[str, ...] = ()
    responsibility: str = ""
    crossover: bool = False
    posted: bool = True
    reason: str = ""
