"""The segment layer takes files as they come: any delimiters, newlines, several interchanges, missing envelopes."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.domain.finding import Severity
from revcycle.edi.wire import segment_stream
from revcycle.edi.wire.envelope import NotX12, sniff
from revcycle.edi.wire.interchange import read_file, stream
from revcycle.edi.wire.segment_stream import SegmentStream
from revcycle.edi.wire.segments import Segment, raw_of

ISA = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260105*0900*^*00501*000000001*0*T*:~"
BODY = "GS*HC*S*R*20260105*0900*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*A:B~SE*3*0001~GE*1*1~"
FILE = ISA + BODY + "IEA*1*000000001~"


def ids(data: bytes) -> list[str]:
    return [segment.id for segment in SegmentStream(data)]


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
    positions = [segment.position for segment in SegmentStream((FILE + other).encode())]
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
    "data",
    [
        b"",
        b"  \n",
        b"%PDF-1.7",
        b"GS*HC*A*B~",
        b"GS*HC*A*B*0" + b" " * 100_000,
        b"ISA*00*",
        ISA[:-2].encode(),
    ],
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
    segment: Segment = next(iter(SegmentStream(FILE.encode())))
    assert (segment[99], segment.component(1, 5), len(segment)) == ("", "", 17)
    assert segment.where(6) == "ISA06 in segment 1"


class Dripping(io.BytesIO):
    """A file that gives a few bytes at a time and repeats its middle ``times``, so that it is never in memory."""

    def __init__(self, data: bytes, step: int, middle: bytes = b"", times: int = 0) -> None:
        super().__init__()
        self.parts = self._parts(data, step, middle, times)

    def _parts(self, data: bytes, step: int, middle: bytes, times: int) -> Iterator[bytes]:
        head, _, tail = data.partition(middle) if middle else (data, b"", b"")
        yield from (head[i : i + step] for i in range(0, len(head), step))
        block = middle * max(1, step // max(1, len(middle)))
        for _ in range(times):
            yield block
        yield tail

    def read(self, _: int | None = -1) -> bytes:
        return next((part for part in self.parts if part), b"")


@settings(max_examples=30)
@given(
    step=st.integers(5, 300),
    chunk=st.integers(600, 2000),
    ending=st.sampled_from(["~", "~\n", "~\r\n", "\n"]),
)
def test_however_the_bytes_come_the_segments_are_the_same(step: int, chunk: int, ending: str) -> None:
    body = "".join(f"N3*{n} MAIN ST*JOSÉ~" if n % 7 else "N4* PADDED *OH~" for n in range(60))
    data = (FILE.replace("BHT", body + "BHT") * 3).replace("~", ending).encode()
    whole = list(SegmentStream(data))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(segment_stream, "CHUNK", chunk)
        dripped = list(SegmentStream(Dripping(data, step)))
    assert [s.elements for s in dripped] == [s.elements for s in whole]
    assert [s.position for s in dripped] == list(range(1, len(whole) + 1))
    assert b"".join(s.raw for s in dripped) == data == b"".join(s.raw for s in whole)
    assert raw_of(whole) == (data.rstrip(b"\r\n") if "~" in ending else data)


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_stream, "CHUNK", 1 << 16)

    def peak(times: int) -> int:
        tracemalloc.start()
        reading = stream(Dripping(FILE.encode(), 1 << 16, b"BHT*0019*00*A:B~", times))
        count = sum(sum(1 for _ in transaction.segments) for transaction in reading)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 1 + times * ((1 << 16) // 16)
        return found

    small, large = peak(4), peak(40)
    assert large < small * 1.2


def test_what_a_consumer_leaves_of_a_transaction_is_passed_over() -> None:
    reading = stream((FILE * 2).encode())
    seen = [(t.kind, next(t.segments).id, t.complete) for t in reading]
    assert seen == [("837", "ST", False)] * 2
    assert (reading.findings, reading.sender_id, reading.receiver_id) == ([], "SENDER", "RECEIVER")


@pytest.mark.parametrize("terminator", ["~", "~\n", "\n", "\r\n"])
def test_a_file_without_isa_is_read_with_a_finding(terminator: str) -> None:
    body = BODY.replace("~", terminator)
    for start in (body, body[body.index("ST*") :]):
        file = read_file(start.encode())
        assert file.findings[0].code == "x12.missing_isa"
        (transaction,) = file.transactions
        assert [segment.id for segment in transaction.segments] == ["ST", "BHT"]
        assert transaction.version == "005010X222A1"
        assert transaction.complete
        assert sniff(start.encode()) == "837P"


def test_text_before_the_interchange_is_passed_over_with_a_finding() -> None:
    file = read_file(b"Example 1: a claim\n\n" + FILE.encode())
    assert [finding.code for finding in file.findings] == ["x12.text_before"]
    assert len(file.transactions) == 1


def test_an_interchange_behind_a_cut_one_is_read() -> None:
    file = read_file((FILE[: FILE.index(":B~")] + "\n" + FILE.replace("*", "|")).encode())
    assert [t.complete for t in file.transactions] == [False, True]
    assert {finding.code for finding in file.findings} == {
        "x12.missing_se",
        "x12.missing_ge",
        "x12.missing_iea",
    }


def test_binary_data_is_read_by_its_length() -> None:
    data = bytes(range(256)) + b"~ISA*00*~SE*"
    attached = FILE.encode().replace(
        b"BHT*", b"BDS*ASC*%d*%s~BIN*%d*%s~BHT*" % (len(data), data, len(data), data)
    )
    file = read_file(attached)
    _, attachment, binary, _ = file.transactions[0].segments
    assert (attachment[3].encode("latin-1"), binary[2].encode("latin-1")) == (data, data)
    assert attachment.raw == b"BDS*ASC*%d*%s~" % (len(data), data)
    assert [finding.code for finding in file.findings] == ["x12.wrong_count"]


def test_binary_data_of_another_length_than_declared_is_read_to_the_terminator() -> None:
    file = read_file(FILE.encode().replace(b"BHT*", "BDS*ASC*999*SHORT\u202e~BHT*".encode()))
    assert file.transactions[0].segments[1][3].encode("latin-1") == "SHORT\u202e".encode()
    assert {finding.code for finding in file.findings} == {"x12.binary_length", "x12.wrong_count"}


def test_a_file_of_broken_trailers_does_not_fill_the_memory_with_findings() -> None:
    findings = read_file((ISA + "SE*1*1~" * 5000).encode()).findings
    assert len(findings) == segment_stream.FINDINGS_MOST + 1
    assert findings[-1].code == "x12.more_findings"


def test_text_without_terminators_is_cut_into_pieces() -> None:
    pieces = [
        len(s.elements[0]) for s in SegmentStream(ISA.encode() + b"X" * (5 * segment_stream.CHUNK // 2))
    ][1:]
    assert sum(pieces) == 5 * segment_stream.CHUNK // 2
    assert max(pieces) <= segment_stream.CHUNK
