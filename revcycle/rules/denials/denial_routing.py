"""What to do about a denial: from its group, reason and remark codes, the payer's policy and our own files.

The order of ways is the field's: what nobody can read goes to a person, what can be corrected is corrected,
what is right as it stands is appealed, and only what no way is left for is brought to a manager as a request
to write off. No route writes anything off.
"""

from dataclasses import dataclass
from datetime import date

from revcycle.domain.codes.carc import Carc, carc
from revcycle.domain.codes.rarc import Rarc, rarc
from revcycle.domain.denials.denial import DenialHistory, DenialRoute, DenialRouteKind
from revcycle.domain.exchange.policy import PayerPolicy
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup
from revcycle.rules.remittances.posting import AdjustmentClass, classify

RULE = "denial_routing@1"
CORRECTIONS_MAX = 2
"""A claim denied again after this many corrections is not helped by a third: a person decides."""

_REMARK_DECIDES = {"16", "96", "129", "A1"}
_NO_APPEAL = {"MA130", "N211"}
_ORDER = (
    DenialRouteKind.PERSON,
    DenialRouteKind.CORRECT,
    DenialRouteKind.PROVE_TIMELY_FILING,
    DenialRouteKind.APPEAL,
    DenialRouteKind.NEXT_PAYER,
    DenialRouteKind.WRITE_OFF_REQUEST,
    DenialRouteKind.BILL_PATIENT,
)


@dataclass(frozen=True, slots=True)
class _Step:
    kind: DenialRouteKind
    reason: str


def denied(adjustments: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
    """Return the adjustments that refuse payment: those whose amount the posting left open."""
    return tuple(a for a in adjustments if a.amount_cents > 0 and classify(a) is AdjustmentClass.DENIAL)


def route(
    adjustments: tuple[Adjustment, ...],
    remark_codes: tuple[str, ...],
    policy: PayerPolicy,
    history: DenialHistory,
    on: date,
) -> DenialRoute:
    """Return what to do about a claim's ``denied`` adjustments; ``on`` is the remittance's day."""
    value = sum(a.amount_cents for a in adjustments)
    if not adjustments:
        nothing = "the remittance leaves an amount open and gives no reason for it"
        return DenialRoute("other", DenialRouteKind.PERSON, "", nothing, (), 0, value)
    remarks = tuple(remark for code in remark_codes if (remark := rarc(code, on)) is not None)
    steps = [(a, _step(a, remark_codes, remarks, policy, history, on)) for a in adjustments]
    # The first way in the field's order decides; among equals the largest amount names the denial.
    adjustment, step = min(steps, key=lambda pair: (_ORDER.index(pair[1].kind), -pair[0].amount_cents))
    known = carc(adjustment.reason_code, on)
    return DenialRoute(
        category=known.category if known else "unknown",
        route=step.kind,
        code=f"{adjustment.group.value}-{adjustment.reason_code}",
        reason=step.reason,
        evidence=_evidence(known, remarks),
        likelihood_percent=known.overturn_percent if known else 0,
        value_cents=value,
    )


def _step(
    adjustment: Adjustment,
    remark_codes: tuple[str, ...],
    remarks: tuple[Rarc, ...],
    policy: PayerPolicy,
    history: DenialHistory,
    on: date,
) -> _Step:
    known = carc(adjustment.reason_code, on)
    if known is None:
        return _Step(DenialRouteKind.PERSON, f"reason code {adjustment.reason_code} is not in our table")
    planned = _planned(known, adjustment.group, remarks)
    return _checked(_with_history(planned, known, policy, history), remark_codes, policy, history)


def _planned(known: Carc, group: AdjustmentGroup, remarks: tuple[Rarc, ...]) -> _Step:
    """Return what the tables say: the remark decides where the reason alone says too little."""
    patients = group is AdjustmentGroup.PATIENT_RESPONSIBILITY
    if patients and known.patient_billable in ("yes", "only_if_PR") and known.correctable == "no":
        return _Step(DenialRouteKind.BILL_PATIENT, f"{known.meaning}; the payer makes it the patient's")
    if not known.denies:
        return _Step(DenialRouteKind.PERSON, f"{known.meaning}: that is no denial, yet an amount is open")
    telling = next((remark for remark in remarks if remark.route), None)
    if known.code in _REMARK_DECIDES and telling is not None:
        step = _Step(DenialRouteKind(telling.route), f"{known.meaning} ({telling.code}: {telling.meaning})")
    else:
        step = _Step(DenialRouteKind(known.route), known.meaning)
    if step.kind is DenialRouteKind.BILL_PATIENT and not patients:
        forbidden = f"group {group.value} forbids billing the patient"
        return _Step(DenialRouteKind.PERSON, f"{step.reason}; {forbidden}")
    return step


def _with_history(step: _Step, known: Carc, policy: PayerPolicy, history: DenialHistory) -> _Step:
    """Return the step as our own files change it."""
    if step.kind is DenialRouteKind.PROVE_TIMELY_FILING:
        return _timely(step, policy, history)
    if step.kind is DenialRouteKind.NEXT_PAYER and not history.next_payer:
        return _Step(DenialRouteKind.CORRECT, f"{step.reason}; no other coverage is on file, find it")
    if step.kind is DenialRouteKind.BILL_PATIENT and history.next_payer:
        return _Step(DenialRouteKind.NEXT_PAYER, f"{step.reason}; another coverage has not been asked")
    if known.category == "authorization" and history.authorization_on_file:
        return _Step(step.kind, f"{step.reason}; an authorization number is on the claim")
    if known.code == "18" and history.duplicate_paid:
        return _Step(DenialRouteKind.PERSON, f"{step.reason}; the first claim was paid, close this one")
    return step


def _timely(step: _Step, policy: PayerPolicy, history: DenialHistory) -> _Step:
    if not history.proof_on_file:
        unproved = "no acknowledgment proves an earlier filing"
        return _Step(DenialRouteKind.WRITE_OFF_REQUEST, f"{step.reason}; {unproved}")
    asked = "" if policy.timely_denial_appealable else ", which goes as a request for an exception"
    return _Step(step.kind, f"{step.reason}; our acknowledgments show it was filed in time{asked}")


def _checked(
    step: _Step, remark_codes: tuple[str, ...], policy: PayerPolicy, history: DenialHistory
) -> _Step:
    """Return the step, or a person where it leads nowhere."""
    barred = next((code for code in remark_codes if code in _NO_APPEAL), None)
    if step.kind is DenialRouteKind.APPEAL and barred:
        return _Step(
            DenialRouteKind.CORRECT, f"{step.reason}; {barred} bars an appeal: correct and send again"
        )
    if step.kind is DenialRouteKind.APPEAL and not any(not rung.hearing for rung in policy.appeal_levels):
        return _Step(DenialRouteKind.PERSON, f"{step.reason}; this payer hears no appeal by letter")
    if step.kind is DenialRouteKind.CORRECT and history.corrections >= CORRECTIONS_MAX:
        return _Step(
            DenialRouteKind.PERSON, f"{step.reason}; it was corrected {history.corrections} times already"
        )
    return step


def _evidence(known: Carc | None, remarks: tuple[Rarc, ...]) -> tuple[str, ...]:
    named = known.evidence if known else ()
    more = tuple(item for remark in remarks for item in remark.evidence if not item.startswith("per "))
    return tuple(dict.fromkeys((*(item for item in named if not item.startswith("per ")), *more)))
