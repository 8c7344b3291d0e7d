"""Facts of dental claims that the 837D must carry whole, for hypothesis; and realistic ones for benches."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

from revcycle.domain.claims.claim import (
    Claim,
    ClaimFrequency,
    ClaimKind,
    Coverage,
    NamedProvider,
    Provider,
    ServiceLine,
    Statements,
)
from revcycle.domain.claims.claim_details import (
    Attachment,
    Contract,
    DatedEvent,
    Note,
    ProviderRole,
    Reference,
    RelatedCauses,
)
from revcycle.domain.claims.dental import DentalClaim, DentalService, Orthodontics, Tooth, ToothStatus
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Address, Person
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment
from revcycle.edi.wire.elements import NOT_STATED
from tests.support.edi.edi_facts import (
    NPI,
    addresses,
    billing_providers,
    cents,
    codes,
    coverages,
    payments_of,
    people,
    texts,
)

T = TypeVar("T")
DENTIST = "1223G0001X"
FREQUENCIES = (ClaimFrequency.ORIGINAL, ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID)
TEETH = tuple(str(number) for number in range(1, 33)) + tuple("ABCDEFGHIJKLMNOPQRST")

days = st.dates(date(2025, 1, 1), date(2025, 12, 31))
maybe = st.one_of(st.just(""), codes(20))
months = st.integers(1, 48).map(Decimal)
contracts = st.builds(Contract, st.sampled_from(["02", "05", "09"]), st.one_of(st.none(), cents), code=maybe)


def several(elements: st.SearchStrategy[T], most: int) -> st.SearchStrategy[tuple[T, ...]]:
    """None, or up to that many."""
    return st.one_of(st.just(()), st.lists(elements, max_size=2), st.lists(elements, max_size=most)).map(
        tuple
    )


@st.composite
def each_once(draw: st.DrawFn, qualifiers: tuple[str, ...]) -> tuple[Reference, ...]:
    """Numbers, each kind at most once."""
    chosen = draw(st.lists(st.sampled_from(qualifiers), unique=True, max_size=3))
    return tuple(Reference(qualifier, draw(codes(20))) for qualifier in chosen)


@st.composite
def events(draw: st.DrawFn, qualifiers: tuple[str, ...]) -> tuple[DatedEvent, ...]:
    """Days, each kind at most once, in the guide's order."""
    return tuple(DatedEvent(qualifier, draw(days)) for qualifier in qualifiers if draw(st.booleans()))


@st.composite
def providers(draw: st.DrawFn, roles: tuple[ProviderRole, ...]) -> tuple[NamedProvider, ...]:
    """Those who take part, in the guide's order."""
    return tuple(NamedProvider(role, draw(provider(role))) for role in roles if draw(st.integers(0, 3)) == 0)


@st.composite
def provider(draw: st.DrawFn, role: ProviderRole) -> Provider:
    """A dentist, or a place."""
    ids = tuple(Reference("G2", draw(codes(20))) for _ in range(draw(st.integers(0, 1))))
    npi = draw(st.sampled_from([NPI, NPI, ""]))
    if role is ProviderRole.SERVICE_FACILITY:
        return Provider(draw(texts(30)), npi, address=draw(addresses), other_ids=ids)
    taxonomy = "" if role is ProviderRole.SUPERVISING else draw(st.sampled_from(["", DENTIST]))
    return Provider(draw(texts(30)), npi, draw(texts(20)), taxonomy, middle_name=draw(st.sampled_from(["", "Q"])),
                    suffix=draw(st.sampled_from(["", "JR"])), other_ids=ids)  # fmt: skip


teeth = st.builds(
    Tooth,
    st.sampled_from(TEETH),
    st.lists(st.sampled_from("MODBLFI"), unique=True, max_size=5).map(tuple),
)


@st.composite
def dental_services(draw: st.DrawFn) -> DentalService | None:
    """Teeth, parts of the mouth, a crown's placement; or nothing."""
    service = DentalService(
        draw(several(teeth, 3)),
        tuple(draw(st.lists(st.sampled_from(["00", "10", "20", "L"]), unique=True, max_size=4))),
        draw(st.sampled_from(["", "I", "R"])),
    )
    return service if service != DentalService() else None


