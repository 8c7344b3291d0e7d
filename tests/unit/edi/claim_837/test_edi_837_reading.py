"""What a claim file says and our claims do not hold is named; a file is read as it streams by."""

from collections.abc import Iterator
from io import BytesIO, RawIOBase
from typing import Any

import pytest

from revcycle.domain.claims.claim import ClaimKind
from revcycle.domain.finding import Finding, Severity
from revcycle.edi.claim_837.x12_837 import ReadClaim, iter_claims, read_claims
from revcycle.edi.wire.envelope import Quarantined
from tests.unit.edi.claim_837.test_edi_837p import CLAIM, numbered, written

BEFORE_CLM, BEFORE_HI, BEFORE_LX, AFTER_LINE = b"CLM*", b"HI*", b"LX*1", b"REF*6R*L1~"


@pytest.mark.parametrize(
    ("said", "where", "name"),
    [
        ("HCP*10*100", "head", "HCP of loop 2300"),
        ("REF*ZZ*1", "head", "REF*ZZ of loop 2300"),
        ("DTP*999*D8*20250101", "head", "DTP*999 of loop 2300"),
        ("DTP*431*D8*2025", "head", "DTP*431 of loop 2300"),
        ("AMT*ZZ*5", "head", "AMT*ZZ of loop 2300"),
        ("HI*XX:12", "head", "HI*XX of loop 2300"),
        ("CR1*LB*1**A*DH*far", "head", "CR1 of loop 2300"),
        ("ZZZ*1", "head", "ZZZ of loop 2300"),
        ("NM1*FA*2*PLACE", "providers", "NM1*FA of loop 2300"),
        ("NM1*82*1*DOC*A~\nPER*IC**FX*1", "providers", "PER*IC of loop 2310B"),
        ("NM1*DN*1*DOC*A~\nREF*LU*1", "providers", "REF*LU of loop 2310A"),
        ("MEA*TR*R1*5", "line", "MEA*TR of loop 2400"),
        ("QTY*PT*2", "line", "QTY*PT of loop 2400"),
        ("SV5*HC:A*DA*1*2*3*1", "line", "SV5 of loop 2400"),
        ("REF*G1*A**2U:PAY02", "line", "REF*G1 of loop 2400"),
        ("LIN**EN*123~\nCTP****1*UN", "line", "LIN of loop 2410"),
        ("LQ*UT*1~\nFRM*1*Y", "line", "FRM of loop 2400"),
    ],
)
def test_what_no_fact_holds_is_named_with_its_loop(said: str, where: str, name: str) -> None:
    text = said.encode() + b"~\n"
    data = written(CLAIM)
    if where == "line":
        data = data.replace(AFTER_LINE + b"\n", AFTER_LINE + b"\n" + text, 1)
    else:
        before = BEFORE_HI if where == "head" else BEFORE_LX
        data = data.replace(before, text + before, 1)
    file = read_claims(data)
    named = [finding for finding in file.findings if finding.code == "837p.not_carried"]
    assert name in [finding.message.split(" in ")[2].split(" that ")[0] for finding in named]
    assert {finding.severity for finding in named} == {Severity.WARNING}
    assert all(finding.segment_position for finding in named)
    assert file.claims


@pytest.mark.parametrize(
    ("told", "instead", "name"),
    [
        (b"*PI*PAY01~", b"*XV*PAY01~", "NM1*PR of loop 2010BB"),
        (b"*MI*MEMBER77~", b"*II*MEMBER77~", "NM1*IL of loop 2010BA"),
        (b"N4*BOSTON*MA*021100001~\nDMG", b"N4*PARIS**75001*FR~\nDMG", "N4 of loop 2010BA"),
        (b"N4*BOSTON*MA*021100001~\nDMG", b"DMG", "N3 of loop 2010BA"),
        (b"*F~\nNM1*PR", b"*F~\nREF*EA*7~\nNM1*PR", "REF*EA of loop 2010BA"),
        (b"HL*2*1*22", b"NM1*87*2~\nN3*BOX 1~\nHL*2*1*22", "NM1*87 of loop 2010A"),
        (b"HL*2*1*22", b"REF*ZZ*1~\nHL*2*1*22", "REF*ZZ of loop 2010AA"),
        (b"HL*2*1*22", b"CUR*85*USD~\nHL*2*1*22", "CUR of loop 2000A"),
    ],
)
def test_what_parties_say_and_no_fact_holds_is_named(told: bytes, instead: bytes, name: str) -> None:
    data = written(CLAIM)
    assert told in data
    file = read_claims(data.replace(told, instead, 1))
    named = [finding.message for finding in file.findings if finding.code == "837p.not_carried"]
    assert any(f" {name} that " in message for message in named), named
    assert file.claims


