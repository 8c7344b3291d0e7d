"""Files for `./run bench x12`: professional and institutional claims and a remittance, always the same."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from revcycle.domain.claims.claim import Claim, Coverage, Provider, ServiceLine
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Address, Person
from revcycle.domain.remittances.remittance import (
    Adjustment,
    AdjustmentGroup,
    ClaimPayment,
    Remittance,
    ServicePayment,
)
from revcycle.domain.remittances.remittance_details import BankAccount, NamedParty, Transfer
from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from revcycle.edi.remittance_835.x12_835 import write_remittance
from revcycle.edi.wire.envelope import Envelope, Party
from tests.support.claims import hospital_claims

_NPI = "1234567893"
_AT = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
_ENVELOPE = Envelope("SENDER", "RECEIVER", 1, _AT)
_SUBMITTER = Party("GOOD PRACTICE", "SENDER", "BILLING OFFICE", "6175551212")
_HOUSE = Party("CLEARINGHOUSE", "RECEIVER")
_PAYER = Party("GOOD HEALTH", "PAY01", "PROVIDER SERVICES", "8005551212")
_PAYEE = Party("GOOD CLINIC", _NPI)
_ADDRESS = Address("1 MAIN ST", "COLUMBUS", "OH", "432151234")
_CLINIC = Provider("GOOD CLINIC", _NPI, "", "207Q00000X", "310999999", _ADDRESS, "6145551212")
_DOCTOR = Provider("WELBY", _NPI, "MARCUS", "207Q00000X")
_FIRST_DAY = date(2025, 1, 2)


def _person(number: int, first: str) -> Person:
    born = date(1950, 1, 1) + timedelta(number % 20_000)
    return Person(f"FAMILY{number:05d}", first, born, "F" if number % 2 else "M", address=_ADDRESS)


def professional(count: int) -> list[ClaimToSend]:
    """Return office visits of one to three lines, every fourth for a child of the subscriber."""
    return [ClaimToSend(_visit(number), Responsibility.PRIMARY) for number in range(count)]


def _visit(number: int) -> Claim:
    subscriber, is_child = _person(number, "ROBIN"), number % 4 == 0
    day = _FIRST_DAY + timedelta(number % 300)
    lines = tuple(
        ServiceLine(
            place,
            code,
            cents,
            Decimal(1),
            day,
            (1, 2) if place == 1 else (1,),
            line_item_control_number=f"{number}L{place}",
        )
        for place, (code, cents) in enumerate((("99213", 12_500), ("85025", 3_150), ("36415", 1_000)), 1)
        if place <= number % 3 + 1
    )
    coverage = Coverage(
        Responsibility.PRIMARY, "PAY01", "GOOD HEALTH", f"M{number:08d}", subscriber, "19" if is_child else "18",
        group_number="GROUP1",
    )  # fmt: skip
    return Claim(
        f"C{number:06d}", sum(line.charge_cents for line in lines), "11",
        _person(number, "ALEX") if is_child else subscriber, _CLINIC, (coverage,), ("E119", "I10"), lines, _DOCTOR,
    )  # fmt: skip


def remittance(count: int) -> Remittance:
    """Return one payment for that many claims of two services, with contractual and patient adjustments."""
    account = BankAccount("01", "999999992", "DA", "6789")
    paid = tuple(_payment(number) for number in range(count))
    return Remittance(
        "PAY01", "GOOD HEALTH", _NPI, "TRACE1", sum(claim.payment_cents for claim in paid), "ACH",
        date(2026, 1, 6), paid,
        transfer=Transfer("I", "C", "CCP", account, account, "1512345678", "", "1512345678"),
    )  # fmt: skip


def _payment(number: int) -> ClaimPayment:
    charge, share = 10_000 + number % 997 * 13, 1_000 + number % 83 * 11
    adjustments = (
        Adjustment(AdjustmentGroup.CONTRACTUAL_OBLIGATION, "45", 2_000),
        Adjustment(AdjustmentGroup.PATIENT_RESPONSIBILITY, "2", share),
    )
    day, paid = _FIRST_DAY + timedelta(number % 300), charge - 2_000 - share
    services = tuple(
        ServicePayment(
            "99213",
            ("25",),
            charge,
            paid,
            adjustments,
            day,
            f"{number}L{place}",
            allowed_cents=charge - 2_000,
        )
        for place in (1, 2)
    )
    names = (NamedParty("QC", f"FAMILY{number:05d}", "ROBIN", qualifier="MI", identifier=f"M{number:08d}"),)
    return ClaimPayment(
        f"C{number:06d}", "1", 2 * charge, 2 * paid, 2 * share, f"ICN{number:07d}", "12",
        services=services, names=names,
        facility_code="11", frequency_code="1",
    )  # fmt: skip


def writers(count: int) -> dict[str, Callable[[], bytes]]:
    """Return for each kind of file a function that writes it from ready facts."""
    visits, stays, paid = professional(count), list(hospital_claims.realistic(count)), remittance(count)
    return {
        "837P": lambda: write_claims(_ENVELOPE, _SUBMITTER, _HOUSE, visits),
        "837I": lambda: write_claims(_ENVELOPE, _SUBMITTER, _HOUSE, stays),
        "835": lambda: write_remittance(_ENVELOPE, _PAYER, _PAYEE, paid),
    }
