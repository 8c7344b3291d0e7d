"""What makes two remittances the same, whatever envelope they came in."""

from typing import Any

from revcycle.domain.remittances.remittance import Adjustment, ClaimPayment, Remittance


def contents(told: Remittance) -> tuple[Any, ...]:
    """Return the contents, field by field: a fact we learn to read later must not make an old file a new one."""
    head = told.payer_id, told.eft_trace_number, told.payment_cents, told.payment_method, told.payment_date
    adjusted = [(one.reason_code, one.reference, one.amount_cents) for one in told.provider_adjustments]
    return *head, adjusted, [_claim_contents(claim) for claim in told.claims]


def _claim_contents(claim: ClaimPayment) -> tuple[Any, ...]:
    head = claim.patient_control_number, claim.status_code, claim.payer_claim_control_number
    money = claim.charge_cents, claim.payment_cents, claim.patient_responsibility_cents
    services = [
        (one.procedure_code, one.modifiers, one.charge_cents, one.payment_cents, _cuts(one.adjustments))
        for one in claim.services
    ]
    return *head, *money, _cuts(claim.adjustments), services


def _cuts(adjustments: tuple[Adjustment, ...]) -> list[tuple[str, str, int]]:
    return [(one.group.value, one.reason_code, one.amount_cents) for one in adjustments]
