"""CAQH CORE envelopes without a network: what is written field by field, and what hostile bytes do to the readers."""

import base64
import email.parser
import email.policy
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.payers import core_envelope
from revcycle.payers.core_envelope import CoreEnvelope, CoreError, ErrorCode, FieldFault, Operation
from revcycle.payers.core_exchange import BadAnswer, Message
from revcycle.payers.core_mime import MimeCodec, read_form, write_form
from revcycle.payers.core_multipart import (
    BadMultipart,
    Part,
    choose_boundary,
    header_parameter,
    read_multipart,
    write_multipart,
)
from revcycle.payers.core_partner import CorePartner
from revcycle.payers.core_soap import SOAP, SoapCodec, body_element, open_package, read_element
from revcycle.payers.core_xml import BadXml, as_cdata, read_xml, writable

PARTNER = CorePartner("https://payer.test/core", "OURS", "THEIRS", "user<1>", "p&ss")
NAMESPACE = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
ID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
X12 = b"ISA*00*~ST*270*0001~NM1*1P*2*SMITH & <SONS>~IEA*1*1~"
HEAD = (
    ("PayloadType", "X12_270_Request_005010X279A1"),
    ("ProcessingMode", "RealTime"),
    ("PayloadID", ID),
    ("TimeStamp", "2007-08-30T10:20:34Z"),
    ("SenderID", "OURS"),
    ("ReceiverID", "THEIRS"),
    ("CORERuleVersion", "2.2.0"),
)
"""The real-time example of the rule and of published partners, in its order, with other ids."""
BATCH_HEAD = (
    ("PayloadType", "X12_837_Request_005010X222A1"),
    ("ProcessingMode", "Batch"),
    ("PayloadID", ID),
    ("PayloadLength", "52"),
    ("TimeStamp", "2007-08-30T10:20:34Z"),
    ("SenderID", "OURS"),
    ("ReceiverID", "THEIRS"),
    ("CORERuleVersion", "2.2.0"),
    ("CheckSum", core_envelope.check_sum(X12)),
)


def an_envelope(head: tuple[tuple[str, str], ...], payload: bytes | None = X12) -> CoreEnvelope:
    return core_envelope.read_envelope(dict(head), payload)


def parsed(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314  # our own words, by another reader than ours


def fields_of(element: ET.Element) -> list[tuple[str, str]]:
    return [(child.tag, child.text or "") for child in element]


def test_a_real_time_request_is_field_by_field_the_published_one() -> None:
    message = SoapCodec(PARTNER).write(Operation.REAL_TIME, an_envelope(HEAD))
    assert message.content_type == 'application/soap+xml; charset=UTF-8; action="RealTimeTransaction"'
    root = parsed(message.body)
    assert root.tag == f"{{{SOAP}}}Envelope"
    assert [child.tag for child in root] == [f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"]
    (request,) = root[1]
    assert request.tag == f"{{{NAMESPACE}}}COREEnvelopeRealTimeRequest"
    assert fields_of(request) == [*HEAD, ("Payload", X12.decode())]  # names without a namespace: unqualified
    assert b"<Payload><![CDATA[ISA*00*~" in message.body


def test_the_user_name_token_is_the_published_one() -> None:
    message = SoapCodec(PARTNER).write(Operation.REAL_TIME, an_envelope(HEAD))
    (security,) = parsed(message.body)[0]
    assert security.tag == f"{{{WSSE}}}Security"
    assert security.get(f"{{{SOAP}}}mustUnderstand") == "true"
    ((name, password),) = security
    assert (name.tag, name.text) == (f"{{{WSSE}}}Username", "user<1>")
    assert (password.tag, password.text) == (f"{{{WSSE}}}Password", "p&ss")
    assert (password.get("Type") or "").endswith("#PasswordText")
    assert "p&ss" not in repr(PARTNER)
    assert "p&amp;ss" not in repr(message)


def test_without_a_user_name_there_is_no_token() -> None:
    message = SoapCodec(CorePartner("https://p", "OURS", "THEIRS")).write(
        Operation.REAL_TIME, an_envelope(HEAD)
    )
    assert len(parsed(message.body)[0]) == 0


def test_a_batch_is_an_mtom_package() -> None:
    message = SoapCodec(PARTNER).write(Operation.BATCH_SUBMIT, an_envelope(BATCH_HEAD))
    read = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        b"Content-Type: " + message.content_type.encode() + b"\r\n\r\n" + message.body
    )
    told = dict(read["content-type"].params)
    assert read.get_content_type() == "multipart/related"
    assert (told["type"], told["start-info"]) == ("application/xop+xml", "application/soap+xml")
    assert told["action"] == "BatchSubmitTransaction"
    root, payload = read.iter_parts()
    assert (root["content-id"], told["start"]) == ("<envelope@revcycle>", "<envelope@revcycle>")
    (submission,) = parsed(root.get_content())[1]
    assert submission.tag == f"{{{NAMESPACE}}}COREEnvelopeBatchSubmission"
    assert fields_of(submission)[:-1] == list(BATCH_HEAD)
    (include,) = submission[-1]
    assert include.tag == "{http://www.w3.org/2004/08/xop/include}Include"
    assert f"<{(include.get('href') or '').removeprefix('cid:')}>" == payload["content-id"]
    assert payload.get_content() == X12


def test_a_form_is_field_by_field_the_published_one() -> None:
    message = MimeCodec(PARTNER).write(Operation.REAL_TIME, an_envelope(HEAD))
    read = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        b"Content-Type: " + message.content_type.encode() + b"\r\n\r\n" + message.body
    )
    told = [
        (part["content-disposition"].params["name"], part.get_payload(decode=True))
        for part in read.iter_parts()
    ]
    credentials = (("UserName", "user<1>"), ("Password", "p&ss"))
    expected = [*HEAD[:4], *credentials, *HEAD[4:]]
    assert told == [*((name, value.encode()) for name, value in expected), ("Payload", X12)]


