"""Remittances with everything the 835 can say, balanced, for hypothesis: what is written must be read back equal."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from revcycle.domain.person import Address
from revcycle.domain.remittances.remittance import (
    Adjustment,
    AdjustmentGroup,
    ClaimPayment,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)
from revcycle.domain.remittances.remittance_details import (
    BankAccount,
    Channel,
    ClaimGroup,
    ContactPoint,
    DatedEvent,
    DeliveryMethod,
    DrgSummary,
    InpatientAdjudication,
    NamedParty,
    OutpatientAdjudication,
    Procedure,
    ProviderSummary,
    Reference,
    RemittanceParty,
    SupplementalAmount,
    SupplementalQuantity,
    Transfer,
)

NPI = "1234567893"
ADDRESS = Address("1 MAIN ST", "BOSTON", "MA", "021100001", "SUITE 2")
TEXTS = st.sampled_from(["A1", "MRN-00012", "O'NEIL & SONS", "ÉTOILE", "00012345678", "(X) 7/8, NO. 9"])
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
CENTS = st.integers(-99_999, 99_999)
COUNTS = st.integers(0, 400).map(Decimal)
FRACTIONS = st.sampled_from([Decimal("0.85"), Decimal("1.2345"), Decimal(2)])
OPTIONAL_CENTS = st.none() | CENTS
PATIENT, CONTRACT = AdjustmentGroup.PATIENT_RESPONSIBILITY, AdjustmentGroup.CONTRACTUAL_OBLIGATION


def some(strategy: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    """A short tuple of such things."""
    return st.lists(strategy, max_size=most).map(tuple)


def references(*qualifiers: str, most: int = 3) -> st.SearchStrategy:
    """REF segments, each qualifier at most once."""
    chosen = st.lists(st.sampled_from(qualifiers), unique=True, max_size=most)
    return st.tuples(chosen, TEXTS).map(lambda told: tuple(Reference(one, told[1]) for one in told[0]))


def amounts(*qualifiers: str) -> st.SearchStrategy:
    """AMT segments."""
    return some(st.builds(SupplementalAmount, st.sampled_from(qualifiers), CENTS))


def quantities(*qualifiers: str) -> st.SearchStrategy:
    """QTY segments."""
    return some(st.builds(SupplementalQuantity, st.sampled_from(qualifiers), FRACTIONS), 2)


def names() -> st.SearchStrategy:
    """NM1 segments of a claim: the patient always, each other role at most once."""
    others = (
        NamedParty("IL", "DOE", "JANE", "Q", "JR", "MI", "MEMBER1"),
        NamedParty("74", "", "JANET", qualifier="C", identifier="MEMBER2"),
        NamedParty("82", "GROUP LLC", qualifier="XX", identifier=NPI, is_person=False),
        NamedParty("TT", "NEXT PLAN", qualifier="PI", identifier="NEXT1", is_person=False),
        NamedParty("PR", "OTHER PLAN", qualifier="PI", identifier="OTHER1", is_person=False),
        NamedParty("GB", "DOE", "JACK", qualifier="MI", identifier="MEMBER3"),
    )
    patient = NamedParty("QC", "DOE", "JOHN", "P", "III", "MI", "MEMBER0")
    chosen = st.lists(st.sampled_from(others), unique=True, max_size=4)
    return chosen.map(lambda told: (patient, *told))


procedures = st.builds(
    Procedure,
    st.sampled_from(["99213", "D0120", "00071101210"]),
    st.lists(st.sampled_from(["25", "59", "LT", "RT"]), unique=True, max_size=4).map(tuple),
    st.sampled_from(["HC", "AD", "N4", "NU"]),
    st.sampled_from(["", "OFFICE VISIT"]),
)


@st.composite
def services(draw: st.DrawFn, sign: int) -> ServicePayment:
    """A service that balances; with ``sign`` -1 it is taken back."""
    charge = draw(st.integers(0, 99_999)) * sign
    paid, patient = (draw(st.integers(0, abs(charge))) * sign for _ in range(2))
    reasons = ((CONTRACT, "45", charge - paid - patient), (PATIENT, "2", patient))
    procedure, original = draw(procedures), draw(st.none() | procedures)
    start = draw(DAYS)
    return ServicePayment(
        procedure.code,
        procedure.modifiers,
        charge,
        paid,
        tuple(
            Adjustment(group, code, cents, draw(st.sampled_from(["", "1"]))) for group, code, cents in reasons
        ),
        start,
        draw(st.sampled_from(["", "L1"])),
        draw(some(st.sampled_from(["N130", "M15"]))),
        draw(OPTIONAL_CENTS),
        draw(st.sampled_from(["1", "2.5", "0"])),
        procedure.qualifier,
        "",
        draw(st.sampled_from(["", "0450"])),
        original if original != procedure else None,
        draw(st.none() | COUNTS),
        draw(st.none() | st.just(date(2027, 1, 1))),
        draw(references("1S", "APC", "G1", "LU", "RB", "0K")),
        draw(amounts("KH", "T", "T2", "ZK")),
        draw(quantities("ZK", "ZL")),
        draw(some(st.just("70"))),
    )


inpatients = st.builds(
    InpatientAdjudication,
    COUNTS,
    operating_outlier_cents=OPTIONAL_CENTS,
    drg_cents=OPTIONAL_CENTS,
    cost_report_days=st.none() | COUNTS,
    capital_exception_cents=OPTIONAL_CENTS,
)
outpatients = st.builds(OutpatientAdjudication, FRACTIONS, OPTIONAL_CENTS, OPTIONAL_CENTS, OPTIONAL_CENTS)
contacts = st.builds(
    ContactPoint,
    st.just("CX"),
    st.sampled_from(["", "CLAIMS"]),
    st.sampled_from([(Channel("TE", "8005551212"),), (Channel("TE", "8005551212"), Channel("EX", "12"))]),
)


@st.composite
def claim_payments(draw: st.DrawFn, group: int) -> ClaimPayment:
    """A claim that balances, by its lines or as a whole."""
    status = draw(st.sampled_from(["1", "2", "4", "19", "22"]))
    sign = -1 if status == "22" else 1
    lines = tuple(draw(st.lists(services(sign), max_size=3)))
    whole = 0 if lines else draw(st.integers(1, 99_999)) * sign
    adjustments = (Adjustment(CONTRACT, "45", whole, ""),) if whole else ()
    patient = sum(a.amount_cents for line in lines for a in line.adjustments if a.group is PATIENT)
    told = draw(names())
    stay = draw(st.none() | inpatients)
    return ClaimPayment(
        draw(st.sampled_from(["PCN1", "PCN-2", "000123"])),
        status,
        sum(line.charge_cents for line in lines) + whole,
        sum(line.payment_cents for line in lines),
        0 if sign < 0 else patient,
        draw(st.sampled_from(["ICN1", "2026000112233"])),
        draw(st.sampled_from(["12", "MB", "MC", "ZZ"])),
        adjustments,
        lines,
        draw(some(st.sampled_from(["MA01", "MA18", "N1"]), 5 if stay is None else 7)),
        next((name.last_name for name in told if name.role == "TT"), ""),
        0,
        draw(st.sampled_from(["", "11", "21"])),
        draw(st.sampled_from(["", "1", "7"])),
        draw(st.sampled_from(["", "470"])),
        draw(st.none() | FRACTIONS),
        draw(st.none() | FRACTIONS),
        told,
        stay,
        draw(st.none() | outpatients),
        draw(references("1L", "CE", "EA", "F8", "G1", "6P", "28", "1C", most=5)),
        draw(some(st.builds(DatedEvent, st.sampled_from(["036", "050"]), DAYS), 1)),
        draw(some(contacts, 2)),
        draw(amounts("AU", "D8", "DY", "F5", "I", "NL", "T", "T2", "ZK")),
        draw(quantities("CA", "NE", "ZK")),
        group,
    )


summaries = st.builds(
    ClaimGroup,
    st.just(0),
    st.none() | st.builds(ProviderSummary, st.just(NPI), st.just("11"), DAYS, COUNTS, CENTS, OPTIONAL_CENTS),
    st.none() | st.builds(DrgSummary, CENTS, average_length_of_stay=st.none() | FRACTIONS),
)
accounts = st.builds(
    BankAccount, st.just("01"), st.just("011000015"), st.just("DA"), st.sampled_from(["6789", "0001"])
)
payers = st.builds(
    RemittanceParty,
    st.sampled_from(["GOOD HEALTH", "ÉTOILE PLAN"]),
    st.just(""),
    st.just(""),
    st.just(ADDRESS),
    st.just(""),
    references("EO", "HI", "NF").map(lambda told: (Reference("2U", "PAY01"), *told)),
    st.sampled_from([(), (ContactPoint("CX", "CLAIMS", (Channel("TE", "8005551212"),)),)]).map(
        lambda told: (
            *told,
            ContactPoint("BL", "EDI DESK", (Channel("EM", "EDI.HELP"), Channel("TE", "8005551213"))),
            ContactPoint("IC", "", (Channel("UR", "WWW.EXAMPLE.ORG"),)),
        )
    ),
)
payees = st.builds(
    RemittanceParty,
    st.just("GOOD CLINIC"),
    st.just(NPI),
    st.just("XX"),
    st.none() | st.just(ADDRESS),
    st.just(""),
    references("0B", "PQ", "TJ"),
)
provider_adjustments = st.builds(
    ProviderAdjustment,
    st.sampled_from(["L6", "WO", "FB", "72"]),
    st.sampled_from(["", "ICN9 20260101"]),
    st.integers(-5_000, -1),
    st.sampled_from([NPI, "1992999825"]),
    st.sampled_from([date(2026, 12, 31), date(2026, 6, 30)]),
)


@st.composite
def full_remittances(draw: st.DrawFn) -> Remittance:
    """A remittance with all parts the guide knows; its money is positive and adds up."""
    claims, groups = [], []
    for number in range(1, draw(st.integers(0, 2)) + 1):
        found = draw(st.lists(claim_payments(number), min_size=1, max_size=2))
        claims += found
        summary = draw(summaries)
        if summary.provider_summary or summary.drg_summary:
            groups.append(ClaimGroup(number, summary.provider_summary, summary.drg_summary))
    taken = draw(st.lists(provider_adjustments, max_size=8))
    total = sum(claim.payment_cents for claim in claims) - sum(one.amount_cents for one in taken)
    if total < 0:
        taken.append(ProviderAdjustment("FB", "FWD1", total, NPI, date(2026, 12, 31)))
        total = 0
    method = draw(st.sampled_from(["ACH", "CHK", "NON", "FWT", "BOP"]))
    banked = method in ("ACH", "BOP", "FWT")
    payer = draw(payers)
    return Remittance(
        "PAY01",
        payer.name,
        NPI,
        draw(st.sampled_from(["TRACE1", "EFT-0001"])),
        total,
        method,
        draw(DAYS),
        tuple(claims),
        tuple(taken),
        (),
        Transfer(
            draw(st.sampled_from(["I", "H", "C"])),
            "C",
            "CCP" if method == "ACH" else "",
            draw(accounts) if banked else None,
            draw(accounts) if banked else None,
            "1512345678" if banked else "",
            draw(st.sampled_from(["", "123456789"])) if banked else "",
            "1512345678",
            draw(st.sampled_from(["", "123456789"])),
        ),
        draw(DAYS),
        draw(st.sampled_from(["", "USD"])),
        draw(references("EV", "F2")),
        payer,
        draw(payees),
        draw(st.none() | st.just(DeliveryMethod("OL", "PORTAL", "WWW.EXAMPLE.ORG"))),
        tuple(groups),
    )
