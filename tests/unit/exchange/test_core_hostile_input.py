"""What hostile, broken and strange bytes do to the readers of CAQH CORE envelopes: they are refused, nothing else."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.payers.core.envelope import Operation
from revcycle.payers.core.exchange import BadAnswer, Message
from revcycle.payers.core.mime import MimeCodec, read_form, write_form
from revcycle.payers.core.multipart import BadMultipart, header_parameter, read_multipart
from revcycle.payers.core.soap import SoapCodec
from revcycle.payers.core.xml import BadXml, read_xml
from tests.support.exchange.core_examples import BATCH_HEAD, HEAD, PARTNER, an_envelope

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