def test_another_rule_version_is_another_namespace() -> None:
    newer = CorePartner(
        "https://p", "OURS", "THEIRS", rule_version="4.0.0", namespace=NAMESPACE.replace("2.2.0", "4.0.0")
    )
    message = SoapCodec(newer).write(Operation.REAL_TIME, an_envelope(HEAD))
    (request,) = parsed(message.body)[1]
    assert request.tag == "{http://www.caqh.org/SOAP/WSDL/CORERule4.0.0.xsd}COREEnvelopeRealTimeRequest"
    with pytest.raises(BadAnswer, match="rule version"):
        SoapCodec(PARTNER).read(Operation.REAL_TIME, message.content_type, message.body)


def test_identifiers_follow_from_what_they_stand_for() -> None:
    assert core_envelope.payload_id("batch", "A", "B", "K1") == "4ed3619e-cccb-58bd-8154-ee4c0a69f3e8"
    assert core_envelope.payload_id("batch", "A", "B", "K2") != core_envelope.payload_id(
        "batch", "A", "B", "K1"
    )
    assert core_envelope.is_payload_id(core_envelope.payload_id("x"))
    assert not core_envelope.is_payload_id("M9999999")
    assert core_envelope.check_sum(b"abc") == "a9993e364706816aba3e25717850c26c9cd0d89d"  # FIPS 180


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T15:04:05Z", datetime(2026, 3, 2, 15, 4, 5, tzinfo=UTC)),
        ("2012-11-19T15:58:13", datetime(2012, 11, 19, 15, 58, 13, tzinfo=UTC)),
        ("2026-03-02T10:04:05.250-05:00", datetime(2026, 3, 2, 15, 4, 5, 250000, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
    ],
)
def test_time_stamps(text: str, instant: datetime | None) -> None:
    assert core_envelope.read_time_stamp(text) == instant


def test_time_stamps_are_written_in_utc() -> None:
    eastern = timezone(timedelta(hours=-5))
    assert core_envelope.time_stamp(datetime(2026, 3, 2, 10, 4, 5, tzinfo=eastern)) == "2026-03-02T15:04:05Z"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Success", CoreError(ErrorCode.SUCCESS)),
        (" unauthorized ", CoreError(ErrorCode.UNAUTHORIZED)),
        ("ChecksumMismatched", CoreError(ErrorCode.CHECKSUM_MISMATCHED)),
        ("VersionMismatch", CoreError(ErrorCode.VERSION_MISMATCH)),
        ("PayloadIDIllegal", CoreError(field="PayloadID", fault=FieldFault.ILLEGAL)),
        ("PayloadIllegal", CoreError(field="Payload", fault=FieldFault.ILLEGAL)),
        ("TimeStampRequired", CoreError(field="TimeStamp", fault=FieldFault.REQUIRED)),
        ("CORERuleVersionNotUnderstood", CoreError(field="CORERuleVersion", fault=FieldFault.NOT_UNDERSTOOD)),
        ("Whatever", CoreError()),
        ("", CoreError()),
    ],
)
def test_error_codes(text: str, error: CoreError) -> None:
    assert core_envelope.read_error(text) == error


def test_every_error_code_of_the_rule_reads_as_itself() -> None:
    for name in core_envelope.FIELDS:
        for fault in FieldFault:
            assert core_envelope.read_error(f"{name}{fault}") == CoreError(field=name, fault=fault)


