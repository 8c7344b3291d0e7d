"""Facts of institutional claims that the 837I must carry whole, for hypothesis; and realistic ones for benches."""

from dataclasses import replace
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
    Condition,
    Contract,
    DatedEvent,
    Drug,
    Note,
    ProviderRole,
    Reference,
)
from revcycle.domain.claims.institutional import ExternalCause, Occurrence, Procedure, Stay, ValueAmount
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Person
from revcycle.domain.remittances.remittance_details import InpatientAdjudication, OutpatientAdjudication
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment
from tests.support.claims.hospital_claims import DIAGNOSES, SIMPLE, realistic
from tests.support.edi.edi_facts import NPI, addresses, cents, codes, payments_of, people, texts

__all__ = ["SIMPLE", "claims", "claims_to_send", "realistic", "stays"]

T = TypeVar("T")
PRESENT = ("", "Y", "N", "U", "W")
INPATIENT, OUTPATIENT = ("11", "18", "21"), ("13", "14", "22", "85")
REVENUE = ("0120", "0250", "0270", "0300", "0301", "0320", "0360", "0450", "0730")
HCPCS = ("", "", "85025", "93005", "99283", "71046")

days = st.dates(date(2025, 1, 1), date(2025, 11, 30))
hours = st.builds("{:02d}{:02d}".format, st.integers(0, 23), st.integers(0, 59))
numbers = codes(15)
maybe = st.one_of(st.just(""), numbers)
words = texts(30)
maybe_words = st.one_of(st.just(""), texts(20))
long_words = texts(80)


def several(elements: st.SearchStrategy[T], most: int) -> st.SearchStrategy[tuple[T, ...]]:
    """Up to that many; seldom many."""
    return st.one_of(
        st.just(()), st.lists(elements, max_size=min(2, most)), st.lists(elements, max_size=most)
    ).map(tuple)


def identified(kinds: tuple[str, ...], most: int) -> st.SearchStrategy[tuple[Reference, ...]]:
    """Numbers of a provider."""
    return several(st.builds(Reference, st.sampled_from(kinds), numbers), most)


def persons(kinds: tuple[str, ...] = ("0B", "1G", "G2", "LU"), most: int = 3) -> st.SearchStrategy[Provider]:
    """Somebody who took part."""
    return st.builds(
        Provider,
        words,
        st.just(NPI),
        words,
        middle_name=st.sampled_from(["", "Q", "JANE"]),
        suffix=st.sampled_from(["", "JR"]),
        other_ids=identified(kinds, most),
    )


attending = st.builds(replace, persons(), taxonomy_code=st.sampled_from(["", "207R00000X"]))
facilities = st.builds(
    Provider, words, st.just(NPI), address=addresses, other_ids=identified(("0B", "G2", "LU"), 3)
)
billing_providers = st.builds(
    Provider,
    words,
    st.just(NPI),
    taxonomy_code=st.sampled_from(["", "282N00000X"]),
    tin=st.from_regex(r"\A[0-9]{9}\Z"),
    address=addresses,
    phone=st.sampled_from(["", "6175551212"]),
    other_ids=st.one_of(st.just(()), st.tuples(st.builds(Reference, st.sampled_from(["G2", "LU"]), numbers))),
)


@st.composite
def _taking_part(
    draw: st.DrawFn, roles: dict[ProviderRole, st.SearchStrategy[Provider]]
) -> tuple[NamedProvider, ...]:
    """Some of the roles in the guide's order."""
    return tuple(NamedProvider(role, draw(who)) for role, who in roles.items() if draw(st.booleans()))


claim_providers = _taking_part(
    {
        ProviderRole.ATTENDING: attending,
        ProviderRole.OPERATING: persons(),
        ProviderRole.OTHER_OPERATING: persons(),
        ProviderRole.SERVICE_FACILITY: facilities,
        ProviderRole.REFERRING: persons(("0B", "1G", "G2")),
    }
)
line_providers = _taking_part(
    {
        ProviderRole.OPERATING: persons(),
        ProviderRole.OTHER_OPERATING: persons(),
        ProviderRole.REFERRING: persons(("0B", "1G", "G2")),
    }
)
attachments = st.builds(Attachment, st.sampled_from(["OZ", "M1"]), st.just("EL"), numbers) | st.builds(
    Attachment, st.just("DS"), st.just("AA")
)


@st.composite
def drugs(draw: st.DrawFn) -> Drug:
    """A drug, by prescription, as a part of a compound, or neither."""
    number, link = draw(st.sampled_from([("", ""), ("RX123", ""), ("", "LINK1")]))
    return Drug("00002751001", draw(st.sampled_from(["1", "2.5"]).map(Decimal)), "ML", number, link)


