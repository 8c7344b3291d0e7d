"""Whatever bytes come, a reader answers with facts and findings, or refuses by type, and repeats no data.

`./run fuzz` repeats these with new seeds.
"""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1
from revcycle.edi.bank import deposits
from revcycle.edi.claim_837 import x12_837
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.remittance_835 import x12_835
from revcycle.edi.wire.errors import NotX12, Unreadable

pytestmark = pytest.mark.fuzz

READERS: dict[str, tuple[Callable[[bytes], object], str, str]] = {
    "270": (x12_270.read_inquiries, "HS", "005010X279A1"),
    "271": (x12_271.read_answers, "HB", "005010X279A1"),
    "276": (x12_276.read_inquiries, "HR", "005010X212"),
    "277": (x12_277.read_answers, "HN", "005010X212"),
    "277CA": (x12_277ca.read_acknowledgments, "HN", "005010X214"),
    "835": (x12_835.read_remittances, "HP", "005010X221A1"),
    "837": (x12_837.read_claims, "HC", "005010X222A1"),
    "999": (x12_999.read_acknowledgments, "FA", "005010X231A1"),
    "TA1": (x12_ta1.read_acknowledgments, "FA", ""),
}
ISA = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260105*0900*^*00501*000000001*0*T*:"
SEGMENTS = """
BHT*0019*00*1*20260105*0900*CH BPR*I*100*C*ACH*CTX*01*999999992*DA*1*1512345678*20260106
TRN*1*T1*1512345678 LX*1 TS3*1234567893*11*20261231*1*100 N1*PR*PAYER*PI*P1 N1*PE*PAYEE*XX*1234567893
N3*STREET N4*CITY*OH*43215 HL*1**20*1 HL*2*1*22*0 HL*3*2*23*0 HL*1**20*1 PRV*BI*PXC*207Q00000X
SBR*P*18*******CI NM1*41*2*S*****46*1 NM1*85*2*B*****XX*1234567893 NM1*IL*1*MARKERNAME*M****MI*MARKERID
NM1*QC*1*MARKERNAME*M NM1*PR*2*P*****PI*P1 NM1*1P*2*B*****XX*1234567893 NM1*82*1*R*R****XX*1234567893
DMG*D8*19800101*F REF*EI*123456789 REF*6R*1 REF*F8*X CLM*C1*100***11:B:1*Y*A*Y*Y
CLP*C1*1*100*80*20*12*X1*11*1 CAS*PR*1*20 CAS*CO*45*10**97*5 HI*ABK:J069 SV1*HC:99213*100*UN*1***1
SVC*HC:99213*100*80**1 DTP*472*D8*20260102 DTM*472*20260102 AMT*B6*100 LQ*HE*N130 MOA***MA01
PLB*1234567893*20261231*WO:X*5 EB*1**30 EB*C*IND*30***23*500 AAA*N**75*C MSG*TEXT QTY*90*1
STC*A1:20:PR*20260105*WQ*100 STC*F1:65*20260105**100*80 SVD*P1*80*HC:99213**1 OI***Y***Y
AK1*HC*1*005010X222A1 AK2*837*0001 IK3*NM1*3 IK4*3*66*7 IK5*R*5 AK9*R*1*1*0
TA1*000000001*260105*0900*A*000
"""
PLAUSIBLE = tuple(SEGMENTS.split())
HOSTILE = st.one_of(
    st.sampled_from(
        ["", "-", "1e9", "NaN", "99999999999999999999", "20261345", "00000000", "D8", "ñ", "\x00", ":", "^"]
    ),
    st.text(max_size=12).filter(lambda text: not set(text) & set("*~")),
)


@st.composite
def interchanges(draw: st.DrawFn, kind: str) -> bytes:
    """Plausible segments in any order inside an envelope, one or two elements replaced, perhaps cut short."""
    _, functional_group, guide = READERS[kind]
    middle = draw(st.lists(st.sampled_from(PLAUSIBLE), max_size=30))
    for _ in range(draw(st.integers(0, 2)) if middle else 0):
        place = draw(st.integers(0, len(middle) - 1))
        elements = middle[place].split("*")
        elements[draw(st.integers(0, len(elements) - 1))] = draw(HOSTILE)
        middle[place] = "*".join(elements)
    head = [ISA, f"GS*{functional_group}*S*R*20260105*0900*1*X*{guide}", f"ST*{kind[:3]}*0001*{guide}"]
    text = "~".join([*head, *middle, f"SE*{len(middle) + 2}*0001", "GE*1*1", "IEA*1*000000001"]) + "~"
    whole = text.encode()
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.booleans()) else whole


def _answer_or_refuse(read: Callable[[bytes], object], data: bytes) -> None:
    said = ""
    try:
        read(data)
    except (NotX12, Unreadable) as refused:
        said = str(refused)
    assert "MARKER" not in said


@pytest.mark.parametrize("kind", READERS)
def test_a_reader_survives_plausible_nonsense(kind: str) -> None:
    read = READERS[kind][0]

    @given(interchanges(kind))
    def survives(data: bytes) -> None:
        _answer_or_refuse(read, data)

    survives()


@pytest.mark.parametrize("kind", READERS)
def test_a_reader_survives_any_bytes(kind: str) -> None:
    read = READERS[kind][0]

    @given(st.binary(max_size=400))
    def survives(data: bytes) -> None:
        _answer_or_refuse(read, data)
        _answer_or_refuse(read, f"{ISA}~".encode() + data)

    survives()


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode())))
def test_the_reader_of_bank_credits_survives_any_bytes(data: bytes) -> None:
    deposits.read_deposits(data)
    deposits.read_deposits(b"deposit_date,amount,eft_trace_number,payer_id\n" + data)
