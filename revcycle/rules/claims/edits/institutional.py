"""Edits of institutional claims: type of bill, the stay, revenue codes (005010X223A2; UB-04 manual)."""

from datetime import date

from revcycle.domain.claims.claim import Claim
from revcycle.domain.finding import Finding
from revcycle.domain.identifiers import is_procedure_code
from revcycle.rules.claims.edits.edit import FROM_5010, INSTITUTIONAL, Edit, per_line, unless

_INPATIENT = frozenset({"11", "18", "21", "41"})


def _stay(claim: Claim, on: date) -> tuple[Finding, ...]:
    stay = claim.stay
    if stay is None:
        return unless(
            False,
            "stay",
            "stay",
            "the claim does not tell the stay",
            "enter type of bill and statement dates",
        )
    inpatient = stay.facility_type in _INPATIENT
    return (
        unless(
            len(stay.facility_type) == 2 and stay.facility_type.isalnum(),
            "type_of_bill",
            "stay.facility_type",
            "the type of bill is not a facility type of two characters",
            "take it from the list of types of bill (011x inpatient, 013x outpatient …)",
        )
        + unless(
            stay.statement_from <= stay.statement_to <= on,
            "statement_dates",
            "stay.statement_to",
            "the statement dates are out of order or lie in the future",
            "correct the dates",
        )
        + unless(
            not inpatient or stay.admission_date is not None,
            "admission_date",
            "stay.admission_date",
            "an inpatient claim needs the admission date",
            "enter it",
        )
        + unless(
            len(stay.patient_status) == 2,
            "patient_status",
            "stay.patient_status",
            "the patient's discharge status is missing",
            "enter it (01 home, 30 still a patient …)",
        )
    )


def _revenue_codes(claim: Claim, _: date) -> tuple[Finding, ...]:
    return per_line(
        claim,
        lambda line: len(line.revenue_code) == 4 and line.revenue_code.isdigit(),
        "revenue_code",
        "revenue_code",
        "the revenue code is not four digits",
        "look the code up again",
    ) + per_line(
        claim,
        lambda line: not line.procedure_code or is_procedure_code(line.procedure_code),
        "procedure_code",
        "procedure_code",
        "the procedure is not a CPT or HCPCS code",
        "look the code up again",
    )


EDITS = (
    Edit("stay", _stay, FROM_5010, "005010X223A2 2300 CLM05, DTP*434, DTP*435, CL1", INSTITUTIONAL),
    Edit("revenue_codes", _revenue_codes, FROM_5010, "005010X223A2 2400 SV201, SV202", INSTITUTIONAL),
)