spans = st.builds(
    lambda code, first, length: Occurrence(code, first, first + timedelta(length)),
    st.sampled_from(["70", "74", "M1"]),
    days,
    st.integers(0, 20),
)
some_reasons = several(st.sampled_from(["R0602", "R079"]), 3)
some_causes = several(
    st.builds(ExternalCause, st.sampled_from(["W010XXA", "Y9301"]), st.sampled_from(PRESENT)), 12
)
some_procedures = several(st.builds(Procedure, st.sampled_from(["0BH17EZ", "02703DZ"]), days), 25)
some_spans = several(spans, 24)
some_occurrences = several(st.builds(Occurrence, st.sampled_from(["11", "A1"]), days), 24)
some_values = several(
    st.builds(ValueAmount, st.sampled_from(["80", "A2", "FC"]), st.integers(0, 9_999_999)), 24
)
some_conditions = several(st.sampled_from(["09", "17", "C1"]), 24)
some_treatments = several(st.sampled_from(["A02", "A01"]), 24)
maybe_hours = st.one_of(st.just(""), hours)
amounts_due = st.one_of(st.none(), st.integers(0, 99_999))


@st.composite
def stays(draw: st.DrawFn, diagnoses: int) -> Stay:
    """What the institution says of a stay or a visit."""
    first = draw(days)
    admitted = draw(st.sampled_from([None, first]))
    present = tuple(draw(st.sampled_from(PRESENT)) for _ in range(diagnoses))
    return Stay(
        draw(st.sampled_from(INPATIENT + OUTPATIENT)),
        first,
        first + timedelta(draw(st.integers(0, 20))),
        draw(st.sampled_from(["01", "30", "20"])),
        draw(st.sampled_from(["", "1", "3"])),
        draw(st.sampled_from(["", "1", "7"])),
        admitted,
        "" if admitted is None else draw(maybe_hours),
        draw(maybe_hours),
        draw(st.sampled_from(["", "R0602"])),
        draw(some_reasons),
        draw(some_causes),
        present if any(present) else (),
        draw(st.sampled_from(["", "194", "871"])),
        draw(some_procedures),
        draw(some_spans) + draw(some_occurrences),
        draw(some_values),
        draw(some_conditions),
        draw(some_treatments),
        draw(amounts_due),
    )


MODIFIERS = st.lists(st.sampled_from(["25", "59", "LT", "RT"]), max_size=4, unique=True).map(tuple)
maybe_drugs = st.one_of(st.none(), drugs())
maybe_persons = st.one_of(st.none(), persons())
maybe_line_providers = st.one_of(st.just(()), line_providers)
maybe_line_notes = st.one_of(st.just(()), st.tuples(st.builds(Note, st.just("TPO"), long_words)))
some_attachments = several(attachments, 10)


@st.composite
def several_of(draw: st.DrawFn, limits: dict[str, int]) -> tuple[Reference, ...]:
    """References as often as the guide allows each."""
    return tuple(
        Reference(qualifier, draw(numbers))
        for qualifier, most in limits.items()
        for _ in range(draw(st.integers(0, most)))
    )


line_references = several_of({"9B": 1, "9D": 1})
claim_references = several_of(
    {"4N": 1, "9F": 1, "9A": 1, "9C": 1, "LX": 5, "D9": 1, "LU": 1, "EA": 1, "P4": 1, "G4": 1}
)


@st.composite
def lines(draw: st.DrawFn, number: int, stay: Stay) -> ServiceLine:
    """A line by revenue code, with a procedure or without."""
    procedure = draw(st.sampled_from(HCPCS))
    first = draw(st.sampled_from([stay.statement_from, stay.statement_to]))
    return ServiceLine(
        number,
        procedure,
        draw(cents),
        Decimal(draw(st.sampled_from(["1", "3", "2.5"]))),
        first,
        (),
        draw(MODIFIERS) if procedure else (),
        line_item_control_number=f"L{number}",
        unit=draw(st.sampled_from(["UN", "DA"])),
        service_date_to=draw(st.sampled_from([None, first + timedelta(2)])),
        description=draw(maybe_words) if procedure else "",
        revenue_code=draw(st.sampled_from(REVENUE)),
        non_covered_cents=draw(st.sampled_from([0, 0, 1250])),
        drug=draw(maybe_drugs),
        rendering_provider=draw(maybe_persons),
        providers=draw(maybe_line_providers),
        references=draw(line_references),
        notes=draw(maybe_line_notes),
        attachments=draw(some_attachments),
    )


