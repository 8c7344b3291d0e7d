"""Each life's plot: what is wrong in the file, what the payer does, and the right value staff will find."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.sandbox.payer.script import OVERTURNED, UPHELD, Behaviour, Wrong, key_of, policy_key
from revcycle.sandbox.practice.identity import npi
from revcycle.sandbox.practice.life import PATIENT_LIVES, Life
from revcycle.sandbox.practice.people_script import Correction
from revcycle.sandbox.practice.plans import (
    BLUE_HARBOR,
    EVERLINE,
    FEDERAL_SENIOR,
    NORTHFORK,
    PLANS,
    SENIOR_ADVANTAGE,
    Plan,
)
from revcycle.sandbox.practice.visits import COSTLY, KNEE_INJECTION, KNEE_PAIN, Visit

TIMELY_FILING_PROOF = "timely_filing_proof"
_NEGOTIATED = (EVERLINE, NORTHFORK, BLUE_HARBOR, SENIOR_ADVANTAGE)
_COMMERCIAL = (EVERLINE, NORTHFORK, BLUE_HARBOR)
_NOT_ENROLLED_NPI = npi(99_000_017)
_INCOMPLETE_DIAGNOSIS, _UNSPECIFIED_DIAGNOSIS = "M2556", "M25569"
_REVERSAL_AFTER_DAYS = 96
_LARGE_DEDUCTIBLE_CENTS = 15_000


@dataclass(frozen=True, slots=True)
class Plot:
    """The claim as filed, the claim as it is right, the payer's behaviour, and policies that have ended."""

    filed: Claim
    right: Claim
    behaviour: Behaviour | None = None
    corrections: tuple[Correction, ...] = ()
    ended_policies: tuple[str, ...] = ()

    def keys(self) -> frozenset[str]:
        """Return every key the claim may reach the first payer under."""
        return frozenset(key_of(claim, claim.coverages[0]) for claim in (self.filed, self.right))


def plans_for(life: Life) -> tuple[Plan, ...]:
    """Return the plans for the life: Medicare takes no replacement, Medicaid bills no patient."""
    if life is Life.PRIMARY_THEN_SECONDARY:
        return (FEDERAL_SENIOR,)
    if life is Life.LATE_REVERSAL_REPOSTED:
        return (EVERLINE,)
    if life in PATIENT_LIVES:
        return _COMMERCIAL
    ordinary = {Life.PAID_CLEAN, Life.SILENT_PAYER_FOUND, Life.REJECTED_277CA_CORRECTED}
    return PLANS if life in ordinary else _NEGOTIATED


def visit_for(life: Life, serial: int) -> tuple[Visit, ...]:
    """Return the visits the life can begin with, or nothing when any will do; ``serial`` counts the life."""
    if life is Life.REJECTED_277CA_CORRECTED:
        return (KNEE_PAIN,) if serial % 2 else ()
    if life is Life.DENIED_CO16_REPLACED:
        return (KNEE_PAIN,) if serial % 2 else (KNEE_INJECTION,)
    if life in PATIENT_LIVES and life is not Life.PAID_PATIENT_PAYS:
        return COSTLY
    return ()


def plot(life: Life, claim: Claim, random: Random, serial: int) -> Plot:
    """Return what happens to a claim that is right as it stands."""
    return _PLOTS[life](claim, random, serial)


def _behaving(behaviour: Behaviour) -> Callable[[Claim, Random, int], Plot]:
    return lambda claim, _random, _serial: Plot(claim, claim, behaviour)


def _clean(claim: Claim, _random: Random, _serial: int) -> Plot:
    return Plot(claim, claim)


def _patient_pays(claim: Claim, random: Random, _serial: int) -> Plot:
    behaviour = Behaviour(deductible_cents=random.randrange(2_500, 9_000, 500), coinsurance_percent=20)
    return Plot(claim, claim, behaviour)


def _rejected(claim: Claim, _random: Random, serial: int) -> Plot:
    if serial % 2:
        return _wrong_diagnosis(claim, _INCOMPLETE_DIAGNOSIS, Behaviour(rejection=("A7", "255")))
    provider = claim.rendering_provider or claim.billing_provider
    filed = replace(claim, rendering_provider=replace(provider, npi=_NOT_ENROLLED_NPI))
    path = "rendering_provider.npi"
    behaviour = Behaviour(rejection=("A7", "562", "82"), wrong=(Wrong(path, _NOT_ENROLLED_NPI),))
    return Plot(filed, claim, behaviour, (Correction(path, provider.npi),))


