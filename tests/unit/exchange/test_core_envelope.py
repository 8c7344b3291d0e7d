"""CAQH CORE envelopes without a network: what is written, field by field, and that it comes back."""

import base64
import email.parser
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.payers.core import envelope
from revcycle.payers.core.envelope import CoreEnvelope, CoreError, ErrorCode, FieldFault, Operation
from revcycle.payers.core.exchange import BadAnswer
from revcycle.payers.core.mime import MimeCodec, read_form, write_form
from revcycle.payers.core.multipart import Part, choose_boundary, read_multipart, write_multipart
from revcycle.payers.core.partner import CorePartner
from revcycle.payers.core.soap import SOAP, SoapCodec, body_element, open_package, read_element
from revcycle.payers.core.xml import as_cdata, read_xml, writable
from tests.support.exchange.core_examples import BATCH_HEAD, HEAD, NAMESPACE, PARTNER, WSSE, X12, an_envelope


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
    answer = message.body.replace(b"RealTimeRequest", b"RealTimeResponse")
    with pytest.raises(BadAnswer, match="rule version"):
        SoapCodec(PARTNER).read(Operation.REAL_TIME, message.content_type, answer)
    with pytest.raises(BadAnswer, match="conversation"):
        SoapCodec(newer).read(Operation.REAL_TIME, message.content_type, message.body)


def test_identifiers_follow_from_what_they_stand_for() -> None:
    assert envelope.payload_id("batch", "A", "B", "K1") == "4ed3619e-cccb-58bd-8154-ee4c0a69f3e8"
    assert envelope.payload_id("batch", "A", "B", "K2") != envelope.payload_id("batch", "A", "B", "K1")
    assert envelope.is_payload_id(envelope.payload_id("x"))
    assert not envelope.is_payload_id("M9999999")
    assert envelope.check_sum(b"abc") == "a9993e364706816aba3e25717850c26c9cd0d89d"  # FIPS 180


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
    assert envelope.read_time_stamp(text) == instant


def test_time_stamps_are_written_in_utc() -> None:
    eastern = timezone(timedelta(hours=-5))
    assert envelope.time_stamp(datetime(2026, 3, 2, 10, 4, 5, tzinfo=eastern)) == "2026-03-02T15:04:05Z"


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
    assert envelope.read_error(text) == error


def test_every_error_code_of_the_rule_reads_as_itself() -> None:
    for name in envelope.FIELDS:
        for fault in FieldFault:
            assert envelope.read_error(f"{name}{fault}") == CoreError(field=name, fault=fault)


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
