"""Institutional claims as a hospital sends them, the same ones every time; for tests, benches and the sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from revcycle.domain.claims.claim import Claim, ClaimKind, Coverage, NamedProvider, Provider, ServiceLine
from revcycle.domain.claims.claim_details import ProviderRole, Reference
from revcycle.domain.claims.institutional import Occurrence, Procedure, Stay, ValueAmount
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Address, Person
from revcycle.edi.claim_837.x12_837 import ClaimToSend

NPI = "1234567893"
DIAGNOSES = ("J189", "I509", "E119", "I10", "N179", "A419", "J9601", "E785", "Z7901", "K219", "D649", "F329")

HOSPITAL = Provider(
    "GOOD SAMARITAN HOSPITAL",
    NPI,
    taxonomy_code="282N00000X",
    tin="042103580",
    address=Address("1 HOSPITAL WAY", "BOSTON", "MA", "021150001"),
    phone="6175551212",
)
_PATIENT = Person(
    "DOE", "JANE", date(1950, 5, 6), "F", address=Address("2 ELM ST", "BOSTON", "MA", "021150002")
)
_PAYERS = (("00090", "MEDICARE A", "MA"), ("PAY01", "GOOD HEALTH", "CI"), ("MCD01", "STATE MEDICAID", "MC"))
_ATTENDING = Provider("WELBY", NPI, "MARCUS", "207R00000X")
_SURGEON = Provider("KILDARE", NPI, "JAMES")


def _to(payer: int, member: str) -> Coverage:
    identifier, name, filing = _PAYERS[payer]
    return Coverage(Responsibility.PRIMARY, identifier, name, member, _PATIENT, claim_filing_indicator=filing)


SIMPLE = Claim(
    "PCN1",
    12_500,
    "",
    _PATIENT,
    HOSPITAL,
    (_to(1, "M1"),),
    ("J189", "I10"),
    (
        ServiceLine(
            1,
            "85025",
            12_500,
            Decimal(1),
            date(2025, 3, 3),
            (),
            line_item_control_number="L1",
            revenue_code="0300",
        ),
    ),
    source_control_number="PCN1",
    kind=ClaimKind.INSTITUTIONAL,
    stay=Stay("13", date(2025, 3, 3), date(2025, 3, 5), "01", "3", "1"),
    providers=(NamedProvider(ProviderRole.ATTENDING, _ATTENDING),),
)
"""An outpatient claim of one line."""

_ROOM = (("0120", "", 148_000), ("0200", "", 412_500))
_ANCILLARY = (
    ("0250", "", 23_175), ("0270", "", 8_940), ("0300", "85025", 4_610), ("0301", "80053", 9_320),
    ("0324", "71046", 31_800), ("0360", "", 684_000), ("0370", "", 121_000), ("0410", "94640", 14_250),
    ("0636", "J1885", 3_260), ("0730", "93005", 27_700),
)  # fmt: skip
_OUTPATIENT = (
    ("0300", "85025", 4_610), ("0301", "80048", 7_340), ("0320", "73630", 28_900), ("0450", "99283", 98_300),
    ("0510", "99213", 21_500), ("0636", "J1885", 3_260), ("0761", "96374", 38_800), ("0730", "93005", 27_700),
)  # fmt: skip


def realistic(n: int) -> Iterator[ClaimToSend]:
    """``n`` claims as a hospital sends them: two outpatient visits for each stay; the same ones every time."""
    for number in range(n):
        yield ClaimToSend(_stay(number) if number % 3 == 0 else _visit(number), Responsibility.PRIMARY)


def _stay(number: int) -> Claim:
    """An inpatient stay of one to nine days with room and board, ancillaries and every third time a procedure."""
    first, nights = date(2025, 1, 1) + timedelta(number % 300), number % 9 + 1
    last, surgery = first + timedelta(nights), number % 9 == 0
    told = [(*_ROOM[number % 2], "DA", nights)]
    told += [(*service, "UN", number % 4 + 1) for service in _ANCILLARY[number % 3 :: 2]]
    present = ("Y", "Y", "N", "W")
    coded = tuple(DIAGNOSES[(number + i) % len(DIAGNOSES)] for i in range(4))
    stay = Stay(
        "11", first, last, "01", "1", "1", first, f"{number % 24:02d}15", f"{(number + 9) % 24:02d}30", coded[0],
        present_on_admission=present,
        drg=f"{190 + number % 60}",
        procedures=(Procedure("0BH17EZ", first),) if surgery else (),
        occurrences=(Occurrence("74", first, first),) if number % 5 == 0 else (),
        values=(ValueAmount("80", nights * 100), ValueAmount("01", 148_000)),
        condition_codes=("09",),
    )  # fmt: skip
    taking_part = [NamedProvider(ProviderRole.ATTENDING, _ATTENDING)]
    if surgery:
        taking_part.append(NamedProvider(ProviderRole.OPERATING, _SURGEON))
    return _claim(number, coded, stay, told, tuple(taking_part))


def _visit(number: int) -> Claim:
    """An emergency or clinic visit of one day, or a series of visits in a month."""
    first = date(2025, 1, 1) + timedelta(number % 300)
    coded = tuple(DIAGNOSES[(number + i) % len(DIAGNOSES)] for i in range(2))
    told = [(*service, "UN", number % 2 + 1) for service in _OUTPATIENT[number % 4 :: 2]]
    stay = Stay(
        "13", first, first + timedelta(number % 4), "01", "1", "1",
        reasons_for_visit=("R079",),
        values=(ValueAmount("A7", 1_250),) if number % 7 == 0 else (),
        estimated_patient_due_cents=2_500 if number % 4 == 1 else None,
    )  # fmt: skip
    return _claim(number, coded, stay, told, (NamedProvider(ProviderRole.ATTENDING, _ATTENDING),))


def _claim(
    number: int,
    coded: tuple[str, ...],
    stay: Stay,
    told: list[tuple[str, str, int, str, int]],
    providers: tuple[NamedProvider, ...],
) -> Claim:
    services = tuple(
        ServiceLine(
            position, procedure, price * count, Decimal(count), stay.statement_from, (),
            line_item_control_number=f"{number}-{position}", unit=unit, revenue_code=revenue,
        )
        for position, (revenue, procedure, price, unit, count) in enumerate(told, 1)
    )  # fmt: skip
    patient = replace(_PATIENT, last_name=f"DOE{number % 97}", birth_date=date(1940 + number % 60, 5, 6))
    return replace(
        SIMPLE,
        patient_control_number=f"I{number:08d}",
        source_control_number=f"I{number:08d}",
        charge_cents=sum(line.charge_cents for line in services),
        patient=patient,
        coverages=(replace(_to(number % 3, f"M{number:08d}"), subscriber=patient),),
        diagnosis_codes=coded,
        lines=services,
        stay=stay,
        providers=providers,
        prior_authorization_number=f"AUTH{number}" if number % 6 == 0 else "",
        references=(Reference("EA", f"MR{number}"),),
    )
