"""Prior authorization: what a provider asks leave for, and what the payer's review decided (278).

Codes are those of 005010X217. A request without services asks for the event as a whole (an admission).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from revcycle.domain.claims.benefit import Delivery
from revcycle.domain.claims.claim import Provider
from revcycle.domain.claims.claim_details import Attachment, DatedEvent, RelatedCauses
from revcycle.domain.claims.dental import DentalService
from revcycle.domain.person import Person


class ReviewCategory(StrEnum):
    """What is to be reviewed (UM01)."""

    ADMISSION = "AR"
    HEALTH_SERVICES = "HS"
    SPECIALTY_CARE = "SC"
    INDIVIDUAL = "IN"


class CertificationType(StrEnum):
    """How the request stands to an earlier one (UM02)."""

    INITIAL = "I"
    RENEWAL = "R"
    REVISED = "S"
    APPEAL_IMMEDIATE = "1"
    APPEAL_STANDARD = "2"
    CANCEL = "3"
    EXTENSION = "4"
    NOTIFICATION = "N"


class ReviewDecision(StrEnum):
    """What the payer decided (HCR01)."""

    CERTIFIED = "A1"
    CERTIFIED_IN_PART = "A2"
    NOT_CERTIFIED = "A3"
    PENDED = "A4"
    MODIFIED = "A6"
    CANCELLED = "C"
    CONTACT_PAYER = "CT"
    NOT_REQUIRED = "NA"


class ReviewRole(StrEnum):
    """Who takes part in the event or service (NM101 in 2010EA and 2010F)."""

    SERVICE_PROVIDER = "SJ"
    FACILITY = "FA"
    SERVICE_FACILITY = "77"
    ATTENDING = "71"
    OPERATING = "72"
    OTHER_PHYSICIAN = "73"
    ADMITTING = "AAJ"
    ASSISTANT_SURGEON = "DD"
    ORDERING = "DK"
    REFERRING = "DN"
    CLINIC = "G3"
    PRIMARY_CARE = "P3"
    PURCHASED_SERVICE = "QB"
    GROUP_PRACTICE = "QV"


class ReviewLevel(StrEnum):
    """Where in the hierarchy a request was refused (HL03)."""

    PAYER = "20"
    REQUESTER = "21"
    SUBSCRIBER = "22"
    DEPENDENT = "23"
    EVENT = "EV"
    SERVICE = "SS"


@dataclass(frozen=True, slots=True)
class ReviewProvider:
    """Somebody who takes part, and how."""

    role: ReviewRole
    provider: Provider


@dataclass(frozen=True, slots=True)
class Review:
    """What kind of review is asked for (UM). ``urgency`` is UM06: E elective, U urgent, 03 emergency.

    ``place_of_service`` is UM04 with its ``place_qualifier``: B place of service, A type of bill without frequency.
    ``condition`` and ``prognosis`` are UM07 and UM08, ``release`` UM09.
    """

    category: ReviewCategory
    certification: CertificationType = CertificationType.INITIAL
    service_type: str = ""
    place_of_service: str = ""
    place_qualifier: str = "B"
    urgency: str = ""
    related_causes: RelatedCauses | None = None
    condition: str = ""
    prognosis: str = ""
    release: str = ""
    delay_reason_code: str = ""


@dataclass(frozen=True, slots=True)
class RequestedService:
    """One service asked for (2000F). A ``procedure_qualifier`` AD makes it dental, a revenue code institutional.

    ``review`` is set where the service differs from the event; ``units`` None where a Delivery says how much.
    """

    procedure_code: str = ""
    units: Decimal | None = None
    first: date | None = None
    last: date | None = None
    modifiers: tuple[str, ...] = ()
    procedure_qualifier: str = "HC"
    revenue_code: str = ""
    unit: str = "UN"
    charge_cents: int = 0
    trace_number: str = ""
    review: Review | None = None
    dental: DentalService | None = None
    delivery: Delivery | None = None
    attachments: tuple[Attachment, ...] = ()
    message: str = ""
    providers: tuple[ReviewProvider, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One patient event put before a payer's review (2000E with what stands above it).

    ``patient`` is None when the subscriber is the patient; ``relationship_code`` (INS02) belongs to a dependent.
    ``dates`` hold 439 accident, 484 last period, ABC expected birth, 431 onset, AAH event, 435 and 096 the stay.
    ``previous_certification_number`` (REF*BB) and ``previous_reference`` (REF*NT) name the review this one
    renews, changes or cancels. ``trace_number`` is ours and comes back with the answer. A request always has a
    ``review``.
    """

    payer_id: str
    payer_name: str
    requester: Provider
    member_id: str
    subscriber: Person
    trace_number: str
    review: Review | None
    patient: Person | None = None
    relationship_code: str = ""
    diagnosis_codes: tuple[str, ...] = ()
    dates: tuple[DatedEvent, ...] = ()
    admission_type: str = ""
    admission_source: str = ""
    patient_status: str = ""
    previous_certification_number: str = ""
    previous_reference: str = ""
    delivery: Delivery | None = None
    attachments: tuple[Attachment, ...] = ()
    message: str = ""
    providers: tuple[ReviewProvider, ...] = ()
    services: tuple[RequestedService, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewRejection:
    """Why the request could not be reviewed (AAA): ``code`` is AAA03, ``follow_up`` AAA04 (C correct, N, R …).

    ``request_valid`` is AAA01: the request was sound, and nobody can answer it now.
    """

    level: ReviewLevel
    code: str
    follow_up: str = ""
    request_valid: bool = False


@dataclass(frozen=True, slots=True)
class Certification:
    """What was decided about the event or one service (HCR with the dates and numbers beside it).

    ``number`` (HCR02) goes on the claim as prior authorization number; ``reference`` (REF*NT) is the payer's own
    number of a review still open. Effective dates are DTP*007, ``expires_on`` 036, ``issued_on`` 102.
    """

    decision: ReviewDecision
    number: str = ""
    reasons: tuple[str, ...] = ()
    reference: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceDecision:
    """The answer to one service, in the request's order.

    ``approved`` is the service as the payer repeats it: its units, days and delivery are what is certified.
    """

    approved: RequestedService
    certification: Certification | None = None
    rejections: tuple[ReviewRejection, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorizationAnswer:
    """The payer's answer to one request. Without a certification it was refused (``rejections``).

    ``asked`` is the request as the payer repeats it, without its services: ``trace_number`` is ours (empty when
    the request was refused before its event was read, ``review`` is None then), ``delivery`` what is certified
    of it, ``message`` what the payer adds. ``more_to_follow``: the payer will answer again (BHT06 19).
    """

    asked: AuthorizationRequest
    certification: Certification | None = None
    rejections: tuple[ReviewRejection, ...] = ()
    services: tuple[ServiceDecision, ...] = ()
    more_to_follow: bool = False
