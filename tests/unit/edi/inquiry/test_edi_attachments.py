"""Requests for records (277) and records for claims (275): equal facts, whatever bytes a document holds."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from revcycle.domain.mail.attachment_request import AttachmentQuestion, AttachmentRequest, RecordsForClaim
from revcycle.edi.records_275_277.parts import RECORDS_GUIDES, REQUEST_GUIDES, AttachmentGuide
from revcycle.edi.records_275_277.x12_275 import RECORDS_5010, RECORDS_6020, read_records, write_records
from revcycle.edi.records_275_277.x12_277_rfai import REQUEST_5010, REQUEST_6020, read_requests, write_request
from revcycle.edi.wire.envelope import CannotWrite, sniff
from revcycle.edi.wire.interchange import read_file
from revcycle.edi.wire.segments import Segment
from tests.support.edi.attachment_facts import one_record, records_for_claims, requests
from tests.support.edi.edi_facts import ENVELOPE
from tests.support.edi.segment_order import in_order

SAMPLES = Path(os.environ.get("REVCYCLE_CORPUS") or Path(__file__).parents[5] / "shared" / "corpus")
QUESTION = AttachmentQuestion("R4", ("18842-5", "18803-7"), date(2026, 1, 5))
REQUEST = AttachmentRequest(
    "PAY01", "GOOD HEALTH", "SENDER", "GOOD PRACTICE", "1234567893", "GOOD CLINIC", "DOE", "JANE", "M1", "ICN1",
    (QUESTION,), patient_control_number="PCN1", respond_by=date(2026, 2, 4),
)  # fmt: skip

# the guides, loop by loop
HEAD_277 = "HL NM1 PER"
CLAIM_277 = "TRN STC REF*1K REF*EJ REF*BLT REF*EA REF*D9 DTP*472 DTP*106 PWK"
LINE_277 = "SVC STC REF*FJ DTP*472"
HEAD_275 = "ST BGN NM1*PR NM1*41 NM1*1P NM1*QC REF DTP*472"
RECORD_275 = {
    "005010X210": "LX TRN STC REF*FJ DTP*472 DTP*368 CAT EFI BIN",
    "006020X314": "LX TRN STC REF*FJ DTP*472 DTP*368 CAT OOI BDS",
}


def loops(data: bytes, *starts: str) -> list[list[Segment]]:
    """Cut the transaction before each segment with one of these names."""
    found: list[list[Segment]] = [[]]
    for segment in read_file(data).transactions[0].segments:
        if segment.id in starts:
            found.append([])
        found[-1].append(segment)
    return found


def check_request(data: bytes) -> None:
    for loop in loops(data, "HL", "TRN", "SVC")[1:]:
        assert in_order(loop, {"HL": HEAD_277, "TRN": CLAIM_277, "SVC": LINE_277}[loop[0].id])


def check_records(data: bytes, version: str) -> None:
    head, *records = loops(data, "LX")
    assert in_order(head, HEAD_275)
    assert all(in_order(record, RECORD_275[version]) for record in records)


@pytest.mark.parametrize("guide", REQUEST_GUIDES.values(), ids=REQUEST_GUIDES)
@settings(max_examples=25, deadline=None)
@given(requests())
def test_a_request_written_is_the_request_read(guide: AttachmentGuide, request: AttachmentRequest) -> None:
    data = write_request(ENVELOPE, request, guide)
    file = read_requests(data)
    assert (file.findings, file.quarantined) == ((), ())
    assert file.facts == (request,)
    check_request(data)


@settings(max_examples=25, deadline=None)
@given(records_for_claims(("",)))
def test_records_as_they_are_come_back_by_their_length(sent: RecordsForClaim) -> None:
    data = write_records(ENVELOPE, sent, RECORDS_5010)
    file = read_records(data)
    assert (file.findings, file.quarantined) == ((), ())
    assert file.facts == (sent,)
    check_records(data, "005010X210")


@settings(max_examples=25, deadline=None)
@given(records_for_claims(("B64", "ASC")))
def test_records_in_base64_or_not_come_back(sent: RecordsForClaim) -> None:
    data = write_records(ENVELOPE, sent, RECORDS_6020)
    file = read_records(data)
    assert (file.findings, file.quarantined) == ((), ())
    assert file.facts == (sent,)
    check_records(data, "006020X314")


@pytest.mark.parametrize(
    ("data", "release"),
    [
        (write_request(ENVELOPE, REQUEST, REQUEST_5010), b"*00501*"),
        (write_request(ENVELOPE, REQUEST, REQUEST_6020), b"*00602*"),
        (write_records(ENVELOPE, one_record(b"A"), RECORDS_5010), b"*00501*"),
    ],
)
def test_the_interchange_names_the_release_of_the_guide(data: bytes, release: bytes) -> None:
    assert release in data[:106]
    versions = {*REQUEST_GUIDES, *RECORDS_GUIDES}
    assert sum(data.count(version.encode()) for version in versions) == 2


def test_what_is_asked_for_when_and_until_when() -> None:
    data = write_request(ENVELOPE, REQUEST)
    assert b"TRN*1*ICN1~\nSTC*R4:18842-5::LOI*20260105********R4:18803-7::LOI~" in data
    assert b"REF*EJ*PCN1~\nDTP*106*D8*20260204~" in data
    assert b"HL*4*3*PT*0~" in data


def test_requests_and_records_are_recognised() -> None:
    data = write_request(ENVELOPE, REQUEST)
    assert sniff(data) == "277RFAI"
    assert sniff(write_records(ENVELOPE, one_record(b"A"))) == "275"


def test_a_document_that_looks_like_an_interchange_stays_a_document() -> None:
    content = write_request(ENVELOPE, REQUEST)
    data = write_records(ENVELOPE, one_record(content))
    assert [transaction.kind for transaction in read_file(data).transactions] == ["275"]
    assert read_records(data).facts[0].records[0].content == content
    assert read_requests(data).facts == ()


def test_records_asked_for_quote_the_payers_number() -> None:
    asked = replace(one_record(b"A", "ICN1"), requested=True)
    data = write_records(ENVELOPE, asked)
    assert b"BGN*11*REF1*" in data
    assert b"TRN*2*ICN1~" in data
    assert b"BGN*02*REF1*" in write_records(ENVELOPE, one_record(b"A"))


def test_base64_that_is_none_is_kept_as_it_came() -> None:
    sent = replace(one_record(b"A"), records=(replace(one_record(b"A").records[0], encoding="B64"),))
    data = write_records(ENVELOPE, sent, RECORDS_6020).replace(b"BDS*B64*4*QQ==", b"BDS*B64*4*Q?==")
    file = read_records(data)
    assert file.facts[0].records[0].content == b"Q?=="
    assert [finding.code for finding in file.findings] == ["275.base64"]


def test_a_275_without_a_document_is_put_aside() -> None:
    data = write_records(ENVELOPE, one_record(b"A")).replace(b"BIN*1*A~\n", b"")
    file = read_records(data)
    assert file.facts == ()
    assert "275.no_document" in {finding.code for finding in file.findings}
    assert len(file.quarantined) == 1


def test_what_has_no_fact_is_named() -> None:
    data = write_request(ENVELOPE, REQUEST).replace(b"DTP*106", b"QTY*90*1~\nDTP*106")
    assert [(f.code, f.message) for f in read_requests(data).findings if f.code.startswith("277rfai")] == [
        ("277rfai.not_carried", "QTY in loop 2200D has no place in our facts.")
    ]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (replace(REQUEST, questions=()), "STC01"),
        (replace(REQUEST, trace_number=""), "TRN02"),
        (replace(REQUEST, questions=(AttachmentQuestion("R4", ()),)), "STC01-2"),
        (replace(REQUEST, questions=(AttachmentQuestion("R4", ("1-8",) * 4),)), "STC01-2"),
        (replace(REQUEST, questions=(AttachmentQuestion("", ("1-8",)),)), "STC01-1"),
        (replace(REQUEST, patient_last_name="A~B"), "NM103"),
    ],
)
def test_a_request_x12_cannot_carry_is_refused(request_: AttachmentRequest, field: str) -> None:
    with pytest.raises(CannotWrite) as refused:
        write_request(ENVELOPE, request_)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("sent", "guide", "field"),
    [
        (replace(one_record(b"A"), records=()), RECORDS_5010, "LX01"),
        (one_record(b""), RECORDS_5010, "BIN02"),
        (one_record(b"A", ""), RECORDS_5010, "TRN02"),
        (one_record(b"A"), RECORDS_6020, "BDS01"),
        (
            replace(one_record(b"A"), records=(replace(one_record(b"A").records[0], encoding="B64"),)),
            RECORDS_5010,
            "BIN02",
        ),
    ],
)
def test_records_x12_cannot_carry_are_refused(
    sent: RecordsForClaim, guide: AttachmentGuide, field: str
) -> None:
    with pytest.raises(CannotWrite) as refused:
        write_records(ENVELOPE, sent, guide)
    assert refused.value.field == field


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no corpus of samples here (set REVCYCLE_CORPUS to its folder)"
)
def test_a_sample_with_an_hl7_document_is_read_by_its_length() -> None:
    sample = next(SAMPLES.rglob("sample275_with_HL7_valid_BIN01.edi"))
    file = read_records(sample.read_bytes())
    sent = file.facts[0]
    assert (sent.requested, sent.patient_last_name, sent.payer_claim_control_number) == (
        True,
        "STONE",
        "1722634842",
    )
    record = sent.records[0]
    assert len(record.content) == 2768
    assert record.content.startswith(b"<levelone")
    assert record.content.rstrip().endswith(b"</levelone>")
    assert record.questions[0].category_code == "R3"
    broken = next(SAMPLES.rglob("sample275_with_HL7_invalid_BIN01.edi"))
    assert "x12.binary_length" in {finding.code for finding in read_records(broken.read_bytes()).findings}
