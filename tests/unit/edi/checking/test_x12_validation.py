"""Validation: every kind of fault is named with its place and rule, and answered by the 999 a receiver owes."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from revcycle.cli.main import cli
from revcycle.cli.x12.checks import check
from revcycle.cli.x12.pyx12_judge import SECONDS
from revcycle.domain.codes.findings import finding_rule
from revcycle.domain.finding import Finding
from revcycle.domain.mail.acknowledgment import (
    ClaimAcknowledgment,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    TransactionAcknowledgment,
)
from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1
from revcycle.edi.checking.acknowledging import acknowledge, write_acknowledgments
from revcycle.edi.records_275_277.x12_275 import read_records
from revcycle.edi.remittance_835.x12_835 import write_remittance
from tests.support.edi.edi_facts import ENVELOPE, PAYEE, PAYER, RECEIVER
from tests.unit.edi.remittance_835.test_edi_835 import REMITTANCE

AT = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)
CLAIMS = b"""ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260105*1230*^*00501*000000123*1*T*:~
GS*HC*SENDER*RECEIVER*20260105*1230*7*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*REF1*20260105*1230*CH~
NM1*41*2*GOOD PRACTICE*****46*SENDER~
PER*IC*BILLING OFFICE*TE*6175551212~
NM1*40*2*CLEARINGHOUSE*****46*RECEIVER~
HL*1**20*1~
NM1*85*2*GOOD CLINIC*****XX*1234567893~
N3*1 MAIN ST~
N4*BOSTON*MA*021100001~
REF*EI*123456789~
HL*2*1*22*0~
SBR*S*18*******CI~
NM1*IL*1*DOE*JANE****MI*M1~
N3*2 MAIN ST~
N4*BOSTON*MA*021100001~
DMG*D8*19800101*F~
NM1*PR*2*SECOND HEALTH*****PI*PAY02~
CLM*PCN1*100***11:B:1*Y*A*Y*Y~
HI*ABK:E119~
SBR*P*18*******MB~
CAS*CO*45*10~
AMT*D*60~
OI***Y***Y~
NM1*IL*1*DOE*JANE****MI*M1~
NM1*PR*2*FIRST HEALTH*****PI*PAY01~
LX*1~
SV1*HC:99213*100*UN*1***1~
DTP*472*D8*20260101~
REF*6R*L1~
SVD*PAY01*60*HC:99213**1~
CAS*PR*2*30~
DTP*573*D8*20260103~
SE*33*0001~
GE*1*7~
IEA*1*000000123~
"""


def checked(data: bytes, *, maps: bool = False) -> list[Finding]:
    return list(check(io.BytesIO(data), maps=maps, progress=lambda _: None).findings)


def told(data: bytes) -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in checked(data)]


def sound(data: bytes = CLAIMS) -> bytes:
    """The claims with the line's adjustments whole: the claim's own CAS is the line's."""
    return (
        data.replace(b"CAS*CO*45*10~\n", b"")
        .replace(b"CAS*PR*2*30~", b"CAS*CO*45*10**PR*2*30~")
        .replace(b"CAS*CO*45*10**PR", b"CAS*CO*45*10~\nCAS*PR")
    )


def test_a_sound_file_has_no_finding() -> None:
    assert told(sound()) == []
    assert told(write_remittance(ENVELOPE, PAYER, PAYEE, REMITTANCE)) == []