BOMB = (
    b"<!DOCTYPE a [<!ENTITY b '"
    + b"x" * 1000
    + b"'><!ENTITY c '"
    + b"&b;" * 1000
    + b"'>]><a>"
    + b"&c;" * 1000
    + b"</a>"
)


@pytest.mark.parametrize(
    "hostile",
    [
        BOMB,
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1/">]><a>&x;</a>',
        b'<?xml-stylesheet href="http://127.0.0.1/"?><a/>',
        b"<a>&undeclared;</a>",
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<a>" + b"<b/>" * 5000 + b"</a>",
        b"<a><b></a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"<a/><a/>",
        b"<a>\x00</a>",
        b"",
        b"ISA*00*",
    ],
)
def test_hostile_xml_is_refused_without_growing(hostile: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BadXml):
            read_xml(hostile)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@given(st.text(alphabet=st.characters(codec="utf-8")))
@settings(max_examples=60)
def test_cdata_gives_back_what_xml_can_carry(text: str) -> None:
    if not writable(text):
        with pytest.raises(ValueError, match="XML"):
            SoapCodec(PARTNER).write(Operation.REAL_TIME, an_envelope(HEAD, text.encode()))
        return
    read = read_xml(f"<a>{as_cdata(text)}</a>".encode()).text
    assert read == text.replace("\r\n", "\n").replace(
        "\r", "\n"
    )  # XML 1.0, 2.11: line ends are one character


payloads = st.binary(max_size=200).filter(bool) | st.sampled_from(
    [b"]]>", b"\r\n--x", b"\n--revcycle-", b"\r", b"--\r\n"]
)


@given(st.lists(payloads, min_size=1, max_size=4))
@settings(max_examples=60)
def test_multipart_gives_back_every_byte(bodies: list[bytes]) -> None:
    parts = tuple(Part({"content-id": f"<{number}>"}, body) for number, body in enumerate(bodies))
    boundary = choose_boundary(parts)
    assert (
        read_multipart(f'multipart/related; boundary="{boundary}"', write_multipart(parts, boundary)) == parts
    )


@given(payloads, st.sampled_from([Operation.BATCH_SUBMIT, Operation.BATCH_RESULTS_RETRIEVAL]))
@settings(max_examples=40)
def test_a_batch_comes_back_as_it_went(payload: bytes, operation: Operation) -> None:
    envelope = an_envelope((*BATCH_HEAD, ("ErrorCode", "Success"), ("ErrorMessage", "")), payload)
    form = write_form(envelope)
    assert read_form(form.content_type, form.body, operation.mode) == envelope
    soap = SoapCodec(PARTNER).write(operation, envelope)
    root, parts = open_package(soap.content_type, soap.body)
    assert read_element(body_element(root), operation.mode, parts) == envelope


def test_inline_base64_is_read_too() -> None:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in BATCH_HEAD)
    lines = base64.encodebytes(X12 * 3).decode()
    document = (
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><c:COREEnvelopeBatchResultsRetrievalResponse xmlns:c="{NAMESPACE}">'
        f"{fields}<Payload>\n{lines}</Payload><ErrorCode>Success</ErrorCode><ErrorMessage/>"
        "</c:COREEnvelopeBatchResultsRetrievalResponse></e:Body></e:Envelope>"
    )
    told = SoapCodec(PARTNER).read(
        Operation.BATCH_RESULTS_RETRIEVAL, "application/soap+xml", document.encode()
    )
    assert isinstance(told, CoreEnvelope)
    assert told.payload == X12 * 3


def test_a_real_time_answer_may_come_as_a_package_with_plain_text() -> None:
    """As .NET servers of state Medicaid programs answer: a strange boundary, no CDATA, other prefixes."""
    boundary = "uuid:798c582a-0000-407f-99b4-ccb0bfdfe643+id=106"
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in HEAD)
    document = (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><ns0:COREEnvelopeRealTimeResponse xmlns:ns0="{NAMESPACE}">{fields}'
        "<Payload>\n  ISA*00*~ST*271*A &amp; B~</Payload><ErrorCode>Success</ErrorCode><ErrorMessage/>"
        "</ns0:COREEnvelopeRealTimeResponse></s:Body></s:Envelope>"
    )
    body = (
        f"\r\n--{boundary}\r\nContent-ID: <http://tempuri.org/0>\r\nContent-Transfer-Encoding: 8bit\r\n"
        f'Content-Type: application/xop+xml;charset=utf-8;type="application/soap+xml"\r\n\r\n{document}\r\n'
        f"--{boundary}--\r\n"
    )
    content_type = (
        f'multipart/related; type="application/xop+xml";start="<http://tempuri.org/0>";boundary="{boundary}";'
        'start-info="application/soap+xml"'
    )
    told = SoapCodec(PARTNER).read(Operation.REAL_TIME, content_type, body.encode())
    assert isinstance(told, CoreEnvelope)
    assert (told.payload, told.error_code) == (b"ISA*00*~ST*271*A & B~", "Success")


