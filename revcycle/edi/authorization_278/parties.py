"""Who asks whom for whom in a 278, both ways: payer, requester, subscriber, dependent, and those who take part."""

from dataclasses import replace

from revcycle.domain.claims.authorization import ReviewProvider, ReviewRole
from revcycle.domain.claims.claim import Provider
from revcycle.domain.claims.claim_details import Reference
from revcycle.domain.person import Address, Person
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.errors import ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.segments import Segment

_TAX_NUMBERS = {"24": "EI", "34": "SY"}
_ROLES = {role.value: role for role in ReviewRole}


def write_provider(writer: SegmentWriter, entity: str, provider: Provider) -> None:
    """Write an NM1 loop: NM1, REF, N3, N4, PER and PRV."""
    write_provider_name(writer, entity, provider)
    write_specialty(writer, provider)


def write_provider_name(writer: SegmentWriter, entity: str, provider: Provider) -> None:
    """Write an NM1 loop up to PER; a refusal stands behind it, ``write_specialty`` behind that."""
    name, first = provider.last_or_organization_name, provider.first_name
    writer.party(
        entity, name, first, provider.middle_name, provider.suffix, "XX", provider.npi, person=bool(first)
    )
    if provider.tin:
        writer.add("REF", provider.tin_kind, provider.tin.replace("-", ""))
    for other in provider.other_ids:
        writer.add("REF", other.qualifier, other.value)
    if provider.address is not None:
        writer.address(provider.address)
    if provider.phone or provider.contact_name:
        phone = ("TE", provider.phone) if provider.phone else ()
        writer.add("PER", "IC", provider.contact_name, *phone)


def write_specialty(writer: SegmentWriter, provider: Provider) -> None:
    """Write a PRV, when the specialty is known."""
    if provider.taxonomy_code:
        writer.add("PRV", "PE", "PXC", provider.taxonomy_code)


def read_provider(loop: list[Segment], reading: Reading) -> Provider:
    """Read an NM1 loop of a provider."""
    name = reading.take(loop[0], 1, 2, 3, 4, 5, 7, 8, 9)
    provider = Provider(name[3], "", name[4], middle_name=name[5], suffix=name[7])
    kind, number = name[8].upper(), name[9]
    if number and kind in ("XX", ""):
        provider = replace(provider, npi=number)
    elif number and kind in _TAX_NUMBERS:
        provider = replace(provider, tin=number, tin_kind=_TAX_NUMBERS[kind])
    elif number:
        provider = replace(provider, other_ids=(Reference(kind, number),))
    for segment in loop[1:]:
        provider = _with(provider, segment, reading)
    address = read_address(loop, reading)
    return replace(provider, address=address) if address is not None else provider


def _with(provider: Provider, segment: Segment, reading: Reading) -> Provider:
    if segment.id == "REF":
        reading.take(segment, 1, 2)
        if segment[1] in ("EI", "SY") and not provider.tin:
            return replace(provider, tin=segment[2].replace("-", ""), tin_kind=segment[1])
        return replace(provider, other_ids=(*provider.other_ids, Reference(segment[1], segment[2])))
    if segment.id == "PRV":
        reading.take(segment, 1, 2, 3)
        return replace(provider, taxonomy_code=segment[3])
    if segment.id == "PER" and not (provider.phone or provider.contact_name):
        reading.take(segment, 1, 2)
        phone = ""
        if segment[3] == "TE":
            phone = reading.take(segment, 3, 4)[4]
        return replace(provider, phone=phone, contact_name=segment[2])
    return provider


def read_address(loop: list[Segment], reading: Reading) -> Address | None:
    """Read N3 and N4; None without both."""
    street = next((segment for segment in loop if segment.id == "N3"), None)
    city = next((segment for segment in loop if segment.id == "N4"), None)
    if street is None or city is None:
        return None
    reading.take(street, 1, 2)
    reading.take(city, 1, 2, 3)
    return Address(street[1], city[1], city[2], city[3].replace("-", ""), street[2])


def write_person(writer: SegmentWriter, entity: str, person: Person, member_id: str = "") -> None:
    """Write NM1, N3 and N4 of a person; ``write_demographics`` follows."""
    names = (person.last_name, person.first_name, person.middle_name, person.suffix)
    writer.party(entity, *names, "MI", member_id, person=True)
    if person.address is not None:
        writer.address(person.address)


def write_demographics(writer: SegmentWriter, person: Person) -> None:
    """Write a DMG, when the birth date is known."""
    if person.birth_date != NOT_STATED:
        writer.add("DMG", "D8", day_text(person.birth_date), person.sex)


def read_person(loop: list[Segment], reading: Reading) -> tuple[Person, str]:
    """Read an NM1 loop of a person: the person and the member number."""
    name = reading.take(loop[0], 1, 2, 3, 4, 5, 7, 8, 9)
    about = next((segment for segment in loop if segment.id == "DMG"), None)
    birth_date, sex = None, "U"
    if about is not None:
        reading.take(about, 1, 3)
        birth_date, sex = reading.day(about, 2), about[3].upper() or "U"
    address = read_address(loop, reading)
    person = Person(name[3], name[4], birth_date or NOT_STATED, sex, name[5], name[7], address)
    return person, name[9]


def write_taking_part(writer: SegmentWriter, providers: tuple[ReviewProvider, ...]) -> None:
    """Write 2010EA or 2010F loops."""
    for taking_part in providers:
        if not taking_part.provider.last_or_organization_name and not taking_part.provider.npi:
            raise ValueMissing("NM103", "is missing: the name or NPI of somebody who takes part")
        write_provider(writer, taking_part.role.value, taking_part.provider)


def read_taking_part(loops: list[list[Segment]], reading: Reading) -> tuple[ReviewProvider, ...]:
    """Read 2010EA or 2010F loops; other roles (ambulance stops, other payers) are named by the caller."""
    return tuple(
        ReviewProvider(_ROLES[loop[0][1].upper()], read_provider(loop, reading))
        for loop in loops
        if loop[0][1].upper() in _ROLES
    )


def name_loops(segments: tuple[Segment, ...]) -> tuple[list[Segment], list[list[Segment]]]:
    """Cut the segments of an HL loop into its own and those of its NM1 loops."""
    own: list[Segment] = []
    names: list[list[Segment]] = []
    for segment in segments:
        if segment.id == "NM1":
            names.append([segment])
        elif names:
            names[-1].append(segment)
        else:
            own.append(segment)
    return own, names