def test_what_is_said_too_often_is_kept_once_and_named() -> None:
    twice = b"NTE*ADD*ONE~\nNTE*CER*TWO~\nREF*EA*1~\nREF*EA*2~\n"
    file = read_claims(written(CLAIM).replace(BEFORE_HI, twice + BEFORE_HI, 1))
    claim = file.claims[0].claim
    assert ([note.text for note in claim.notes], [one.value for one in claim.references]) == (["ONE"], ["1"])
    assert written(claim)
    named = [finding.where.split(" ")[0] for finding in file.findings if finding.code == "837p.not_carried"]
    assert named == ["NTE", "REF"]


def test_a_kind_of_segment_is_named_once_a_file_and_kinds_are_limited() -> None:
    strange = b"".join(b"Z%02d*1~\n" % number for number in range(99))
    data = numbered(3)
    data = data.replace(BEFORE_HI, strange + strange + BEFORE_HI)
    assert (
        len([finding for finding in read_claims(data).findings if finding.code == "837p.not_carried"]) == 99
    )


def test_what_is_named_never_repeats_what_it_says() -> None:
    data = written(CLAIM).replace(BEFORE_HI, b"REF*SECRETNAME*SECRET~\nSECRET SEGMENT~\n" + BEFORE_HI, 1)
    assert not any("SECRET" in finding.message + finding.where[:3] for finding in read_claims(data).findings)


def _read(data: bytes) -> list[ReadClaim | Quarantined | Finding]:
    return list(iter_claims(BytesIO(data)))


def test_claims_come_one_by_one_and_the_envelope_last() -> None:
    data = numbered(3).replace(b"CLM*PCN2*135.5", b"CLM*PCN2*x").replace(b"GE*1*", b"GE*7*")
    first, second, third, last = _read(data)
    assert isinstance(first, ReadClaim)
    assert isinstance(second, Quarantined)
    assert isinstance(third, ReadClaim)
    assert isinstance(last, Finding)
    assert (third.claim.patient_control_number, last.code) == ("PCN3", "x12.wrong_count")


def test_a_file_mixes_guides() -> None:
    professional = written(CLAIM)
    institutional = (
        professional.replace(b"005010X222A1", b"005010X223A2")
        .replace(b"*11:B:1*Y*A*Y*Y~", b"*13:A:1**A*Y*Y~\nDTP*434*RD8*20251230-20251230~\nCL1*1**01~")
        .replace(b"SV1*HC:99213:25*125.5*UN*1***1:2~", b"SV2*0510*HC:99213:25*125.5*UN*1~")
        .replace(b"SV1*HC:36415*10*UN*1***1~", b"SV2*0300*HC:36415*10*UN*1~")
    )
    reads = _read(professional + institutional)
    assert [read.claim.kind for read in reads if isinstance(read, ReadClaim)] == [
        ClaimKind.PROFESSIONAL,
        ClaimKind.INSTITUTIONAL,
    ]


class Endless(RawIOBase):
    """A file of more claims than anybody waits for, made as it is read."""

    def __init__(self) -> None:
        self.given = 0
        self._parts = self._claims()

    def _claims(self) -> Iterator[bytes]:
        data = numbered(2)
        first, second = data.index(b"HL*2*1*22"), data.index(b"HL*3*1*22")
        yield data[:first]
        while True:
            yield data[first:second] * 500

    def read(self, size: int = -1) -> Any:
        part = next(self._parts)
        self.given += len(part)
        return part


def test_a_file_is_read_no_further_than_needed() -> None:
    source = Endless()
    reads = iter_claims(source)  # type: ignore[arg-type]  # reads is all that is asked of it
    for _ in range(20):
        assert isinstance(next(reads), ReadClaim)
    assert source.given < 4_000_000


def test_the_claims_that_say_what_ours_do_not_carry_are_named_and_the_many_counted() -> None:
    data = numbered(13).replace(BEFORE_HI, b"HCP*10*100~\nHCP*10*200~\n" + BEFORE_HI)
    file = read_claims(data)
    (named,) = (finding for finding in file.findings if finding.code == "837p.not_carried")
    shown = ", ".join(str(read.position) for read in file.claims[:10])
    assert named.message.endswith(f"It is in 13 claims: CLM in segments {shown} and 3 more.")
