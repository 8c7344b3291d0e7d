"""What comes next for a claim after a posting: from its open balances and what the newest remittance said."""

from dataclasses import dataclass

from revcycle.domain.claims.disposition import Adjudication, AdjudicationOutcome
from revcycle.domain.money import dollars

RULE = "adjudication@1"

CROSSOVER = frozenset({"19", "20", "21"})
"""CLP02: processed and forwarded to the next payer by the payer itself."""


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


def judge(standing: ClaimStanding) -> Adjudication:
    """Say what comes next. A denial comes before the next payer: what was refused is nobody's share yet."""
    outcome = _outcome(standing)
    denied = min(standing.denied_cents, max(standing.insurance_cents, 0))
    onward = outcome is AdjudicationOutcome.NEXT_PAYER
    return Adjudication(
        outcome=outcome,
        patient_cents=standing.patient_cents,
        denied_cents=denied if outcome is AdjudicationOutcome.DENIED else 0,
        insurance_cents=standing.insurance_cents,
        remittance_id=standing.remittance_id,
        denial_codes=standing.denial_codes if outcome is AdjudicationOutcome.DENIED else (),
        responsibility=standing.next_responsibility if onward else "",
        crossover=onward and bool(CROSSOVER.intersection(standing.status_codes)),
        reason=_to_look_at(standing.insurance_cents) if outcome is AdjudicationOutcome.OPEN else "",
    )


def _to_look_at(insurance_cents: int) -> str:
    """Say what a person is to look at in a claim that no judgement settles."""
    if insurance_cents < 0:
        return f"insurance has overpaid by {dollars(-insurance_cents)}"
    return f"{dollars(insurance_cents)} is open after the payer's answer, and no denial says why"


def _outcome(standing: ClaimStanding) -> AdjudicationOutcome:
    if standing.status_codes and all(code == "22" for code in standing.status_codes):
        return AdjudicationOutcome.REVERSED
    if standing.insurance_cents == 0:
        due = standing.patient_cents > 0
        return AdjudicationOutcome.PATIENT_DUE if due else AdjudicationOutcome.PAID
    if standing.insurance_cents > 0 and standing.denied_cents > 0:
        return AdjudicationOutcome.DENIED
    if standing.insurance_cents > 0 and standing.next_responsibility:
        return AdjudicationOutcome.NEXT_PAYER
    return AdjudicationOutcome.OPEN


def explain(judged: Adjudication) -> str:
    """Say the judgement in one plain sentence."""
    if judged.outcome is AdjudicationOutcome.PAID:
        return "Nothing is open: the claim is settled."
    if judged.outcome is AdjudicationOutcome.PATIENT_DUE:
        return f"Insurance is settled; the patient's share is {dollars(judged.patient_cents)}."
    if judged.outcome is AdjudicationOutcome.NEXT_PAYER:
        forwarded = "; the payer forwards the claim itself" if judged.crossover else ""
        return (
            f"{dollars(judged.insurance_cents)} goes to the next payer ({judged.responsibility}){forwarded}."
        )
    if judged.outcome is AdjudicationOutcome.DENIED:
        codes = ", ".join(judged.denial_codes)
        return f"{dollars(judged.denied_cents)} was denied ({codes}); nothing is written off."
    if judged.outcome is AdjudicationOutcome.REVERSED:
        return "The payer took its payment back; its correction is awaited."
    if judged.insurance_cents < 0:
        return f"Insurance has overpaid by {dollars(-judged.insurance_cents)}; a person decides."
    return f"{dollars(judged.insurance_cents)} is open and no remittance says why; a person decides."
