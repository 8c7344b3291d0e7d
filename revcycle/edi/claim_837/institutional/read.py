"""Read an institutional claim from its CLM to its last 2310, and a line from SV2 to its last 2420."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

from revcycle.domain.claims.claim import ClaimFrequency, ServiceLine, Statements
from revcycle.domain.claims.institutional import Stay
from revcycle.domain.finding import Finding, Severity
from revcycle.edi.claim_837.institutional.codes import Codes
from revcycle.edi.claim_837.institutional.limits import (
    BILLING_NOTE,
    CLAIM_CONDITIONS,
    CLAIM_DATES,
    CLAIM_FIELDS,
    CLAIM_NOTES,
    CLAIM_PROVIDERS,
    CLAIM_REFERENCES,
    LINE_FIELDS,
    LINE_NOTES,
    LINE_PROVIDERS,
    LINE_REFERENCES,
    MOST_CLAIM_NOTES,
)
from revcycle.edi.claim_837.parts.clm import read_clm
from revcycle.edi.claim_837.parts.details import (
    FIXED_FORMAT,
    read_attachment,
    read_contract,
    read_date,
    read_fixed_format,
    reads_conditions,
    reads_notes,
    reads_references,
)
from revcycle.edi.claim_837.parts.drug import read_drugs
from revcycle.edi.claim_837.parts.guide import Facts, Remarks, SegmentReader, closed, read_loop
from revcycle.edi.claim_837.parts.loops import ClaimLoop
from revcycle.edi.claim_837.parts.providers import reads_providers
from revcycle.edi.wire.elements import cents, is_number, missing, parse_day, quantity, unreadable
from revcycle.edi.wire.quick import quick
from revcycle.edi.wire.segments import Segment

_LINE = quick(ServiceLine)
_EMPTY = [""] * 9
_REMEMBERED = 80
_NO_PROCEDURE: Facts = {"procedure_code": ""}
_CODE = "837i"
_FREQUENCIES = frozenset(ClaimFrequency)
_CODES, _STAY, _DISCHARGED = "_codes", "_stay", "_discharged"
_USUAL = Statements()
_CLM_CARRIED = frozenset([0, 1, 2, 5, 7, 8, 9, 20])
_CLM_USUAL = {6: "Y", 18: "N"}
_SERVICE_DATE = "472"


def read_claim(loop: ClaimLoop, remarks: Remarks) -> Facts:
    """Return the claim's fields from 2300 and 2310. Raises Unreadable."""
    head, codes = loop.own[0], Codes()
    facts = read_clm(head, _FREQUENCIES, _CODE)
    facts.pop("special_program_code", None)
    stay: Facts = {"facility_type": _facility_type(head)}
    facts |= {"place_of_service": "", _CODES: codes, _STAY: stay}
    read_loop(loop, "2300", _CLAIM_SEGMENTS, _CLAIM_PARTIES, facts, remarks)
    del facts[_CODES], facts[_STAY]
    facts["stay"] = _stay(head, stay, codes, remarks)
    facts["diagnosis_codes"] = codes.diagnoses
    remarks.findings += _doubts(head, codes)
    return closed(facts)


def _stay(head: Segment, told: Facts, codes: Codes, remarks: Remarks) -> Stay:
    if "statement_from" not in told:
        raise missing(head, "The days that this claim covers (DTP*434)")
    discharged: Segment | None = told.pop(_DISCHARGED, None)
    if discharged is not None and parse_day(discharged[3]) != told["statement_to"]:
        remarks.leave("2300", [discharged])
    return Stay(
        **{"patient_status": "", **told},
        admitting_diagnosis=next(iter(codes.admitting), ""),
        reasons_for_visit=tuple(codes.reasons),
        external_causes=tuple(codes.causes),
        present_on_admission=codes.present_on_admission,
        drg=next(iter(codes.drg), ""),
        procedures=(*codes.principal_procedure, *codes.procedures),
        occurrences=(*codes.spans, *codes.events),
        values=tuple(codes.values),
        condition_codes=tuple(codes.conditions),
        treatment_codes=tuple(codes.treatments),
    )


def _facility_type(head: Segment) -> str:
    """Some senders give all of the type of bill (0111, 111), frequency included."""
    text, frequency = head.component(5, 1), head.component(5, 3)
    if len(text) > 2:
        text = text.lstrip("0")
    return text[:2] if len(text) == 3 and text[2:] == frequency else text


