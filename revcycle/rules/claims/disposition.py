"""What comes next for a claim after a posting: from its open balances and what the newest remittance said."""

from dataclasses import dataclass

from revcycle.domain.claims.disposition import Disposition, DispositionOutcome
from revcycle.domain.codes.claim_status import ClaimStatusCode, claim_status
from revcycle.domain.money import dollars

RULE = "disposition@1"


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """The claim's balances, and what the newest posted remittance said of it.

    ``status_codes`` are the CLP02 of its claim payments (a claim may be split); ``denied_cents`` and
    ``denial_codes`` are over those that were not reversals. ``next_responsibility`` is the next coverage not
    yet asked, empty when there is none.
    """

    insurance_cents: int
    patient_cents: int
    remittance_id: str = ""
    status_codes: tuple[str, ...] = ()
    denied_cents: int = 0
    denial_codes: tuple[str, ...] = ()
    next_responsibility: str = ""


def judge(standing: ClaimStanding) -> Disposition:
    """Say what comes next. A denial comes before the next payer: what was refused is nobody's share yet."""
    outcome = _outcome(standing)
    denied = min(standing.denied_cents, max(standing.insurance_cents, 0))
    onward = outcome is DispositionOutcome.NEXT_PAYER
    return Disposition(
        outcome=outcome,
        patient_cents=standing.patient_cents,
        denied_cents=denied if outcome is DispositionOutcome.DENIED else 0,
        insurance_cents=standing.insurance_cents,
        remittance_id=standing.remittance_id,
        denial_codes=standing.denial_codes if outcome is DispositionOutcome.DENIED else (),
        responsibility=standing.next_responsibility if onward else "",
        crossover=onward and any(_forwarded(code) for code in standing.status_codes),
        reason=_to_look_at(standing.insurance_cents) if outcome is DispositionOutcome.OPEN else "",
    )


def _forwarded(code: str) -> bool:
    """Tell whether the payer processed the claim and sent it on to the next one itself."""
    status = claim_status(code)
    return status is not None and status.forwarded and status.posts


def _to_look_at(insurance_cents: int) -> str:
    """Say what a person is to look at in a claim that no judgement settles."""
    if insurance_cents < 0:
        return f"insurance has overpaid by {dollars(-insurance_cents)}"
    return f"{dollars(insurance_cents)} is open after the payer's answer, and no denial says why"


def _outcome(standing: ClaimStanding) -> DispositionOutcome:
    if standing.status_codes and all(code == ClaimStatusCode.REVERSAL for code in standing.status_codes):
        return DispositionOutcome.REVERSED
    if standing.insurance_cents == 0:
        due = standing.patient_cents > 0
        return DispositionOutcome.PATIENT_DUE if due else DispositionOutcome.PAID
    if standing.insurance_cents > 0 and standing.denied_cents > 0:
        return DispositionOutcome.DENIED
    if standing.insurance_cents > 0 and standing.next_responsibility:
        return DispositionOutcome.NEXT_PAYER
    return DispositionOutcome.OPEN


def explain(judged: Disposition) -> str:
    """Say the judgement in one plain sentence."""
    if judged.outcome is DispositionOutcome.PAID:
        return "Nothing is open: the claim is settled."
    if judged.outcome is DispositionOutcome.PATIENT_DUE:
        return f"Insurance is settled; the patient's share is {dollars(judged.patient_cents)}."
    if judged.outcome is DispositionOutcome.NEXT_PAYER:
        forwarded = "; the payer forwards the claim itself" if judged.crossover else ""
        return (
            f"{dollars(judged.insurance_cents)} goes to the next payer ({judged.responsibility}){forwarded}."
        )
    if judged.outcome is DispositionOutcome.DENIED:
        codes = ", ".join(judged.denial_codes)
        return f"{dollars(judged.denied_cents)} was denied ({codes}); nothing is written off."
    if judged.outcome is DispositionOutcome.REVERSED:
        return "The payer took its payment back; its correction is awaited."
    if judged.insurance_cents < 0:
        return f"Insurance has overpaid by {dollars(-judged.insurance_cents)}; a person decides."
    return f"{dollars(judged.insurance_cents)} is open and no remittance says why; a person decides."
