"""Institutional claims as they come: old qualifiers, other habits, broken ones; nothing is dropped unnamed."""

import os
from datetime import date
from pathlib import Path

import pytest

from revcycle.domain.claims.claim import Claim, ClaimKind
from revcycle.domain.claims.institutional import ExternalCause, Occurrence, Procedure, Stay, ValueAmount
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.edi.claim_837.x12_837 import ClaimFile, ClaimToSend, read_claims, refusal, write_claims
from revcycle.sandbox.practice.synthetic import generate
from tests.support.edi.edi_facts import ENVELOPE, RECEIVER, SUBMITTER
from tests.support.edi.institutional_facts import SIMPLE, realistic

CORPUS = Path(os.environ.get("REVCYCLE_CORPUS") or Path(__file__).parents[5] / "shared" / "corpus")


def sent(*changes: tuple[str, str]) -> ClaimFile:
    """Read the simple claim after replacing text in its file."""
    text = write_claims(ENVELOPE, SUBMITTER, RECEIVER, [ClaimToSend(SIMPLE, Responsibility.PRIMARY)]).decode()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return read_claims(text.encode())


def the_claim(file: ClaimFile) -> tuple[Claim, Stay]:
    (read,) = file.claims
    assert read.claim.stay is not None
    return read.claim, read.claim.stay


def named(file: ClaimFile) -> list[str]:
    """Codes of the findings, but for the wrong count of segments that the change of the text makes."""
    return [finding.code for finding in file.findings if finding.code != "x12.wrong_count"]


def test_old_qualifiers_read_as_the_new_ones_and_are_named() -> None:
    old = (
        "HI*BK:4019*BJ:78650*PR:78650~HI*BN:E8120:::::::Y~HI*BF:25000:::::::N~HI*BR:8703:D8:20140327*"
        "BQ:8871:D8:20140328~"
    )
    file = sent(("HI*ABK:J189~\nHI*ABF:I10~\n", old))
    claim, stay = the_claim(file)
    assert claim.diagnosis_codes == ("4019", "25000")
    assert stay.present_on_admission == ("", "N")
    assert (stay.admitting_diagnosis, stay.reasons_for_visit) == ("78650", ("78650",))
    assert stay.external_causes == (ExternalCause("E8120", "Y"),)
    assert stay.procedures == (Procedure("8703", date(2014, 3, 27)), Procedure("8871", date(2014, 3, 28)))
    assert named(file) == ["837i.old_codes"]


def test_codes_read_in_any_order_with_dots_and_in_mixed_segments() -> None:
    mixed = (
        "HI*BH:11:D8:20250301*BI:70:RD8:20250301-20250302*BE:80:::2.5*ABF:I10*BG:09*TC:A02*DR:194*ABK:J18.9~"
    )
    file = sent(("HI*ABK:J189~\nHI*ABF:I10~\n", mixed))
    claim, stay = the_claim(file)
    assert claim.diagnosis_codes == ("J189", "I10")
    assert stay.occurrences == (
        Occurrence("70", date(2025, 3, 1), date(2025, 3, 2)),
        Occurrence("11", date(2025, 3, 1)),
    )
    assert stay.values == (ValueAmount("80", 250),)
    assert (stay.condition_codes, stay.treatment_codes, stay.drg) == (("09",), ("A02",), "194")
    assert named(file) == []


@pytest.mark.parametrize(
    "code",
    [
        "HI*XX:1",
        "HI*BH:11:D8:20251301",
        "HI*BI:70:RD8:2025",
        "HI*BE:80:::1.234",
        "HI*CAH:1:D8:20250301",
        "HI*ABK",
    ],
)
def test_a_code_that_cannot_be_read_is_named(code: str) -> None:
    file = sent(("HI*ABF:I10~\n", f"HI*ABF:I10~\n{code}~\n"))
    assert the_claim(file)[0].diagnosis_codes == ("J189", "I10")
    (finding,) = [finding for finding in file.findings if finding.code != "x12.wrong_count"]
    assert finding.code == "837i.not_carried"
    assert "HI" in finding.message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("HI*ABK:J189~\n", ""), "837i.principal_diagnosis"),
        (("HI*ABF:I10~\n", "HI*ABF:I10~\nHI*BBQ:0BH17EZ:D8:20250303~\n"), "837i.principal_procedure"),
        (("HI*ABF:I10~\n", "HI*ABF:I10~\nHI*BBR:0BH17EZ~\n"), "837i.procedure_date"),
        (("HI*ABK:J189~\n", "QTY*CA*4*DA~\nHI*ABK:J189~\n"), "837i.not_carried"),
        (("*Y*Y~\nDTP*434", "*Y*Y*********08~\nDTP*434"), "837i.not_carried"),
        (("SV2*0300*HC:85025*125*UN*1~", "SV2*0300*HC:85025*125*UN*1*125~"), "837i.not_carried"),
        (("CL1*3*1*01~", "CL1*3*1*01*2~"), "837i.not_carried"),
        (("CL1*3*1*01~", "CL1*3*1*01~\nAMT*F5*20~"), "837i.not_carried"),
        (("DTP*472*D8*20250303~", "DTP*472*D8*20250303~\nDTP*472*D8*20250304~"), "837i.not_carried"),
    ],
)
def test_what_no_fact_holds_is_named(change: tuple[str, str], code: str) -> None:
    file = sent(change)
    assert len(file.claims) == 1
    assert named(file) == [code]


