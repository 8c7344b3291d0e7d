"""The parties above a claim in an 837: billing provider 2000A, subscriber and payer 2000B, patient 2000C."""

from collections.abc import Sequence
from dataclasses import dataclass

from revcycle.domain.claims.claim import Coverage, Provider
from revcycle.domain.claims.claim_details import PayToPlan, Reference
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Person
from revcycle.edi.claim_837.parts.guide import Facts, ProviderLoop, Remarks
from revcycle.edi.claim_837.parts.loops import party_loops
from revcycle.edi.claim_837.parts.providers import ProviderParts, address_of, foreign, unpaired
from revcycle.edi.claim_837.parts.write_parties import AT_PAYER, SELF
from revcycle.edi.wire.elements import NOT_STATED, day, missing, parse_day, quantity, required, unreadable
from revcycle.edi.wire.errors import Unreadable
from revcycle.edi.wire.quick import quick
from revcycle.edi.wire.segments import Segment

_COVERAGE, _PERSON = quick(Coverage), quick(Person)
_PLAN_IDS = ("2U", "FY", "NF")
_PERSON_IDS = ("SY", "Y4", "1W")
_PAYER_IDS = ("2U", "EI", "FY", "NF")
_RESPONSIBILITIES = {place.value: place for place in Responsibility}


@dataclass(slots=True)
class Payee:
    """The billing provider, and the claim's pay-to fields."""

    provider: Provider
    facts: Facts


@dataclass(slots=True)
class Subscriber:
    """The destination coverage, the claim's fields from PAT, and the billing provider's numbers at the payer."""

    coverage: Coverage
    has_demographics: bool
    facts: Facts
    billing_ids: tuple[Reference, ...]


@dataclass(slots=True)
class Patient:
    """A patient who is not the subscriber, with PAT01 and the claim's fields from PAT and REF."""

    person: Person
    relationship: str
    facts: Facts


def read_billing_provider(
    head: Segment, segments: Sequence[Segment], shape: ProviderLoop, remarks: Remarks
) -> Payee:
    """Read loop 2000A with 2010AA to 2010AC. Raises Unreadable without an NM1*85."""
    facts = Facts()
    own, parties = party_loops(segments)
    parts: ProviderParts | None = None
    for party in parties:
        code = party[0][1].upper()
        if code == "85" and parts is None:
            parts = ProviderParts(party, shape, remarks)
        elif not (code in ("87", "PE") and _pay_to(facts, party, remarks)):
            remarks.leave("2010A", party)
    if parts is None:
        raise missing(head, "The billing provider's name (NM1*85 in loop 2010AA)")
    for segment in own:
        if segment.id == "PRV" and not parts.taxonomy:
            parts.taxonomy = segment[3]
        else:
            remarks.leave("2000A", [segment])
    return Payee(parts.provider(), facts)


def _pay_to(facts: Facts, party: Sequence[Segment], remarks: Remarks) -> bool:
    street = next((segment for segment in party if segment.id == "N3"), None)
    city = next((segment for segment in party if segment.id == "N4"), None)
    address = address_of(street, city)
    if address is None or city is None or foreign(city):
        return False
    name = party[0]
    rest = [segment for segment in party[1:] if segment is not street and segment is not city]
    if name[1] == "87":
        remarks.leave("2010AB", rest)
        return facts.setdefault("pay_to_address", address) is address
    ids = tuple(Reference(s[1], s[2]) for s in rest if s.id == "REF" and s[1] in _PLAN_IDS)
    tin = next((s[2].replace("-", "") for s in rest if s.id == "REF" and s[1] == "EI"), "")
    remarks.leave("2010AC", [s for s in rest if s.id != "REF" or s[1] not in (*_PLAN_IDS, "EI")])
    plan = PayToPlan(name[3], name[9], tin, address, ids)
    return facts.setdefault("pay_to_plan", plan) is plan


def read_person(
    party: Sequence[Segment], place: str, remarks: Remarks
) -> tuple[Person, tuple[Reference, ...]]:
    """Return the person of an NM1 with its N3, N4 and DMG, and its REF.

    Without a DMG the birth date is NOT_STATED.
    """
    name, birth_date, sex = party[0], NOT_STATED, "U"
    street: Segment | None = None
    city: Segment | None = None
    ids: tuple[Reference, ...] = ()
    for segment in party[1:]:
        kind = segment.id
        if kind == "N3" and street is None:
            street = segment
        elif kind == "N4" and city is None:
            city = segment
            if foreign(segment):
                remarks.leave(place, [segment])
        elif kind == "DMG" and birth_date is NOT_STATED:
            birth_date, sex = day(segment, 2), segment[3] or "U"
        elif kind == "REF" and segment[1] in _PERSON_IDS and segment[2] and is_new(ids, segment[1]):
            ids = (*ids, Reference(segment[1], segment[2]))
        else:
            remarks.leave(place, [segment])
    if (street is None) != (city is None):
        remarks.leave(place, unpaired(street, city))
    if name[8] not in ("MI", ""):
        remarks.leave(place, [name])
    return _PERSON(name[3], name[4], birth_date, sex, name[5], name[7], address_of(street, city)), ids


def is_new(ids: Sequence[Reference], qualifier: str) -> bool:
    """Tell whether no number with that qualifier is there yet; the guides allow one of each."""
    return not any(one.qualifier == qualifier for one in ids)


