"""Remittances: what is written is read back; money that does not add up is not written; bad claims are put aside."""

import gc
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from revcycle.domain.finding import Severity
from revcycle.domain.remittances.remittance import (
    Adjustment,
    AdjustmentGroup,
    ClaimPayment,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)
from revcycle.domain.remittances.remittance_details import BankAccount
from revcycle.edi.remittance_835.x12_835 import (
    RemittanceEnd,
    UnbalancedRemittance,
    iter_remittances,
    read_remittances,
    write_remittance,
)
from revcycle.edi.wire.envelope import CannotWrite, Quarantined, sniff
from revcycle.edi.wire.segments import Segment
from tests.support.edi.edi_facts import ENVELOPE, PAYEE, PAYER
from tests.support.edi.remittance_facts import full_remittances

CO, PR = AdjustmentGroup.CONTRACTUAL_OBLIGATION, AdjustmentGroup.PATIENT_RESPONSIBILITY
SERVICE = ServicePayment(
    "99213",
    ("25",),
    10_000,
    7_000,
    (Adjustment(CO, "45", 2_000), Adjustment(PR, "3", 1_000)),
    date(2025, 12, 30),
    "L1",
    ("N130",),
    8_000,
)
CLAIM = ClaimPayment("PCN1", "1", 10_000, 7_000, 1_000, "ICN1", "12", services=(SERVICE,))
REMITTANCE = Remittance(
    "PAY01",
    "GOOD HEALTH",
    "1234567893",
    "TRACE1",
    13_500,
    "ACH",
    date(2026, 1, 5),
    (CLAIM, replace(CLAIM, patient_control_number="PCN2")),
    (ProviderAdjustment("WO", "ICN9", 500),),
)


def written(remittance: Remittance = REMITTANCE) -> bytes:
    return write_remittance(ENVELOPE, PAYER, PAYEE, remittance)


def without_positions(remittance: Remittance) -> Remittance:
    return remittance.without_positions()


@settings(max_examples=40)
@given(full_remittances())
def test_a_remittance_written_is_the_remittance_read(remittance: Remittance) -> None:
    file = read_remittances(written(remittance))
    assert (file.findings, file.quarantined) == ((), ())
    (read,) = file.remittances
    assert (read.findings, without_positions(read)) == ((), remittance)


def test_a_remittance_is_recognised_and_its_claims_know_their_place() -> None:
    data = written()
    assert sniff(data) == "835"
    (read,) = read_remittances(data).remittances
    for claim in read.claims:
        assert data.split(b"~")[claim.position - 1].strip().startswith(b"CLP*")


@pytest.mark.parametrize(
    "unbalanced",
    [
        replace(REMITTANCE, payment_cents=13_501),
        replace(REMITTANCE, provider_adjustments=()),
        replace(REMITTANCE, claims=(replace(CLAIM, payment_cents=7_001), CLAIM)),
        replace(
            REMITTANCE, claims=(replace(CLAIM, services=(replace(SERVICE, payment_cents=6_999),)), CLAIM)
        ),
        replace(
            REMITTANCE,
            payment_cents=-500,
            claims=(),
            provider_adjustments=(ProviderAdjustment("WO", "ICN9", 500),),
        ),
    ],
)
def test_money_that_does_not_add_up_is_not_written(unbalanced: Remittance) -> None:
    with pytest.raises(UnbalancedRemittance):
        written(unbalanced)


def test_a_sixth_remark_code_is_refused() -> None:
    claim = replace(CLAIM, remark_codes=("MA01", "MA02", "MA03", "MA04", "MA05", "MA06"))
    with pytest.raises(CannotWrite, match="MOA08"):
        written(replace(REMITTANCE, claims=(claim, CLAIM)))


def test_a_filing_indicator_the_835_does_not_know_is_mutually_defined() -> None:
    claims = tuple(replace(claim, claim_filing_indicator="CI") for claim in REMITTANCE.claims)
    (read,) = read_remittances(written(replace(REMITTANCE, claims=claims))).remittances
    assert {claim.claim_filing_indicator for claim in read.claims} == {"ZZ"}


def test_a_broken_claim_is_put_aside_and_named_on_its_remittance() -> None:
    data = written().replace(b"CLP*PCN1*1*100*70", b"CLP*PCN1*1*100*7o")
    file = read_remittances(data)
    (aside,) = file.quarantined
    (read,) = file.remittances
    assert [claim.patient_control_number for claim in read.claims] == ["PCN2"]
    assert aside.raw.startswith(b"CLP*PCN1")
    assert b"PCN2" not in aside.raw
    assert read.findings == aside.findings
    assert aside.findings[0].where.startswith("CLP04 in segment ")


@pytest.mark.parametrize(
    "broken",
    [
        (b"BPR*I*135", b"BPR*I*13S"),
        (b"TRN*1*TRACE1*10000PAY01~\n", b""),
        (b"PLB*1234567893*20261231*WO:ICN9*5", b"PLB*1234567893*20261231*WO:ICN9*five"),
    ],
)
def test_a_remittance_with_a_broken_header_is_put_aside_whole(broken: tuple[bytes, bytes]) -> None:
    data = written()
    assert broken[0] in data
    file = read_remittances(data.replace(*broken))
    assert file.remittances == ()
    (aside,) = file.quarantined
    assert aside.raw.startswith(b"ST*835")
    assert aside.control_number == "0001"


