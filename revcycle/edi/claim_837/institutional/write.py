"""Write an institutional claim from its CLM to its last 2310, and a line from SV2 to its last 2420."""

import re

from revcycle.domain.claims.claim import Claim, Coverage, ServiceLine
from revcycle.domain.claims.institutional import Stay
from revcycle.domain.claims.outgoing import ClaimToSend
from revcycle.domain.money import x12_amount
from revcycle.edi.claim_837.institutional.codes import write_codes
from revcycle.edi.claim_837.institutional.limits import (
    BILLING_NOTE,
    CLAIM_CONDITIONS,
    CLAIM_DATES,
    CLAIM_NOTES,
    CLAIM_PROVIDERS,
    CLAIM_REFERENCES,
    INPATIENT,
    LINE_NOTES,
    LINE_PROVIDERS,
    LINE_REFERENCES,
    MOST_CLAIM_NOTES,
    UNITS,
    refuse_foreign_facts,
    refuse_foreign_service,
)
from revcycle.edi.claim_837.parts.clm import write_claim_references
from revcycle.edi.claim_837.parts.details import (
    FIXED_FORMAT,
    needs,
    write_attachments,
    write_conditions,
    write_contract,
    write_dates,
    write_notes,
    write_references,
)
from revcycle.edi.claim_837.parts.drug import write_drug
from revcycle.edi.claim_837.parts.procedure import procedure_of
from revcycle.edi.claim_837.parts.providers import write_in_order
from revcycle.edi.wire.elements import NOT_STATED, quantity_text
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

_HOUR = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]")
_TYPE_OF_BILL = re.compile(r"[0-9A-Z]{2}")
_REVENUE_CODE = re.compile(r"[0-9A-Z]{4}")


def write_claim(writer: SegmentWriter, sent: ClaimToSend, destination: Coverage) -> None:
    """Write loops 2300 and 2310. Raises CannotWrite."""
    claim, stay = sent.claim, sent.claim.stay
    if stay is None or NOT_STATED in (stay.statement_from, stay.statement_to):
        raise ValueMissing("DTP03", "is missing: an institutional claim needs its statement dates (DTP*434)")
    refuse_foreign_facts(claim)
    _clm(writer, claim, stay)
    _dates(writer, claim, stay)
    needs(stay.patient_status, "CL103", "the patient's status at the end of the statement (loop 2300)")
    writer.add("CL1", stay.admission_type, stay.admission_source, stay.patient_status)
    if claim.attachments:
        write_attachments(writer, claim.attachments)
    if claim.contract is not None:
        write_contract(writer, claim.contract)
    if stay.estimated_patient_due_cents is not None:
        writer.add("AMT", "F3", x12_amount(stay.estimated_patient_due_cents))
    write_claim_references(writer, claim, CLAIM_REFERENCES)
    if claim.notes:
        _notes(writer, claim)
    if claim.conditions:
        write_conditions(writer, claim.conditions, CLAIM_CONDITIONS)
    write_codes(writer, claim, stay)
    write_in_order(writer, claim.rendering_provider, claim.providers, CLAIM_PROVIDERS)


def _notes(writer: SegmentWriter, claim: Claim) -> None:
    if sum(note.qualifier not in (BILLING_NOTE, FIXED_FORMAT) for note in claim.notes) > MOST_CLAIM_NOTES:
        raise CannotWrite(
            "NTE01", f"stands too often: a claim carries at most {MOST_CLAIM_NOTES} claim notes"
        )
    write_notes(writer, claim.notes, CLAIM_NOTES)


def _clm(writer: SegmentWriter, claim: Claim, stay: Stay) -> None:
    if not _TYPE_OF_BILL.fullmatch(stay.facility_type):
        raise CannotWrite(
            "CLM05-1", "must be the first two digits of the type of bill, without its leading zero"
        )
    said = claim.statements
    writer.add(
        "CLM",
        claim.patient_control_number,
        x12_amount(claim.charge_cents),
        "",
        "",
        (stay.facility_type, "A", claim.claim_frequency.value),
        "",
        said.accepts_assignment,
        said.benefits_assigned,
        said.release,
        *("",) * 10,
        claim.delay_reason_code,
    )


def _dates(writer: SegmentWriter, claim: Claim, stay: Stay) -> None:
    if stay.statement_to < stay.statement_from:
        raise CannotWrite("DTP03", "ends before it begins (statement dates, DTP*434)")
    if stay.discharge_time:
        writer.add("DTP", "096", "TM", _hour(stay.discharge_time, "discharge hour"))
    writer.add("DTP", "434", "RD8", f"{day_text(stay.statement_from)}-{day_text(stay.statement_to)}")
    if stay.admission_date is None:
        if stay.admission_time:
            raise ValueMissing("DTP03", "is missing: the day that goes with the hour of admission (DTP*435)")
    elif stay.admission_time:
        at = day_text(stay.admission_date) + _hour(stay.admission_time, "hour of admission")
        writer.add("DTP", "435", "DT", at)
    else:
        writer.add("DTP", "435", "D8", day_text(stay.admission_date))
    if claim.dates:
        write_dates(writer, claim.dates, CLAIM_DATES)


def _hour(text: str, what: str) -> str:
    if not _HOUR.fullmatch(text):
        raise CannotWrite("DTP03", f"is not a time of day as HHMM ({what})")
    return text


def write_line(writer: SegmentWriter, claim: Claim, line: ServiceLine) -> None:
    """Write loops 2400 to 2420 of one line, after its LX. Raises CannotWrite."""
    refuse_foreign_service(line)
    _service(writer, line)
    if line.attachments:
        write_attachments(writer, line.attachments)
    _service_date(writer, claim, line)
    writer.add("REF", "6R", line.line_item_control_number or str(line.line_number))
    if line.references:
        write_references(writer, line.references, LINE_REFERENCES)
    if line.notes:
        write_notes(writer, line.notes, LINE_NOTES)
    if line.drug is not None:
        write_drug(writer, line.drug)
    if line.providers or line.rendering_provider is not None:
        write_in_order(writer, line.rendering_provider, line.providers, LINE_PROVIDERS)


def _service(writer: SegmentWriter, line: ServiceLine) -> None:
    if not _REVENUE_CODE.fullmatch(line.revenue_code):
        raise CannotWrite("SV201", "must be a revenue code of four digits")
    if line.unit not in UNITS:
        raise CannotWrite("SV204", "is neither days (DA) nor units (UN)")
    procedure: tuple[str, ...] | str = ""
    if line.procedure_code:
        procedure = procedure_of(line, "SV202")
    elif line.modifiers or line.description:
        raise ValueMissing("SV202-2", "is missing: modifiers and a description need their procedure code")
    writer.add(
        "SV2",
        line.revenue_code,
        procedure,
        x12_amount(line.charge_cents),
        line.unit,
        quantity_text(line.units),
        "",
        x12_amount(line.non_covered_cents) if line.non_covered_cents else "",
    )


def _service_date(writer: SegmentWriter, claim: Claim, line: ServiceLine) -> None:
    """Write the date of service; on an inpatient line only where it is not the first day of the statement."""
    first, last, stay = line.service_date, line.service_date_to, claim.stay
    if last is not None:
        if last < first:
            raise CannotWrite("DTP03", "ends before it begins (date of service, DTP*472)")
        writer.add("DTP", "472", "RD8", f"{day_text(first)}-{day_text(last)}")
    elif stay is None or stay.facility_type not in INPATIENT or first != stay.statement_from:
        writer.add("DTP", "472", "D8", day_text(first))
