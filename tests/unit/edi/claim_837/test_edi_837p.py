"""Professional claims: what is written is read back, and what cannot be read is put aside with its reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.domain.claims.claim import Claim, ClaimFrequency, Coverage, Provider, ServiceLine
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.finding import Severity
from revcycle.domain.person import Address, Person
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup, ClaimPayment
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment, read_claims, refusal, write_claims
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import (
    CannotWrite,
    CharacterRefused,
    DelimiterInData,
    NotX12,
    ValueMissing,
    ValueTooLong,
    sniff,
)
from tests.support.edi.edi_facts import ENVELOPE, RECEIVER, SUBMITTER, claims_to_send

SAMPLES = Path(__file__).parents[3] / "samples" / "edi"
PLACE = Address("1 MAIN ST", "BOSTON", "MA", "021100001")
PATIENT = Person("DOE", "JANE", date(1980, 1, 2), "F", address=PLACE)
CLAIM = Claim(
    "PCN1",
    13_550,
    "11",
    PATIENT,
    Provider("GOOD CLINIC", "1234567893", "", "207Q00000X", "123456789", PLACE),
    (Coverage(Responsibility.PRIMARY, "PAY01", "GOOD HEALTH", "MEMBER77", PATIENT),),
    ("E119", "I10"),
    (
        ServiceLine(1, "99213", 12_550, Decimal(1), date(2025, 12, 30), (1, 2), ("25",), "", "L1"),
        ServiceLine(2, "36415", 1_000, Decimal(1), date(2025, 12, 30), (1,), (), "", "L2"),
    ),
    source_control_number="PCN1",
)


def written(*claims: Claim, sends: tuple[ClaimToSend, ...] = ()) -> bytes:
    to_send = sends or tuple(ClaimToSend(claim, Responsibility.PRIMARY) for claim in claims)
    return write_claims(ENVELOPE, SUBMITTER, RECEIVER, to_send)


def numbered(count: int) -> bytes:
    return written(*(replace(CLAIM, patient_control_number=f"PCN{n}") for n in range(1, count + 1)))


@settings(max_examples=60)
@given(st.lists(claims_to_send(), min_size=1, max_size=3))
def test_claims_written_are_the_claims_read(sends: list[ClaimToSend]) -> None:
    file = read_claims(write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends))
    assert (file.findings, file.quarantined) == ((), ())
    assert [read.claim for read in file.claims] == [sent.claim for sent in sends]
    assert [read.prior_payments for read in file.claims] == [sent.prior_payments for sent in sends]
    assert [read.responsibility for read in file.claims] == [sent.responsibility for sent in sends]
    assert {read.transaction_set_control_number for read in file.claims} == {"0001"}
    assert (file.interchange_control_number, file.sender_id) == ("000000123", "SENDER")


def test_the_raw_bytes_of_a_claim_run_from_its_clm() -> None:
    data = numbered(2)
    file = read_claims(data)
    for read in file.claims:
        assert read.raw in data
        assert read.raw.startswith(b"CLM*")
        assert b"HL*" not in read.raw
        assert data.split(b"~")[read.position - 1].strip().startswith(b"CLM*")


def test_a_claim_file_is_recognised() -> None:
    assert sniff(written(CLAIM)) == "837P"


def test_replacement_names_the_payers_claim() -> None:
    claim = replace(CLAIM, claim_frequency=ClaimFrequency.REPLACEMENT, payer_claim_control_number="ICN9")
    data = written(claim)
    assert b"11:B:7" in data
    assert b"REF*F8*ICN9~" in data
    assert b"REF*F8" not in written(replace(CLAIM, payer_claim_control_number="ICN9"))


def test_services_that_match_no_line_are_reported_at_claim_level() -> None:
    second = replace(CLAIM.coverages[0], responsibility=Responsibility.SECONDARY, payer_id="PAY02")
    claim = replace(CLAIM, coverages=(CLAIM.coverages[0], second))
    owed = Adjustment(AdjustmentGroup.PATIENT_RESPONSIBILITY, "1", 3_550)
    payment = ClaimPayment("PCN1", "1", 13_550, 10_000, 3_550, "ICN1", adjustments=(owed,))
    prior = PriorPayment(Responsibility.PRIMARY, payment, date(2026, 1, 3))
    data = written(sends=(ClaimToSend(claim, Responsibility.SECONDARY, (prior,)),))
    assert b"CAS*PR*1*35.5~\nAMT*D*100~\nAMT*EAF*35.5~" in data
    assert b"SVD" not in data
    assert read_claims(data).claims[0].prior_payments == (prior,)


def test_a_subscriber_without_birth_date_stays_without() -> None:
    parent = replace(PATIENT, first_name="PARENT", birth_date=NOT_STATED, sex="U", address=None)
    coverage = replace(CLAIM.coverages[0], subscriber=parent, relationship_code="19")
    claim = replace(CLAIM, coverages=(coverage,))
    assert read_claims(written(claim)).claims[0].claim == claim


@pytest.mark.parametrize(
    ("change", "field", "error"),
    [
        ({"prior_authorization_number": "A*B"}, "REF02", DelimiterInData),
        ({"prior_authorization_number": "A:B"}, "REF02", DelimiterInData),
        ({"patient": replace(PATIENT, last_name="D~E")}, "NM103", DelimiterInData),
        ({"patient": replace(PATIENT, last_name="D^E")}, "NM103", DelimiterInData),
        ({"diagnosis_codes": ("E1:19",)}, "HI01-2", DelimiterInData),
        ({"patient": replace(PATIENT, last_name="日本")}, "NM103", CharacterRefused),
        ({"patient": replace(PATIENT, last_name="D\nE")}, "NM103", CharacterRefused),
        ({"patient_control_number": "X" * 21}, "CLM01", ValueTooLong),
        ({"billing_provider": replace(CLAIM.billing_provider, address=None)}, "N301", ValueMissing),
        ({"diagnosis_codes": ("I10",) * 13}, "HI13", CannotWrite),
        ({"lines": CLAIM.lines * 26}, "LX01", CannotWrite),
        ({"coverages": ()}, "SBR01", ValueMissing),
        ({"coverages": (replace(CLAIM.coverages[0], payer_id=""),)}, "NM109", ValueMissing),
        ({"billing_provider": replace(CLAIM.billing_provider, tin="")}, "REF02", ValueMissing),
        ({"patient_control_number": ""}, "CLM01", ValueMissing),
        ({"patient": replace(PATIENT, birth_date=NOT_STATED)}, "DMG02", ValueMissing),
    ],
)
def test_what_x12_cannot_carry_is_refused_by_element(
    change: dict[str, object], field: str, error: type[CannotWrite]
) -> None:
    bad = replace(CLAIM, **change)  # type: ignore[arg-type]  # one field each, of its own type
    if "patient" in change:
        bad = replace(bad, coverages=(replace(CLAIM.coverages[0], subscriber=bad.patient),))
    with pytest.raises(error) as refused:
        written(CLAIM, bad)
    assert refused.value.field == field
    assert refused.value.claim_index == 1
    assert str(refused.value).startswith(field)


def test_a_claim_can_be_asked_beforehand_whether_it_can_be_written() -> None:
    assert refusal(ClaimToSend(CLAIM, Responsibility.PRIMARY)) is None
    bad = replace(CLAIM, prior_authorization_number="SECRET*1")
    finding = refusal(ClaimToSend(bad, Responsibility.PRIMARY))
    assert finding is not None
    assert (finding.code, finding.where) == ("837p.cannot_write", "REF02")
    assert "SECRET" not in finding.message


def test_the_billing_zip_code_has_nine_digits() -> None:
    short = replace(CLAIM.billing_provider, address=replace(PLACE, postal_code="02110"))
    with pytest.raises(ValueMissing, match="N403"):
        written(replace(CLAIM, billing_provider=short))


def test_the_message_of_a_refusal_does_not_repeat_the_data() -> None:
    coverage = replace(CLAIM.coverages[0], subscriber=replace(PATIENT, last_name="SECRET*NAME"))
    with pytest.raises(DelimiterInData) as refused:
        written(replace(CLAIM, coverages=(coverage,)))
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("broken", "where", "code"),
    [
        ((b"CLM*PCN2*135.5*", b"CLM*PCN2*13x.5*"), "CLM02", "x12.broken_amount"),
        ((b"SV1*HC:99213:25*125.5", b"SV1*HC:99213:25*"), "SV102", "x12.broken_amount"),
        ((b"DTP*472*D8*20251230", b"DTP*472*D8*20251399"), "DTP03", "x12.broken_date"),
        ((b"DMG*D8*19800102", b"DMG*D8*198001"), "DMG02", "x12.broken_date"),
        ((b"DMG*D8*19800102*F~\n", b""), "HL", "x12.missing_segment"),
        ((b"NM1*PR*2*GOOD HEALTH*****PI*PAY01~\n", b""), "HL", "x12.missing_segment"),
        ((b"DTP*472*D8*20251230~\n", b""), "SV1", "x12.missing_segment"),
        ((b"*UN*1*", b"*UN*1.x*"), "SV104", "x12.broken_number"),
        ((b"11:B:1", b"11:B:9"), "CLM05", "837p.claim_frequency"),
        ((b"SBR*P*", b"SBR*X*"), "SBR01", "837.responsibility"),
        ((b"CLM*PCN2*", b"CLM**"), "CLM01", "x12.missing_element"),
    ],
)
def test_one_bad_claim_is_put_aside_and_the_others_are_read(
    broken: tuple[bytes, bytes], where: str, code: str
) -> None:
    first, second, third = (part for part in _claim_parts(numbered(3)))
    bad = second.replace(*broken, 1)
    assert bad != second
    file = read_claims(first + bad + third)
    assert [read.claim.patient_control_number for read in file.claims] == ["PCN1", "PCN3"]
    (aside,) = file.quarantined
    (finding,) = aside.findings
    assert finding.code == code
    assert finding.where.startswith(f"{where} in segment ")
    assert finding.severity is Severity.ERROR
    assert finding.remedy
    assert b"CLM*" in aside.raw
    assert aside.raw in first + bad + third
    assert not any(word in finding.message for word in ("DOE", "JANE", "PCN2", "MEMBER77"))


def _claim_parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Cut a file of three claims so that each part holds one claim with its subscriber."""
    first, second = data.index(b"HL*3*1*22"), data.index(b"HL*4*1*22")
    return data[:first], data[first:second], data[second:]