def responsibility_of(segment: Segment) -> Responsibility:
    """Return SBR01. Raises Unreadable when it is no place in line."""
    place = _RESPONSIBILITIES.get(segment[1])
    if place is None:
        message = "The payer's place in line is not P, S, T or one of the further places A to H."
        raise unreadable("837.responsibility", segment, 1, message)
    return place


@dataclass(slots=True)
class PayerParts:
    """The segments after a payer's NM1: address, the payer's numbers, and those that no fact holds."""

    street: Segment | None
    city: Segment | None
    ids: tuple[Reference, ...]
    rest: tuple[Segment, ...]


def payer_parts(party: Sequence[Segment]) -> PayerParts:
    """Sort the segments of a payer's loop."""
    street: Segment | None = None
    city: Segment | None = None
    ids: list[Reference] = []
    rest: list[Segment] = []
    for segment in party[1:]:
        if segment.id == "N3" and street is None:
            street = segment
        elif segment.id == "N4" and city is None and not foreign(segment):
            city = segment
        elif segment.id == "REF" and segment[1] in _PAYER_IDS and segment[2] and is_new(ids, segment[1]):
            ids.append(Reference(segment[1], segment[2]))
        else:
            rest.append(segment)
    return PayerParts(street, city, tuple(ids), (*rest, *unpaired(street, city)))


def read_subscriber(
    head: Segment, segments: Sequence[Segment], relationship: str, remarks: Remarks
) -> Subscriber:
    """Read loops 2000B, 2010BA and 2010BB. Raises Unreadable without SBR, NM1*IL or NM1*PR.

    ``relationship`` is that of a patient who is not the subscriber, else empty.
    """
    facts = Facts()
    own, parties = party_loops(segments)
    insured = payer = None
    for party in parties:
        code = party[0][1].upper()
        if code == "IL" and insured is None:
            insured = party
        elif code == "PR" and payer is None:
            payer = party
        else:
            remarks.leave("2010B", party)
    role = _own(own, "2000B", facts, remarks)
    if role is None:
        raise missing(head, "The subscriber's coverage (SBR in loop 2000B)")
    if insured is None:
        raise missing(head, "The subscriber's name (NM1*IL in loop 2010BA)")
    if payer is None:
        raise missing(head, "The payer's name (NM1*PR in loop 2010BB)")
    person, ids = read_person(insured, "2010BA", remarks)
    if payer[0][8] not in ("PI", ""):
        remarks.leave("2010BB", [payer[0]])
    payer_id, told = required(payer[0], 9), _NOTHING if len(payer) == 1 else payer_parts(payer)
    billing_ids: tuple[Reference, ...] = ()
    if told.rest:
        billing_ids = tuple([Reference(s[1], s[2]) for s in told.rest if _is_at_payer(s)])
        remarks.leave("2010BB", [s for s in told.rest if not _is_at_payer(s)])
    coverage = _COVERAGE(
        responsibility_of(role), payer_id, payer[0][3], insured[0][9], person,
        relationship or role[2] or SELF, role[9] or "CI",
        role[3], role[4], role[5], address_of(told.street, told.city), told.ids, ids,
    )  # fmt: skip
    return Subscriber(coverage, person.birth_date is not NOT_STATED, facts, billing_ids)


def _is_at_payer(segment: Segment) -> bool:
    return segment.id == "REF" and segment[1] in AT_PAYER and bool(segment[2])


_NOTHING = PayerParts(None, None, (), ())


def _own(segments: Sequence[Segment], place: str, facts: Facts, remarks: Remarks) -> Segment | None:
    """Take PAT into the facts; return SBR."""
    role: Segment | None = None
    for segment in segments:
        if segment.id == "SBR" and role is None:
            role = segment
        elif segment.id != "PAT" or not _patient_facts(facts, segment):
            remarks.leave(place, [segment])
    return role


def _patient_facts(facts: Facts, segment: Segment) -> bool:
    died = parse_day(segment[6]) if segment[6] else None
    try:
        weight = quantity(segment, 8) if segment[8] else None
    except Unreadable:
        return False
    if (segment[6] and died is None) or (weight is not None and segment[7] not in ("01", "")):
        return False
    facts["patient_death_date"], facts["patient_weight_pounds"] = died, weight
    facts["patient_is_pregnant"] = segment[9] == "Y"
    return True


def read_patient(head: Segment, segments: Sequence[Segment], remarks: Remarks) -> Patient:
    """Read loops 2000C and 2010CA. Raises Unreadable without PAT, NM1*QC or DMG."""
    facts = Facts()
    own, parties = party_loops(segments)
    relation = next((segment for segment in own if segment.id == "PAT"), None)
    party = next((party for party in parties if party[0][1].upper() == "QC"), None)
    if relation is None:
        raise missing(head, "The patient's relationship to the subscriber (PAT in loop 2000C)")
    if party is None:
        raise missing(head, "The patient's name (NM1*QC in loop 2010CA)")
    for other in parties:
        if other is not party:
            remarks.leave("2010CA", other)
    if len(relation) > 2 and not _patient_facts(facts, relation):
        remarks.leave("2000C", [relation])
    if len(own) > 1:
        remarks.leave("2000C", [segment for segment in own if segment is not relation])
    person, ids = read_person(party, "2010CA", remarks)
    if person.birth_date is NOT_STATED:
        raise missing(party[0], "The patient's birth date (DMG in loop 2010CA)")
    if ids:
        facts["patient_ids"] = ids
    return Patient(person, required(relation, 1), facts)