def test_a_form_may_have_bare_line_ends() -> None:
    """As some clients and servers of the field write it."""
    fields = (*HEAD, ("ErrorCode", "Success"), ("ErrorMessage", ""), ("Payload", "ISA*00*~"))
    parts = "".join(
        f'--b\nContent-Disposition: form-data; name="{name}"\n\n{value}\n' for name, value in fields
    )
    told = read_form(
        "multipart/form-data; boundary=b; charset=utf-8", f"{parts}--b--\n".encode(), Operation.REAL_TIME.mode
    )
    assert (told.head(), told.payload, told.error_code) == (HEAD, b"ISA*00*~", "Success")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x\r\n\r\na\r\n--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nvalue"),
        ("multipart/form-data; boundary=x", b"--x\r\nno empty line\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--xyz\r\n\r\na\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Transfer-Encoding: uuencode\r\n\r\na\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\na\r\n" * 200 + b"--x--"),
        (f"multipart/form-data; boundary={'x' * 500}", b"--x--"),
    ],
)
def test_broken_multipart_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(BadMultipart):
        read_multipart(content_type, body)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("multipart/related; boundary=a", "a"),
        ("multipart/related;BOUNDARY = a ;type=b", "a"),
        ('multipart/related; boundary="a b"; type="c"', "a b"),
        (r'multipart/related; boundary="a\"b"', 'a"b'),
        ('multipart/related; type="x; boundary=wrong"; boundary=right', "right"),
        ("multipart/related; boundary*=utf-8''a", ""),
        ("multipart/related\u00e9\udc80", ""),
        ('multipart/related; boundary="open', ""),
        (";a=" * 100_000, ""),
        (';a="' * 100_000, ""),
        ("", ""),
    ],
)
def test_header_parameters(header: str, value: str) -> None:
    assert header_parameter(header, "boundary") == value


def _spoiled(message: Message, place: int, byte: int, cut: int) -> bytes:
    body = bytearray(message.body)
    body[place % len(body)] = byte
    return bytes(body[: len(body) - cut % len(body)])


@pytest.mark.fuzz
@given(st.integers(0, 10_000), st.integers(0, 255), st.integers(0, 3_000), st.sampled_from(list(Operation)))
@settings(max_examples=150)
def test_spoiled_answers_are_bad_answers_and_nothing_else(
    place: int, byte: int, cut: int, operation: Operation
) -> None:
    for codec in (SoapCodec(PARTNER), MimeCodec(PARTNER)):
        head = HEAD if operation is Operation.REAL_TIME else BATCH_HEAD
        message = codec.write(operation, an_envelope((*head, ("ErrorCode", "Success"))))
        body = _spoiled(message, place, byte, cut)
        if isinstance(codec, SoapCodec):
            body = body.replace(operation.request_element.encode(), operation.response_element.encode())
        try:
            codec.read(operation, message.content_type, body)
        except BadAnswer:
            continue


@pytest.mark.fuzz
@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/xml", "multipart/related", 'multipart/x; boundary="a"', "\0"]),
)
@settings(max_examples=150)
def test_any_bytes_are_an_answer_or_a_bad_answer(body: bytes, content_type: str) -> None:
    for codec in (SoapCodec(PARTNER), MimeCodec(PARTNER)):
        with pytest.raises(BadAnswer):
            codec.read(Operation.REAL_TIME, content_type, body)


@pytest.mark.parametrize("name", ["PayloadID", "Payload"])
def test_a_field_that_stands_twice_is_refused(name: str) -> None:
    form = write_form(an_envelope(HEAD))
    part = f'Content-Disposition: form-data; name="{name}"\r\n\r\nother\r\n'
    boundary = form.content_type.partition("boundary=")[2]
    twice = f"--{boundary}\r\n{part}".encode() + form.body
    with pytest.raises(BadAnswer, match="twice"):
        read_form(form.content_type, twice, Operation.REAL_TIME.mode)


def test_a_field_with_a_line_end_cannot_forge_another_part() -> None:
    with pytest.raises(ValueError, match="line end"):
        write_form(an_envelope((*HEAD[:4], ("SenderID", "a\r\n--b"))))
