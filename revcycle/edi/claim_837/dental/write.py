"""Write the dental parts of a claim (005010X224A2): 2300 with 2310, and 2400 with 2420."""

from datetime import date

from revcycle.domain.claims.claim import Claim, ClaimFrequency, Coverage, ServiceLine
from revcycle.domain.claims.dental import DentalClaim, DentalService, Orthodontics
from revcycle.domain.claims.outgoing import ClaimToSend
from revcycle.domain.money import x12_amount
from revcycle.edi.claim_837.dental.limits import (
    CLAIM_DATES,
    CLAIM_NOTES,
    CLAIM_PROVIDERS,
    CLAIM_REFERENCES,
    LINE_DATES,
    LINE_NOTES,
    LINE_PROVIDERS,
    LINE_REFERENCES,
    MOST_DIAGNOSES,
    MOST_TOOTH_STATUS,
    PLACEMENTS,
    TOOTH_STATUS,
    refuse_foreign_facts,
    refuse_foreign_service,
)
from revcycle.edi.claim_837.parts.clm import write_clm
from revcycle.edi.claim_837.parts.details import (
    needs,
    write_attachments,
    write_contract,
    write_dates,
    write_notes,
    write_references,
)
from revcycle.edi.claim_837.parts.procedure import procedure_of
from revcycle.edi.claim_837.parts.providers import write_in_order
from revcycle.edi.wire.elements import NOT_STATED, quantity_text
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.teeth import write_teeth

_NOTHING_DENTAL = DentalClaim()
_NO_TEETH = DentalService()
_MOST_POINTERS, _MOST_CAVITY_CODES = 4, 5
_BLANKS_TO_PREDETERMINATION = ("",) * 6


def write_claim(writer: SegmentWriter, sent: ClaimToSend, destination: Coverage) -> None:
    """Write CLM to the end of 2310. Raises CannotWrite."""
    claim = sent.claim
    refuse_foreign_facts(claim)
    dental = claim.dental or _NOTHING_DENTAL
    predetermination = "PB" if dental.predetermination else ""
    write_clm(writer, claim, claim.place_of_service, "B", *_BLANKS_TO_PREDETERMINATION, predetermination)
    write_dates(writer, claim.dates, CLAIM_DATES)
    served = _served_at_once(claim)
    if served is not None:
        _service_date(writer, *served)
    _dental(writer, dental)
    write_attachments(writer, claim.attachments)
    if claim.contract is not None:
        write_contract(writer, claim.contract)
    if claim.patient_paid_cents:
        writer.add("AMT", "F5", x12_amount(claim.patient_paid_cents))
    _references(writer, claim)
    write_notes(writer, claim.notes, CLAIM_NOTES)
    _diagnoses(writer, claim)
    if claim.providers or claim.rendering_provider is not None:
        write_in_order(writer, claim.rendering_provider, claim.providers, CLAIM_PROVIDERS)


def _served_at_once(claim: Claim) -> tuple[date, date | None] | None:
    """Return the date of service that all lines share: the guide wants it once, in the claim."""
    days = {(line.service_date, line.service_date_to) for line in claim.lines}
    dental = claim.dental or _NOTHING_DENTAL
    if dental.predetermination:
        if days != {(NOT_STATED, None)}:
            raise CannotWrite("DTP01", "must not be 472: nothing has been done before a predetermination")
        return None
    if any(first == NOT_STATED for first, _ in days):
        raise ValueMissing("DTP03", "is missing: the date of service of a line")
    return days.pop() if len(days) == 1 else None


def _service_date(writer: SegmentWriter, first: date, last: date | None) -> None:
    if last is None or last == first:
        writer.add("DTP", "472", "D8", day_text(first))
    else:
        writer.add("DTP", "472", "RD8", f"{day_text(first)}-{day_text(last)}")