def _doubts(head: Segment, codes: Codes) -> list[Finding]:
    found = []
    if not codes.principal:
        message = "The claim has no principal diagnosis (HI*ABK)."
        remedy = "Ask for it before the claim is sent on; its first diagnosis is taken for it."
        found.append(_doubt("principal_diagnosis", head, message, remedy))
    if codes.procedures and not codes.principal_procedure:
        message = "The claim has procedures, but no principal one (HI*BBR)."
        remedy = "Ask for it before the claim is sent on; its first procedure is taken for it."
        found.append(_doubt("principal_procedure", head, message, remedy))
    if any(procedure.performed_on is None for procedure in (*codes.principal_procedure, *codes.procedures)):
        message = "A procedure has no day (HI*BBR or HI*BBQ)."
        found.append(_doubt("procedure_date", head, message, "Add it before the claim is sent on."))
    if codes.old is not None:
        message = (
            "Its codes are marked as those of ICD-9; they were read as they are and are sent on as ICD-10."
        )
        remedy = "Code the claim again by ICD-10 if anything is to be sent on."
        found.append(_doubt("old_codes", codes.old, message, remedy))
    return found


def _doubt(code: str, segment: Segment, message: str, remedy: str) -> Finding:
    return Finding(f"{_CODE}.{code}", segment.where(), message, remedy, Severity.WARNING, segment.position)


def _clm(facts: Facts, segment: Segment) -> bool:
    """False for a second CLM, and for one that says what this guide does not have (CLM11 causes …)."""
    facts.pop("related_causes", None)
    said = facts.get("statements", _USUAL)
    facts["statements"] = replace(said, signature_on_file=True, signed_for_patient=False)
    if segment[1] != facts["source_control_number"]:
        return False
    return all(
        not value or index in _CLM_CARRIED or value == _CLM_USUAL.get(index)
        for index, value in enumerate(segment.elements)
    )


def _date(facts: Facts, segment: Segment) -> bool:
    take = _DATES.get(segment[1])
    if take is not None:
        return take(facts[_STAY], segment)
    return segment[1] in CLAIM_DATES and read_date(facts, segment)


def _statement(stay: Facts, segment: Segment) -> bool:
    if "statement_from" in stay:
        return False
    stay["statement_from"], stay["statement_to"] = _days(segment)
    return True


def _admission(stay: Facts, segment: Segment) -> bool:
    admitted, time = parse_day(segment[3]), _time(segment[3][8:])
    if admitted is None or "admission_date" in stay:
        return False
    stay["admission_date"], stay["admission_time"] = admitted, time
    return bool(time) or len(segment[3]) <= len("CCYYMMDD")


def _discharge(stay: Facts, segment: Segment) -> bool:
    """Some senders give the day with the hour."""
    with_day = len(segment[3]) > len("CCYYMMDD")
    time = _time(segment[3][8:] if with_day else segment[3])
    if not time or "discharge_time" in stay:
        return False
    stay["discharge_time"] = time
    if with_day:
        stay[_DISCHARGED] = segment
    return True


def _time(text: str) -> str:
    """Return HHMM of HHMM, HHMMSS or HH; empty for anything else."""
    text = f"{text}00" if len(text) == len("HH") else text[:4]
    return text if len(text) == len("HHMM") and is_number(text) else ""


_DATES: dict[str, SegmentReader] = {"434": _statement, "435": _admission, "096": _discharge}


def _institutional_codes(facts: Facts, segment: Segment) -> bool:
    stay = facts[_STAY]
    if "patient_status" in stay:
        return False
    stay["admission_type"], stay["admission_source"], stay["patient_status"] = (
        segment[1],
        segment[2],
        segment[3],
    )
    return not segment[4]


def _amount(facts: Facts, segment: Segment) -> bool:
    stay = facts[_STAY]
    if segment[1] != "F3" or "estimated_patient_due_cents" in stay:
        return False
    stay["estimated_patient_due_cents"] = cents(segment, 2)
    return True


_read_note = reads_notes(CLAIM_NOTES)