def _denied_for_data(claim: Claim, _random: Random, serial: int) -> Plot:
    if serial % 2:
        behaviour = Behaviour(denial_code="16", remark_code="M76")
        return _wrong_diagnosis(claim, _UNSPECIFIED_DIAGNOSIS, behaviour)
    place = next(n for n, line in enumerate(claim.lines) if line.procedure_code == "20610")
    path, right = f"lines[{place}].modifiers", ",".join(claim.lines[place].modifiers)
    lines = tuple(replace(line, modifiers=()) if n == place else line for n, line in enumerate(claim.lines))
    behaviour = Behaviour(denial_code="16", remark_code="N822", wrong=(Wrong(path, ""),))
    return Plot(replace(claim, lines=lines), claim, behaviour, (Correction(path, right),))


def _wrong_diagnosis(claim: Claim, wrong: str, behaviour: Behaviour) -> Plot:
    path, right = "diagnosis_codes[0]", claim.diagnosis_codes[0]
    filed = replace(claim, diagnosis_codes=(wrong, *claim.diagnosis_codes[1:]))
    return Plot(filed, claim, replace(behaviour, wrong=(Wrong(path, wrong),)), (Correction(path, right),))


def _inactive(claim: Claim, _random: Random, _serial: int) -> Plot:
    new = claim.coverages[0]
    old = replace(new, member_id=new.member_id[:-1] + str((int(new.member_id[-1]) + 5) % 10))
    correction = Correction("coverages[0].member_id", new.member_id)
    ended = policy_key(old.payer_id, old.member_id)
    return Plot(claim.with_coverage(old), claim, None, (correction,), (ended,))


def _secondary(claim: Claim, random: Random, serial: int) -> Plot:
    supplement = (EVERLINE, NORTHFORK)[serial % 2]
    primary = claim.coverages[0]
    secondary = Coverage(
        responsibility=Responsibility.SECONDARY,
        payer_id=supplement.payer_id,
        payer_name=supplement.payer_name,
        member_id=supplement.member_id(random),
        subscriber=primary.subscriber,
        relationship_code=primary.relationship_code,
        claim_filing_indicator=supplement.claim_filing_indicator,
        group_number=f"SUP{random.randint(1000, 9999)}",
    )
    both = replace(claim, coverages=(primary, secondary))
    return Plot(both, both, Behaviour(coinsurance_percent=20))


def _late_reversal(claim: Claim, _random: Random, serial: int) -> Plot:
    # Two of three are repriced upward, so that the payer's run of that day never ends below zero.
    percent = 96 if serial % 3 == 2 else 112
    return Plot(claim, claim, Behaviour(reversal_after_days=_REVERSAL_AFTER_DAYS, repriced_percent=percent))


_OWES_MUCH = _behaving(Behaviour(deductible_cents=_LARGE_DEDUCTIBLE_CENTS, coinsurance_percent=20))
_PLOTS: dict[Life, Callable[[Claim, Random, int], Plot]] = {
    Life.PAID_CLEAN: _clean,
    Life.PAID_PATIENT_PAYS: _patient_pays,
    Life.REJECTED_277CA_CORRECTED: _rejected,
    Life.DENIED_CO16_REPLACED: _denied_for_data,
    Life.DENIED_CO197_OVERTURNED: _behaving(Behaviour(denial_code="197", appeal_decisions=(OVERTURNED,))),
    Life.DENIED_CO50_WRITTEN_OFF: _behaving(Behaviour(denial_code="50", appeal_decisions=(UPHELD, UPHELD))),
    Life.DENIED_CO29_PROVED: _behaving(
        Behaviour(denial_code="29", appeal_decisions=(OVERTURNED,), appeal_kind=TIMELY_FILING_PROOF)
    ),
    Life.INACTIVE_COVERAGE_CORRECTED: _inactive,
    Life.PRIMARY_THEN_SECONDARY: _secondary,
    Life.SILENT_PAYER_FOUND: _behaving(Behaviour(silent=True)),
    Life.LADDER_TO_AGENCY: _OWES_MUCH,
    Life.PLAN_KEPT: _OWES_MUCH,
    Life.PLAN_BROKEN: _OWES_MUCH,
    Life.HARDSHIP_CHARITY: _OWES_MUCH,
    Life.DISPUTE_RESOLVED: _OWES_MUCH,
    Life.LATE_REVERSAL_REPOSTED: _late_reversal,
}