@st.composite
def lines(draw: st.DrawFn, number: int, diagnoses: int, served: date, last: date | None) -> ServiceLine:
    """A dental line that points at existing diagnoses."""
    pointers = draw(st.lists(st.integers(1, diagnoses), max_size=4, unique=True)) if diagnoses else []
    roles = (ProviderRole.ASSISTANT_SURGEON, ProviderRole.SUPERVISING, ProviderRole.SERVICE_FACILITY)
    return ServiceLine(
        number,
        draw(st.sampled_from(["D0120", "D2750", "D3320", "D8080"])),
        draw(cents),
        Decimal(draw(st.integers(1, 32))),
        served,
        tuple(pointers),
        tuple(draw(st.lists(st.sampled_from(["U1", "52", "LT"]), unique=True))),
        draw(st.sampled_from(["", "22"])),
        f"L{number}",
        service_date_to=last,
        procedure_qualifier="AD",
        description=draw(st.one_of(st.just(""), texts(40))),
        dental=draw(dental_services()),
        rendering_provider=draw(st.one_of(st.none(), provider(ProviderRole.RENDERING))),
        providers=draw(providers(roles)),
        references=draw(each_once(("G3", "G1", "9B", "9D", "9F"))),
        dates=draw(events(("441", "452", "446", "196", "198"))),
        notes=draw(several(texts(60).map(lambda text: Note("K3", text)), 2)),
        contract=draw(st.one_of(st.none(), st.none(), contracts)),
    )


@st.composite
def dental_parts(draw: st.DrawFn) -> DentalClaim:
    """Missing teeth, orthodontics, a predetermination: any of them."""
    orthodontics = st.builds(Orthodontics, st.one_of(st.none(), months), st.one_of(st.none(), months))
    status = st.builds(ToothStatus, st.sampled_from(TEETH), st.sampled_from(["M", "E"]))
    return DentalClaim(
        draw(several(status, 3)),
        draw(st.one_of(st.none(), orthodontics)),
        draw(st.integers(0, 4)) == 0,
    )


