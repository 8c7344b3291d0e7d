"""Professional claims with everything their guide lets them say, for hypothesis; facts in the guide's order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from revcycle.domain.claims.claim import Claim, Coverage, NamedProvider, Provider, ServiceLine, Statements
from revcycle.domain.claims.claim_details import (
    Ambulance,
    Attachment,
    Chiropractic,
    Condition,
    Contract,
    DatedEvent,
    Drug,
    Note,
    PayToPlan,
    ProviderRole,
    Reference,
    RelatedCauses,
)
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Person
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup, ClaimPayment
from revcycle.edi.claim_837.parts.guide import ProviderLoop
from revcycle.edi.claim_837.professional.loops import (
    CLAIM_DATES,
    CLAIM_PROVIDERS,
    CLAIM_REFERENCES,
    LINE_DATES,
    LINE_PROVIDERS,
    LINE_REFERENCES,
)
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment
from revcycle.edi.wire.elements import NOT_STATED
from tests.support.edi.edi_facts import (
    NPI,
    TAXONOMY,
    addresses,
    cents,
    claims,
    codes,
    days,
    payments_of,
    people,
    texts,
)

PLACES = tuple(place for place in Responsibility if place is not Responsibility.UNKNOWN)
DAYS_OF_THE_CLAIM = tuple(code for code, forms in CLAIM_DATES.items() if forms == ("D8",))
DAYS_OF_THE_LINE = tuple(LINE_DATES)
_AMBULANCE_CODES = ("01", "04", "05", "06", "07", "08", "09", "12")


def maybe(strategy: st.SearchStrategy[Any], otherwise: Any = None) -> st.SearchStrategy[Any]:
    """The thing, or not."""
    return st.one_of(st.just(otherwise), strategy)


def some(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few of them, mostly none."""
    return st.one_of(st.just(()), st.lists(strategy, min_size=1, max_size=most).map(tuple))


