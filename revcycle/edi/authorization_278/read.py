"""Read 278 transactions (005010X217): requests for review, and responses."""

from dataclasses import replace

from revcycle.domain.claims.authorization import (
    AuthorizationAnswer,
    AuthorizationRequest,
    Certification,
    RequestedService,
    ReviewDecision,
    ReviewLevel,
    ReviewRejection,
    ServiceDecision,
)
from revcycle.domain.claims.claim import Provider
from revcycle.domain.claims.claim_details import DatedEvent
from revcycle.domain.person import Person
from revcycle.edi.authorization_278.parties import name_loops, read_person, read_provider, read_taking_part
from revcycle.edi.authorization_278.parts import (
    read_delivery,
    read_papers,
    read_rejections,
    read_review,
    read_service,
)
from revcycle.edi.authorization_278.write import EVENT_DATES, MORE_TO_FOLLOW
from revcycle.edi.inquiry.hierarchy import Loop, below, loops
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.inquiry.whole_transactions import check_levels
from revcycle.edi.wire.elements import NOT_STATED, of_payer
from revcycle.edi.wire.errors import Unreadable
from revcycle.edi.wire.interchange import Transaction
from revcycle.edi.wire.segments import Segment

LEVELS = ("20", "21", "22", "23", "EV", "SS")
_NAMES = dict(zip(LEVELS, ("2000A", "2000B", "2000C", "2000D", "2000E", "2000F"), strict=True))
_ABOVE = (ReviewLevel.PAYER, ReviewLevel.REQUESTER, ReviewLevel.SUBSCRIBER, ReviewLevel.DEPENDENT)
_DECISIONS = {decision.value: decision for decision in ReviewDecision}
_DIAGNOSES = frozenset(["ABK", "ABF", "BK", "BF"])
_NOBODY = Person("", "", NOT_STATED)


def is_response(transaction: Transaction) -> bool:
    """Tell a response from a request: by BHT02, as some put a trace or a decision into either."""
    begin = next((segment for segment in transaction.segments if segment.id == "BHT"), None)
    return begin is not None and begin[2] in ("11", "08")


def read_requests(transaction: Transaction, reading: Reading) -> list[AuthorizationRequest]:
    """Return the requests of one transaction; an event that cannot be read leaves a finding."""
    found: list[AuthorizationRequest] = []
    levels = _levels(transaction, reading)
    for event, under in below(levels, "EV"):
        try:
            asked, certification = _event(event, reading)
            if asked.review is None:
                reading.warn(
                    "no_review", event.segments[0], None, "The event does not say what is asked (UM)."
                )
                continue
            services = tuple(_decision(loop, reading).approved for loop in under)
        except Unreadable as error:
            reading.findings.append(error.finding)
            continue
        if certification is not None:
            reading.warn("decided_request", event.segments[0], None, "A request holds a decision (HCR).")
        found.append(replace(asked, services=services))
    _rest(levels, reading)
    return found


def read_responses(transaction: Transaction, reading: Reading) -> list[AuthorizationAnswer]:
    """Return the answers of one transaction; one refused above every event comes without a review."""
    levels = _levels(transaction, reading)
    begin = next((segment for segment in transaction.segments if segment.id == "BHT"), None)
    more = begin is not None and begin[6] == MORE_TO_FOLLOW
    found: list[AuthorizationAnswer] = []
    for event, under in below(levels, "EV"):
        try:
            found.append(_answer(event, under, more, reading))
        except Unreadable as error:
            reading.findings.append(of_payer(error.finding))
    if not found and levels:
        refused = _rejections(levels[-1], reading)
        if refused:
            found.append(AuthorizationAnswer(_asked(levels[-1], reading), None, refused, more_to_follow=more))
    _rest(levels, reading)
    return found


def _levels(transaction: Transaction, reading: Reading) -> list[Loop]:
    reading.findings.extend(check_levels(transaction.segments, LEVELS, "278"))
    for segment in transaction.segments:
        if segment.id == "HL":
            break
        reading.take(segment, 1, 2, 3, 4, 5, 6)
    return list(loops(transaction, LEVELS))


def _rest(levels: list[Loop], reading: Reading) -> None:
    for loop in levels:
        reading.take(loop.segments[0], 1, 2, 3, 4)
        reading.rest(loop.segments, _NAMES.get(loop.code, f"HL {len(loop.above) + 1}"))


def _answer(event: Loop, services: list[Loop], more: bool, reading: Reading) -> AuthorizationAnswer:
    asked, certification = _event(event, reading)
    decisions = tuple(_decision(loop, reading) for loop in services)
    return AuthorizationAnswer(asked, certification, _rejections(event, reading), decisions, more)


def _rejections(lowest: Loop, reading: Reading) -> tuple[ReviewRejection, ...]:
    found: list[ReviewRejection] = []
    for loop in reversed((lowest, *lowest.above)):
        if loop.code in LEVELS:
            found.extend(read_rejections(loop.segments, ReviewLevel(loop.code), reading))
    return tuple(found)


