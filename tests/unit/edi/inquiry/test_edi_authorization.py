"""Prior authorization (278): what is written is read back, at its place in the guide, and nothing read is lost."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from revcycle.domain.claims.authorization import (
    AuthorizationAnswer,
    AuthorizationRequest,
    Certification,
    RequestedService,
    ReviewDecision,
    ReviewLevel,
    ReviewRejection,
    ServiceDecision,
)
from revcycle.domain.claims.claim_details import DatedEvent
from revcycle.edi.authorization_278.x12_278 import read_request, read_response, write_request, write_response
from revcycle.edi.wire.envelope import CannotWrite, sniff
from revcycle.edi.wire.interchange import read_file
from revcycle.edi.wire.segments import Segment
from tests.support.edi.authorization_facts import answers, realistic, requests
from tests.support.edi.edi_facts import ENVELOPE, PAYER, SUBMITTER
from tests.support.edi.segment_order import in_order

# 005010X217, loop by loop: the segments in the order of the guide
EVENT_OR_SERVICE = (
    "HL TRN AAA UM HCR REF*BB REF*NT DTP*439 DTP*484 DTP*ABC DTP*431 DTP*AAH DTP*435 DTP*096 DTP*472 DTP*102 DTP*036 "
    "DTP*007 HI SV1 SV2 SV3 TOO HSD CRC CL1 CR1 CR5 CR6 PWK MSG"
)
NAME = "NM1 REF N3 N4 PER AAA PRV DMG INS"


def check_order(data: bytes) -> None:
    """Every HL loop and NM1 loop has its segments in the guide's order; HL numbers and child flags are right."""
    segments = list(read_file(data).transactions[0].segments)
    assert [s.id for s in segments[:2]] == ["ST", "BHT"]
    loop: list[Segment] = []
    table = EVENT_OR_SERVICE
    for segment in [*segments[2:], None]:
        if segment is None or segment.id in ("HL", "NM1"):
            assert in_order(loop, table)
            loop, table = [], NAME if segment is not None and segment.id == "NM1" else EVENT_OR_SERVICE
        if segment is not None:
            loop.append(segment)
    levels = [segment for segment in segments if segment.id == "HL"]
    parents = {level[2] for level in levels}
    assert [level[1] for level in levels] == [str(n) for n in range(1, len(levels) + 1)]
    assert all((level[4] == "1") == (level[1] in parents) for level in levels)


@settings(max_examples=40, deadline=None)
@given(requests())
def test_a_request_written_is_the_request_read(request: AuthorizationRequest) -> None:
    ordered = replace(
        request, dates=tuple(sorted(request.dates, key=lambda d: EVENT_OR_SERVICE.index(d.qualifier)))
    )
    data = write_request(ENVELOPE, SUBMITTER, ordered)
    file = read_request(data)
    assert (file.findings, file.quarantined) == ((), ())
    assert file.facts == (ordered,)
    check_order(data)
    assert read_response(data).facts == ()


@settings(max_examples=40, deadline=None)
@given(answers())
def test_an_answer_written_is_the_answer_read(answer: AuthorizationAnswer) -> None:
    asked = answer.asked
    dates = tuple(sorted(asked.dates, key=lambda d: EVENT_OR_SERVICE.index(d.qualifier)))
    ordered = replace(answer, asked=replace(asked, dates=dates))
    data = write_response(ENVELOPE, PAYER, ordered)
    file = read_response(data)
    assert (file.findings, file.quarantined) == ((), ())
    assert file.facts == (ordered,)
    check_order(data)
    assert read_request(data).facts == ()


def test_a_file_is_recognised() -> None:
    assert sniff(write_request(ENVELOPE, SUBMITTER, realistic(0))) == "278"


@pytest.mark.parametrize("decision", list(ReviewDecision))
def test_every_decision_comes_back_with_its_number(decision: ReviewDecision) -> None:
    request = realistic(1)
    certified = Certification(
        decision, "AUTH1", ("0V",), effective_from=date(2026, 1, 1), effective_to=date(2026, 3, 31)
    )
    answer = AuthorizationAnswer(
        replace(request, services=()), certified, services=(ServiceDecision(request.services[0], certified),)
    )
    data = write_response(ENVELOPE, PAYER, answer)
    assert f"HCR*{decision.value}*AUTH1*0V~".encode() in data
    assert b"DTP*007*RD8*20260101-20260331~" in data
    read = read_response(data).facts[0]
    assert read.certification == certified
    assert read.services[0].certification == certified


def test_a_refusal_above_the_event_is_an_answer() -> None:
    bare = replace(realistic(0), trace_number="", review=None, services=(), dates=(), diagnosis_codes=())
    refused = ReviewRejection(ReviewLevel.SUBSCRIBER, "75", "C")
    data = write_response(ENVELOPE, PAYER, AuthorizationAnswer(bare, None, (refused,)))
    assert b"AAA*N**75*C~" in data
    assert b"HL*3*2*22*0~" in data
    assert read_response(data).facts[0].rejections == (refused,)


def test_what_has_no_fact_is_named() -> None:
    data = write_request(ENVELOPE, SUBMITTER, realistic(0)).replace(b"HI*ABK", b"CRC*09*Y*58~\nHI*ABK")
    codes = [(f.code, f.message) for f in read_request(data).findings]
    assert ("278.not_carried", "CRC in loop 2000E has no place in our facts.") in codes


def test_an_event_without_review_is_put_aside() -> None:
    data = write_request(ENVELOPE, SUBMITTER, realistic(0))
    broken = data.replace(b"UM*HS*I", b"ZZ*HS*I")
    file = read_request(broken)
    assert file.facts == ()
    assert len(file.quarantined) == 1
    assert "278.no_review" in {f.code for f in file.findings}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"review": None}, "UM01"),
        ({"payer_id": ""}, "NM109"),
        ({"member_id": ""}, "NM109"),
        ({"dates": (DatedEvent("472", date(2026, 1, 1)),)}, "DTP01"),
        ({"diagnosis_codes": ("I10",) * 13}, "HI13"),
        ({"message": "A~B"}, "MSG01"),
        ({"services": (RequestedService("99213", modifiers=("A1",) * 5),)}, "SV101-7"),
    ],
)
def test_what_x12_cannot_carry_is_refused_by_element(change: dict[str, object], field: str) -> None:
    request = replace(realistic(0), **change)  # type: ignore[arg-type]  # one field each, of its own type
    with pytest.raises(CannotWrite) as refused:
        write_request(ENVELOPE, SUBMITTER, request)
    assert refused.value.field == field
