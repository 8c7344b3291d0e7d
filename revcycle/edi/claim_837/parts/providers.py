"""Providers and places of an 837, both ways: NM1 with PRV, N3, N4, REF and PER."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from revcycle.domain.claims.claim import NamedProvider, Provider
from revcycle.domain.claims.claim_details import Ambulance, ProviderRole, Reference
from revcycle.domain.person import Address
from revcycle.edi.claim_837.parts.details import needs
from revcycle.edi.claim_837.parts.guide import Facts, PartyReader, ProviderLoop, Remarks
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.quick import quick
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

PICK_UP, DROP_OFF = "PW", "45"
_PROVIDER, _ADDRESS = quick(Provider), quick(Address)
_HOME = ("", "US", "USA")
_KNOWN_NUMBERS = ("XX", "24", "34", "")


def write_provider(writer: SegmentWriter, code: str, provider: Provider, shape: ProviderLoop) -> None:
    """Write one provider loop. Raises CannotWrite."""
    name, first, npi = provider.last_or_organization_name, provider.first_name, provider.npi
    kind = shape.entity or ("1" if first else "2")
    qualifier = "XX" if npi else ""
    if shape.named:
        needs(name, "NM103", f"the name of a provider (loop {shape.loop})")
        writer.add("NM1", code, kind, name, first, provider.middle_name, "", provider.suffix, qualifier, npi)
    else:
        writer.add("NM1", code, kind, "", "", "", "", "", qualifier, npi)
    if shape.taxonomy and provider.taxonomy_code:
        writer.add("PRV", shape.taxonomy, "PXC", provider.taxonomy_code)
    if shape.address and provider.address is not None:
        writer.address(provider.address)
    elif shape.address == "must":
        raise ValueMissing("N301", f"is missing: this provider needs a street address (loop {shape.loop})")
    if provider.other_ids:
        write_ids(writer, provider.other_ids, shape)
    if shape.phone and provider.phone:
        write_contact(writer, provider)


def write_in_order(
    writer: SegmentWriter,
    rendering: Provider | None,
    others: Sequence[NamedProvider],
    shapes: Mapping[ProviderRole, ProviderLoop],
) -> None:
    """Write the rendering provider and the others in the order of ``shapes``, which is the guide's."""
    by_role = {named.role: named.provider for named in others}
    if len(by_role) < len(others) or (rendering is not None and ProviderRole.RENDERING in by_role):
        raise CannotWrite("NM101", "names two providers for one part in the claim or the line")
    if not by_role.keys() <= shapes.keys():
        raise CannotWrite("NM101", "names a part that this guide does not have here")
    if rendering is not None:
        by_role[ProviderRole.RENDERING] = rendering
    for role, shape in shapes.items():
        if role in by_role:
            write_provider(writer, role.value, by_role[role], shape)


def write_ids(writer: SegmentWriter, ids: Sequence[Reference], shape: ProviderLoop) -> None:
    """Write the numbers of a provider beside its NPI."""
    if len(ids) > shape.most_ids:
        raise CannotWrite("REF01", f"stands too often: loop {shape.loop} has {shape.most_ids} numbers")
    for reference in ids:
        if reference.qualifier not in shape.ids:
            raise CannotWrite("REF01", f"names a kind of number that loop {shape.loop} does not have")
        needs(reference.value, "REF02", f"a provider's number (loop {shape.loop})")
        writer.add("REF", reference.qualifier, reference.value)


def write_contact(writer: SegmentWriter, provider: Provider) -> None:
    """Write the telephone of a provider."""
    name = provider.contact_name or provider.last_or_organization_name
    writer.add("PER", "IC", name, "TE", provider.phone)


def address_of(street: Segment | None, city: Segment | None) -> Address | None:
    """Return the address an N3 and an N4 give together, None when one is missing."""
    if street is None or city is None:
        return None
    return _ADDRESS(street[1], city[1], city[2], city[3].replace("-", ""), street[2])


def unpaired(street: Segment | None, city: Segment | None) -> list[Segment]:
    """Return the half of an address whose other half is missing."""
    halves = [half for half in (street, city) if half is not None]
    return halves if len(halves) == 1 else []


def npi_of(name: Segment) -> str:
    """Return NM109 when it is an NPI."""
    return name[9] if name[8] in ("XX", "") else ""


def foreign(city: Segment) -> bool:
    """Tell whether an N4 names another country, which our addresses do not carry."""
    return len(city) > 4 and (city[4].upper() not in _HOME or bool(city[7]))