@pytest.mark.parametrize(
    ("fault", "code", "where"),
    [
        ((b"CLM*PCN1*100*", b"CLM*PCN1*90*"), "837.claim_charge", "CLM02 in segment 20"),
        ((b"AMT*D*60", b"AMT*D*50"), "837.cob_claim", "SBR01 in segment 22"),
        ((b"SVD*PAY01*60", b"SVD*PAY01*50"), "837.cob_line", "SVD02 in segment 31"),
        ((b"XX*1234567893", b"XX*1234567890"), "x12.npi", "NM109 in segment 9"),
        ((b"HL*2*1*22*0", b"HL*3*1*22*0"), "x12.level_number", "HL01 in segment 13"),
        ((b"HL*2*1*22*0", b"HL*2*9*22*0"), "x12.level_parent", "HL02 in segment 13"),
        ((b"HL*2*1*22*0", b"HL*2*1*22*1"), "x12.level_children", "HL04 in segment 13"),
        ((b"SE*33*", b"SE*30*"), "x12.wrong_count", "SE01 in segment 35"),
        ((b"GE*1*7", b"GE*1*8"), "x12.wrong_control_number", "GE02 in segment 36"),
        ((b"IEA*1*000000123~\n", b""), "x12.missing_iea", "IEA after segment 36"),
        ((b"GS*HC*", b"GS*HP*"), "x12.group_kind", "GS01 in segment 2"),
        ((b"ST*837*0001*005010X222A1", b"ST*837*0001*005010X222"), "x12.guide_differs", "ST03 in segment 3"),
        ((b"CAS*PR*2*", b"CAS*PR*ZZ9*"), "codes.carc", "CAS02 in segment 33"),
        ((b"*1*T*:~", b"*1*Q*:~"), "x12.usage", "ISA15 in segment 1"),
        ((b"*00501*", b"*00401*"), "x12.interchange_version", "ISA12 in segment 1"),
    ],
)
def test_each_fault_is_named_with_its_place(fault: tuple[bytes, bytes], code: str, where: str) -> None:
    assert fault[0] in sound()
    found = told(sound().replace(*fault))
    assert (code, where) in found
    assert all(finding_rule(code) is not None for code, _ in found)


def test_control_numbers_used_again_are_named() -> None:
    found = told(sound() + sound())
    assert ("x12.number_reused", "ISA13 in segment 38") in found
    doubled = sound().replace(b"SE*33*0001~\n", b"SE*33*0001~\nST*837*0001*005010X222A1~\nSE*2*0001~\n")
    assert ("x12.set_number_reused", "ST02 in segment 36") in told(doubled.replace(b"GE*1", b"GE*2"))


def test_a_remittance_out_of_balance_is_named_line_by_line() -> None:
    data = write_remittance(ENVELOPE, PAYER, PAYEE, REMITTANCE)
    found = checked(data.replace(b"CLP*PCN1*1*100*70", b"CLP*PCN1*1*100*71"))
    assert {finding.code for finding in found} == {"balancing.claim", "balancing.transaction"}
    assert "off by" in found[0].message


def test_unknown_codes_of_claim_answers_are_named() -> None:
    claim = ClaimAcknowledgment("PCN1", "A9", "20", 100, date(2026, 1, 5))
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (claim,), "1", PAYEE)
    assert [code for code, _ in told(data)] == ["codes.claim_status"]


def test_a_sound_file_is_acknowledged_and_accepted() -> None:
    done = check(io.BytesIO(sound()), maps=False, progress=lambda _: None)
    data = write_acknowledgments(done.validation, done.findings, 41, AT)
    (interchange,) = x12_ta1.read_acknowledgments(data)
    assert (interchange.interchange_control_number, interchange.code) == ("000000123", "A")
    assert (interchange.interchange_date, interchange.interchange_time) == (date(2026, 1, 5), "1230")
    (group,) = x12_999.read_acknowledgments(data)
    assert (group.functional_id, group.group_control_number, group.code) == ("HC", "7", "A")
    assert [(t.transaction_set_control_number, t.code) for t in group.transactions] == [("0001", "A")]
    assert told(data) == []


def test_a_fault_of_syntax_is_answered_with_its_segment_and_element() -> None:
    data = sound().replace(b"DTP*472*D8*20260101", b"DTP*472*D8*20260231").replace(b"SE*33*", b"SE*31*")
    done = check(io.BytesIO(data), maps=False, progress=lambda _: None)
    _, (group,) = acknowledge(done.validation, done.findings)
    (answer,) = group.transactions
    assert (group.code, answer.code, answer.error_codes) == ("R", "R", ("4", "5"))
    assert [
        (e.segment_id, e.segment_position, e.element_position, e.element_error_code) for e in answer.errors
    ] == [("DTP", 27, "3", "8")]


def test_money_is_no_matter_of_syntax() -> None:
    done = check(
        io.BytesIO(CLAIMS.replace(b"CLM*PCN1*100*", b"CLM*PCN1*90*")), maps=False, progress=lambda _: None
    )
    _, (group,) = acknowledge(done.validation, done.findings)
    assert done.findings
    assert group.code == "A"