def test_no_more_is_read_than_can_be_written() -> None:
    many = "".join(
        f"{segment}~\n"
        for segment in (
            *["HI*ABF" + ":I10*ABF".join([""] * 13) + ":I10"] * 2, "HI*APR:R079*APR:R080*APR:R081*APR:R082",
            *["NTE*MED*TEXT"] * 12, "NTE*ADD*ONE", "NTE*ADD*TWO", "HI*DR:194", "HI*DR:195",
        )
    )  # fmt: skip
    file = sent(("HI*ABF:I10~\n", f"HI*ABF:I10~\n{many}"))
    claim, stay = the_claim(file)
    assert (len(claim.diagnosis_codes), len(stay.reasons_for_visit), len(claim.notes)) == (25, 3, 11)
    assert stay.drg == "194"
    assert set(named(file)) == {"837i.not_carried"}
    assert refusal(ClaimToSend(claim, Responsibility.PRIMARY)) is None


@pytest.mark.parametrize(
    ("given", "facility", "hour"),
    [
        ("13:A:1", "13", "1015"),
        ("131:A:1", "13", "1015"),
        ("0131:A:1", "13", "1015"),
        ("13:B:1", "13", "10"),
        ("13:A:1", "13", "202503051015"),
    ],
)
def test_other_habits_of_writing_type_of_bill_and_hours_are_understood(
    given: str, facility: str, hour: str
) -> None:
    file = sent(("13:A:1", given), ("DTP*434", f"DTP*096*TM*{hour}~\nDTP*434"))
    _, stay = the_claim(file)
    assert stay.facility_type == facility
    assert stay.discharge_time == ("1000" if hour == "10" else "1015")
    assert named(file) == []


def test_a_short_revenue_code_gets_its_zero_and_a_line_without_date_that_of_the_statement() -> None:
    file = sent(("SV2*0300*HC:85025*", "SV2*300* :*"), ("DTP*472*D8*20250303~\n", ""))
    claim, _ = the_claim(file)
    (line,) = claim.lines
    assert (line.revenue_code, line.procedure_code, line.service_date) == ("0300", "", date(2025, 3, 3))
    assert named(file) == []


def test_one_day_statements_read_from_a_day_and_from_half_a_span() -> None:
    for statement in ("D8*20250303", "RD8*20250303", "RD8*20250303-20250303"):
        _, stay = the_claim(sent(("RD8*20250303-20250305", statement)))
        assert (stay.statement_from, stay.statement_to) == (date(2025, 3, 3), date(2025, 3, 3))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("DTP*434*RD8*20250303-20250305~\n", ""), "x12.missing_segment"),
        (("RD8*20250303-20250305", "RD8*20250230-20250305"), "x12.broken_date"),
        (("SV2*0300*HC:85025*125*UN*1~\n", ""), "x12.missing_segment"),
        (("SV2*0300*HC:85025*125*UN*1~", "SV2*0300*HC:85025*much*UN*1~"), "x12.broken_amount"),
        (("13:A:1", "13:A:X"), "837i.claim_frequency"),
    ],
)
def test_a_claim_that_cannot_be_read_is_put_aside_with_its_bytes(change: tuple[str, str], code: str) -> None:
    file = sent(change)
    assert file.claims == ()
    (aside,) = file.quarantined
    assert [finding.code for finding in aside.findings] == [code]
    assert b"CLM*PCN1*" in aside.raw


def test_a_file_may_hold_claims_of_several_kinds() -> None:
    practice = generate(3, 2, date(2026, 1, 5))
    professional = [ClaimToSend(claim, Responsibility.PRIMARY) for claim in practice.claims]
    institutional = list(realistic(3))
    files = (write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends) for sends in (professional, institutional))
    read = read_claims(b"".join(files))
    kinds = [one.claim.kind for one in read.claims]
    assert kinds == [ClaimKind.PROFESSIONAL] * 2 + [ClaimKind.INSTITUTIONAL] * 3
    assert [one.claim for one in read.claims[2:]] == [sent.claim for sent in institutional]


@pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no corpus of samples here (set REVCYCLE_CORPUS to its folder)"
)
def test_every_sample_reads_and_only_broken_claims_are_put_aside() -> None:
    rows = [line.split("\t") for line in (CORPUS / "MANIFEST.tsv").read_text().splitlines()[1:]]
    samples = [CORPUS / row[0] for row in rows if row[1] == "837I"]
    aside: list[str] = []
    claims = 0
    for sample in samples:
        file = read_claims(sample.read_bytes())
        assert all(read.claim.kind is ClaimKind.INSTITUTIONAL for read in file.claims)
        claims += len(file.claims)
        aside += [one.findings[0].code for one in file.quarantined]
    assert (len(samples), claims) == (23, 22)
    assert sorted(aside) == [
        "837i.claim_frequency",  # components are not parted by the character the ISA declares
        "837i.claim_frequency",
        "837i.cut_claim",  # the transaction set has no SE
        "837i.cut_claim",
        "x12.missing_segment",  # no birth date
    ]
