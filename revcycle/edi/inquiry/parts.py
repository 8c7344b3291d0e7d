"""Parts of the loops of 270, 271, 276, 277, both ways: names, addresses, contacts, numbers and dates."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from revcycle.domain.claims.benefit import BenefitEntity, Contact, PlanDate, PlanReference
from revcycle.domain.person import Address
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.errors import CharacterRefused, ValueMissing, ValueTooLong
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.segments import Segment

_NUMBERS_OF_CONTACT = (3, 5, 7)


def read_entity(segment: Segment, reading: Reading) -> BenefitEntity:
    """Read an NM1."""
    reading.take(segment, 1, 2, 3, 4, 5, 7, 8, 9)
    return BenefitEntity(
        role=segment[1].upper(),
        name=segment[3],
        first_name=segment[4],
        middle_name=segment[5],
        suffix=segment[7],
        person=segment[2] == "1",
        identifier_kind=segment[8].upper() if segment[9] else "",
        identifier=segment[9],
    )


def write_entity(writer: SegmentWriter, entity: BenefitEntity) -> None:
    """Write NM1, N3, N4, PER and PRV. Raises ValueMissing without a role."""
    if not entity.role:
        raise ValueMissing("NM101", "must say who somebody is to the plan")
    writer.party(
        entity.role,
        entity.name,
        entity.first_name,
        entity.middle_name,
        entity.suffix,
        qualifier=entity.identifier_kind,
        identifier=entity.identifier,
        person=entity.person,
    )
    if entity.address is not None:
        write_address(writer, entity.address)
    write_contacts(writer, entity.contacts)
    if entity.specialty or entity.provider_code:
        writer.add("PRV", entity.provider_code, "PXC" if entity.specialty else "", entity.specialty)


def read_detail(entity: BenefitEntity, segment: Segment, reading: Reading) -> BenefitEntity:
    """Return the entity with what an N3, N4, PER or PRV after it adds."""
    if segment.id in ("N3", "N4"):
        return replace(entity, address=read_address(entity.address, segment, reading))
    if segment.id == "PER":
        return replace(entity, contacts=(*entity.contacts, read_contact(segment, reading)))
    reading.take(segment, 1, 2, 3)
    return replace(entity, provider_code=segment[1], specialty=segment[3])


def read_address(before: Address | None, segment: Segment, reading: Reading) -> Address:
    """Return the address with what an N3 or N4 adds."""
    address = before or Address("", "", "", "")
    if segment.id == "N3":
        reading.take(segment, 1, 2)
        return replace(address, line1=segment[1], line2=segment[2])
    reading.take(segment, 1, 2, 3)
    return replace(address, city=segment[1], state=segment[2], postal_code=segment[3])


def write_address(writer: SegmentWriter, address: Address) -> None:
    """Write N3 and N4, each only when it says something."""
    if address.line1:
        writer.add("N3", address.line1, address.line2)
    if address.city or address.state or address.postal_code:
        writer.add("N4", address.city, address.state, address.postal_code.replace("-", ""))


def read_contact(segment: Segment, reading: Reading) -> Contact:
    """Read a PER."""
    reading.take(segment, 1, 2, 3, 4, 5, 6, 7, 8)
    pairs = ((segment[at].upper(), segment[at + 1]) for at in _NUMBERS_OF_CONTACT)
    return Contact(segment[2], tuple(pair for pair in pairs if pair[1]))


def write_contacts(writer: SegmentWriter, contacts: Iterable[Contact]) -> None:
    """Write one PER a contact; at most three numbers each. Raises ValueTooLong."""
    for contact in contacts:
        if len(contact.numbers) > len(_NUMBERS_OF_CONTACT):
            raise ValueTooLong("PER", "holds more than three numbers")
        flat = [part for pair in contact.numbers for part in pair]
        writer.add("PER", "IC", contact.name, *flat)


def read_reference(segment: Segment, reading: Reading) -> PlanReference:
    """Read a REF."""
    reading.take(segment, 1, 2, 3)
    return PlanReference(segment[1].upper(), segment[2], segment[3])


def write_references(writer: SegmentWriter, references: Iterable[PlanReference]) -> None:
    """Write one REF a number."""
    for reference in references:
        writer.add("REF", reference.qualifier, reference.value, reference.description)


def read_date(segment: Segment, reading: Reading) -> PlanDate | None:
    """Read a DTP; None, with a finding, when it holds no day."""
    reading.take(segment, 1)
    first, last = reading.days(segment, 2, 3)
    return PlanDate(segment[1], first, last) if first is not None else None


def write_date(writer: SegmentWriter, qualifier: str, first: date, last: date | None = None) -> None:
    """Write a DTP, as a span when there is a last day."""
    if last is None or last == first:
        writer.add("DTP", qualifier, "D8", day_text(first))
    else:
        writer.add("DTP", qualifier, "RD8", f"{day_text(first)}-{day_text(last)}")


def service_types(segment: Segment, element: int) -> tuple[str, ...]:
    """Return the codes of a repeated element, each once."""
    codes = segment[element].upper().split(segment.delimiters.repetition)
    return tuple(dict.fromkeys(code.strip() for code in codes if code.strip()))


def add_repeated(
    writer: SegmentWriter,
    name: str,
    before: Sequence[str],
    codes: Sequence[str],
    *after: str | tuple[str, ...],
) -> None:
    """Add a segment whose element after ``before`` repeats. Raises CharacterRefused for what is no code."""
    element = len(before) + 1
    if not all(code.isascii() and code.isalnum() for code in codes):
        raise CharacterRefused(f"{name}{element:02d}", "holds something that is not a code")
    writer.add(name, *before, " ".join(codes), *after)
    elements = writer.lines[-1].split("*")
    if len(elements) > element:
        elements[element] = elements[element].replace(" ", "^")
    writer.lines[-1] = "*".join(elements)


def trace_originator(identifier: str) -> str:
    """Return TRN03: ten characters that name who gave the trace number."""
    return "9" + identifier.rjust(9, "0")[-9:]
