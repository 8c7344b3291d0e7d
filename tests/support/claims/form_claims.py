"""Claims for paper: made-up people, every box of the CMS-1500 and the UB-04 with something in it that fits."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from revcycle.domain.claims.claim import Claim, ClaimFrequency, Coverage, NamedProvider, Provider, ServiceLine
from revcycle.domain.claims.claim_details import (
    Attachment,
    DatedEvent,
    Drug,
    Note,
    ProviderRole,
    Reference,
    RelatedCauses,
)
from revcycle.domain.claims.institutional import ExternalCause, Occurrence, Procedure, ValueAmount
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Address, Person
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup, ClaimPayment
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment
from tests.support.claims.hospital_claims import NPI, realistic

ON = date(2026, 3, 20)
HOME = Address("1234 NORTH MAIN STREET", "SPRINGFIELD", "IL", "627010001", "APT 5")
PAYER_ADDRESS = Address("PO BOX 4400", "COLUMBUS", "OH", "432164400")
PATIENT = Person("DELGADO-RUIZ", "ROSA", date(1961, 4, 9), "F", "MARIA", "", HOME)
INSURED = Person("DELGADO", "JOAQUÍN", date(1958, 12, 30), "M", "", "JR", HOME)
CLINIC = Provider(
    "GOOD CLINIC OF SPRINGFIELD",
    NPI,
    taxonomy_code="207Q00000X",
    tin="371234567",
    address=Address("77 HOSPITAL ROAD", "SPRINGFIELD", "IL", "627020099"),
    phone="2175550143",
)
PRIMARY = Coverage(
    Responsibility.PRIMARY,
    "PAY01",
    "GOOD HEALTH PLAN",
    "GH123456789",
    INSURED,
    "01",
    "CI",
    "GRP-7788",
    "ACME TOOLS PPO",
    payer_address=PAYER_ADDRESS,
)
SECONDARY = Coverage(
    Responsibility.SECONDARY, "PAY02", "SECOND MUTUAL", "SM99887766", PATIENT, "18", "CI", "S-4411"
)
_DAY = date(2026, 3, 4)


def _line(number: int, procedure: str, cents: int, units: int = 1) -> ServiceLine:
    day = _DAY + timedelta(number)
    pointers = (1, 2)[: 1 + number % 2]
    return ServiceLine(
        number, procedure, cents, Decimal(units), day, pointers, line_item_control_number=f"L{number}"
    )


LINES = (
    replace(_line(1, "99214", 18_500), modifiers=("25",)),
    replace(_line(2, "J1885", 1_250, 2), drug=Drug("00409379501", Decimal("1.5"), "ML")),
    replace(_line(3, "00790", 98_000, 95), unit="MJ", modifiers=("AA", "P3", "QS", "59")),
    replace(_line(4, "99499", 123_456), description="Unlisted evaluation, robotic assist", emergency=True),
    _line(5, "36415", 900),
    _line(6, "85025", 4_610),
    _line(7, "93000", 6_000),
    _line(8, "71046", 31_800),
)


def professional() -> ClaimToSend:
    """A replacement claim of eight services after a collision, to the first of two payers."""
    claim = Claim(
        "C000412-1",
        sum(line.charge_cents for line in LINES),
        "22",
        PATIENT,
        CLINIC,
        (PRIMARY, SECONDARY),
        ("E119", "I10", "J45909", "Z7901", "M25511"),
        LINES,
        Provider("OKAFOR", NPI, "ALAN", taxonomy_code="207Q00000X"),
        ClaimFrequency.REPLACEMENT,
        "ICN20260311007",
        "PA-2026-0091",
        providers=(
            NamedProvider(
                ProviderRole.REFERRING,
                Provider("WELBY", NPI, "MARCUS", middle_name="J", other_ids=(Reference("0B", "IL036123"),)),
            ),
            NamedProvider(
                ProviderRole.SERVICE_FACILITY,
                Provider(
                    "SPRINGFIELD SURGERY CENTER",
                    NPI,
                    address=Address("9 LAKE AVENUE", "SPRINGFIELD", "IL", "627030001"),
                ),
            ),
        ),
        related_causes=RelatedCauses(("AA",), "IL"),
        dates=(
            DatedEvent("431", date(2026, 2, 27)),
            DatedEvent("439", date(2026, 2, 26)),
            DatedEvent("435", date(2026, 3, 4)),
            DatedEvent("096", date(2026, 3, 6)),
            DatedEvent("314", date(2026, 2, 27), date(2026, 4, 1)),
        ),
        attachments=(Attachment("OZ", "FX", "AC4711"),),
        notes=(Note("ADD", "PATIENT SEEN AFTER COLLISION"),),
        patient_paid_cents=2_500,
    )
    return ClaimToSend(claim, Responsibility.PRIMARY)


def secondary() -> ClaimToSend:
    """The same claim for the second payer, after the first paid 1,000 dollars."""
    first = professional()
    payment = ClaimPayment(
        "C000412-1",
        "1",
        first.claim.charge_cents,
        100_000,
        184_516,
        "ICN1",
        "CI",
        adjustments=(Adjustment(AdjustmentGroup.PATIENT_RESPONSIBILITY, "3", 184_516),),
    )
    prior = PriorPayment(Responsibility.PRIMARY, payment, date(2026, 3, 18))
    return ClaimToSend(first.claim, Responsibility.SECONDARY, (prior,))


def institutional() -> ClaimToSend:
    """A stay of 25 services, so of two pages, with codes in every form locator."""
    claim = next(iter(realistic(1))).claim
    assert claim.stay is not None
    patient = replace(claim.patient, last_name="DELGADO-RUIZ", first_name="ROSA", middle_name="M")
    first = replace(
        claim.coverages[0],
        subscriber=patient,
        payer_address=PAYER_ADDRESS,
        group_name="ACME TOOLS",
        group_number="GRP-7788",
    )
    second = replace(
        first,
        responsibility=Responsibility.SECONDARY,
        payer_id="PAY02",
        payer_name="SECOND MUTUAL",
        member_id="SM998877",
    )
    stay = replace(
        claim.stay,
        occurrences=(
            Occurrence("74", date(2025, 1, 2), date(2025, 1, 3)),
            Occurrence("11", date(2024, 12, 30)),
        ),
        values=(ValueAmount("80", 300), ValueAmount("01", 148_000), ValueAmount("A2", 12_550)),
        condition_codes=("09", "17", "C1"),
        reasons_for_visit=("R0602", "R079"),
        external_causes=(ExternalCause("W010XXA", "Y"), ExternalCause("Y9301")),
        procedures=(Procedure("0BH17EZ", date(2025, 1, 1)), Procedure("02703DZ", date(2025, 1, 2))),
        estimated_patient_due_cents=20_000,
    )
    lines = [
        replace(claim.lines[n % len(claim.lines)], line_number=n + 1, line_item_control_number=f"L{n}")
        for n in range(25)
    ]
    lines[1] = replace(lines[1], drug=Drug("00002751001", Decimal("2.5"), "ML"), non_covered_cents=1_250)
    surgeon = Provider("KILDARE", NPI, "JAMES", other_ids=(Reference("0B", "MA12345"),))
    return ClaimToSend(
        replace(
            claim,
            patient=patient,
            coverages=(first, second),
            stay=stay,
            lines=tuple(lines),
            charge_cents=sum(line.charge_cents for line in lines),
            prior_authorization_number="PA-2026-0091",
            references=(Reference("EA", "MR-77120"),),
            notes=(Note("ADD", "SECOND ADMISSION FOR THE SAME CONDITION"),),
            providers=(*claim.providers[:1], NamedProvider(ProviderRole.OPERATING, surgeon)),
        ),
        Responsibility.PRIMARY,
    )