fixed_notes = several(st.builds(Note, st.just("K3"), long_words), 10)
claim_notes = several(st.builds(Note, st.sampled_from(["MED", "DGN", "ALG"]), long_words), 10)
billing_notes = several(st.builds(Note, st.just("ADD"), long_words), 1)
notes = st.builds(lambda *told: sum(told, ()), fixed_notes, claim_notes, billing_notes)
"""Fixed-format information, claim notes, billing note: in the order of the file."""

contracts = st.builds(
    Contract,
    st.sampled_from(["01", "02", "09"]),
    st.one_of(st.none(), cents),
    st.sampled_from([None, Decimal(80), Decimal("2.5")]),
    maybe,
    st.sampled_from([None, Decimal(5)]),
    maybe,
)


@st.composite
def _coverages(draw: st.DrawFn, patient: Person) -> tuple[Coverage, ...]:
    dependent = draw(st.booleans())
    subscriber = draw(people) if dependent else patient
    relationship = draw(st.sampled_from(["19", "01"])) if dependent else "18"
    places = (Responsibility.PRIMARY, Responsibility.SECONDARY, Responsibility.TERTIARY)[
        : draw(st.integers(1, 3))
    ]
    return tuple(
        Coverage(
            place,
            "PAY" + place.value,
            draw(words),
            draw(numbers),
            subscriber,
            relationship,
            draw(st.sampled_from(["CI", "MA", "MC", "BL", "12"])),
            draw(maybe),
        )
        for place in places
    )


all_statements = st.builds(
    Statements, st.just(True), st.sampled_from("ABC"), st.sampled_from("YNW"), st.sampled_from("YI")
)
maybe_dates = st.one_of(st.just(()), st.tuples(st.builds(DatedEvent, st.just("050"), days)))
maybe_contracts = st.one_of(st.none(), contracts)
diagnoses = st.lists(st.sampled_from(DIAGNOSES), min_size=1, max_size=25).map(tuple)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """An institutional claim: interim bills, late charges, replacements and voids as well."""
    patient = draw(people)
    coded = draw(diagnoses)
    stay = draw(stays(len(coded)))
    services = tuple(draw(lines(number, stay)) for number in range(1, draw(st.integers(1, 3)) + 1))
    frequency = draw(st.sampled_from(list(ClaimFrequency)))
    answers = frequency in (ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID)
    known = (
        draw(numbers) if answers or (frequency is not ClaimFrequency.ORIGINAL and draw(st.booleans())) else ""
    )
    control_number = draw(numbers)
    return Claim(
        control_number,
        sum(line.charge_cents for line in services),
        "",
        patient,
        draw(billing_providers),
        draw(_coverages(patient)),
        coded,
        services,
        draw(maybe_persons),
        frequency,
        known,
        draw(maybe),
        control_number,
        draw(st.sampled_from(["", "7", "11"])),
        kind=ClaimKind.INSTITUTIONAL,
        stay=stay,
        statements=draw(all_statements),
        providers=draw(claim_providers),
        references=draw(claim_references),
        dates=draw(maybe_dates),
        notes=draw(notes),
        attachments=draw(some_attachments),
        conditions=draw(st.sampled_from([(), (Condition("ZZ", True, ("AV", "S2")),)])),
        contract=draw(maybe_contracts),
    )


maybe_inpatient = st.one_of(
    st.none(),
    st.builds(InpatientAdjudication, st.integers(0, 90).map(Decimal), drg_cents=st.one_of(st.none(), cents)),
)
maybe_outpatient = st.one_of(st.none(), st.builds(OutpatientAdjudication, st.just(Decimal("0.5")), cents))
some_remarks = st.lists(st.sampled_from(["N130", "M15", "MA01"]), unique=True).map(tuple)


@st.composite
def claims_to_send(draw: st.DrawFn) -> ClaimToSend:
    """A claim to its first payer, or to its second with what the first paid."""
    claim = draw(claims())
    if len(claim.coverages) == 1 or draw(st.booleans()):
        return ClaimToSend(claim, Responsibility.PRIMARY)
    payment = replace(
        draw(payments_of(claim)),
        inpatient=draw(maybe_inpatient),
        outpatient=draw(maybe_outpatient),
        remark_codes=draw(some_remarks),
    )
    prior = PriorPayment(Responsibility.PRIMARY, payment, date(2026, 1, 3))
    return ClaimToSend(claim, Responsibility.SECONDARY, (prior,))