class ProviderParts:
    """The segments of one provider loop, told apart; what is not among them is left in the remarks."""

    __slots__ = ("city", "contact", "ids", "name", "street", "taxonomy", "tin")

    def __init__(self, party: Sequence[Segment], shape: ProviderLoop, remarks: Remarks) -> None:
        """Take the NM1 and what follows it."""
        self.name = party[0]
        self.street: Segment | None = None
        self.city: Segment | None = None
        self.contact: Segment | None = None
        self.taxonomy = ""
        self.tin: Segment | None = None
        self.ids: tuple[Reference, ...] = ()
        if len(party) > 1:
            left = [segment for segment in party[1:] if not self._take(segment, shape)]
            remarks.leave(shape.loop, [*left, *unpaired(self.street, self.city)])
        if self.name[9] and self.name[8] not in _KNOWN_NUMBERS:
            remarks.leave(shape.loop, [self.name])

    def _take(self, segment: Segment, shape: ProviderLoop) -> bool:
        kind = segment.id
        if kind == "REF":
            return self._take_number(segment, shape)
        if kind == "PRV" and not self.taxonomy:
            self.taxonomy = segment[3]
        elif kind == "N3" and self.street is None:
            self.street = segment
        elif kind == "N4" and self.city is None:
            self.city = segment
            return not foreign(segment)
        elif kind == "PER" and self.contact is None:
            self.contact = segment
            return len(segment) <= 5 and segment[3] == "TE"
        else:
            return False
        return True

    def _take_number(self, segment: Segment, shape: ProviderLoop) -> bool:
        qualifier, value = segment[1], segment[2]
        if qualifier in ("EI", "SY") and self.tin is None:
            self.tin = segment
            return True
        if qualifier not in shape.ids or not value or segment[4] or len(self.ids) == shape.most_ids:
            return False
        self.ids = (*self.ids, Reference(qualifier, value))
        return True

    def provider(self) -> Provider:
        """Return the provider."""
        name = self.name
        phone = contact = ""
        if self.contact is not None:
            phone = next((self.contact[i + 1] for i in (3, 5, 7) if self.contact[i] == "TE"), "")
            contact = self.contact[2] if phone and self.contact[2] != name[3] else ""
        tin, tin_kind = (self.tin[2].replace("-", ""), self.tin[1]) if self.tin is not None else ("", "EI")
        if not tin and name[8] in ("24", "34"):
            tin, tin_kind = name[9].replace("-", ""), "EI" if name[8] == "24" else "SY"
        return _PROVIDER(
            name[3], npi_of(name), name[4], self.taxonomy, tin, address_of(self.street, self.city), phone,
            name[5], name[7], tin_kind, self.ids, contact,
        )  # fmt: skip


def read_provider(party: Sequence[Segment], shape: ProviderLoop, remarks: Remarks) -> Provider:
    """Return the provider of one loop; most are a name, and perhaps a taxonomy."""
    name = party[0]
    if name[8] == "XX" and (len(party) == 1 or (len(party) == 2 and party[1].id == "PRV")):
        taxonomy = party[1][3] if len(party) == 2 else ""
        return _PROVIDER(name[3], name[9], name[4], taxonomy, middle_name=name[5], suffix=name[7])
    return ProviderParts(party, shape, remarks).provider()


def reads_providers(shapes: Mapping[ProviderRole, ProviderLoop]) -> dict[str, PartyReader]:
    """Return the readers of the guide's provider loops by NM101."""
    return {
        role.value: _reads_rendering(shape)
        if role is ProviderRole.RENDERING
        else _reads_provider(role, shape)
        for role, shape in shapes.items()
    }


def _reads_rendering(shape: ProviderLoop) -> PartyReader:

    def read(facts: Facts, party: list[Segment], remarks: Remarks) -> bool:
        if "rendering_provider" in facts:
            return False
        facts["rendering_provider"] = read_provider(party, shape, remarks)
        return True

    return read


def _reads_provider(role: ProviderRole, shape: ProviderLoop) -> PartyReader:

    def read(facts: Facts, party: list[Segment], remarks: Remarks) -> bool:
        found = facts.setdefault("providers", [])
        if any(named.role is role for named in found):
            return False
        found.append(NamedProvider(role, read_provider(party, shape, remarks)))
        return True

    return read


def write_places(writer: SegmentWriter, transport: Ambulance) -> None:
    """Write where an ambulance picked the patient up and dropped them off (2310E/F, 2420G/H)."""
    if transport.pick_up is not None:
        writer.add("NM1", PICK_UP, "2")
        writer.address(transport.pick_up)
    if transport.drop_off is not None:
        writer.add("NM1", DROP_OFF, "2", transport.drop_off_name)
        writer.address(transport.drop_off)


def read_place(facts: Facts, party: list[Segment], remarks: Remarks) -> bool:
    """Take an ambulance's pick-up or drop-off place as ``_places``; a second one is left."""
    code = party[0][1]
    street = next((segment for segment in party if segment.id == "N3"), None)
    city = next((segment for segment in party if segment.id == "N4"), None)
    address = address_of(street, city)
    places = facts.setdefault("_places", {})
    if address is None or code in places or (city is not None and foreign(city)):
        return False
    remarks.leave("of the ambulance", [s for s in party if s.id not in ("NM1", "N3", "N4")])
    places[code] = (address, party[0][3] if code == DROP_OFF else "")
    return True


def join_transport(facts: Facts) -> None:
    """Make one Ambulance of the transport (CR1) and its places."""
    if "_transport" not in facts and "_places" not in facts:
        return
    told, places = facts.pop("_transport", None), facts.pop("_places", None)
    if told is None and not places:
        return
    pick_up, _ = (places or {}).get(PICK_UP, (None, ""))
    drop_off, name = (places or {}).get(DROP_OFF, (None, ""))
    reason, miles, pounds, round_trip, stretcher = told or ("", Decimal(0), None, "", "")
    facts["ambulance"] = Ambulance(reason, miles, pounds, round_trip, stretcher, pick_up, drop_off, name)
