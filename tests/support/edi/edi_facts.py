"""Facts that any reader and writer of X12 must carry whole, for hypothesis."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from revcycle.domain.claims.claim import Claim, ClaimFrequency, Coverage, Provider, ServiceLine
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Address, Person
from revcycle.domain.remittances.remittance import (
    Adjustment,
    AdjustmentGroup,
    ClaimPayment,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment
from revcycle.edi.wire.envelope import Envelope, Party

AT = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
ENVELOPE = Envelope("SENDER", "RECEIVER", 123, AT)
SUBMITTER = Party("GOOD PRACTICE", "SENDER", "BILLING OFFICE", "6175551212")
RECEIVER = Party("CLEARINGHOUSE", "RECEIVER")
PAYER = Party("GOOD HEALTH", "PAY01", "PROVIDER SERVICES", "8005551212")
PAYEE = Party("GOOD CLINIC", "1234567893")

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '-.,&/()ÉñÜç"


PROFESSIONAL_FREQUENCIES = (ClaimFrequency.ORIGINAL, ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID)


def texts(longest: int) -> st.SearchStrategy[str]:
    """Text of the extended character set without delimiters or outer blanks."""
    return st.text(_LETTERS, min_size=1, max_size=longest).map(str.strip).filter(bool)


def codes(longest: int) -> st.SearchStrategy[str]:
    """Identifiers."""
    return st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=2, max_size=longest)


days = st.dates(date(1910, 1, 1), date(2035, 12, 31))
cents = st.integers(1, 9_999_999)
addresses = st.builds(
    Address,
    texts(30),
    texts(20).map("NEW ".__add__),
    st.sampled_from(["MA", "NY", "CA"]),
    st.from_regex(r"\A[0-9]{9}\Z"),
    st.one_of(st.just(""), texts(20)),
)
people = st.builds(
    Person,
    texts(30),
    texts(20),
    days,
    st.sampled_from(["F", "M", "U"]),
    st.one_of(st.just(""), texts(10)),
    st.sampled_from(["", "JR", "III"]),
    addresses,
)
NPI = "1234567893"
TAXONOMY = "207Q00000X"
billing_providers = st.builds(
    Provider,
    texts(40),
    st.just(NPI),
    st.one_of(st.just(""), texts(20)),
    st.sampled_from(["", TAXONOMY]),
    st.from_regex(r"\A[0-9]{9}\Z"),
    addresses,
    st.sampled_from(["", "6175551212"]),
)
rendering_providers = st.builds(Provider, texts(30), st.just(NPI), texts(20), st.sampled_from(["", TAXONOMY]))


@st.composite
def coverages(draw: st.DrawFn, place: Responsibility, subscriber: Person, relationship: str) -> Coverage:
    """A coverage of the person; every place in line has a payer of its own."""
    return Coverage(
        place,
        "PAY" + place.value,
        draw(texts(30)),
        draw(codes(12)),
        subscriber,
        relationship,
        draw(st.sampled_from(["CI", "MB", "MC", "BL", "12"])),
        draw(st.one_of(st.just(""), codes(10))),
    )


@st.composite
def lines(draw: st.DrawFn, number: int, diagnoses: int) -> ServiceLine:
    """A service line that points at existing diagnoses."""
    pointers = draw(st.lists(st.integers(1, diagnoses), min_size=1, max_size=4, unique=True))
    return ServiceLine(
        number,
        draw(st.sampled_from(["99213", "36415", "J1885"])),
        draw(cents),
        Decimal(draw(st.integers(1, 99))),
        draw(st.dates(date(2025, 1, 1), date(2025, 12, 31))),
        tuple(pointers),
        tuple(draw(st.lists(st.sampled_from(["25", "59", "LT", "RT"]), max_size=4, unique=True))),
        draw(st.sampled_from(["", "22"])),
        f"L{number}",
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A claim for a subscriber or a dependent, original or replacement, with one coverage or two."""
    dependent = draw(st.booleans())
    patient = draw(people)
    subscriber = draw(people) if dependent else patient
    relationship = draw(st.sampled_from(["19", "01"])) if dependent else "18"
    diagnoses = tuple(
        draw(st.lists(st.sampled_from(["E119", "I10", "J069", "Z0000"]), min_size=1, unique=True))
    )
    count = draw(st.integers(1, 4))
    services = tuple(draw(lines(number, len(diagnoses))) for number in range(1, count + 1))
    places = [Responsibility.PRIMARY, Responsibility.SECONDARY][: draw(st.integers(1, 2))]
    frequency = draw(st.sampled_from(PROFESSIONAL_FREQUENCIES))
    control_number = draw(codes(20))
    return Claim(
        control_number,
        sum(line.charge_cents for line in services),
        "11",
        patient,
        draw(billing_providers),
        tuple(draw(coverages(place, subscriber, relationship)) for place in places),
        diagnoses,
        services,
        draw(st.one_of(st.none(), rendering_providers)),
        frequency,
        "" if frequency is ClaimFrequency.ORIGINAL else draw(codes(20)),
        draw(st.one_of(st.just(""), codes(20))),
        control_number,
        draw(st.sampled_from(["", "7", "11"])),
    )


