"""The segment layer takes files as they come: any delimiters, newlines, several interchanges, missing envelopes."""

import pytest

from revcycle.domain.finding import Severity
from revcycle.edi.envelope import NotX12, sniff
from revcycle.edi.interchange import read_file
from revcycle.edi.segments import Segment, decode, segments

ISA = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260105*0900*^*00501*000000001*0*T*:~"
BODY = "GS*HC*S*R*20260105*0900*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*A:B~SE*3*0001~GE*1*1~"
FILE = ISA + BODY + "IEA*1*000000001~"


def ids(data: bytes) -> list[str]:
    return [segment.id for segment in segments(decode(data))]


WHOLE = ["ISA", "GS", "ST", "BHT", "SE", "GE", "IEA"]


@pytest.mark.parametrize(
    "data",
    [
        FILE.encode(),
        b"\xef\xbb\xbf" + FILE.encode(),
        b"\r\n\n  " + FILE.encode(),
        FILE.replace("~", "~\r\n").encode(),
        FILE.replace("~", "~\n   ").encode(),
        FILE.replace("~", "\n").encode(),
        FILE.replace("~", "\r\n").encode(),
        FILE.replace("~", "\r").encode(),
        FILE.replace("*", "|").replace(":", ">").replace("~", "\x1c").encode(),
        FILE.replace("*", "\x1d").replace("~", "'").encode(),
        FILE.lower().encode(),
        FILE.replace(" ", "").encode(),
        (FILE + "\x1a").encode(),
        FILE.rstrip("~").encode(),
        "\n".join(FILE[i : i + 80] for i in range(0, len(FILE), 80)).encode(),
        ("\ufeff" + FILE).encode(),
    ],
)
def test_the_same_segments_whatever_the_dress(data: bytes) -> None:
    assert ids(data) == WHOLE
    assert sniff(data) == "837P"
    file = read_file(data)
    assert (file.interchange_control_number, file.group_control_number) == ("000000001", "1")
    assert file.findings == []
    (body,) = (s for s in file.transactions[0].segments if s.id == "BHT")
    assert [part.upper() for part in body.components(3)] == ["A", "B"]


def test_several_interchanges_may_each_have_delimiters_of_their_own() -> None:
    other = FILE.replace("*", "|").replace("~", "!").replace("000000001", "000000002")
    file = read_file((FILE + "\n" + other).encode())
    assert [t.interchange_control_number for t in file.transactions] == ["000000001", "000000002"]
    assert file.findings == []
    positions = [segment.position for segment in segments(decode((FILE + other).encode()))]
    assert positions == list(range(1, 15))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_text_that_is_not_ascii_is_read_in_both_encodings(encoding: str) -> None:
    data = FILE.replace("A:B", "JOSÉ:B").encode(encoding)
    file = read_file(data)
    body = file.transactions[0].segments[1]
    assert body.component(3, 1) == "JOSÉ"
    assert file.raw([body]) == "BHT*0019*00*JOSÉ:B~".encode(encoding)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (("SE*3*", "SE*9*"), "x12.wrong_count"),
        (("SE*3*0001", "SE*3*0002"), "x12.wrong_control_number"),
        (("GE*1*1", "GE*2*1"), "x12.wrong_count"),
        (("IEA*1*000000001", "IEA*1*000000009"), "x12.wrong_control_number"),
        (("SE*3*0001~", ""), "x12.missing_se"),
        (("GE*1*1~", ""), "x12.missing_ge"),
        (("IEA*1*000000001~", ""), "x12.missing_iea"),
        (("ST*837", "XX*1~ST*837"), "x12.stray_segment"),
        (("GE*1*1~", "GE*1*1~GE*1*1~"), "x12.unexpected_trailer"),
        (("SE*3*0001~", "SE*3*0001~SE*3*0001~"), "x12.unexpected_trailer"),
        (("IEA*1*000000001~", "IEA*1*000000001~IEA*1*000000001~"), "x12.unexpected_trailer"),
    ],
)
def test_a_wrong_envelope_is_a_finding_and_the_rest_is_read(damage: tuple[str, str], code: str) -> None:
    file = read_file(FILE.replace(*damage).encode())
    assert [finding.code for finding in file.findings] == [code]
    (finding,) = file.findings
    missing = code.startswith("x12.missing")
    assert finding.severity is (Severity.ERROR if missing else Severity.WARNING)
    assert len(file.transactions) == 1
    assert file.transactions[0].complete == (code != "x12.missing_se")


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"%PDF-1.7", b"GS*HC*A*B~ST*837*1~", b"ISA*00*", ISA[:-2].encode()]
)
def test_what_is_no_interchange_is_refused_with_a_finding(data: bytes) -> None:
    for read in (read_file, sniff):
        with pytest.raises(NotX12) as refused:
            read(data)
        assert refused.value.finding.severity is Severity.FATAL


def test_an_interchange_without_transactions_is_not_recognised() -> None:
    with pytest.raises(NotX12, match="no ST"):
        sniff((ISA + "IEA*0*000000001~").encode())


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("005010X223A2~ST*837*1", "837I"),
        ("005010X224A2~ST*837*1", "837D"),
        ("005010X214~ST*277*1", "277CA"),
        ("005010X212~ST*277*1", "277"),
        ("005010X217~ST*278*1", "278"),
        ("005010X231A1~ST*999*1", "999"),
    ],
)
def test_a_file_is_what_its_guide_says(head: str, kind: str) -> None:
    assert sniff((ISA + "GS*HC*S*R*20260105*0900*1*X*" + head + "~").encode()) == kind


def test_an_element_beyond_the_end_is_empty() -> None:
    segment: Segment = next(segments(decode(FILE.encode())))
    assert (segment[99], segment.component(1, 5), len(segment)) == ("", "", 17)
    assert segment.where(6) == "ISA06 in segment 1"
