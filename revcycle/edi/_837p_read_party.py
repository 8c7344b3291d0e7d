"""The parties above a claim in an 837P: billing provider 2000A, subscriber and payer 2000B, patient 2000C."""

from dataclasses import dataclass

from revcycle.domain.claim import Coverage, Provider, Responsibility
from revcycle.domain.person import Address, Person
from revcycle.edi.elements import NOT_STATED, day, missing, required, unreadable
from revcycle.edi.segments import Segment

NotCarried = tuple[tuple[str, Segment], ...]


@dataclass(frozen=True, slots=True)
class Payee:
    """The billing provider and what else its loop said."""

    provider: Provider
    not_carried: NotCarried


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The destination coverage and what else its loop said."""

    coverage: Coverage
    has_demographics: bool
    not_carried: NotCarried


def address_of(street: Segment | None, city: Segment | None) -> Address | None:
    """Return the address an N3 and an N4 give together, None when one is missing."""
    if street is None or city is None:
        return None
    return Address(street[1], city[1], city[2], city[3].replace("-", ""), street[2])


def by_entity(segments: list[Segment]) -> dict[str, dict[str, Segment]]:
    """Group the segments behind each NM1 under its entity code; the first of a name counts.

    What comes before any NM1 is under the empty code. A REF or PER is kept as ``REF*EI``.
    """
    loops: dict[str, dict[str, Segment]] = {"": {}}
    loop = loops[""]
    for segment in segments:
        if segment.id == "NM1":
            loop = loops.setdefault(segment[1].upper(), {})
        name = f"{segment.id}*{segment[1]}" if segment.id == "REF" else segment.id
        loop.setdefault(name, segment)
    return loops


def npi_of(name: Segment) -> str:
    """Return NM109 when it is an NPI."""
    return name[9] if name[8] in ("XX", "") else ""


def read_provider(name: Segment, taxonomy: Segment | None) -> Provider:
    """Return the provider an NM1 and a PRV name."""
    return Provider(name[3], npi_of(name), name[4], taxonomy[3] if taxonomy is not None else "")


def read_billing_provider(head: Segment, segments: list[Segment]) -> Payee:
    """Read loop 2000A with 2010AA. Raises Unreadable without an NM1*85."""
    loops = by_entity(segments)
    billing = loops.get("85")
    if billing is None:
        raise missing(head, "The billing provider's name (NM1*85 in loop 2010AA)")
    name, taxonomy = billing["NM1"], loops[""].get("PRV")
    tin = billing.get("REF*EI") or billing.get("REF*SY")
    contact = billing.get("PER")
    provider = Provider(
        name[3],
        npi_of(name),
        name[4],
        taxonomy[3] if taxonomy is not None else "",
        tin[2].replace("-", "") if tin is not None else "",
        address_of(billing.get("N3"), billing.get("N4")),
        _phone(contact) if contact is not None else "",
    )
    rest = tuple((f"NM1*{code} in loop 2010A", loops[code]["NM1"]) for code in ("87", "PE") if code in loops)
    return Payee(provider, rest)


def _phone(contact: Segment) -> str:
    return next((contact[i + 1] for i in (3, 5, 7) if contact[i] == "TE"), "")


def read_person(name: Segment, loop: dict[str, Segment]) -> Person:
    """Return the person of an NM1 with its N3, N4 and DMG; without a DMG the birth date is NOT_STATED."""
    birth = loop.get("DMG")
    return Person(
        name[3],
        name[4],
        day(birth, 2) if birth is not None else NOT_STATED,
        (birth[3] if birth is not None else "") or "U",
        name[5],
        name[7],
        address_of(loop.get("N3"), loop.get("N4")),
    )


def responsibility_of(segment: Segment) -> Responsibility:
    """Return SBR01. Raises Unreadable when it is none of P, S and T."""
    try:
        return Responsibility(segment[1])
    except ValueError:
        message = "The payer's place in line is not P, S or T."
        raise unreadable("837p.responsibility", segment, 1, message) from None


def read_subscriber(head: Segment, segments: list[Segment]) -> Subscriber:
    """Read loops 2000B, 2010BA and 2010BB. Raises Unreadable without SBR, NM1*IL or NM1*PR."""
    loops = by_entity(segments)
    role, insured, payer = loops[""].get("SBR"), loops.get("IL"), loops.get("PR")
    if role is None:
        raise missing(head, "The subscriber's coverage (SBR in loop 2000B)")
    if insured is None:
        raise missing(head, "The subscriber's name (NM1*IL in loop 2010BA)")
    if payer is None:
        raise missing(head, "The payer's name (NM1*PR in loop 2010BB)")
    name, payer_name = insured["NM1"], payer["NM1"]
    coverage = Coverage(
        responsibility_of(role),
        required(payer_name, 9),
        payer_name[3],
        name[9],
        read_person(name, insured),
        role[2] or "18",
        role[9] or "CI",
        role[3],
    )
    rest = [("SBR05 Medicare secondary reason", role)] if role[5] else []
    return Subscriber(coverage, "DMG" in insured, tuple(rest))


def read_patient(head: Segment, segments: list[Segment]) -> tuple[Person, str]:
    """Read loops 2000C and 2010CA: the patient and PAT01. Raises Unreadable without PAT, NM1*QC or DMG."""
    loops = by_entity(segments)
    relation, patient = loops[""].get("PAT"), loops.get("QC")
    if relation is None:
        raise missing(head, "The patient's relationship to the subscriber (PAT in loop 2000C)")
    if patient is None:
        raise missing(head, "The patient's name (NM1*QC in loop 2010CA)")
    if "DMG" not in patient:
        raise missing(patient["NM1"], "The patient's birth date (DMG in loop 2010CA)")
    return read_person(patient["NM1"], patient), required(relation, 1)