def test_a_cut_remittance_is_put_aside_unless_its_money_is_all_there() -> None:
    data = written()
    cut = read_remittances(data[: data.index(b"CLP*PCN2")])
    assert (cut.remittances, len(cut.quarantined)) == ((), 1)
    assert {finding.code for finding in cut.findings} == {
        "x12.missing_se",
        "x12.missing_ge",
        "x12.missing_iea",
    }
    whole = read_remittances(data[: data.index(b"SE*")])
    assert whole.remittances == read_remittances(data).remittances


def test_a_broken_payment_date_gives_way_to_the_date_of_production() -> None:
    data = written().replace(b"*20260105~\nTRN", b"*20260199~\nTRN")
    (read,) = read_remittances(data).remittances
    assert read.payment_date == date(2026, 1, 5)
    assert [(f.code, f.severity) for f in read.findings] == [("835.payment_date", Severity.WARNING)]


def test_the_retired_group_is_read_as_other_with_a_warning() -> None:
    data = written().replace(b"CAS*CO*45*20", b"CAS*CR*45*20", 1)
    (read,) = read_remittances(data).remittances
    assert read.claims[0].services[0].adjustments[0].group is AdjustmentGroup.OTHER
    assert [finding.code for finding in read.findings] == ["835.retired_group"]


def test_claim_dates_stand_in_for_missing_service_dates() -> None:
    data = written().replace(b"DTM*472*20251230~\n", b"").replace(b"NM1*QC*1~", b"NM1*QC*1~DTM*232*20251229~")
    (read,) = read_remittances(data).remittances
    assert read.claims[0].services[0].service_date == date(2025, 12, 29)


def test_a_file_without_remittances_says_so() -> None:
    data = written().replace(b"ST*835", b"ST*820")
    (finding,) = read_remittances(data).findings
    assert finding.code == "835.no_remittance"


def test_a_payers_own_address_is_written() -> None:
    from revcycle.domain.person import Address

    payer = replace(PAYER, address=Address("2 HIGH ST", "HARTFORD", "CT", "061010001"))
    assert b"N3*2 HIGH ST~\nN4*HARTFORD*CT*061010001~" in write_remittance(ENVELOPE, payer, PAYEE, REMITTANCE)


def _many(claims: int) -> bytes:
    """One ST with that many claims."""
    data = written(replace(REMITTANCE, claims=(CLAIM,), provider_adjustments=(), payment_cents=7_000))
    start, end = data.index(b"CLP*"), data.index(b"SE*")
    return data[:start] + data[start:end] * claims + data[end:]


def test_a_giant_remittance_is_read_one_claim_at_a_time() -> None:
    most = count = 0
    for event in iter_remittances(io.BytesIO(_many(2_000))):
        count += isinstance(event, ClaimPayment)
        if count % 200 == 0:
            most = max(most, sum(isinstance(one, Segment) for one in gc.get_objects()))
    assert count == 2_000
    assert most < 50


def test_a_stream_gives_header_claims_and_end() -> None:
    events = list(iter_remittances(written()))
    assert [type(event).__name__ for event in events] == [
        "Remittance",
        "ClaimPayment",
        "ClaimPayment",
        "RemittanceEnd",
    ]
    end = events[-1]
    assert isinstance(end, RemittanceEnd)
    assert (end.claim_count, end.claims_cents, end.complete) == (2, 14_000, True)
    assert [adjustment.reason_code for adjustment in end.provider_adjustments] == ["WO"]


def test_a_stream_with_a_broken_header_yields_no_end() -> None:
    (aside,) = [e for e in iter_remittances(written().replace(b"BPR*I*135", b"BPR*I*13S")) if _is_aside(e)]
    assert isinstance(aside, Quarantined)
    assert aside.findings[0].where == "BPR02 in segment 4"
    assert aside.raw.startswith(b"ST*835")


def _is_aside(event: object) -> bool:
    assert not isinstance(event, RemittanceEnd)
    return isinstance(event, Quarantined)


def test_a_payment_the_provider_draws_is_positive_and_named() -> None:
    (read,) = read_remittances(written().replace(b"BPR*I*135*C*", b"BPR*I*135*D*")).remittances
    assert (read.payment_cents, read.transfer.credit_debit) == (13_500, "D")
    assert [finding.code for finding in read.findings] == ["835.debit"]


def test_account_numbers_are_never_kept_whole() -> None:
    data = written().replace(b"*CCP*****", b"*CCP*01*011000015*DA*987654321*")
    (read,) = read_remittances(data).remittances
    assert read.transfer.sender_account == BankAccount("01", "011000015", "DA", "4321")
    assert b"987654321" not in write_remittance(ENVELOPE, PAYER, PAYEE, read)


def test_units_that_are_no_number_are_named() -> None:
    (read,) = read_remittances(written()).remittances
    assert read.claims[0].services[0].units == "1"
    (odd,) = read_remittances(written().replace(b"*70**1~", b"*70**many~", 1)).remittances
    assert (odd.claims[0].services[0].units, [f.where for f in odd.findings]) == (
        "1",
        ["SVC05 in segment 16"],
    )