def _split(total: int, share: int) -> tuple[Adjustment, ...]:
    """What was not paid: a contractual part and the patient's part."""
    contractual = total * share // 100
    parts = (
        Adjustment(AdjustmentGroup.CONTRACTUAL_OBLIGATION, "45", contractual),
        Adjustment(AdjustmentGroup.PATIENT_RESPONSIBILITY, "2", total - contractual),
    )
    return tuple(part for part in parts if part.amount_cents)


@st.composite
def payments_of(draw: st.DrawFn, claim: Claim) -> ClaimPayment:
    """What the first payer paid on every line of the claim; it balances."""
    services = []
    for line in claim.lines:
        paid = draw(st.integers(0, line.charge_cents))
        services.append(
            ServicePayment(
                line.procedure_code or line.revenue_code,
                line.modifiers,
                line.charge_cents,
                paid,
                _split(line.charge_cents - paid, draw(st.integers(0, 100))),
                line.service_date,
                line.line_item_control_number,
                units=str(line.units),
                procedure_qualifier=line.procedure_qualifier if line.procedure_code else "NU",
                revenue_code=line.revenue_code if line.procedure_code else "",
            )
        )
    adjustments = [a for service in services for a in service.adjustments]
    return ClaimPayment(
        claim.patient_control_number,
        "1",
        claim.charge_cents,
        sum(service.payment_cents for service in services),
        sum(a.amount_cents for a in adjustments if a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY),
        draw(codes(15)),
        claim.coverages[0].claim_filing_indicator,
        services=tuple(services),
    )


@st.composite
def claims_to_send(draw: st.DrawFn) -> ClaimToSend:
    """A claim to its first payer, or to its second with what the first paid."""
    claim = draw(claims())
    if len(claim.coverages) == 1 or draw(st.booleans()):
        return ClaimToSend(claim, Responsibility.PRIMARY)
    prior = PriorPayment(Responsibility.PRIMARY, draw(payments_of(claim)), date(2026, 1, 3))
    return ClaimToSend(claim, Responsibility.SECONDARY, (prior,))


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    """A remittance that balances, with remarks, crossover and provider adjustments."""
    paid: list[ClaimPayment] = []
    for _ in range(draw(st.integers(0, 3))):
        payment = draw(claims().flatmap(payments_of))
        services = tuple(
            replace(
                service,
                remark_codes=tuple(draw(st.lists(st.sampled_from(["N130", "M15"]), unique=True))),
                allowed_cents=draw(st.one_of(st.none(), cents)),
            )
            for service in payment.services
        )
        paid.append(
            replace(
                payment,
                services=services,
                claim_filing_indicator=draw(st.sampled_from(["12", "MB", "MC"])),
                remark_codes=tuple(draw(st.lists(st.sampled_from(["MA01", "MA18"]), unique=True))),
                crossover_carrier=draw(st.one_of(st.just(""), texts(30).map("PLAN ".__add__))),
            )
        )
    total = sum(payment.payment_cents for payment in paid)
    taken = draw(st.lists(st.integers(-5_000, 0), max_size=8))
    adjustments = tuple(ProviderAdjustment("L6", draw(codes(10)), amount) for amount in taken if amount)
    return Remittance(
        PAYER.identifier,
        PAYER.name,
        PAYEE.identifier,
        draw(codes(20)),
        total - sum(taken),
        draw(st.sampled_from(["ACH", "CHK"])),
        draw(days),
        tuple(paid),
        adjustments,
    )