def _asked(loop: Loop, reading: Reading) -> AuthorizationRequest:
    """Read what stands above an event."""
    payer, requester = _names(loop, "20"), _names(loop, "21")
    payer_name = reading.take(payer[0], 1, 2, 3, 8, 9) if payer else None
    subscriber, dependent = _names(loop, "22"), _names(loop, "23")
    insured, member_id = read_person(subscriber, reading) if subscriber else (_NOBODY, "")
    patient, relationship = None, ""
    if dependent:
        patient, _ = read_person(dependent, reading)
        relation = next((segment for segment in dependent if segment.id == "INS"), None)
        relationship = reading.take(relation, 1, 2)[2] if relation is not None else ""
    return AuthorizationRequest(
        payer_id=payer_name[9] if payer_name is not None else "",
        payer_name=payer_name[3] if payer_name is not None else "",
        requester=read_provider(requester, reading) if requester else Provider("", ""),
        member_id=member_id,
        subscriber=insured,
        trace_number="",
        review=None,
        patient=patient,
        relationship_code=relationship,
    )


def _names(loop: Loop, code: str) -> list[Segment]:
    level = loop.nearest(code)
    names = name_loops(level.segments)[1] if level is not None else []
    return names[0] if names else []


def _event(event: Loop, reading: Reading) -> tuple[AuthorizationRequest, Certification | None]:
    own, names = name_loops(event.segments)
    certification = _certification(own, reading)
    review, stay = _first(own, "UM"), _first(own, "CL1")
    reference = "" if certification is not None else _number(own, "NT", reading)
    if stay is not None:
        reading.take(stay, 1, 2, 3)
    asked = replace(
        _asked(event, reading),
        trace_number=_trace(own, reading),
        review=read_review(review, reading) if review is not None else None,
        diagnosis_codes=_diagnoses(own, reading),
        dates=_dates(own, reading),
        admission_type=stay[1] if stay is not None else "",
        admission_source=stay[2] if stay is not None else "",
        patient_status=stay[3] if stay is not None else "",
        previous_certification_number=_number(own, "BB", reading),
        previous_reference=reference,
        delivery=read_delivery(_first(own, "HSD"), reading),
        attachments=read_papers(own, reading),
        message=_message(own, reading),
        providers=read_taking_part(names, reading),
    )
    return asked, certification


def _decision(loop: Loop, reading: Reading) -> ServiceDecision:
    own, names = name_loops(loop.segments)
    review, served = _first(own, "UM"), _first(own, "DTP", "472")
    first, last = reading.days(reading.take(served, 1), 2, 3) if served is not None else (None, None)
    approved: RequestedService = replace(
        read_service(own, reading),
        first=first,
        last=last if first is not None else None,
        trace_number=_trace(own, reading),
        review=read_review(review, reading) if review is not None else None,
        delivery=read_delivery(_first(own, "HSD"), reading),
        attachments=read_papers(own, reading),
        message=_message(own, reading),
        providers=read_taking_part(names, reading),
    )
    refused = read_rejections(loop.segments, ReviewLevel.SERVICE, reading)
    return ServiceDecision(approved, _certification(own, reading), refused)


def _first(own: list[Segment], name: str, qualifier: str = "") -> Segment | None:
    return next((s for s in own if s.id == name and (not qualifier or s[1] == qualifier)), None)


def _trace(own: list[Segment], reading: Reading) -> str:
    """The first trace is ours; a clearinghouse may add its own, which is named."""
    trace = _first(own, "TRN")
    return reading.take(trace, 1, 2, 3)[2] if trace is not None else ""


def _number(own: list[Segment], qualifier: str, reading: Reading) -> str:
    number = _first(own, "REF", qualifier)
    return reading.take(number, 1, 2)[2] if number is not None else ""


def _message(own: list[Segment], reading: Reading) -> str:
    message = _first(own, "MSG")
    return reading.take(message, 1)[1] if message is not None else ""


def _dates(own: list[Segment], reading: Reading) -> tuple[DatedEvent, ...]:
    found: list[DatedEvent] = []
    for segment in own:
        if segment.id == "DTP" and segment[1] in EVENT_DATES:
            first, last = reading.days(reading.take(segment, 1), 2, 3)
            if first is not None:
                found.append(DatedEvent(segment[1], first, last))
    return tuple(found)


def _diagnoses(own: list[Segment], reading: Reading) -> tuple[str, ...]:
    codes: list[str] = []
    for segment in own:
        if segment.id != "HI":
            continue
        for index in range(1, len(segment)):
            qualifier, code, *more = [*segment.components(index), "", ""]
            if qualifier.upper() in _DIAGNOSES and code:
                codes.append(code)
                if not any(more):
                    reading.take(segment, index)
    return tuple(codes)


def _certification(own: list[Segment], reading: Reading) -> Certification | None:
    segment = _first(own, "HCR")
    if segment is None:
        return None
    reading.take(segment, 1, 2)
    decision = _DECISIONS.get(segment[1].upper())
    if decision is None:
        message = "Nobody can tell what was decided: the action (HCR01) is not one of this guide."
        reading.warn("decision", segment, 1, message, "Call the payer and ask what was decided.")
        return None
    issued, expires = _first(own, "DTP", "102"), _first(own, "DTP", "036")
    effective = _first(own, "DTP", "007")
    begin, end = reading.days(reading.take(effective, 1), 2, 3) if effective is not None else (None, None)
    return Certification(
        decision=decision,
        number=segment[2],
        reasons=tuple(code for code in reading.take(segment, 3).repetitions(3) if code),
        reference=_number(own, "NT", reading),
        issued_on=reading.day(reading.take(issued, 1, 2), 3) if issued is not None else None,
        expires_on=reading.day(reading.take(expires, 1, 2), 3) if expires is not None else None,
        effective_from=begin,
        effective_to=end,
    )