def _dental(writer: SegmentWriter, dental: DentalClaim) -> None:
    if dental.orthodontics is not None:
        _orthodontics(writer, dental.orthodontics)
    if len(dental.teeth) > MOST_TOOTH_STATUS:
        raise CannotWrite("DN201", f"stands more than {MOST_TOOTH_STATUS} times")
    for tooth in dental.teeth:
        needs(tooth.tooth, "DN201", "the number of a tooth")
        if tooth.status not in TOOTH_STATUS:
            raise CannotWrite("DN202", "must be M or E: the tooth is missing, or to be extracted")
        writer.add("DN2", tooth.tooth, tooth.status, "", "", "", "JP")


def _orthodontics(writer: SegmentWriter, treatment: Orthodontics) -> None:
    months, remaining = treatment.months, treatment.months_remaining
    if months is None and remaining is None:
        writer.add("DN1", "", "", "", "Y")
    else:
        writer.add(
            "DN1",
            quantity_text(months) if months is not None else "",
            quantity_text(remaining) if remaining is not None else "",
        )


def _references(writer: SegmentWriter, claim: Claim) -> None:
    """Write the numbers of a claim; the dental guide has the payer's own before the prior authorization."""
    if claim.claim_frequency is not ClaimFrequency.ORIGINAL and claim.payer_claim_control_number:
        writer.add("REF", "F8", claim.payer_claim_control_number)
    if claim.prior_authorization_number:
        writer.add("REF", "G1", claim.prior_authorization_number)
    write_references(writer, claim.references, CLAIM_REFERENCES)


def _diagnoses(writer: SegmentWriter, claim: Claim) -> None:
    codes = [code.replace(".", "") for code in claim.diagnosis_codes]
    if len(codes) > MOST_DIAGNOSES:
        raise CannotWrite(
            "HI05", f"does not exist: a dental claim carries at most {MOST_DIAGNOSES} diagnoses"
        )
    if codes:
        writer.add("HI", ("ABK", codes[0]), *(("ABF", code) for code in codes[1:]))


def write_line(writer: SegmentWriter, claim: Claim, line: ServiceLine) -> None:
    """Write SV3 to the end of 2420. Raises CannotWrite."""
    refuse_foreign_service(line)
    dental = line.dental or _NO_TEETH
    _service(writer, claim, line, dental)
    write_teeth(writer, dental.teeth)
    if line.service_date != NOT_STATED and _served_at_once(claim) is None:
        _service_date(writer, line.service_date, line.service_date_to)
    write_dates(writer, line.dates, LINE_DATES)
    if line.contract is not None:
        write_contract(writer, line.contract)
    writer.add("REF", "6R", line.line_item_control_number or str(line.line_number))
    write_references(writer, line.references, LINE_REFERENCES)
    write_notes(writer, line.notes, LINE_NOTES)
    if line.providers or line.rendering_provider is not None:
        write_in_order(writer, line.rendering_provider, line.providers, LINE_PROVIDERS)


def _service(writer: SegmentWriter, claim: Claim, line: ServiceLine, dental: DentalService) -> None:
    if len(line.diagnosis_pointers) > _MOST_POINTERS:
        raise CannotWrite("SV311-5", "does not exist: a line points to at most 4 diagnoses")
    if len(dental.oral_cavity_codes) > _MOST_CAVITY_CODES:
        raise CannotWrite("SV304-6", "does not exist: a line names at most 5 parts of the mouth")
    if dental.placement not in PLACEMENTS:
        raise CannotWrite("SV305", "must be I or R: an initial placement or a replacement")
    needs(line.procedure_code, "SV301-2", "the CDT code of the service")
    writer.add(
        "SV3",
        procedure_of(line, "SV301"),
        x12_amount(line.charge_cents),
        "" if line.place_of_service == claim.place_of_service else line.place_of_service,
        dental.oral_cavity_codes or "",
        dental.placement,
        quantity_text(line.units),
        *("",) * 4,
        tuple(map(str, line.diagnosis_pointers)) or "",
    )