def test_the_guides_own_maps_judge_too() -> None:
    pytest.importorskip("pyx12", reason="pyx12 is not installed")
    assert SECONDS
    done = check(io.BytesIO(sound()), maps=True, progress=lambda _: None)
    assert (done.maps.state, done.findings) == ("judged", ())
    broken = check(
        io.BytesIO(sound().replace(b"SBR*S*18*******CI", b"SBR*S*18*******Q9")),
        maps=True,
        progress=lambda _: None,
    )
    assert [(f.code, f.where) for f in broken.findings if f.code.startswith("map.")] == [
        ("map.ik403_7", "SBR09 in segment 14")
    ]
    assert "Q9" not in "".join(finding.message for finding in broken.findings)


def test_the_command_ends_with_what_it_found(tmp_path: Path) -> None:
    file, ack = tmp_path / "claims.x12", tmp_path / "claims.999"
    file.write_bytes(CLAIMS)
    clean = CliRunner().invoke(cli, ["x12", "validate", "-", "--no-maps"], input=sound())
    assert clean.exit_code == 0, clean.output
    arguments = ["x12", "validate", str(file), "--no-maps", "--json", "--ack", str(ack), "--ack-number", "9"]
    found = CliRunner().invoke(cli, arguments)
    answer = json.loads(found.stdout)
    assert [finding["code"] for finding in answer["findings"]] == ["837.cob_line"]
    assert answer["findings"][0]["rule"].startswith("005010X222A1")
    assert x12_999.read_acknowledgments(ack.read_bytes())[0].code == "A"


def _answered(answer: ImplementationAcknowledgment, interchange: str = "000000123") -> list[tuple[str, str]]:
    seen = InterchangeAcknowledgment(interchange, "A", "000")
    data = x12_ta1.write_acknowledgment(ENVELOPE, seen)
    data += x12_999.write_acknowledgment(replace(ENVELOPE, interchange_control_number=124), answer)
    done = check(io.BytesIO(data), maps=False, progress=lambda _: None, sent=io.BytesIO(sound()))
    return [(finding.code, finding.where) for finding in done.findings]


def test_an_acknowledgment_is_matched_with_the_file_it_answers() -> None:
    ours = ImplementationAcknowledgment("7", "A", (TransactionAcknowledgment("0001", "A"),))
    assert _answered(ours) == []
    assert _answered(ours, "000000009") == [
        ("answer.not_ours", "TA101"),
        ("answer.incomplete", "TA101"),
    ]
    assert _answered(replace(ours, group_control_number="8")) == [
        ("answer.not_ours", "AK102"),
        ("answer.incomplete", "AK102"),
    ]
    other = (TransactionAcknowledgment("0002", "A"),)
    assert _answered(replace(ours, transactions=other)) == [
        ("answer.not_ours", "AK202"),
        ("answer.incomplete", "AK202"),
    ]


def test_counts_of_an_acknowledgment_that_contradict_it_are_named() -> None:
    ack = ImplementationAcknowledgment("7", "A", (TransactionAcknowledgment("0001", "A"),), accepted_count=3)
    data = x12_999.write_acknowledgment(ENVELOPE, ack)
    assert told(data) == [("999.count", "AK904 in segment 7")]


def test_binary_data_of_a_wrong_length_in_another_alphabet_is_read_on() -> None:
    data = (
        sound()
        .replace(b"005010X222A1", b"005010X210")
        .replace(b"ST*837*", b"ST*275*")
        .replace(b"GS*HC", b"GS*PI")
    )
    data = data.replace(b"REF*6R*L1~", "CAT*AE*HL~\nBIN*X*\u4ee4\u4ee4~".encode())
    (read,) = read_records(data).facts
    assert [record.content for record in read.records] == ["\u4ee4\u4ee4".encode()]
    assert "x12.npi" not in [code for code, _ in told(data)]


def test_positions_do_not_change_what_a_remittance_says() -> None:
    assert replace(REMITTANCE, segment_position=9).without_positions() == REMITTANCE