def _note(facts: Facts, segment: Segment) -> bool:
    told = [note for note in facts.get("notes", ()) if note.qualifier not in (BILLING_NOTE, FIXED_FORMAT)]
    if segment[1] != BILLING_NOTE and len(told) == MOST_CLAIM_NOTES:
        return False
    return _read_note(facts, segment)


def _codes(facts: Facts, segment: Segment) -> bool:
    codes: Codes = facts[_CODES]
    return codes.take(segment)


_CLAIM_SEGMENTS: dict[str, SegmentReader] = {
    "CLM": _clm,
    "DTP": _date,
    "CL1": _institutional_codes,
    "PWK": read_attachment,
    "CN1": read_contract,
    "AMT": _amount,
    "REF": reads_references(CLAIM_REFERENCES, CLAIM_FIELDS),
    "K3": read_fixed_format,
    "NTE": _note,
    "CRC": reads_conditions(CLAIM_CONDITIONS),
    "HI": _codes,
}
_CLAIM_PARTIES = reads_providers(CLAIM_PROVIDERS)


def read_line(loop: ClaimLoop, number: int, claim: Facts, remarks: Remarks) -> ServiceLine:
    """Return the line from 2400 to 2420. Raises Unreadable without SV2.

    A line without a date of service, as an inpatient's are, is of the first day of the statement.
    """
    facts: Facts = {"line_number": number, "diagnosis_pointers": ()}
    read_loop(loop, "2400", _LINE_SEGMENTS, _LINE_PARTIES, facts, remarks)
    if "charge_cents" not in facts:
        raise missing(loop.own[0], "The service (SV2) of this line")
    if "service_date" not in facts:
        facts["service_date"] = claim["stay"].statement_from
    if loop.drugs:
        read_drugs(facts, loop.drugs, remarks)
    return _LINE(**closed(facts))


def _lx(facts: Facts, segment: Segment) -> bool:
    return True


def _service(facts: Facts, segment: Segment) -> bool:
    """False for a second SV2 and for one with a rate (SV206), which the guide has no use for."""
    if "charge_cents" in facts:
        return False
    told = segment.elements + _EMPTY[len(segment) :]
    facts["revenue_code"] = _revenue_code(told[1])
    facts["charge_cents"] = cents(segment, 3)
    facts["unit"] = told[4] or "UN"
    facts["units"] = quantity(segment, 5)
    if told[7]:
        facts["non_covered_cents"] = cents(segment, 7)
    composite = told[2]
    read = _procedure if len(composite) <= _REMEMBERED else _procedure.__wrapped__
    facts.update(read(composite, segment.delimiters.component) if composite else _NO_PROCEDURE)
    return not told[6].strip("0.") and not told[8]


@lru_cache(maxsize=4096)
def _procedure(composite: str, component: str) -> Facts:
    """SV202. The same procedures come again and again in a file; nobody changes what is returned."""
    parts = [part.strip() for part in composite.split(component)]
    if len(parts) < 2 or not parts[1]:
        return _NO_PROCEDURE
    return {
        "procedure_qualifier": parts[0] or "HC",
        "procedure_code": parts[1],
        "modifiers": tuple([part for part in parts[2:6] if part]),
        "description": parts[6] if len(parts) > 6 else "",
    }


def _revenue_code(text: str) -> str:
    return f"0{text}" if len(text) == 3 and is_number(text) else text


def _line_date(facts: Facts, segment: Segment) -> bool:
    if segment[1] != _SERVICE_DATE or "service_date" in facts:
        return False
    first, last = _days(segment)
    facts["service_date"] = first
    if last != first:
        facts["service_date_to"] = last
    return True


def _days(segment: Segment) -> tuple[date, date]:
    first, _, last = segment[3].partition("-")
    begins, ends = parse_day(first), parse_day(last or first)
    if begins is None or ends is None:
        raise unreadable("x12.broken_date", segment, 3, "This is not a day of the calendar (CCYYMMDD).")
    return begins, ends


_LINE_SEGMENTS: dict[str, SegmentReader] = {
    "LX": _lx,
    "SV2": _service,
    "PWK": read_attachment,
    "DTP": _line_date,
    "REF": reads_references(LINE_REFERENCES, LINE_FIELDS),
    "NTE": reads_notes(LINE_NOTES),
}
_LINE_PARTIES = reads_providers(LINE_PROVIDERS)
