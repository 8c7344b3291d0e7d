"""Write a 278 (005010X217): a request for review, and the payer's response to it."""

from collections.abc import Sequence
from datetime import date

from revcycle.domain.claims.authorization import (
    AuthorizationAnswer,
    AuthorizationRequest,
    Certification,
    RequestedService,
    ReviewLevel,
    ReviewRejection,
)
from revcycle.domain.claims.claim_details import DatedEvent
from revcycle.edi.authorization_278.parties import (
    write_demographics,
    write_person,
    write_provider_name,
    write_specialty,
    write_taking_part,
)
from revcycle.edi.authorization_278.parts import (
    write_delivery,
    write_papers,
    write_rejections,
    write_review,
    write_service,
)
from revcycle.edi.inquiry.parts import add_repeated, trace_originator, write_date
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

VERSION = "005010X217"
EVENT_DATES = ("439", "484", "ABC", "431", "AAH", "435", "096")
LAST_ANSWER, MORE_TO_FOLLOW = "18", "19"
_MOST_DIAGNOSES = 12


def write_request(envelope: Envelope, submitter: Party, request: AuthorizationRequest) -> bytes:
    """Return a 278 request for one patient event; ``submitter`` gave the trace number. Raises CannotWrite."""
    if request.review is None:
        raise ValueMissing("UM01", "is missing: what kind of review is asked for")
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0007", "13", request.trace_number, day_text(at), f"{at:%H%M}")
    event = _Event(writer, request, "1", trace_originator(submitter.identifier))
    event.parties(has_event=True)
    event.write(None, bool(request.services))
    for service in request.services:
        event.service(service, None)
    return writer.interchange(envelope, "HI", "278", VERSION)


def write_response(envelope: Envelope, payer: Party, answer: AuthorizationAnswer) -> bytes:
    """Return the 278 response; ``payer`` names itself beside the trace number. Raises CannotWrite."""
    writer, at = SegmentWriter(), envelope.at
    follow_up = MORE_TO_FOLLOW if answer.more_to_follow else LAST_ANSWER
    reference = answer.asked.trace_number or f"{envelope.interchange_control_number:09d}"
    writer.add("BHT", "0007", "11", reference, day_text(at), f"{at:%H%M}", follow_up)
    event = _Event(writer, answer.asked, "2", trace_originator(payer.identifier), answer.rejections)
    has_event = answer.asked.review is not None
    event.parties(has_event)
    if not has_event:
        if answer.services or answer.certification is not None:
            raise ValueMissing("UM01", "is missing: what kind of review was decided")
        return writer.interchange(envelope, "HI", "278", VERSION)
    event.write(answer.certification, bool(answer.services))
    for decided in answer.services:
        event.service(decided.approved, decided.certification, decided.rejections)
    return writer.interchange(envelope, "HI", "278", VERSION)


