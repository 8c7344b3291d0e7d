"""Segments of a 278 both ways: the review asked for (UM), amounts over time (HSD), services, papers, refusals."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from revcycle.domain.claims.authorization import (
    CertificationType,
    RequestedService,
    Review,
    ReviewCategory,
    ReviewLevel,
    ReviewRejection,
)
from revcycle.domain.claims.benefit import Delivery
from revcycle.domain.claims.claim_details import Attachment, RelatedCauses
from revcycle.domain.claims.dental import DentalService
from revcycle.domain.money import x12_amount
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.elements import quantity_text, unreadable
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment
from revcycle.edi.wire.teeth import read_cavity, read_tooth, write_teeth

_CATEGORIES = {category.value: category for category in ReviewCategory}
_CERTIFICATIONS = {kind.value: kind for kind in CertificationType}
_CAUSES = 3


def write_review(writer: SegmentWriter, review: Review) -> None:
    """Write a UM."""
    causes = review.related_causes
    related: tuple[str, ...] = ("",)
    if causes is not None:
        codes = (*causes.codes, *("",) * (_CAUSES - len(causes.codes)))
        if len(codes) > _CAUSES:
            raise CannotWrite("UM05-4", "is no cause: an event has at most three")
        related = (*codes, causes.state, causes.country)
    place = (review.place_of_service, review.place_qualifier) if review.place_of_service else ("",)
    writer.add(
        "UM",
        review.category.value,
        review.certification.value,
        review.service_type,
        place,
        related,
        review.urgency,
        review.condition,
        review.prognosis,
        review.release,
        review.delay_reason_code,
    )


def read_review(segment: Segment, reading: Reading) -> Review:
    """Read a UM. Raises Unreadable when nobody can tell what is to be reviewed."""
    category = _CATEGORIES.get(segment[1].upper())
    if category is None:
        raise unreadable(
            "278.review_category", segment, 1, "The kind of review (AR, HS, SC or IN) is missing."
        )
    kind = _CERTIFICATIONS.get(segment[2].upper())
    if kind is None and segment[2]:
        raise unreadable(
            "278.certification_type", segment, 2, "Nobody can tell a first request from a change."
        )
    reading.take(segment, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    place, *qualifier = segment.components(4)
    codes = tuple(code for code in segment.components(5)[:_CAUSES] if code)
    causes = RelatedCauses(codes, segment.component(5, 4), segment.component(5, 5)) if codes else None
    return Review(
        category,
        kind or CertificationType.INITIAL,
        segment[3],
        place,
        (qualifier[0] if qualifier else "") or "B",
        segment[6],
        causes,
        segment[7],
        segment[8],
        segment[9],
        segment[10],
    )


def write_delivery(writer: SegmentWriter, delivery: Delivery | None) -> None:
    """Write an HSD, when there is one."""
    if delivery is not None:
        writer.add(
            "HSD",
            delivery.quantity_kind,
            _number(delivery.quantity),
            delivery.unit,
            _number(delivery.sample),
            delivery.period,
            _number(delivery.periods),
            delivery.pattern,
            delivery.time,
        )


def read_delivery(segment: Segment | None, reading: Reading) -> Delivery | None:
    """Read an HSD."""
    if segment is None:
        return None
    reading.take(segment, 1, 3, 5, 7, 8)
    return Delivery(
        segment[1],
        reading.number(segment, 2),
        segment[3],
        reading.number(segment, 4),
        segment[5],
        reading.number(segment, 6),
        segment[7],
        segment[8],
    )


def _number(value: Decimal | None) -> str:
    return quantity_text(value) if value is not None else ""


def write_service(writer: SegmentWriter, service: RequestedService) -> None:
    """Write SV1, SV2 or SV3 with its TOO, whichever the service is; nothing when it names no procedure."""
    if len(service.modifiers) > 4:
        raise CannotWrite("SV101-7", "does not exist: a service has at most 4 modifiers")
    if not (service.procedure_code or service.revenue_code):
        if service.units is not None:
            raise ValueMissing("SV101-2", "is missing: units of what")
        return
    code: tuple[str, ...] = ("",)
    if service.procedure_code:
        code = (service.procedure_qualifier, service.procedure_code, *service.modifiers)
    charge = x12_amount(service.charge_cents) if service.charge_cents else ""
    units, unit = _number(service.units), service.unit if service.units is not None else ""
    if service.revenue_code:
        writer.add("SV2", service.revenue_code, code, charge, unit, units)
    elif service.procedure_qualifier == "AD":
        dental = service.dental or DentalService()
        writer.add("SV3", code, charge, "", dental.oral_cavity_codes or "", dental.placement, units)
        write_teeth(writer, dental.teeth)
    else:
        writer.add("SV1", code, charge, unit, units)


def read_service(segments: Iterable[Segment], reading: Reading) -> RequestedService:
    """Read what SV1, SV2, SV3 and TOO of one service loop say."""
    service = RequestedService()
    for segment in segments:
        if segment.id in ("SV1", "SV2", "SV3"):
            service = _READERS[segment.id](segment, reading)
        elif segment.id == "TOO":
            tooth = read_tooth(segment)
            if tooth is not None:
                reading.take(segment, 1, 2, 3)
                before = service.dental or DentalService()
                service = replace(service, dental=replace(before, teeth=(*before.teeth, tooth)))
    return service


def _coded(segment: Segment, element: int) -> RequestedService:
    parts = [*segment.components(element), "", ""]
    if not parts[1]:
        return RequestedService()
    return RequestedService(
        parts[1], modifiers=tuple(part for part in parts[2:6] if part), procedure_qualifier=parts[0].upper()
    )


def _read_sv1(segment: Segment, reading: Reading) -> RequestedService:
    reading.take(segment, 1, 3)
    charge, units = reading.cents(segment, 2) or 0, reading.number(segment, 4)
    return replace(_coded(segment, 1), charge_cents=charge, units=units, unit=segment[3] or "UN")


def _read_sv2(segment: Segment, reading: Reading) -> RequestedService:
    reading.take(segment, 1, 2, 4)
    charge, units = reading.cents(segment, 3) or 0, reading.number(segment, 5)
    return replace(
        _coded(segment, 2),
        revenue_code=segment[1],
        charge_cents=charge,
        units=units,
        unit=segment[4] or "UN",
    )


def _read_sv3(segment: Segment, reading: Reading) -> RequestedService:
    reading.take(segment, 1, 4, 5)
    charge, units = reading.cents(segment, 2) or 0, reading.number(segment, 6)
    cavity = read_cavity(segment)
    dental = DentalService((), cavity, segment[5]) if cavity or segment[5] else None
    return replace(_coded(segment, 1), charge_cents=charge, units=units, dental=dental)


_READERS = {"SV1": _read_sv1, "SV2": _read_sv2, "SV3": _read_sv3}


def write_papers(writer: SegmentWriter, attachments: Iterable[Attachment], message: str) -> None:
    """Write PWK and MSG."""
    for paper in attachments:
        number = paper.control_number
        writer.add("PWK", paper.report_type, paper.transmission, "", "", "AC" if number else "", number)
    if message:
        writer.add("MSG", message)


def read_papers(segments: Iterable[Segment], reading: Reading) -> tuple[Attachment, ...]:
    """Read the PWK segments."""
    papers = [reading.take(segment, 1, 2, 5, 6) for segment in segments if segment.id == "PWK"]
    return tuple(Attachment(paper[1], paper[2], paper[6]) for paper in papers)


def write_rejections(
    writer: SegmentWriter, rejections: Iterable[ReviewRejection], level: ReviewLevel
) -> None:
    """Write the AAA segments of one level."""
    for refused in rejections:
        if refused.level is level:
            writer.add("AAA", "Y" if refused.request_valid else "N", "", refused.code, refused.follow_up)


def read_rejections(
    segments: Iterable[Segment], level: ReviewLevel, reading: Reading
) -> tuple[ReviewRejection, ...]:
    """Read the AAA segments of one level."""
    refusals = [reading.take(segment, 1, 3, 4) for segment in segments if segment.id == "AAA"]
    return tuple(ReviewRejection(level, s[3], s[4], s[1].upper() == "Y") for s in refusals)
