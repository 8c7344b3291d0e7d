"""A long batch of answers is read in memory that does not grow with it, and no finding repeats what it is about."""

import io
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.domain.finding import Finding
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.wire.envelope import Quarantined

ISA = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260105*0900*^*00501*000000001*0*T*:~"
READERS: dict[str, tuple[Any, str, str]] = {
    "270": (x12_270, "HS", "005010X279A1"),
    "271": (x12_271, "HB", "005010X279A1"),
    "276": (x12_276, "HR", "005010X212"),
    "277": (x12_277, "HN", "005010X212"),
}
SEGMENTS = (
    "NM1*IL*1*MARKERNAME*MARKER****MI*MARKERID",
    "NM1*QC*1*MARKER",
    "N3*MARKER",
    "N4*MARKER*OH*43215",
    "TRN*2*MARKER",
    "REF*6P*MARKER",
    "REF*MARKER*1",
    "DTP*472*D8*MARKER",
    "DTP*MARKER*RD8*2026-MARKER",
    "DMG*D8*MARKER*F",
    "EB*MARKER**30",
    "EB*1**30",
    "EB*C*IND*30***23*MARKER",
    "HSD*VS*MARKER",
    "MSG*MARKER",
    "AAA*N**MARKER*C",
    "AAA*MARKER***",
    "EQ*30",
    "STC*MARKER:1*MARKER**MARKER",
    "STC*F1:65*20260105**1",
    "SVC*HC:MARKER*MARKER",
    "HL*MARKER*1*22*0",
    "HL*2*MARKER*23",
    "HL*1**20*1",
    "AMT*T3*MARKER",
    "XX*MARKER",
    "III*ZZ*MARKER",
    "LS*2120",
    "PER*IC*MARKER*TE*MARKER",
    "INS*Y*MARKER*001*25",
)


def batch(claims: int) -> bytes:
    """One 277 with as many claims in a single transaction."""
    head = ["BHT*0010*08*R*20260105*0900*DG", "HL*1**20*1", "NM1*PR*2*PAYER*****PI*P1"]
    head += ["HL*2*1*21*1", "NM1*41*2*US*****46*U1", "HL*3*2*19*1", "NM1*1P*2*CLINIC*****XX*1234567893"]
    for number in range(4, claims + 4):
        head += [f"HL*{number}*3*22*0", "NM1*IL*1*DOE*JANE****MI*M1", f"TRN*2*T{number}"]
        head += ["STC*F1:65*20260105**100*80", f"REF*1K*ICN{number}", "DTP*472*D8*20260102"]
    return wrapped("277", head)


def wrapped(kind: str, segments: list[str]) -> bytes:
    _, group, guide = READERS[kind]
    lines = [f"GS*{group}*S*R*20260105*0900*1*X*{guide}", f"ST*{kind}*0001*{guide}", *segments]
    lines += [f"SE*{len(segments) + 2}*0001", "GE*1*1", "IEA*1*000000001"]
    return (ISA + "".join(f"{line}~" for line in lines)).encode()


def peak(claims: int) -> int:
    """Bytes held at most while reading so many claims, the file itself not counted."""
    source = io.BytesIO(batch(claims))
    tracemalloc.start()
    read = sum(not isinstance(part, Finding | Quarantined) for part in x12_277.iter_answers(source))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == claims
    return held


def test_memory_does_not_grow_with_the_batch() -> None:
    """Within one chunk of reading only the text itself grows; segments kept would be ten times as much."""
    peak(10)
    few, many = 500, 2_500
    text = len(batch(many)) - len(batch(few))
    assert peak(many) - peak(few) < 3 * text


@pytest.mark.parametrize("kind", READERS)
def test_no_finding_repeats_what_it_is_about(kind: str) -> None:
    read: Callable[[bytes], Any] = READERS[kind][0].read

    @settings(max_examples=40)
    @given(st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=20))
    def tells(segments: list[str]) -> None:
        file = read(wrapped(kind, segments))
        said = [(f.code, f.where, f.message, f.remedy) for f in file.findings]
        said += [(f.code, f.where, f.message, f.remedy) for part in file.quarantined for f in part.findings]
        assert "MARKER" not in str(said)
        assert all(code and message and remedy for code, _, message, remedy in said)

    tells()
