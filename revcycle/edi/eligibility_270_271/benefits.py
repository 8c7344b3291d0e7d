"""One EB with its loop (2110C/D, 2115, 2120) both ways."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from revcycle.domain.claims.benefit import Benefit, BenefitEntity, Delivery, Procedure, RejectedAt, Rejection
from revcycle.domain.codes import eligibility_rejections
from revcycle.domain.codes.benefit_codes import benefit_code
from revcycle.domain.money import x12_amount
from revcycle.edi.inquiry.parts import (
    add_repeated,
    read_date,
    read_detail,
    read_entity,
    read_reference,
    service_types,
    write_date,
    write_entity,
    write_references,
)
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.elements import quantity_text
from revcycle.edi.wire.errors import ValueTooLong
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

_PLACE_OF_SERVICE = "ZZ"
_LONGEST_MESSAGE = 264
_LONGEST_DESCRIPTION = 50
_DETAILS = frozenset(["N3", "N4", "PER", "PRV"])
_KNOWN_REJECTIONS = frozenset(["Y", "N"])


def read_benefit(segments: Sequence[Segment], loop: str, reading: Reading) -> Benefit:
    """Read one EB and what follows it up to the next EB."""
    benefit = _read_eb(segments[0], reading)
    entities: list[BenefitEntity] = []
    for segment in segments[1:]:
        if segment.id == "NM1":
            entities.append(read_entity(segment, reading))
        elif segment.id in _DETAILS:
            entities = entities or [BenefitEntity("")]
            entities[-1] = read_detail(entities[-1], segment, reading)
        elif segment.id in ("LS", "LE"):
            reading.take(segment, 1)
        else:
            benefit = _with(benefit, segment, reading)
    reading.rest(segments, loop)
    return replace(benefit, entities=tuple(entities))


def _read_eb(segment: Segment, reading: Reading) -> Benefit:
    reading.take(segment, 1, 2, 3, 4, 5, 6, 9, 11, 12, 13)
    if not segment[1]:
        reading.warn("no_kind", segment, 1, "The benefit does not say what it is about.")
    elif benefit_code("information", segment[1].upper()) is None:
        message = "This kind of benefit is not in the code list; it is kept as it came."
        reading.warn("unknown_kind", segment, 1, message)
    qualifier, code, *modifiers = [*segment.components(13), "", ""]
    share = reading.number(segment, 8)
    return Benefit(
        kind=segment[1].upper(),
        service_types=service_types(segment, 3),
        coverage_level=segment[2].upper(),
        insurance_type=segment[4].upper(),
        plan_description=segment[5],
        period=segment[6],
        amount_cents=reading.cents(segment, 7),
        percent=share * 100 if share is not None else None,
        quantity_kind=segment[9].upper(),
        quantity=reading.number(segment, 10),
        authorization=segment[11].upper(),
        in_network=segment[12].upper(),
        procedure=Procedure(qualifier.upper(), code, tuple(m for m in modifiers if m)) if code else None,
    )


def _with(benefit: Benefit, segment: Segment, reading: Reading) -> Benefit:
    if segment.id == "HSD":
        return replace(benefit, deliveries=(*benefit.deliveries, _read_delivery(segment, reading)))
    if segment.id == "REF":
        return replace(benefit, references=(*benefit.references, read_reference(segment, reading)))
    if segment.id == "DTP":
        dated = read_date(segment, reading)
        return replace(benefit, dates=(*benefit.dates, dated)) if dated is not None else benefit
    if segment.id == "AAA":
        rejection = read_rejection(segment, RejectedAt.BENEFIT, reading)
        return replace(benefit, rejections=(*benefit.rejections, *rejection))
    if segment.id == "MSG":
        reading.take(segment, 1)
        return replace(benefit, messages=(*benefit.messages, segment[1])) if segment[1] else benefit
    if segment.id == "III" and segment[2]:
        reading.take(segment, 1, 2)
        if segment[1].upper() == _PLACE_OF_SERVICE:
            return replace(benefit, places=(*benefit.places, segment[2]))
        return replace(benefit, limits=(*benefit.limits, (segment[1].upper(), segment[2])))
    return benefit


def _read_delivery(segment: Segment, reading: Reading) -> Delivery:
    reading.take(segment, 1, 3, 5, 7, 8)
    return Delivery(
        quantity_kind=segment[1].upper(),
        quantity=reading.number(segment, 2),
        unit=segment[3].upper(),
        sample=reading.number(segment, 4),
        period=segment[5],
        periods=reading.number(segment, 6),
        pattern=segment[7],
        time=segment[8],
    )


def read_rejection(segment: Segment, at: RejectedAt, reading: Reading) -> tuple[Rejection, ...]:
    """Read an AAA; without a code it is a finding and no rejection."""
    reading.take(segment, 1, 3, 4)
    if not segment[3]:
        remedy = "Ask the payer why it refused the inquiry."
        reading.warn(
            "no_reject_code", segment, 3, "The payer refused something and does not say why.", remedy
        )
        return ()
    if not eligibility_rejections.known(segment[3].upper()):
        message = "This reject reason is not in the code list; it is kept as it came."
        reading.warn("unknown_reject_code", segment, 3, message, "Ask the payer what it means.")
    if not segment[4]:
        reading.warn("no_follow_up", segment, 4, "The payer does not say whether to ask again.")
    if segment[1].upper() not in _KNOWN_REJECTIONS:
        reading.warn("valid_request", segment, 1, "This must say Y or N: whether the request was valid.")
    return (Rejection(segment[3].upper(), segment[4].upper(), at, segment[1].upper() == "Y"),)


def write_benefit(writer: SegmentWriter, benefit: Benefit) -> None:
    """Write one EB with its loop. Raises CannotWrite."""
    if len(benefit.plan_description) > _LONGEST_DESCRIPTION:
        raise ValueTooLong("EB05", f"is longer than {_LONGEST_DESCRIPTION} characters")
    asked = benefit.procedure
    add_repeated(
        writer,
        "EB",
        (benefit.kind, benefit.coverage_level),
        benefit.service_types,
        benefit.insurance_type,
        benefit.plan_description,
        benefit.period,
        "" if benefit.amount_cents is None else x12_amount(benefit.amount_cents),
        "" if benefit.percent is None else quantity_text(benefit.percent / 100),
        benefit.quantity_kind,
        _quantity(benefit.quantity),
        benefit.authorization,
        benefit.in_network,
        (asked.qualifier, asked.code, *asked.modifiers) if asked is not None else "",
    )
    for delivery in benefit.deliveries:
        _write_delivery(writer, delivery)
    write_references(writer, benefit.references)
    for dated in benefit.dates:
        write_date(writer, dated.qualifier, dated.first, dated.last)
    for rejection in benefit.rejections:
        write_rejection(writer, rejection)
    for message in benefit.messages:
        if len(message) > _LONGEST_MESSAGE:
            raise ValueTooLong("MSG01", f"is longer than {_LONGEST_MESSAGE} characters")
        writer.add("MSG", message)
    for qualifier, code in (*((_PLACE_OF_SERVICE, place) for place in benefit.places), *benefit.limits):
        writer.add("III", qualifier, code)
    if benefit.entities:
        writer.add("LS", "2120")
        for entity in benefit.entities:
            write_entity(writer, entity)
        writer.add("LE", "2120")


def _write_delivery(writer: SegmentWriter, delivery: Delivery) -> None:
    writer.add(
        "HSD",
        delivery.quantity_kind,
        _quantity(delivery.quantity),
        delivery.unit,
        _quantity(delivery.sample),
        delivery.period,
        _quantity(delivery.periods),
        delivery.pattern,
        delivery.time,
    )


def _quantity(value: Decimal | None) -> str:
    return "" if value is None else quantity_text(value)


def write_rejection(writer: SegmentWriter, rejection: Rejection) -> None:
    """Write an AAA."""
    writer.add("AAA", "Y" if rejection.request_valid else "N", "", rejection.code, rejection.follow_up)
