"""What the payer allows, pays, denies and takes back: pure arithmetic, balanced to the cent on every line."""

import hashlib
from dataclasses import replace
from decimal import Decimal

from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup, ClaimPayment, ServicePayment
from revcycle.domain.remittances.remittance_details import InpatientAdjudication
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.sandbox.payer.received import PREDETERMINATION, ReceivedClaim, ReceivedLine
from revcycle.sandbox.payer.script import Behaviour

_CO, _PR, _OA = (
    AdjustmentGroup.CONTRACTUAL_OBLIGATION,
    AdjustmentGroup.PATIENT_RESPONSIBILITY,
    AdjustmentGroup.OTHER,
)
_DEFAULT_PERCENT = 68
_NOT_COVERED = "96"
_PAID_WHEN_DONE = "101"
_WHOLE_CLAIM_DENIED = {"29", "50", "197"}


def allowed_cents(payer_id: str, line: ReceivedLine, percent: int) -> int:
    """Return what the payer allows for the service: its percentage of the covered charge, give or take five."""
    _, code, _ = line.billed_as
    drift = hashlib.sha256(f"{payer_id}|{code}".encode()).digest()[0] % 11 - 5
    covered = covered_cents(line)
    return min(covered, covered * (percent + drift) // 100)


def covered_cents(line: ReceivedLine) -> int:
    """Return the charge without what the provider itself says is not covered."""
    return max(line.charge_cents - line.non_covered_cents, 0)


def pay(claim: ReceivedClaim, behaviour: Behaviour, percent: int | None, repriced: int = 100) -> ClaimPayment:
    """Return the payment at the payer's rate; ``repriced`` is a percentage of the first allowed amount."""
    if claim.patient_share_before_cents is not None:
        return _pay_after_others(claim, claim.patient_share_before_cents)
    share = _PatientShare(behaviour)
    services = []
    for line in claim.lines:
        allowed = allowed_cents(claim.payer_id, line, percent or _DEFAULT_PERCENT) * repriced // 100
        covered = covered_cents(line)
        allowed = min(covered, allowed)
        patient = share.of(allowed)
        contractual = _amounts(
            (_CO, "45", covered - allowed), (_CO, _NOT_COVERED, line.charge_cents - covered)
        )
        paid = allowed - sum(adjustment.amount_cents for adjustment in patient)
        services.append(_service(line, paid, contractual + patient, allowed=allowed))
    if claim.processed_as == PREDETERMINATION:
        services = [_not_yet_paid(service) for service in services]
    return _claim_payment(claim, claim.processed_as, tuple(services))


def _not_yet_paid(service: ServicePayment) -> ServicePayment:
    """What would be paid is told as an adjustment: nothing has been done yet (CARC 101)."""
    expected = _amounts((_OA, _PAID_WHEN_DONE, service.payment_cents))
    return replace(service, payment_cents=0, adjustments=service.adjustments + expected)


class _PatientShare:
    """The patient's deductible, copayment and coinsurance, used up line by line."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._deductible = behaviour.deductible_cents
        self._copayment = behaviour.copayment_cents
        self._percent = behaviour.coinsurance_percent

    def of(self, allowed: int) -> tuple[Adjustment, ...]:
        """Return the patient's part of a line's allowed amount."""
        deductible = min(self._deductible, allowed)
        self._deductible -= deductible
        copayment = min(self._copayment, allowed - deductible)
        self._copayment -= copayment
        coinsurance = (allowed - deductible - copayment) * self._percent // 100
        return _amounts((_PR, "1", deductible), (_PR, "3", copayment), (_PR, "2", coinsurance))


def _pay_after_others(claim: ReceivedClaim, left_to_patient: int) -> ClaimPayment:
    services = []
    for line in claim.lines:
        paid = min(left_to_patient, line.charge_cents)
        left_to_patient -= paid
        services.append(_service(line, paid, _amounts((_OA, "23", line.charge_cents - paid))))
    return _claim_payment(claim, claim.processed_as, tuple(services))


def deny(claim: ReceivedClaim, reason_code: str, remark_code: str = "") -> ClaimPayment:
    """Return a payment of nothing: every line denied with the reason, the provider's to bear (CO)."""
    remarks = (remark_code,) if remark_code else ()
    services = tuple(
        _service(line, 0, _amounts((_CO, reason_code, line.charge_cents)), remarks=remarks, allowed=0)
        for line in claim.lines
    )
    status = "4" if reason_code in _WHOLE_CLAIM_DENIED else claim.processed_as
    return _claim_payment(claim, status, services)


def reverse(payment: ClaimPayment) -> ClaimPayment:
    """Return the reversal of a payment: CLP02 22, groups and reasons, every amount with the other sign."""
    return replace(
        payment,
        status_code="22",
        charge_cents=-payment.charge_cents,
        payment_cents=-payment.payment_cents,
        patient_responsibility_cents=0,
        services=tuple(_reversed(service) for service in payment.services),
    )


def _reversed(service: ServicePayment) -> ServicePayment:
    taken_back = (replace(a, amount_cents=-a.amount_cents) for a in service.adjustments)
    return replace(
        service,
        charge_cents=-service.charge_cents,
        payment_cents=-service.payment_cents,
        adjustments=tuple(taken_back),
        allowed_cents=None,
    )


def _amounts(*told: tuple[AdjustmentGroup, str, int]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(group, code, cents) for group, code, cents in told if cents)


def _service(
    line: ReceivedLine,
    paid: int,
    adjustments: tuple[Adjustment, ...],
    *,
    remarks: tuple[str, ...] = (),
    allowed: int | None = None,
) -> ServicePayment:
    qualifier, code, revenue_code = line.billed_as
    return ServicePayment(
        procedure_code=code,
        modifiers=line.modifiers,
        charge_cents=line.charge_cents,
        payment_cents=paid,
        adjustments=adjustments,
        service_date=line.service_date if line.service_date != NOT_STATED else None,
        line_item_control_number=line.line_item_control_number,
        remark_codes=remarks,
        allowed_cents=allowed,
        units=line.units,
        procedure_qualifier=qualifier,
        revenue_code=revenue_code,
        service_end_date=line.service_date_to,
    )


def _claim_payment(claim: ReceivedClaim, status: str, services: tuple[ServicePayment, ...]) -> ClaimPayment:
    patient = sum(a.amount_cents for service in services for a in service.adjustments if a.group is _PR)
    days = claim.covered_days
    return ClaimPayment(
        patient_control_number=claim.patient_control_number,
        status_code=status,
        charge_cents=claim.charge_cents,
        payment_cents=sum(service.payment_cents for service in services),
        patient_responsibility_cents=patient,
        payer_claim_control_number=claim.control_number,
        claim_filing_indicator=claim.claim_filing_indicator,
        services=services,
        facility_code=claim.facility_code,
        frequency_code=claim.frequency_code,
        drg_code=claim.drg_code,
        inpatient=InpatientAdjudication(Decimal(days)) if days is not None else None,
    )