class _Event:
    """The HL tree of one event: payer, requester, subscriber, maybe a dependent, the event, its services."""

    def __init__(
        self,
        writer: SegmentWriter,
        request: AuthorizationRequest,
        trace: str,
        originator: str,
        rejections: Sequence[ReviewRejection] = (),
    ) -> None:
        self.writer, self.request, self.rejections = writer, request, rejections
        self.trace, self.originator = trace, originator
        self.number = 0
        self.event_number = 0

    def parties(self, has_event: bool) -> None:
        """Write 2000A to 2000D."""
        writer, request = self.writer, self.request
        _needs(request.payer_id, "the payer's identifier (loop 2010A)")
        _needs(request.member_id, "the subscriber's member number (loop 2010C)")
        self._level("20", True)
        self._reject(ReviewLevel.PAYER)
        writer.party("X3", request.payer_name, qualifier="PI", identifier=request.payer_id)
        self._level("21", True)
        write_provider_name(writer, "1P", request.requester)
        self._reject(ReviewLevel.REQUESTER)
        write_specialty(writer, request.requester)
        self._level("22", has_event or request.patient is not None)
        write_person(writer, "IL", request.subscriber, request.member_id)
        self._reject(ReviewLevel.SUBSCRIBER)
        write_demographics(writer, request.subscriber)
        if request.patient is not None:
            self._level("23", has_event)
            write_person(writer, "QC", request.patient)
            self._reject(ReviewLevel.DEPENDENT)
            write_demographics(writer, request.patient)
            if request.relationship_code:
                writer.add("INS", "N", request.relationship_code)

    def _level(self, code: str, has_children: bool) -> None:
        self.writer.level(self.number + 1, self.number, code, has_children)
        self.number += 1

    def _reject(self, level: ReviewLevel) -> None:
        write_rejections(self.writer, self.rejections, level)

    def write(self, certification: Certification | None, has_services: bool) -> None:
        """Write 2000E: what is asked, or with a certification what was decided."""
        writer, request = self.writer, self.request
        self._level("EV", has_services)
        self.event_number = self.number
        self._trace(request.trace_number)
        self._reject(ReviewLevel.EVENT)
        if request.review is not None:
            write_review(writer, request.review)
        _certification(writer, certification)
        if request.previous_certification_number:
            writer.add("REF", "BB", request.previous_certification_number)
        reference = certification.reference if certification is not None else request.previous_reference
        if reference:
            writer.add("REF", "NT", reference)
        _event_dates(writer, request.dates)
        _certified_dates(writer, certification)
        _diagnoses(writer, request.diagnosis_codes)
        write_delivery(writer, request.delivery)
        stay = (request.admission_type, request.admission_source, request.patient_status)
        if any(stay):
            writer.add("CL1", *stay)
        write_papers(writer, request.attachments, request.message)
        write_taking_part(writer, request.providers)

    def _trace(self, number: str) -> None:
        if number:
            self.writer.add("TRN", self.trace, number, self.originator)

    def service(
        self,
        service: RequestedService,
        certification: Certification | None,
        rejections: Sequence[ReviewRejection] = (),
    ) -> None:
        """Write a 2000F loop."""
        writer = self.writer
        self.number += 1
        writer.level(self.number, self.event_number, "SS", False)
        self._trace(service.trace_number)
        write_rejections(writer, rejections, ReviewLevel.SERVICE)
        if service.review is not None:
            write_review(writer, service.review)
        _certification(writer, certification)
        if certification is not None and certification.reference:
            writer.add("REF", "NT", certification.reference)
        if service.first is not None:
            write_date(writer, "472", service.first, service.last)
        _certified_dates(writer, certification)
        write_service(writer, service)
        write_delivery(writer, service.delivery)
        write_papers(writer, service.attachments, service.message)
        write_taking_part(writer, service.providers)


def _needs(value: str, what: str) -> None:
    if not value:
        raise ValueMissing("NM109", f"is missing: {what}")


def _event_dates(writer: SegmentWriter, dates: Sequence[DatedEvent]) -> None:
    for event in dates:
        if event.qualifier not in EVENT_DATES:
            raise CannotWrite("DTP01", "has a code that this guide does not have here")
        if event.time:
            raise CannotWrite("DTP02", "has a time where this guide wants a day")
        write_date(writer, event.qualifier, event.first, event.last)


def _diagnoses(writer: SegmentWriter, codes: Sequence[str]) -> None:
    if len(codes) > _MOST_DIAGNOSES:
        raise CannotWrite("HI13", "does not exist: a review carries at most 12 diagnoses")
    plain = [code.replace(".", "") for code in codes]
    if plain:
        writer.add("HI", ("ABK", plain[0]), *(("ABF", code) for code in plain[1:]))


def _certification(writer: SegmentWriter, certified: Certification | None) -> None:
    if certified is None:
        return
    before = (certified.decision.value, certified.number)
    if certified.reasons:
        add_repeated(writer, "HCR", before, certified.reasons)
    else:
        writer.add("HCR", *before)


def _certified_dates(writer: SegmentWriter, certified: Certification | None) -> None:
    if certified is None:
        return
    _day(writer, "102", certified.issued_on)
    _day(writer, "036", certified.expires_on)
    if certified.effective_from is not None:
        write_date(writer, "007", certified.effective_from, certified.effective_to)
    elif certified.effective_to is not None:
        raise ValueMissing("DTP03", "is missing: the day from which the certification counts")


def _day(writer: SegmentWriter, qualifier: str, day: date | None) -> None:
    if day is not None:
        write_date(writer, qualifier, day)
