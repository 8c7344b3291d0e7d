"""A look at a file says what it holds, adds up, and names nobody unless asked."""

from dataclasses import asdict, replace
from datetime import date

import pytest

from revcycle.edi.checking.inspection import Inspection, inspect
from revcycle.edi.checking.inspection_tally import PersonSeen
from revcycle.edi.wire.errors import NotX12

ISA = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260105*0900*^*00501*000000001*0*P*:~"
CLAIMS = (
    "GS*HC*S*R*20260105*0900*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20260105*0900*CH~"
    "NM1*41*2*SUBMITTER*****46*S1~NM1*40*2*HOUSE*****46*R1~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~"
    "HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*DOE*JANE****MI*M1~NM1*PR*2*PAYER*****PI*P1~"
    "CLM*C1*100.5***11:B:1*Y*A*Y*Y~LX*1~SV1*HC:99213*100.5*UN*1***1~DTP*472*RD8*20260101-20260103~"
    "CLM*C2*200***11:B:7*Y*A*Y*Y~LX*1~SV1*HC:99213*200*UN*1***1~DTP*472*D8*20260102~SE*19*0001~GE*1*1~"
)
PAYMENT = (
    "GS*HP*S*R*20260105*0900*2*X*005010X221A1~ST*835*0002~BPR*I*75*C*ACH*CCP*01*1*DA*1*1512345678**01*1*DA*1*20260106~"
    "TRN*1*T1*1512345678~N1*PR*PAYER*XV*P1~N1*PE*CLINIC*FI*123456789~LX*1~CLP*C1*1*100*80*20*12*X1*11*1~"
    "NM1*QC*1*DOE*JANE~SVC*HC:99213*100*80**1~DTM*472*20260101~CLP*C2*4*50*0*0*12*X2~PLB*1234567893*20261231*WO:X*5~"
    "SE*13*0002~GE*1*2~"
)
TRAILER = "IEA*2*000000001~"
FILE = (ISA + CLAIMS + PAYMENT + TRAILER).encode()


def by_guide(seen: Inspection) -> dict[str, dict[str, object]]:
    return {totals.guide: asdict(totals) for totals in seen.totals}


def test_totals_by_guide() -> None:
    seen = inspect(FILE)
    totals = by_guide(seen)
    assert totals["837P"]["counts"] == {
        "billing_providers": 1, "subscribers": 1, "claims": 2, "service_lines": 2, "replacements": 1,
    }  # fmt: skip
    assert totals["837P"]["amounts"] == {"charge_cents": 30050}
    assert (totals["837P"]["first_day"], totals["837P"]["last_day"]) == (date(2026, 1, 1), date(2026, 1, 3))
    assert totals["835"]["counts"] == {"claims": 2, "service_lines": 1, "denied": 1}
    assert totals["835"]["amounts"] == {
        "payment_cents": 7500, "charge_cents": 15000, "claim_payment_cents": 8000,
        "patient_responsibility_cents": 2000, "provider_adjustment_cents": 500,
    }  # fmt: skip
    assert seen.findings == ()
    assert (seen.interchanges, seen.groups, seen.bytes_read) == (1, 2, len(FILE))
    assert seen.segments == FILE.count(b"~")


def test_envelopes_and_parties() -> None:
    seen = inspect(FILE)
    (envelope,) = seen.envelopes
    assert (envelope.control_number, envelope.usage, envelope.delimiters) == (
        "000000001",
        "production",
        "*:^~",
    )
    assert envelope.groups == ("HC 005010X222A1", "HP 005010X221A1")
    parties = {(party.role, party.name, party.identifier) for party in seen.parties}
    assert ("billing provider", "CLINIC", "1234567893") in parties
    assert ("payee", "CLINIC", "") in parties  # a tax id may be a person's


def test_patients_are_named_only_when_asked_for() -> None:
    assert "DOE" not in str(inspect(FILE))
    assert inspect(FILE, people=2).people == (
        PersonSeen(13, "DOE, JANE", "C1"),
        PersonSeen(17, "DOE, JANE", "C2"),
    )
    assert inspect(FILE, people=9).people[2] == PersonSeen(31, "DOE, JANE", "C1")


def test_what_does_not_add_up_is_a_finding() -> None:
    seen = inspect(FILE.replace(b"BPR*I*75", b"BPR*I*76").replace(b"CLM*C2*200", b"CLM*C2*2,00"))
    assert [finding.code for finding in seen.findings] == ["x12.broken_amount", "835.out_of_balance"]
    cut = inspect(FILE[: FILE.index(b"SE*13")])
    assert by_guide(cut)["835"]["cut_transactions"] == 1


@pytest.mark.parametrize(
    ("group", "body", "counts"),
    [
        ("005010X279A1~ST*271*1", "HL*1**20*1~EB*1**30~AAA*N**75*C~", {"benefits": 1, "refusals": 1}),
        ("005010X214~ST*277*1", "STC*A2:20:PR~STC*\x1b[1m~", {"status_A2": 1, "status_unknown": 1}),
        ("005010X231A1~ST*999*1", "AK2*837*1~IK3*NM1*3~IK5*R*5~AK9*R*1*1*0~", {"segments_in_error": 1, "rejected": 1}),
        ("006020X314~ST*275*1", "BDS*ASC*3*A~B~", {"attachments": 1, "attached_bytes": 3}),
        ("X~ST*999999*1", "XX*1~", {}),
    ],
)  # fmt: skip
def test_other_guides_are_counted_in_their_own_words(group: str, body: str, counts: dict[str, int]) -> None:
    seen = inspect((ISA + "GS*HB*S*R*20260105*0900*1*X*" + group + "~" + body + "SE*9*1~").encode())
    assert seen.totals[0].counts == counts


def test_an_interchange_acknowledgment_is_counted() -> None:
    seen = inspect((ISA + "TA1*000000001*260105*0900*R*006~IEA*0*000000001~").encode())
    assert by_guide(seen)["TA1"]["counts"] == {"rejected": 1}


def test_lists_do_not_grow_with_a_hostile_file() -> None:
    one = "ST*{0}*1~NM1*85*2*CLINIC {0}~CLM*A*x~SE*3*1~"
    seen = inspect((ISA + "".join(one.format(n) for n in range(2000))).encode())
    assert len(seen.parties) <= 100
    assert len(seen.totals) <= 202
    assert sum(totals.transactions for totals in seen.totals) == 2000


def test_what_is_no_x12_is_refused() -> None:
    with pytest.raises(NotX12):
        inspect(b"hello")


def test_an_inspection_says_the_same_of_a_file_with_line_breaks() -> None:
    one, other = inspect(FILE), inspect(FILE.replace(b"~", b"~\r\n"))
    assert replace(one, bytes_read=0) == replace(other, bytes_read=0)