def subset(choices: Iterable[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the choices, each once, in their order."""
    given = tuple(choices)
    if not given:
        return st.just(())
    chosen = st.lists(st.sampled_from(given), max_size=most, unique=True)
    return chosen.map(lambda picked: tuple(sorted(picked, key=given.index)))


@st.composite
def numbered(draw: st.DrawFn, qualifiers: Iterable[str], most: int = 2) -> tuple[Reference, ...]:
    """References with different qualifiers."""
    return tuple(Reference(qualifier, draw(codes(12))) for qualifier in draw(subset(qualifiers, most)))


plain_amounts = st.integers(1, 999).map(Decimal)
quantities = st.one_of(plain_amounts, st.sampled_from([Decimal("0.5"), Decimal("2.25"), Decimal("12.125")]))
attachments = st.builds(
    Attachment,
    st.sampled_from(["OZ", "M1", "B4"]),
    st.sampled_from(["FX", "EL", "BM", "AA"]),
    maybe(codes(20), ""),
)
contracts = st.builds(
    Contract,
    st.sampled_from(["01", "05", "09"]),
    maybe(cents),
    maybe(st.sampled_from([Decimal("12.5"), Decimal(80)])),
    maybe(codes(10), ""),
    maybe(st.just(Decimal("2.5"))),
    maybe(codes(5), ""),
)
drugs = st.builds(
    Drug, st.from_regex(r"\A[0-9]{11}\Z"), quantities, st.sampled_from(["ML", "UN", "F2", "GR", "ME"])
).flatmap(
    lambda drug: st.sampled_from(
        [drug, replace(drug, prescription_number="RX1234"), replace(drug, link_number="LINK1")]
    )
)
ambulances = st.builds(
    Ambulance,
    st.sampled_from(["A", "C", "E"]),
    quantities,
    maybe(st.integers(1, 500)),
    maybe(texts(30), ""),
    maybe(texts(30), ""),
    addresses,
    addresses,
    maybe(texts(20), ""),
)


@st.composite
def conditions(draw: st.DrawFn, rest: Mapping[str, Sequence[str]]) -> tuple[Condition, ...]:
    """Conditions: of an ambulance, and one of each of the others."""
    carried = draw(st.lists(st.tuples(st.booleans(), subset(_AMBULANCE_CODES, 5)), max_size=2))
    found = [Condition("07", holds, codes_) for holds, codes_ in carried if codes_]
    for category, possible in rest.items():
        chosen = draw(subset(possible, 3))
        if chosen:
            found.append(Condition(category, category == "75" or draw(st.booleans()), chosen))
    return tuple(found)


@st.composite
def notes(draw: st.DrawFn, kinds: Sequence[str]) -> tuple[Note, ...]:
    """Fixed-format information, then free text."""
    fixed = [Note("K3", text) for text in draw(st.lists(texts(80), max_size=2))]
    return (*fixed, *(Note(kind, draw(texts(80))) for kind in kinds))


@st.composite
def dates(draw: st.DrawFn, singles: Iterable[str], spans: Sequence[str] = ()) -> tuple[DatedEvent, ...]:
    """Dates with different qualifiers; disability (314) may be a span."""
    found = [DatedEvent(qualifier, draw(days)) for qualifier in draw(subset(singles, 4))]
    for qualifier in draw(subset(spans, 1)):
        first = draw(days)
        found.append(DatedEvent(qualifier, first, draw(maybe(st.just(first + timedelta(days=9))))))
    return tuple(found)


@st.composite
def provider(draw: st.DrawFn, role: ProviderRole, shape: ProviderLoop) -> Provider:
    """A provider as that loop of the guide may have one."""
    person = shape.entity == "1" or (not shape.entity and draw(st.booleans()))
    named = shape.named
    npi = draw(st.sampled_from([NPI, ""]))
    phone = draw(st.sampled_from(["", "6175551212"])) if shape.phone else ""
    return Provider(
        draw(texts(30)) if named else "",
        npi,
        draw(texts(20)) if named and person else "",
        draw(st.sampled_from(["", TAXONOMY])) if shape.taxonomy else "",
        address=draw(addresses if shape.address == "must" else maybe(addresses)) if shape.address else None,
        phone=phone,
        middle_name=draw(maybe(texts(10), "")) if named and person else "",
        suffix=draw(st.sampled_from(["", "JR"])) if named and person else "",
        other_ids=draw(numbered(shape.ids, min(shape.most_ids, 3))),
        contact_name=draw(st.sampled_from(["", "FRONT DESK 9"])) if phone else "",
    )


@st.composite
def providers(
    draw: st.DrawFn, shapes: Mapping[ProviderRole, ProviderLoop]
) -> tuple[Provider | None, tuple[NamedProvider, ...]]:
    """The rendering provider, if any, and others in the guide's order."""
    roles = [role for role in shapes if role is not ProviderRole.RENDERING]
    chosen = draw(subset(roles, 3))
    others = tuple(
        NamedProvider(role, draw(provider(role, shapes[role]))) for role in map(ProviderRole, chosen)
    )
    rendering = shapes[ProviderRole.RENDERING]
    return draw(maybe(provider(ProviderRole.RENDERING, rendering))), others


@st.composite
def full_lines(draw: st.DrawFn, line: ServiceLine) -> ServiceLine:
    """The line with all that may stand beside it."""
    rendering, others = draw(providers(LINE_PROVIDERS))
    numbers = [*draw(numbered(LINE_REFERENCES, 3))]
    numbers += [Reference("G1", draw(codes(9))) for _ in range(draw(st.integers(0, 2)))]
    span = draw(maybe(st.integers(1, 40)))
    return replace(
        line,
        units=draw(quantities),
        unit=draw(st.sampled_from(["UN", "MJ"])),
        service_date_to=line.service_date + timedelta(days=span) if span else None,
        procedure_qualifier=draw(st.sampled_from(["HC", "HC", "ER", "IV", "WK"])),
        description=draw(maybe(texts(80), "")),
        emergency=draw(st.booleans()),
        epsdt=draw(st.booleans()),
        family_planning=draw(st.booleans()),
        copayment_exempt=draw(st.booleans()),
        drug=draw(maybe(drugs)),
        ambulance=draw(maybe(ambulances)),
        rendering_provider=rendering,
        providers=others,
        references=tuple(numbers),
        dates=draw(dates(DAYS_OF_THE_LINE)),
        notes=draw(notes(draw(subset(["ADD", "DCP"], 1))))
        + tuple(Note("TPO", t) for t in draw(some(texts(80), 1))),
        attachments=draw(some(attachments)),
        conditions=draw(conditions({"70": ["65"], "09": ["38", "ZV"]})),
        contract=draw(maybe(contracts)),
    )


@st.composite
def full_coverages(draw: st.DrawFn, coverage: Coverage, charge: int) -> Coverage:
    """The coverage as that of a payer who is not the one billed, with all that may stand beside it."""
    stranger = draw(st.booleans())
    other = replace(draw(people), last_name="STRANGER", birth_date=NOT_STATED, sex="U")
    return replace(
        coverage,
        subscriber=other if stranger else coverage.subscriber,
        relationship_code="G8" if stranger else coverage.relationship_code,
        group_name=draw(maybe(texts(20), "")),
        medicare_secondary_reason=draw(st.sampled_from(["", "12", "47"])),
        payer_address=draw(maybe(addresses)),
        payer_ids=draw(numbered(["2U", "EI", "FY", "NF"], 2)),
        subscriber_ids=draw(
            some(st.from_regex(r"\A[0-9]{9}\Z").map(lambda value: Reference("SY", value)), 1)
        ),
        not_covered_cents=draw(st.sampled_from([None, charge])),
        authorizations=draw(numbered(["G1", "9F", "T4"], 3)),
    )


@st.composite
def destination(draw: st.DrawFn, coverage: Coverage, patient: Person) -> Coverage:
    """The coverage as that of the payer billed; its subscriber may be an employer."""
    employer = coverage.subscriber != patient and draw(st.booleans())
    organisation = Person(draw(texts(30)), "", NOT_STATED, "U", address=draw(maybe(addresses)))
    return replace(
        coverage,
        subscriber=organisation if employer else coverage.subscriber,
        group_name=draw(maybe(texts(20), "")),
        medicare_secondary_reason=draw(st.sampled_from(["", "12", "47"])),
        payer_address=draw(maybe(addresses)),
        payer_ids=draw(numbered(["2U", "EI", "FY", "NF"], 3)),
        subscriber_ids=draw(maybe(st.just((Reference("SY", "123456789"), Reference("Y4", "CLAIM7"))), ())),
    )


_STATEMENTS = st.builds(
    Statements,
    st.booleans(),
    st.sampled_from("ABC"),
    st.sampled_from("YNW"),
    st.sampled_from("YI"),
    st.booleans(),
)
_RELATED_CAUSES = st.sampled_from(
    [RelatedCauses(("EM",)), RelatedCauses(("AA", "OA"), "MA"), RelatedCauses(("AA",), "", "CA")]
)


@st.composite
def full_billing_providers(draw: st.DrawFn, billing: Provider) -> Provider:
    """The billing provider with all that its loop may say."""
    return replace(
        billing,
        npi=draw(st.sampled_from([NPI, NPI, ""])),
        middle_name=draw(maybe(texts(10), "")) if billing.first_name else "",
        tin_kind=draw(st.sampled_from(["EI", "SY"])),
        other_ids=draw(numbered(["0B", "1G", "G2", "LU"], 3)),
        contact_name=draw(st.sampled_from(["", "FRONT DESK 9"])) if billing.phone else "",
    )


@st.composite
def full_claims(draw: st.DrawFn) -> Claim:
    """A claim with one coverage and all that a claim may say."""
    claim = draw(claims())
    coverage = replace(claim.coverages[0], responsibility=Responsibility.PRIMARY, payer_id="PAY00")
    rendering, others = draw(providers(CLAIM_PROVIDERS))
    return replace(
        claim,
        coverages=(draw(destination(coverage, claim.patient)),),
        lines=tuple(draw(full_lines(line)) for line in claim.lines),
        billing_provider=draw(full_billing_providers(claim.billing_provider)),
        rendering_provider=rendering,
        providers=others,
        statements=draw(_STATEMENTS),
        related_causes=draw(maybe(_RELATED_CAUSES)),
        special_program_code=draw(st.sampled_from(["", "02", "09"])),
        patient_paid_cents=draw(st.one_of(st.just(0), cents)),
        patient_death_date=draw(maybe(days)),
        patient_weight_pounds=draw(maybe(quantities)),
        patient_is_pregnant=draw(st.booleans()),
        patient_ids=draw(numbered(["Y4", "1W"], 2)) if coverage.relationship_code != "18" else (),
        pay_to_address=draw(maybe(addresses)),
        pay_to_plan=draw(
            maybe(
                st.builds(
                    PayToPlan,
                    texts(30),
                    codes(9),
                    st.just("123456789"),
                    addresses,
                    numbered(["2U", "FY", "NF"], 1),
                )
            )
        ),
        ambulance=draw(maybe(ambulances)),
        chiropractic=draw(
            maybe(st.builds(Chiropractic, st.sampled_from("ACM"), maybe(texts(80), ""), st.just("")))
        ),
        contract=draw(maybe(contracts)),
        anesthesia_procedures=draw(st.sampled_from([(), ("00100",), ("00100", "01967")])),
        condition_codes=draw(some(st.sampled_from(["AA", "17", "W2"]), 15)),
        references=draw(numbered(CLAIM_REFERENCES, 4)),
        dates=draw(dates(DAYS_OF_THE_CLAIM, ["314"])),
        notes=draw(notes(draw(subset(["ADD", "CER", "DCP", "DGN", "TPO"], 1)))),
        attachments=draw(some(attachments)),
        conditions=draw(conditions({"E1": ["L1", "L3"], "E2": ["L2"], "75": ["IH"], "ZZ": ["AV", "NU"]})),
    )


def _at_claim_level(claim: Claim, payment: ClaimPayment) -> ClaimPayment:
    """The payment as of a payer who tells nothing about lines."""
    paid = payment.payment_cents
    owed = Adjustment(AdjustmentGroup.PATIENT_RESPONSIBILITY, "3", claim.charge_cents - paid)
    adjustments = (owed,) if owed.amount_cents else ()
    return replace(
        payment, services=(), adjustments=adjustments, patient_responsibility_cents=claim.charge_cents - paid
    )


@st.composite
def full_claims_to_send(draw: st.DrawFn, most_others: int = 3) -> ClaimToSend:
    """A claim with all it may say, for its last payer, after what other payers paid or would not pay."""
    claim = draw(full_claims())
    others = draw(st.integers(0, most_others))
    mine = replace(claim.coverages[0], responsibility=PLACES[others])
    coverages: list[Coverage] = []
    priors: list[PriorPayment] = []
    for number, place in enumerate(PLACES[:others]):
        plain = replace(
            claim.coverages[0],
            responsibility=place,
            payer_id=f"OTHER{number}",
            payer_ids=(),
            subscriber_ids=(),
        )
        plain = replace(plain, group_name="", medicare_secondary_reason="", payer_address=None)
        coverage = draw(full_coverages(plain, claim.charge_cents))
        if coverage.not_covered_cents is None and draw(st.booleans()):
            priors.append(PriorPayment(place, _told(draw, claim, coverage, number), date(2026, 1, 3)))
        coverages.append(coverage)
    return ClaimToSend(replace(claim, coverages=(*coverages, mine)), mine.responsibility, tuple(priors))


def _told(draw: st.DrawFn, claim: Claim, coverage: Coverage, number: int) -> ClaimPayment:
    payment = draw(payments_of(replace(claim, coverages=(coverage,))))
    if draw(st.booleans()):
        payment = _at_claim_level(claim, payment)
    remark_codes = tuple(draw(st.lists(st.sampled_from(["MA01", "MA18", "N130"]), unique=True)))
    return replace(payment, status_code=str(min(number + 1, 3)), remark_codes=remark_codes)
