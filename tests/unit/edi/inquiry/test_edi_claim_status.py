"""276 and 277: what is asked and answered comes across whole."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.domain.claims.claim_status import StatusAnswer, StatusInquiry, StatusLevel
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.wire.envelope import sniff
from tests.support.edi.claim_status_facts import answers, inquiries, subscribers
from tests.support.edi.edi_facts import ENVELOPE, NPI, PAYER, SUBMITTER

INQUIRY = StatusInquiry(
    "PAY01", "GOOD HEALTH", NPI, "GOOD CLINIC", "PCN1", "M1", "DOE", "JANE", date(1980, 1, 2), "F", 10_000,
    date(2025, 12, 30), "T1",
)  # fmt: skip
ANSWER = StatusAnswer("T1", "P1", "3", date(2026, 1, 5), "ICN1", 10_000, 0)


@settings(max_examples=40)
@given(st.lists(inquiries, min_size=1, max_size=3))
def test_status_inquiries_written_are_the_inquiries_read(asked: list[StatusInquiry]) -> None:
    data = x12_276.write_inquiries(ENVELOPE, SUBMITTER, asked)
    assert sniff(data) == "276"
    file = x12_276.read(data)
    assert file.facts == tuple(asked)
    assert file.findings == ()


@settings(max_examples=40)
@given(st.lists(st.tuples(subscribers, answers()), min_size=1, max_size=3))
def test_status_answers_written_are_the_answers_read(
    answered: list[tuple[StatusInquiry, StatusAnswer]],
) -> None:
    data = x12_277.write_answers(ENVELOPE, PAYER, answered)
    assert sniff(data) == "277"
    file = x12_277.read(data)
    assert file.facts == tuple(answer for _, answer in answered)
    assert file.findings == ()


def test_a_short_answer_says_whose_claim_it_is() -> None:
    (answer,) = x12_277.read_answers(x12_277.write_answer(ENVELOPE, PAYER, INQUIRY, ANSWER))
    assert (answer.category_code, answer.status_code, answer.effective_date) == ("P1", "3", date(2026, 1, 5))
    assert (answer.patient_control_number, answer.payer_claim_control_number) == ("PCN1", "ICN1")
    assert (answer.member_id, answer.charge_cents, answer.payment_cents) == ("M1", 10_000, 0)


@pytest.mark.parametrize("level", [StatusLevel.PROVIDER, StatusLevel.RECEIVER])
def test_a_status_of_all_that_was_asked_ends_the_answer_there(level: StatusLevel) -> None:
    data = x12_277.write_answer(ENVELOPE, PAYER, INQUIRY, StatusAnswer("T1", "E0", "24", level=level))
    assert b"NM1*IL" not in data
    file = x12_277.read(data)
    assert [(a.category_code, a.level, a.trace_number) for a in file.facts] == [("E0", level, "")]
    assert file.findings == ()


def test_several_claims_of_one_patient_are_several_answers() -> None:
    another = b"TRN*2*T2~STC*F1:65*20260107**300*200~REF*EJ*PCN2~SE*"
    first, second = read_after(b"SE*", another)
    assert (first.trace_number, first.patient_control_number) == ("T1", "PCN1")
    assert (second.trace_number, second.patient_control_number, second.payment_cents) == (
        "T2",
        "PCN2",
        20_000,
    )
    assert second.member_id == first.member_id


def test_a_claim_without_its_trace_is_read_and_named() -> None:
    data = x12_277.write_answer(ENVELOPE, PAYER, INQUIRY, ANSWER).replace(b"TRN*2*T1~", b"")
    file = x12_277.read(data)
    assert [(answer.trace_number, answer.category_code) for answer in file.facts] == [("", "P1")]
    assert "277.no_trace" in [finding.code for finding in file.findings]


def read_after(old: bytes, new: bytes) -> tuple[StatusAnswer, ...]:
    data = x12_277.write_answer(ENVELOPE, PAYER, INQUIRY, ANSWER)
    assert old in data
    return x12_277.read_answers(data.replace(old, new))


def test_the_latest_of_several_statuses_counts() -> None:
    later = b"STC*F1:65*20260107**100*80~\nSTC*P1:3*20260105**100*0~"
    (answer,) = read_after(b"STC*P1:3*20260105**100*0~", later)
    assert (answer.category_code, answer.payment_cents) == ("F1", 8_000)


def test_a_status_above_the_patient_counts_where_the_claim_has_none() -> None:
    data = x12_277.write_answer(ENVELOPE, PAYER, INQUIRY, ANSWER).replace(b"STC*P1:3*20260105**100*0~\n", b"")
    assert x12_277.read_answers(data) == ()
    above = data.replace(b"HL*3*2*19*1~", b"TRN*2*T1~STC*E1:0*20260105~HL*3*2*19*1~")
    (answer,) = x12_277.read_answers(above)
    assert (answer.trace_number, answer.category_code, answer.payer_claim_control_number) == (
        "T1",
        "E1",
        "ICN1",
    )
    only_above = above[: above.index(b"HL*3*2*19*1~")] + b"SE*9*0001~GE*1*1~IEA*1*000000123~"
    assert [(a.trace_number, a.category_code) for a in x12_277.read_answers(only_above)] == [("", "E1")]


def test_broken_amounts_in_an_answer_are_nothing() -> None:
    (answer,) = read_after(b"**100*0~", b"**1o0*x~")
    assert (answer.charge_cents, answer.payment_cents) == (0, 0)