@st.composite
def services(draw: st.DrawFn, dental: DentalClaim, diagnoses: int) -> tuple[ServiceLine, ...]:
    """Lines served on one day, on several days, or not yet."""
    count = draw(st.integers(1, 3))
    shared = draw(days)
    on_one_day = draw(st.booleans())
    made = []
    for number in range(1, count + 1):
        served = shared if on_one_day else draw(days)
        last = served + timedelta(2) if on_one_day and shared.day % 5 == 0 else None
        if dental.predetermination:
            served, last = NOT_STATED, None
        made.append(draw(lines(number, diagnoses, served, last)))
    return tuple(made)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A dental claim for a subscriber or a dependent, with one coverage or two."""
    dependent = draw(st.booleans())
    patient = draw(people)
    subscriber = draw(people) if dependent else patient
    relationship = draw(st.sampled_from(["19", "01"])) if dependent else "18"
    diagnoses = tuple(draw(st.lists(st.sampled_from(["K029", "K0381", "M2609", "Z0120"]), unique=True)))
    dental = draw(dental_parts())
    served = draw(services(dental, len(diagnoses)))
    places = (Responsibility.PRIMARY, Responsibility.SECONDARY)[: draw(st.integers(1, 2))]
    frequency, number = draw(st.sampled_from(FREQUENCIES)), draw(codes(20))
    roles = (
        ProviderRole.REFERRING,
        ProviderRole.PRIMARY_CARE,
        ProviderRole.SERVICE_FACILITY,
        ProviderRole.ASSISTANT_SURGEON,
        ProviderRole.SUPERVISING,
    )
    paper = st.builds(Attachment, st.sampled_from(["DG", "P6", "RB", "RR"]), st.just("BM"), codes(20))
    causes = st.builds(RelatedCauses, st.sampled_from([("AA",), ("OA", "EM")]), st.sampled_from(["", "FL"]))
    notes = draw(several(texts(60).map(lambda text: Note("K3", text)), 2))
    notes += draw(several(texts(60).map(lambda text: Note("ADD", text)), 2))
    return Claim(
        number,
        sum(line.charge_cents for line in served),
        "11",
        patient,
        draw(billing_providers),
        tuple(draw(coverages(place, subscriber, relationship)) for place in places),
        diagnoses,
        served,
        draw(st.one_of(st.none(), provider(ProviderRole.RENDERING))),
        frequency,
        "" if frequency is ClaimFrequency.ORIGINAL else draw(codes(20)),
        draw(maybe),
        number,
        draw(st.sampled_from(["", "7", "11"])),
        kind=ClaimKind.DENTAL,
        dental=dental if dental != DentalClaim() else None,
        statements=Statements(
            draw(st.booleans()),
            draw(st.sampled_from("AC")),
            draw(st.sampled_from("YNW")),
            draw(st.sampled_from("YI")),
        ),
        related_causes=draw(st.one_of(st.none(), causes)),
        special_program_code=draw(st.sampled_from(["", "01", "02"])),
        patient_paid_cents=draw(st.sampled_from([0, 2_500])),
        providers=draw(providers(roles)),
        references=draw(each_once(("G3", "4N", "9F", "9A", "9C", "D9"))),
        dates=draw(events(("439", "452", "050"))),
        notes=notes,
        attachments=draw(several(paper, 2)),
        contract=draw(st.one_of(st.none(), st.none(), contracts)),
    )


@st.composite
def claims_to_send(draw: st.DrawFn) -> ClaimToSend:
    """A claim to its first payer, or to its second with what the first paid."""
    claim = draw(claims())
    if len(claim.coverages) == 1 or draw(st.booleans()):
        return ClaimToSend(claim, Responsibility.PRIMARY)
    prior = PriorPayment(Responsibility.PRIMARY, draw(payments_of(claim)), date(2026, 1, 3))
    return ClaimToSend(claim, Responsibility.SECONDARY, (prior,))


_PRACTICE = Provider(
    "FAMILY DENTAL",
    NPI,
    taxonomy_code=DENTIST,
    tin="123456789",
    address=Address("300 DENTAL LN", "CLEVELAND", "OH", "441130001"),
    phone="2165550100",
)
_DENTIST = Provider("KILDARE", NPI, "BEN", DENTIST)
_VISITS = (
    (("D0120", 6_500, ()), ("D1110", 9_800, ()), ("D0274", 7_200, ())),
    (("D2391", 18_000, (Tooth("14", ("O",)),)), ("D2392", 22_500, (Tooth("15", ("M", "O")),))),
    (("D2750", 115_000, (Tooth("13"),)), ("D2950", 28_000, (Tooth("13"),))),
    (("D7140", 19_500, (Tooth("32"),)),),
)


def realistic(count: int) -> Iterator[ClaimToSend]:
    """Return so many claims of a family dentist: check-ups, fillings, crowns, an extraction."""
    for number in range(count):
        day = date(2026, 1, 5) + timedelta(number % 90)
        patient = Person(f"PATIENT{number % 997}", "TED", date(1985, 5, 1) + timedelta(number % 9000), "M",
                         address=Address("236 N MAIN ST", "CLEVELAND", "OH", "441130001"))  # fmt: skip
        coverage = Coverage(
            Responsibility.PRIMARY, "PAYER03", "DENTAL PLAN", f"M{number:08d}", patient, group_number="GRP1"
        )
        visit = _VISITS[number % len(_VISITS)]
        served = tuple(
            ServiceLine(
                place, code, charge, Decimal(1), day, (1,), (), "", f"{number}-{place}", procedure_qualifier="AD",
                dental=DentalService(treated, (), "I" if code == "D2750" else "") if treated else None,
            )
            for place, (code, charge, treated) in enumerate(visit, 1)
        )  # fmt: skip
        claim = Claim(
            f"D{number:07d}", sum(line.charge_cents for line in served), "11", patient, _PRACTICE, (coverage,),
            ("K029",), served, _DENTIST, source_control_number=f"D{number:07d}", kind=ClaimKind.DENTAL,
        )  # fmt: skip
        yield ClaimToSend(claim, Responsibility.PRIMARY)
