"""Write the professional parts of a claim (005010X222A1): 2300 with 2310, and 2400 with 2410 and 2420."""

from revcycle.domain.claims.claim import Claim, Coverage, ServiceLine
from revcycle.domain.claims.claim_details import Chiropractic, ProviderRole
from revcycle.domain.claims.outgoing import ClaimToSend
from revcycle.domain.money import x12_amount
from revcycle.edi.claim_837.parts.clm import write_claim_references, write_clm
from revcycle.edi.claim_837.parts.details import (
    needs,
    short,
    write_ambulance,
    write_attachments,
    write_conditions,
    write_contract,
    write_dates,
    write_notes,
    write_references,
)
from revcycle.edi.claim_837.parts.drug import write_drug
from revcycle.edi.claim_837.parts.procedure import procedure_of
from revcycle.edi.claim_837.parts.providers import write_in_order, write_places, write_provider
from revcycle.edi.claim_837.professional.loops import (
    CLAIM_CONDITIONS,
    CLAIM_DATES,
    CLAIM_NOTES,
    CLAIM_PROVIDERS,
    CLAIM_REFERENCES,
    LINE_CONDITIONS,
    LINE_DATES,
    LINE_NOTES,
    LINE_PROVIDERS,
    LINE_REFERENCES,
    ONE_CLAIM_NOTE,
    ONE_LINE_NOTE,
)
from revcycle.edi.wire.elements import quantity_text
from revcycle.edi.wire.errors import CannotWrite
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

_MOST_DIAGNOSES, _MOST_ANESTHESIA, _MOST_CONDITION_CODES, _CODES_A_SEGMENT = 12, 2, 24, 12
_MOST_POINTERS = 4


def write_claim(writer: SegmentWriter, sent: ClaimToSend, destination: Coverage) -> None:
    """Write CLM to the end of 2310. Raises CannotWrite."""
    claim = sent.claim
    write_clm(writer, claim, claim.place_of_service, "B")
    if claim.dates:
        write_dates(writer, claim.dates, CLAIM_DATES)
    if claim.attachments:
        write_attachments(writer, claim.attachments)
    if claim.contract is not None:
        write_contract(writer, claim.contract)
    if claim.patient_paid_cents:
        writer.add("AMT", "F5", x12_amount(claim.patient_paid_cents))
    write_claim_references(writer, claim, CLAIM_REFERENCES)
    if claim.notes:
        write_notes(writer, claim.notes, CLAIM_NOTES, ONE_CLAIM_NOTE)
    if claim.ambulance is not None:
        write_ambulance(writer, claim.ambulance)
    if claim.chiropractic is not None:
        _chiropractic(writer, claim.chiropractic)
    if claim.conditions:
        write_conditions(writer, claim.conditions, CLAIM_CONDITIONS)
    _diagnoses(writer, claim)
    if claim.anesthesia_procedures or claim.condition_codes:
        _other_codes(writer, claim)
    _claim_parties(writer, claim)


def _chiropractic(writer: SegmentWriter, treatment: Chiropractic) -> None:
    needs(treatment.condition, "CR208", "the nature of the spinal condition")
    described = short(treatment.description, "CR210", 80), short(treatment.more_description, "CR211", 80)
    writer.add("CR2", *("",) * 7, treatment.condition, "", *described)


def _diagnoses(writer: SegmentWriter, claim: Claim) -> None:
    codes = [code.replace(".", "") for code in claim.diagnosis_codes]
    if len(codes) > _MOST_DIAGNOSES:
        raise CannotWrite("HI13", "does not exist: a professional claim carries at most 12 diagnoses")
    if codes:
        writer.add("HI", ("ABK", codes[0]), *[("ABF", code) for code in codes[1:]])


def _other_codes(writer: SegmentWriter, claim: Claim) -> None:
    anesthesia, conditions = claim.anesthesia_procedures, claim.condition_codes
    if len(anesthesia) > _MOST_ANESTHESIA:
        raise CannotWrite("HI03", "does not exist: a claim names at most 2 procedures of anesthesia")
    if len(conditions) > _MOST_CONDITION_CODES:
        raise CannotWrite("HI12", "does not exist: a claim carries at most 24 condition codes")
    if anesthesia:
        writer.add("HI", *zip(("BP", "BO"), anesthesia, strict=False))
    for start in range(0, len(conditions), _CODES_A_SEGMENT):
        writer.add("HI", *(("BG", code) for code in conditions[start : start + _CODES_A_SEGMENT]))


def _claim_parties(writer: SegmentWriter, claim: Claim) -> None:
    if claim.providers:
        write_in_order(writer, claim.rendering_provider, claim.providers, CLAIM_PROVIDERS)
    elif claim.rendering_provider is not None:
        write_provider(writer, "82", claim.rendering_provider, CLAIM_PROVIDERS[ProviderRole.RENDERING])
    if claim.ambulance is not None:
        write_places(writer, claim.ambulance)


def write_line(writer: SegmentWriter, claim: Claim, line: ServiceLine) -> None:
    """Write SV1 to the end of 2420. Raises CannotWrite."""
    _service(writer, claim, line)
    if line.attachments:
        write_attachments(writer, line.attachments)
    if line.ambulance is not None:
        write_ambulance(writer, line.ambulance)
    if line.conditions:
        write_conditions(writer, line.conditions, LINE_CONDITIONS)
    first, last = line.service_date, line.service_date_to
    if last is None or last == first:
        writer.add("DTP", "472", "D8", day_text(first))
    else:
        writer.add("DTP", "472", "RD8", f"{day_text(first)}-{day_text(last)}")
    if line.dates:
        write_dates(writer, line.dates, LINE_DATES)
    if line.contract is not None:
        write_contract(writer, line.contract)
    writer.add("REF", "6R", line.line_item_control_number or str(line.line_number))
    if line.references:
        write_references(writer, line.references, LINE_REFERENCES)
    if line.notes:
        write_notes(writer, line.notes, LINE_NOTES, ONE_LINE_NOTE)
    if line.drug is not None:
        write_drug(writer, line.drug)
    _line_parties(writer, line)


def _service(writer: SegmentWriter, claim: Claim, line: ServiceLine) -> None:
    if len(line.diagnosis_pointers) > _MOST_POINTERS:
        raise CannotWrite("SV107-5", "does not exist: a line points to at most 4 diagnoses")
    writer.add(
        "SV1",
        procedure_of(line, "SV101"),
        x12_amount(line.charge_cents),
        line.unit,
        quantity_text(line.units),
        "" if line.place_of_service == claim.place_of_service else line.place_of_service,
        "",
        tuple(map(str, line.diagnosis_pointers)) or "",
        "",
        "Y" if line.emergency else "",
        "",
        "Y" if line.epsdt else "",
        "Y" if line.family_planning else "",
        "",
        "",
        "0" if line.copayment_exempt else "",
    )


def _line_parties(writer: SegmentWriter, line: ServiceLine) -> None:
    if line.providers or line.rendering_provider is not None:
        write_in_order(writer, line.rendering_provider, line.providers, LINE_PROVIDERS)
    if line.ambulance is not None:
        write_places(writer, line.ambulance)
