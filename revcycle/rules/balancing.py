"""Does an 835 balance to the cent: each line, each claim, the whole (X12 835 guide, section 1.10.2.1)."""

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.money import dollars
from revcycle.domain.remittance import AdjustmentGroup, ClaimPayment, Remittance, ServicePayment

RULE = "balancing@1"

_RESEND = "Post nothing of it; ask the payer for a corrected remittance, or decide by the paper advice."


def balance_claim(payment: ClaimPayment) -> tuple[Finding, ...]:
    """Check the lines and the claim: what was charged is what was paid and adjusted."""
    lines = (_line(number, service) for number, service in enumerate(payment.services, start=1))
    told = (*lines, _claim(payment), _charges(payment), _patient_share(payment))
    return tuple(finding for finding in told if finding is not None)


def _line(number: int, service: ServicePayment) -> Finding | None:
    adjusted = sum(adjustment.amount_cents for adjustment in service.adjustments)
    off = service.charge_cents - adjusted - service.payment_cents
    return _finding("balancing.line", f"SVC number {number}", "SVC02 less CAS is not SVC03", off)


def _claim(payment: ClaimPayment) -> Finding | None:
    adjusted = sum(adjustment.amount_cents for adjustment in payment.all_adjustments)
    off = payment.charge_cents - adjusted - payment.payment_cents
    return _finding("balancing.claim", "CLP04", "CLP03 less all CAS is not CLP04", off)


def _charges(payment: ClaimPayment) -> Finding | None:
    if not payment.services:
        return None
    off = payment.charge_cents - sum(service.charge_cents for service in payment.services)
    return _finding("balancing.claim_charge", "CLP03", "CLP03 is not the sum of SVC02", off)


def _patient_share(payment: ClaimPayment) -> Finding | None:
    """CLP05 is informational beside the PR adjustments: a difference is told, and the adjustments count."""
    if payment.is_reversal:
        return None
    told = (a for a in payment.all_adjustments if a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY)
    off = payment.patient_responsibility_cents - sum(adjustment.amount_cents for adjustment in told)
    message = "CLP05 is not the sum of the PR adjustments"
    return _finding("balancing.patient_responsibility", "CLP05", message, off, Severity.WARNING)


def _finding(
    code: str, where: str, message: str, off: int, severity: Severity = Severity.ERROR
) -> Finding | None:
    if not off:
        return None
    remedy = _RESEND if severity is Severity.ERROR else "The CAS segments are posted; no action."
    return Finding(code, where, f"{message} (off by {dollars(off)}).", remedy, severity)


def remittance_difference(remittance: Remittance) -> int:
    """Return BPR02 less what the claims and the provider adjustments come to, in cents."""
    claims = sum(payment.payment_cents for payment in remittance.claims)
    provider = sum(adjustment.amount_cents for adjustment in remittance.provider_adjustments)
    return remittance.payment_cents - (claims - provider)


def balance_remittance(remittance: Remittance, quarantined: int) -> tuple[Finding, ...]:
    """Check the whole: BPR02 is the claims' payments less the provider adjustments, and not negative.

    Parts of the file that could not be read (``quarantined``) explain a difference: then it is a warning, the
    readable claims post, and the difference waits in suspense.
    """
    findings: list[Finding] = []
    if remittance.payment_cents < 0:
        message = "The payment is negative; a payer moves a debt forward with a PLB segment."
        findings.append(Finding("balancing.negative", "BPR02", message, _RESEND, Severity.FATAL))
    if off := remittance_difference(remittance):
        message = f"BPR02 is not the sum of CLP04 less the sum of PLB (off by {dollars(off)})."
        severity = Severity.WARNING if quarantined else Severity.FATAL
        remedy = "Resolve the parts in quarantine; until then the difference is in suspense."
        findings.append(
            Finding("balancing.transaction", "BPR02", message, remedy if quarantined else _RESEND, severity)
        )
    return tuple(findings)
