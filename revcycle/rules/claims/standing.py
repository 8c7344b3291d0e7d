"""Where a claim stands after a posting: what of all that payers said counts now, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from revcycle.domain.claims.ending import ClaimEnding
from revcycle.domain.codes.claim_status import ClaimStatusCode
from revcycle.rules.claims.disposition import ClaimStanding


@dataclass(frozen=True, slots=True)
class ToldPayment:
    """What one posted claim payment said: its CLP02, and what it denied. ``undone``: a later reversal took it back."""

    remittance_id: str
    status_code: str
    undone: bool
    denied_cents: int
    denial_codes: tuple[str, ...]


def standing(
    insurance_cents: int, patient_cents: int, told: Sequence[ToldPayment], next_responsibility: str
) -> ClaimStanding:
    """Return the standing by open balances and the newest remittance; ``told`` is what was posted, oldest first.

    Of the newest remittance counts what is no reversal and was not undone; if nothing is left, all of it.
    """
    newest = told[-1].remittance_id if told else ""
    last = [one for one in told if one.remittance_id == newest]
    stands = [one for one in last if one.status_code != ClaimStatusCode.REVERSAL and not one.undone]
    return ClaimStanding(
        insurance_cents=insurance_cents,
        patient_cents=patient_cents,
        remittance_id=newest,
        status_codes=tuple(one.status_code for one in stands or last),
        denied_cents=sum(one.denied_cents for one in stands),
        denial_codes=tuple(dict.fromkeys(code for one in stands for code in one.denial_codes)),
        next_responsibility=next_responsibility,
    )


def was_reversed(told: Sequence[ToldPayment]) -> bool:
    """Tell whether a payer ever took something back: only then insurance settles what a patient has paid on."""
    return any(one.status_code == ClaimStatusCode.REVERSAL for one in told)


def ending(patient_paid_cents: int) -> ClaimEnding:
    """Return how a claim ends that insurance has settled, by what the claim holds of the patient's money."""
    return ClaimEnding.PAID_BY_PATIENT if patient_paid_cents else ClaimEnding.PAID
