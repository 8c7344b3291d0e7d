"""Does an 835 balance to the cent: each line, each claim, the whole (X12 835 guide, section 1.10.2.1).

Supplemental amounts (AMT), quantities and summaries (TS2, TS3) inform and never enter the sums.
"""

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.money import dollars
from revcycle.domain.remittances.remittance import AdjustmentGroup, ClaimPayment, Remittance, ServicePayment

RULE = "balancing@2"

_RESEND = "Post nothing of it; ask the payer for a corrected remittance, or decide by the paper advice."
_NO_ACTION = "The CAS segments are posted; no action."
_TAKEN_BACK = "Compare with the payment it takes back, and ask the payer which sign is meant before it posts."


def balance_claim(payment: ClaimPayment) -> tuple[Finding, ...]:
    """Check the lines and the claim: what was charged is what was paid and adjusted; a reversal takes back."""
    lines = (_line(number, service) for number, service in enumerate(payment.services, start=1))
    told = (*lines, _claim(payment), _charges(payment), _patient_share(payment), _signs(payment))
    return tuple(finding for finding in told if finding is not None)


def _line(number: int, service: ServicePayment) -> Finding | None:
    adjusted = sum(adjustment.amount_cents for adjustment in service.adjustments)
    off = service.charge_cents - adjusted - service.payment_cents
    where = "SVC03" if service.segment_position else f"SVC03 of service {number}"
    message = "SVC02 less the CAS of the line is not SVC03"
    return _off("balancing.line", where, message, off, service.segment_position)


def _claim(payment: ClaimPayment) -> Finding | None:
    adjusted = sum(adjustment.amount_cents for adjustment in payment.all_adjustments)
    off = payment.charge_cents - adjusted - payment.payment_cents
    message = "CLP03 less all CAS of the claim is not CLP04"
    return _off("balancing.claim", "CLP04", message, off, payment.segment_position)


def _charges(payment: ClaimPayment) -> Finding | None:
    if not payment.services:
        return None
    off = payment.charge_cents - sum(service.charge_cents for service in payment.services)
    message = "CLP03 is not the sum of SVC02"
    return _off("balancing.claim_charge", "CLP03", message, off, payment.segment_position)


def _patient_share(payment: ClaimPayment) -> Finding | None:
    """CLP05 is informational beside the PR adjustments: a difference is told, and the adjustments count."""
    if payment.is_reversal:
        return None
    told = (a for a in payment.all_adjustments if a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY)
    off = payment.patient_responsibility_cents - sum(adjustment.amount_cents for adjustment in told)
    message = "CLP05 is not the sum of the PR adjustments"
    where, position = "CLP05", payment.segment_position
    return _off("balancing.patient_responsibility", where, message, off, position, Severity.WARNING)


def _signs(payment: ClaimPayment) -> Finding | None:
    """A reversal (CLP02 22) has every amount with the other sign; nothing else charges less than nothing."""
    if payment.is_reversal and payment.charge_cents > 0:
        message = "A reversal takes the whole claim back: its CLP03 must not be above zero."
        where, severity = "CLP03", Severity.ERROR
    elif not payment.is_reversal and payment.charge_cents < 0:
        message = "Only a reversal (CLP02 22) has a charge below zero."
        where, severity = "CLP02", Severity.WARNING
    else:
        return None
    return _finding(
        "balancing.reversal_sign", where, message, _TAKEN_BACK, severity, payment.segment_position
    )


def _off(
    code: str, where: str, message: str, off: int, position: int, severity: Severity = Severity.ERROR
) -> Finding | None:
    if not off:
        return None
    remedy = _RESEND if severity is Severity.ERROR else _NO_ACTION
    return _finding(code, where, f"{message} (off by {dollars(off)}).", remedy, severity, position)


def _finding(code: str, where: str, message: str, remedy: str, severity: Severity, position: int) -> Finding:
    """Name the segment where it is known: facts of a file know it, facts made elsewhere do not."""
    place = f"{where} in segment {position}" if position else where
    return Finding(code, place, message, remedy, severity, position or None)


def _difference(remittance: Remittance, claims_cents: int) -> int:
    provider = sum(adjustment.amount_cents for adjustment in remittance.provider_adjustments)
    return remittance.payment_cents - (claims_cents - provider)


def balance_remittance(remittance: Remittance, quarantined: int) -> tuple[Finding, ...]:
    """Check the whole: BPR02 is the claims' payments less the provider adjustments, and not negative.

    Parts of the file that could not be read (``quarantined``) explain a difference: then it is a warning, the
    readable claims post, and the difference waits in suspense.
    """
    claims = sum(payment.payment_cents for payment in remittance.claims)
    return balance_total(remittance, claims, quarantined)


def balance_total(remittance: Remittance, claims_cents: int, quarantined: int) -> tuple[Finding, ...]:
    """Check the whole of a remittance whose claims were read one by one; ``claims_cents`` is their sum."""
    findings: list[Finding] = []
    position = remittance.segment_position
    if remittance.payment_cents < 0:
        message = "The payment is negative; a payer moves a debt forward with a PLB segment."
        findings.append(_finding("balancing.negative", "BPR02", message, _RESEND, Severity.FATAL, position))
    if off := _difference(remittance, claims_cents):
        message = f"BPR02 is not the sum of CLP04 less the sum of PLB (off by {dollars(off)})."
        severity = Severity.WARNING if quarantined else Severity.FATAL
        remedy = "Resolve the parts in quarantine; until then the difference is in suspense."
        told = remedy if quarantined else _RESEND
        findings.append(_finding("balancing.transaction", "BPR02", message, told, severity, position))
    return tuple(findings)
