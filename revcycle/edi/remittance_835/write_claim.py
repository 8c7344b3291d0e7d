"""Write the claims of an 835: CLP (2100) and SVC (2110) with everything their facts say."""

from collections.abc import Sequence
from decimal import Decimal

from revcycle.domain.money import x12_amount
from revcycle.domain.remittances.remittance import ClaimPayment, ServicePayment
from revcycle.domain.remittances.remittance_details import (
    ContactPoint,
    Procedure,
    Reference,
    SupplementalAmount,
    SupplementalQuantity,
)
from revcycle.edi.wire.adjustments import write_adjustments
from revcycle.edi.wire.common_segments import (
    INPATIENT,
    MIA_ELEMENTS,
    MIA_REMARKS,
    MOA_ELEMENTS,
    MOA_REMARKS,
    OUTPATIENT,
    write_name,
    write_values,
)
from revcycle.edi.wire.elements import quantity_text
from revcycle.edi.wire.errors import CannotWrite
from revcycle.edi.wire.procedure import procedure_element
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

_FILING_INDICATORS = frozenset(
    code
    for codes in ("12 13 14 15 16 17 AM CH DS HM", "LM MA MB MC OF TV VA WC ZZ")
    for code in codes.split()
)
_MUTUALLY_DEFINED = "ZZ"
_PATIENT, _CROSSOVER = "QC", "TT"


def write_claim(writer: SegmentWriter, claim: ClaimPayment) -> None:
    """Write a 2100 loop with its services. Raises CannotWrite."""
    indicator = claim.claim_filing_indicator
    writer.add(
        "CLP",
        claim.patient_control_number,
        claim.status_code,
        x12_amount(claim.charge_cents),
        x12_amount(claim.payment_cents),
        x12_amount(claim.patient_responsibility_cents) if claim.patient_responsibility_cents else "",
        indicator if indicator in _FILING_INDICATORS else _MUTUALLY_DEFINED,
        claim.payer_claim_control_number,
        claim.facility_code,
        claim.frequency_code,
        "",
        claim.drg_code,
        _number(claim.drg_weight),
        _number(claim.discharge_fraction),
    )
    write_adjustments(writer, claim.adjustments)
    _names(writer, claim)
    _adjudication(writer, claim)
    write_references(writer, claim.references)
    for dated in claim.dates:
        writer.add("DTM", dated.qualifier, day_text(dated.day))
    for contact in claim.contacts:
        write_contact(writer, contact)
    _supplements(writer, claim.amounts, claim.quantities)
    for service in claim.services:
        _service(writer, service)


def _names(writer: SegmentWriter, claim: ClaimPayment) -> None:
    names, roles = claim.names, {name.role for name in claim.names}
    if _PATIENT not in roles:
        writer.add("NM1", _PATIENT, "1")
    for name in names:
        write_name(writer, name)
    if claim.crossover_carrier and _CROSSOVER not in roles:
        carrier = claim.crossover_carrier
        writer.party(_CROSSOVER, carrier, qualifier="PI", identifier=carrier)


def _adjudication(writer: SegmentWriter, claim: ClaimPayment) -> None:
    codes = list(claim.remark_codes)
    if claim.inpatient is not None:
        stay, codes = codes[: len(MIA_REMARKS)], codes[len(MIA_REMARKS) :]
        write_values(
            writer,
            "MIA",
            claim.inpatient,
            INPATIENT,
            MIA_ELEMENTS,
            dict(zip(MIA_REMARKS, stay, strict=False)),
        )
    if len(codes) > len(MOA_REMARKS):
        raise CannotWrite("MOA08", "does not exist: a claim carries at most 5 remark codes")
    if codes or claim.outpatient is not None:
        told = dict(zip(MOA_REMARKS, codes, strict=False))
        write_values(writer, "MOA", claim.outpatient, OUTPATIENT, MOA_ELEMENTS, told)


def write_references(writer: SegmentWriter, references: Sequence[Reference]) -> None:
    """Write REF segments."""
    for reference in references:
        writer.add("REF", reference.qualifier, reference.value)


def write_contact(writer: SegmentWriter, contact: ContactPoint) -> None:
    """Write a PER. Raises CannotWrite for a fourth channel."""
    if len(contact.channels) > 3:
        raise CannotWrite("PER09", "does not exist: a contact has at most 3 channels")
    pairs = [text for channel in contact.channels for text in (channel.kind, channel.number)]
    writer.add("PER", contact.function, contact.name, *pairs)


def _supplements(
    writer: SegmentWriter,
    amounts: Sequence[SupplementalAmount],
    quantities: Sequence[SupplementalQuantity],
) -> None:
    for amount in amounts:
        writer.add("AMT", amount.qualifier, x12_amount(amount.amount_cents))
    for quantity in quantities:
        writer.add("QTY", quantity.qualifier, quantity_text(quantity.quantity))


def _service(writer: SegmentWriter, service: ServicePayment) -> None:
    original = service.original_procedure
    procedure = Procedure(
        service.procedure_code, service.modifiers, service.procedure_qualifier, service.procedure_description
    )
    writer.add(
        "SVC",
        procedure_element(procedure),
        x12_amount(service.charge_cents),
        x12_amount(service.payment_cents),
        service.revenue_code,
        service.units,
        procedure_element(original, "SVC06") if original is not None else "",
        _number(service.original_units),
    )
    _service_dates(writer, service)
    write_adjustments(writer, service.adjustments)
    if service.line_item_control_number:
        writer.add("REF", "6R", service.line_item_control_number)
    write_references(writer, service.references)
    if service.allowed_cents is not None:
        writer.add("AMT", "B6", x12_amount(service.allowed_cents))
    _supplements(writer, service.amounts, service.quantities)
    for code in service.remark_codes:
        writer.add("LQ", "HE", code)
    for code in service.reject_codes:
        writer.add("LQ", "RX", code)


def _service_dates(writer: SegmentWriter, service: ServicePayment) -> None:
    ranged = service.service_end_date is not None
    if service.service_date is not None:
        writer.add("DTM", "150" if ranged else "472", day_text(service.service_date))
    if service.service_end_date is not None:
        writer.add("DTM", "151", day_text(service.service_end_date))


def _number(value: Decimal | None) -> str:
    return "" if value is None else quantity_text(value)