def test_a_charge_that_is_not_the_sum_of_its_lines_is_read() -> None:
    file = read_claims(written(replace(CLAIM, charge_cents=1)))
    assert file.claims[0].claim.charge_cents == 1
    assert file.quarantined == ()


def test_lines_without_lx_are_still_lines() -> None:
    data = written(CLAIM).replace(b"LX*1~\n", b"").replace(b"LX*2~\n", b"")
    assert read_claims(data).claims[0].claim == CLAIM


@settings(max_examples=200)
@given(st.integers(200, 1_200))
def test_a_truncated_file_gives_the_whole_claims_before_the_cut(cut: int) -> None:
    data = numbered(3)[:cut]
    file = read_claims(data)
    begun = data.count(b"\nCLM")
    whole = begun if b"\nHL" in data[data.rfind(b"\nCLM") :] else max(0, begun - 1)
    assert [read.claim.patient_control_number for read in file.claims] == ["PCN1", "PCN2"][:whole]
    if begun > whole:
        (aside,) = file.quarantined
        assert aside.raw.startswith(b"CLM")
        assert data.rstrip(b"\n").endswith(aside.raw)
    missing = {finding.code for finding in file.findings}
    assert {"x12.missing_ge", "x12.missing_iea"} <= missing
    assert ("x12.missing_se" in missing) == (b"ST*837" in data)


