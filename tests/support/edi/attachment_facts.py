"""Requests for records and records for claims, for hypothesis."""

from datetime import date

from hypothesis import strategies as st

from revcycle.domain.claims.benefit import Contact
from revcycle.domain.claims.claim_details import Attachment
from revcycle.domain.mail.attachment_request import (
    AttachmentQuestion,
    AttachmentRequest,
    QuestionedLine,
    Record,
    RecordsForClaim,
)
from tests.support.edi.authorization_facts import either, maybe_days, spans
from tests.support.edi.edi_facts import NPI, cents, codes, texts

_LOINC = ("18842-5", "11504-8", "18803-7", "34117-2")
_DANGEROUS = b"~*:^|\n\r\x00IEA*1*000000001~\nISA*00*\x1a\xff\xfe"

names = st.tuples(texts(20), texts(20))
questions = st.builds(
    AttachmentQuestion,
    st.sampled_from(["R3", "R4"]),
    st.lists(st.sampled_from(_LOINC), min_size=1, max_size=3, unique=True).map(tuple),
    maybe_days,
)
contacts = st.builds(Contact, texts(20), st.just((("TE", "8005551212"),)))
papers = st.lists(st.builds(Attachment, st.just("77"), st.just("EL"), codes(20)), max_size=1).map(tuple)
# bytes that would end, split or fake a segment, an interchange or a control number
contents = st.one_of(
    st.binary(min_size=1, max_size=200),
    st.lists(st.sampled_from([bytes([byte]) for byte in _DANGEROUS]), min_size=1, max_size=60).map(b"".join),
    st.just(b"SE*3*0001~\nGE*1*1~\nIEA*1*000000123~\nISA*00*          *00*          *ZZ*X~"),
)


@st.composite
def lines(draw: st.DrawFn) -> QuestionedLine:
    """A line asked about, with a procedure, a revenue code, or both."""
    kind = draw(st.sampled_from(["procedure", "revenue", "both"]))
    first, last = draw(spans())
    coded = kind != "revenue"
    return QuestionedLine(
        procedure_code=draw(st.sampled_from(["99213", "44397"])) if coded else "",
        charge_cents=draw(cents),
        questions=tuple(draw(st.lists(questions, min_size=1, max_size=2))),
        modifiers=tuple(draw(st.lists(st.sampled_from(["59", "RT"]), unique=True))) if coded else (),
        revenue_code="" if kind == "procedure" else "0450",
        line_item_control_number=draw(either(codes(20))),
        service_from=first,
        service_to=last,
    )


@st.composite
def requests(draw: st.DrawFn) -> AttachmentRequest:
    """A request about a claim, its lines or both."""
    asked = tuple(draw(st.lists(questions, max_size=3)))
    asked_lines = tuple(draw(st.lists(lines(), min_size=0 if asked else 1, max_size=2)))
    first, last = draw(spans())
    return AttachmentRequest(
        "PAY01",
        draw(texts(30)),
        "SENDER",
        draw(texts(30)),
        NPI,
        draw(texts(30)),
        *draw(names),
        member_id=draw(codes(12)),
        trace_number=draw(codes(20)),
        questions=asked,
        patient_control_number=draw(either(codes(20))),
        payer_claim_control_number=draw(either(codes(20))),
        medical_record_number=draw(either(codes(20))),
        transmission_number=draw(either(codes(20))),
        bill_type=draw(st.sampled_from(["", "131"])),
        service_from=first,
        service_to=last,
        respond_by=draw(maybe_days),
        papers=draw(papers),
        contact=draw(st.one_of(st.none(), contacts)),
        lines=asked_lines,
        provider_first_name=draw(either(texts(20))),
    )


@st.composite
def records(draw: st.DrawFn, encodings: tuple[str, ...]) -> Record:
    """A document of any bytes, in one of the encodings."""
    return Record(
        number=draw(codes(20)),
        content=draw(contents),
        content_kind=draw(st.sampled_from(["HL", "IA", "TX"])),
        encoding=draw(st.sampled_from(encodings)),
        questions=tuple(draw(st.lists(questions, max_size=2))),
        line_item_control_number=draw(either(codes(20))),
        submitted_on=draw(maybe_days),
    )


@st.composite
def records_for_claims(draw: st.DrawFn, encodings: tuple[str, ...]) -> RecordsForClaim:
    """One or more documents for a claim, asked for or not."""
    first, last = draw(spans())
    return RecordsForClaim(
        draw(codes(20)),
        draw(st.booleans()),
        "PAY01",
        draw(texts(30)),
        "SENDER",
        draw(texts(30)),
        NPI,
        draw(texts(30)),
        *draw(names),
        member_id=draw(codes(12)),
        records=tuple(draw(st.lists(records(encodings), min_size=1, max_size=3))),
        patient_control_number=draw(either(codes(20))),
        payer_claim_control_number=draw(either(codes(20))),
        medical_record_number=draw(either(codes(20))),
        service_from=first,
        service_to=last,
        provider_first_name=draw(either(texts(20))),
    )


def one_record(content: bytes, number: str = "ACN1") -> RecordsForClaim:
    """A single record for a claim of Jane Doe."""
    return RecordsForClaim(
        "REF1", False, "PAY01", "GOOD HEALTH", "SENDER", "GOOD PRACTICE", NPI, "GOOD CLINIC", "DOE", "JANE", "M1",
        (Record(number, content, submitted_on=date(2026, 1, 5)),),
    )  # fmt: skip
