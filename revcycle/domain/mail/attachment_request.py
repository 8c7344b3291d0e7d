"""Records for a claim: what a payer asks for (277 request for additional information), and what is sent (275)."""

from dataclasses import dataclass
from datetime import date

from revcycle.domain.claims.benefit import Contact
from revcycle.domain.claims.claim_details import Attachment


@dataclass(frozen=True, slots=True)
class AttachmentQuestion:
    """One thing asked for (STC): ``category_code`` is a claim status category (R4 documentation).

    ``loinc_codes`` are one to three: the first says what is asked for (STC01), the others narrow it down (STC10
    and STC11: a period, or which of several). ``asked_on`` is STC02.
    """

    category_code: str
    loinc_codes: tuple[str, ...]
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class QuestionedLine:
    """A service line about which something is asked (2220D). ``line_item_control_number`` is ours (REF*FJ)."""

    procedure_code: str
    charge_cents: int
    questions: tuple[AttachmentQuestion, ...]
    procedure_qualifier: str = "HC"
    modifiers: tuple[str, ...] = ()
    revenue_code: str = ""
    line_item_control_number: str = ""
    service_from: date | None = None
    service_to: date | None = None


@dataclass(frozen=True, slots=True)
class AttachmentRequest:
    """A payer asks for records before it goes on with a claim.

    ``trace_number`` (TRN02) is the payer's number of the claim as it wants it back with the records;
    ``patient_control_number`` is REF*EJ, ``payer_claim_control_number`` REF*1K, ``medical_record_number`` EA,
    ``transmission_number`` D9, ``bill_type`` BLT. The records are due ``respond_by`` (DTP*106). ``papers`` (PWK) say
    how the payer wants them, with the attachment control number to quote.
    """

    payer_id: str
    payer_name: str
    receiver_id: str
    receiver_name: str
    provider_npi: str
    provider_name: str
    patient_last_name: str
    patient_first_name: str
    member_id: str
    trace_number: str
    questions: tuple[AttachmentQuestion, ...]
    patient_control_number: str = ""
    payer_claim_control_number: str = ""
    medical_record_number: str = ""
    transmission_number: str = ""
    bill_type: str = ""
    service_from: date | None = None
    service_to: date | None = None
    respond_by: date | None = None
    papers: tuple[Attachment, ...] = ()
    contact: Contact | None = None
    lines: tuple[QuestionedLine, ...] = ()
    provider_first_name: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One document that supports a claim (loop 2000A of a 275).

    ``number`` (TRN02) is the attachment control number of the claim's PWK, or the trace number of the payer's
    request. ``content`` are the document's bytes; ``encoding`` says how they travel: B64 in base64, ASC as they are,
    empty where the guide knows nothing else (BIN). ``content_kind`` is CAT02: HL an HL7 document, IA an image, TX
    text. ``questions`` are those of the payer that it answers.
    """

    number: str
    content: bytes
    content_kind: str = "HL"
    encoding: str = ""
    questions: tuple[AttachmentQuestion, ...] = ()
    line_item_control_number: str = ""
    submitted_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordsForClaim:
    """The records for one claim. ``requested``: the payer asked (BGN01 11), else they come on our own account (02).

    ``reference`` (BGN02) is ours. ``patient_control_number`` is REF*EJ, ``payer_claim_control_number`` REF*1K.
    """

    reference: str
    requested: bool
    payer_id: str
    payer_name: str
    submitter_id: str
    submitter_name: str
    provider_npi: str
    provider_name: str
    patient_last_name: str
    patient_first_name: str
    member_id: str
    records: tuple[Record, ...]
    patient_control_number: str = ""
    payer_claim_control_number: str = ""
    medical_record_number: str = ""
    service_from: date | None = None
    service_to: date | None = None
    provider_first_name: str = ""