def test_what_our_claims_do_not_carry_is_said_once() -> None:
    data = numbered(2).replace(b"HI*ABK", b"HCP*10*100~\nHI*ABK")
    file = read_claims(data)
    assert len(file.claims) == 2
    (finding,) = (finding for finding in file.findings if finding.code != "x12.wrong_count")
    assert (finding.code, finding.severity) == ("837p.not_carried", Severity.WARNING)
    assert "It is in 2 claims: CLM in segments " in finding.message


def test_a_span_of_days_is_kept() -> None:
    data = written(CLAIM).replace(b"472*D8*20251230", b"472*RD8*20251230-20251231", 1)
    file = read_claims(data)
    assert file.findings == ()
    assert file.claims[0].claim.lines[0].service_date_to == date(2025, 12, 31)
    assert written(file.claims[0].claim) == data


@pytest.mark.parametrize("name", ["not_x12.txt", "empty.x12", "cut_isa.x12"])
def test_what_is_not_x12_is_said_to_be_so(name: str) -> None:
    with pytest.raises(NotX12) as refused:
        read_claims((SAMPLES / name).read_bytes())
    assert refused.value.finding.severity is Severity.FATAL
    assert refused.value.finding.remedy


@pytest.mark.parametrize(
    ("name", "read", "aside"),
    [
        ("837p_truncated.x12", 1, 1),
        ("837p_broken_amount.x12", 1, 1),
        ("837p_broken_date.x12", 1, 1),
        ("837p_no_header.x12", 0, 1),
    ],
)
def test_malformed_samples(name: str, read: int, aside: int) -> None:
    file = read_claims((SAMPLES / name).read_bytes())
    assert (len(file.claims), len(file.quarantined)) == (read, aside)


@pytest.mark.parametrize("kind", ["005010X298", "005010X291"])
def test_claims_of_another_guide_are_put_aside(kind: str) -> None:
    data = written(CLAIM).replace(b"005010X222A1", kind.encode())
    file = read_claims(data)
    assert file.claims == ()
    assert [finding.code for aside in file.quarantined for finding in aside.findings] == ["837.other_guide"]


def test_a_file_without_claims_says_what_it_is() -> None:
    data = written(CLAIM).replace(b"ST*837", b"ST*835").replace(b"005010X222A1", b"005010X221A1")
    (finding,) = read_claims(data).findings
    assert finding.code == "837.no_claims"
    assert "835" in finding.message
