"""Exhibits of an appeal: this claim's part of what we hold, and nothing of anybody else's.

A raw 835 or 837 speaks of other patients too; a packet gets an excerpt with the hash of the file it was taken
from.
"""

from datetime import datetime

from revcycle.db.mail.acknowledgments import FilingProof
from revcycle.db.remittances.remittances import StoredClaimPayment
from revcycle.domain.claims.claim import Claim
from revcycle.domain.money import dollars
from revcycle.domain.remittances.remittance import Adjustment


def claim_summary(claim: Claim) -> str:
    """Write the claim as it was billed."""
    lines = [
        "CLAIM AS BILLED",
        f"Patient control number: {claim.patient_control_number}",
        f"Patient: {claim.patient.full_name}, born {claim.patient.birth_date}",
        f"Billing provider NPI: {claim.billing_provider.npi}",
        f"Diagnoses: {', '.join(claim.diagnosis_codes)}",
        f"Prior authorization: {claim.prior_authorization_number or 'none on the claim'}",
        f"Total charge: {dollars(claim.charge_cents)}",
        "",
    ]
    for line in claim.lines:
        code = " ".join((line.procedure_code, *line.modifiers))
        pointers = ",".join(str(pointer) for pointer in line.diagnosis_pointers)
        lines.append(
            f"Line {line.line_number}: {line.service_date}  {code}  units {line.units}  "
            f"diagnoses {pointers}  {dollars(line.charge_cents)}"
        )
    return "\n".join(lines) + "\n"


def remittance_excerpt(payments: tuple[StoredClaimPayment, ...], document_id: str) -> str:
    """Write what the payer's remittance says of the claim; ``document_id`` is the hash of the whole 835."""
    lines = ["REMITTANCE ADVICE, EXCERPT", f"SHA-256 of the file it was taken from: {document_id}"]
    for stored in payments:
        payment = stored.payment
        lines += [
            "",
            f"Payment date: {stored.payment_date}",
            f"Patient control number: {payment.patient_control_number}",
            f"Payer claim control number: {payment.payer_claim_control_number}",
            f"Status: {payment.status_code}   charge {dollars(payment.charge_cents)}   "
            f"paid {dollars(payment.payment_cents)}",
            *(_adjustment("Claim", adjustment) for adjustment in payment.adjustments),
        ]
        for service in payment.services:
            code = " ".join((service.procedure_code, *service.modifiers))
            paid = f"charge {dollars(service.charge_cents)}   paid {dollars(service.payment_cents)}"
            lines.append(f"Service {code}: {paid}")
            lines += [_adjustment("  adjusted", adjustment) for adjustment in service.adjustments]
            if service.remark_codes:
                lines.append(f"  remarks {', '.join(service.remark_codes)}")
    return "\n".join(lines) + "\n"


def filing_record(proofs: tuple[FilingProof, ...]) -> str:
    """Write when and how the claim was filed, with the hash of each file we keep."""
    lines = ["RECORD OF FILING"]
    for proof in proofs:
        lines += [
            "",
            f"837 sent {_moment(proof.sent_at)}, interchange {proof.interchange_control_number:09d}",
            f"  SHA-256 {proof.document_id_837}",
        ]
        if proof.accepted_999_at:
            lines += [
                f"999 accepted {_moment(proof.accepted_999_at)}",
                f"  SHA-256 {proof.document_id_999}",
            ]
        if proof.accepted_277ca_at:
            lines += [
                f"277CA accepted {_moment(proof.accepted_277ca_at)}, status {proof.status}, "
                f"payer claim control number {proof.payer_claim_control_number or 'not given'}",
                f"  SHA-256 {proof.document_id_277ca}",
            ]
    return "\n".join(lines) + "\n"


def _adjustment(where: str, adjustment: Adjustment) -> str:
    return f"{where} {adjustment.group.value}-{adjustment.reason_code} {dollars(adjustment.amount_cents)}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
