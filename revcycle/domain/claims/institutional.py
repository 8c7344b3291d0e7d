"""What only an institution's claim says (837I, UB-04): the stay, and codes with dates and amounts."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event that concerns payment (HI*BH, HI*BI): ``last`` is set for a span."""

    code: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class ValueAmount:
    """An amount that a value code names (HI*BE), in hundredths: cents, or days, visits and hours times 100."""

    code: str
    hundredths: int


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure of the stay by its ICD-10-PCS code (HI*BBR principal, HI*BBQ other).

    ``performed_on`` is None where a file does not state the day; a claim that is sent needs it.
    """

    code: str
    performed_on: date | None


@dataclass(frozen=True, slots=True)
class ExternalCause:
    """A cause of injury (HI*ABN), with its present-on-admission indicator (Y, N, U, W or empty)."""

    code: str
    present_on_admission: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """The institutional part of a claim.

    ``facility_type`` is the first two digits of the type of bill without its leading zero (``11`` inpatient
    hospital, ``13`` outpatient); with the claim's frequency it gives form locator 4. Hours are HHMM, empty when
    not stated. ``present_on_admission`` runs beside the claim's diagnosis codes, one indicator each, or is empty.
    The first of ``procedures`` is the principal one. Of ``occurrences`` the spans come first, as in a claim file.
    """

    facility_type: str
    statement_from: date
    statement_to: date
    patient_status: str
    admission_type: str = ""
    admission_source: str = ""
    admission_date: date | None = None
    admission_time: str = ""
    discharge_time: str = ""
    admitting_diagnosis: str = ""
    reasons_for_visit: tuple[str, ...] = ()
    external_causes: tuple[ExternalCause, ...] = ()
    present_on_admission: tuple[str, ...] = ()
    drg: str = ""
    procedures: tuple[Procedure, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    values: tuple[ValueAmount, ...] = ()
    condition_codes: tuple[str, ...] = ()
    treatment_codes: tuple[str, ...] = ()
    estimated_patient_due_cents: int | None = None
